(** * The multipliers of a fixed-step method, and the flow that they are

    A fixed-step method is p_t = z_1 - sum_{s<t} h_{ts} g_s with g_t a subgradient at p_t; its
    output is p_T.  [minimax_rows] is what the triangular recursion of its multipliers computes, row
    by row.

    Main results: [output_row_flow] (the output row a (1 - s/T) makes the multipliers a flow that
    ends in p_T), [rsum_swap] (double sums). *)

From Coq Require Import Reals Lra Lia Arith.
From GPA Require Import Definitions InnerSpace Sums.
Open Scope R_scope.

(** ** Double sums *)
Lemma rsum_swap : forall (a : nat -> nat -> R) n m,
  rsum (fun i => rsum (a i) m) n = rsum (fun j => rsum (fun i => a i j) n) m.
Proof.
  intros a n m. induction n as [| n IH]; simpl.
  - induction m as [| m IH]; simpl; lra.
  - rewrite IH, <- rsum_plus. reflexivity.
Qed.

Lemma rsum_all_zero : forall a n, (forall t, (1 <= t <= n)%nat -> a t = 0) -> rsum a n = 0.
Proof. intros a n E. rewrite (rsum_ext a (fun _ => 0)) by exact E. rewrite rsum_const. ring. Qed.

(** A sum of which at most one term is not 0. *)
Lemma rsum_single : forall a n k, (1 <= k <= n)%nat ->
  (forall t, (1 <= t <= n)%nat -> t <> k -> a t = 0) -> rsum a n = a k.
Proof.
  induction n as [| n IH]; intros k Hk E; [ lia | ]. rewrite rsum_S.
  destruct (Nat.eq_dec k (S n)) as [-> | N].
  - rewrite rsum_all_zero; [ ring | ]. intros. apply E; lia.
  - rewrite (IH k), (E (S n)); [ ring | lia | lia | lia | ]. intros. apply E; lia.
Qed.

(** How many t <= T come after s. *)
Lemma rsum_after : forall a T s, (s <= T)%nat ->
  rsum (fun t => if Nat.ltb s t then a else 0) T = a * (INR T - INR s).
Proof.
  induction T as [| T IH]; intros s Hs.
  - replace s with 0%nat by lia. simpl. ring.
  - rewrite rsum_S. destruct (Nat.ltb_spec s (S T)).
    + destruct (Nat.eq_dec s (S T)); [ lia | ]. rewrite IH by lia. rewrite S_INR. ring.
    + replace s with (S T) by lia. rewrite rsum_all_zero.
      * ring.
      * intros t Ht. destruct (Nat.ltb_spec (S T) t); [ lia | reflexivity ].
Qed.

(** ** Rows *)

(** The steps: row t uses the gradients before it. *)
Definition triangular (h : nat -> nat -> R) : Prop := forall t s, (t <= s)%nat -> h t s = 0.

(** What the multipliers of point t carry, and what leaves it for later points. *)
Definition carried (lam : nat -> nat -> R) (T t : nat) : R := rsum (lam t) T.
Definition taken (lam : nat -> nat -> R) (T t : nat) : R := rsum (fun i => lam i t) T.

(** Row t, column s: (1 + Lambda_t) h_{ts} - sum_{s<j<t} lam_{tj} h_{js} = a. *)
Definition row (h lam : nat -> nat -> R) (T t s : nat) : R :=
  (1 + carried lam T t) * h t s - rsum (fun j => lam t j * h j s) T.

Record minimax_rows (h lam : nat -> nat -> R) (a : R) (T : nat) : Prop := {
  steps_triangular : triangular h;
  lam_triangular : triangular lam;
  row_is_a : forall t s, (1 <= s < t)%nat -> (t <= T)%nat -> row h lam T t s = a;
  output_row : forall s, (1 <= s < T)%nat -> h T s = a * (1 - INR s / INR T)
}.

Definition fixed_step {V} `{InnerSpace V} (h : nat -> nat -> R) (z1 : V) (p g : nat -> V)
  (T : nat) : Prop :=
  forall t, (1 <= t <= T)%nat -> p t = z1 -v vsum (fun s => h t s *v g s) T.

Section Rows.
Variables (h lam : nat -> nat -> R) (a : R) (T : nat).
Hypothesis h_triangular : triangular h.
Hypothesis lam_triangular : triangular lam.

Lemma row_zero : forall t s, (1 <= t <= s)%nat -> row h lam T t s = 0.
Proof.
  intros t s Ht. unfold row. rewrite (h_triangular t s) by lia.
  rewrite rsum_all_zero; [ ring | ]. intros j Hj.
  destruct (le_lt_dec t j); [ rewrite (lam_triangular t j) by lia
                            | rewrite (h_triangular j s) by lia ]; ring.
Qed.

Hypothesis is_a : forall t s, (1 <= s < t)%nat -> (t <= T)%nat -> row h lam T t s = a.

Lemma row_sum : forall s, (1 <= s <= T)%nat ->
  rsum (fun t => row h lam T t s) T = a * (INR T - INR s).
Proof.
  intros s Hs. rewrite <- (rsum_after a T s) by lia. apply rsum_ext. intros t Ht.
  destruct (Nat.ltb_spec s t); [ apply is_a; lia | apply row_zero; lia ].
Qed.

(** Adding up the rows gives the excess of every point, weighted by its steps. *)
Lemma excess_sum : forall s, (1 <= s <= T)%nat ->
  rsum (fun j => h j s * (1 + carried lam T j - taken lam T j)) T = a * (INR T - INR s).
Proof.
  intros s Hs. rewrite <- (row_sum s Hs). unfold row, taken.
  rewrite rsum_minus, rsum_swap, <- rsum_minus. apply rsum_ext. intros j Hj.
  rewrite (rsum_ext (fun i => lam i j * h j s) (fun i => h j s * lam i j)) by (intros; ring).
  rewrite rsum_scal. ring.
Qed.

End Rows.

Section Flow.
Variables (h lam : nat -> nat -> R) (a : R) (T : nat).
Hypothesis T_two : (2 <= T)%nat.
Hypothesis a_pos : 0 < a.
Hypothesis rows : minimax_rows h lam a T.

Let excess t := 1 + carried lam T t - taken lam T t.

Lemma nothing_taken_at_T : taken lam T T = 0.
Proof.
  unfold taken. apply rsum_all_zero. intros i Hi. apply (lam_triangular _ _ _ _ rows). lia.
Qed.

(** The step next to the diagonal, times what the row carries, is a. *)
Lemma next_step : forall s, (1 <= s < T)%nat -> (1 + carried lam T (S s)) * h (S s) s = a.
Proof.
  intros s Hs. pose proof (row_is_a _ _ _ _ rows (S s) s ltac:(lia) ltac:(lia)) as E.
  unfold row in E. rewrite rsum_all_zero in E; [ lra | ]. intros j Hj.
  destruct rows as [Hh Hl _ _].
  destruct (le_lt_dec (S s) j); [ rewrite (Hl (S s) j) by lia | rewrite (Hh j s) by lia ]; ring.
Qed.

Lemma next_step_nonzero : forall s, (1 <= s < T)%nat -> h (S s) s <> 0.
Proof. intros s Hs E. pose proof (next_step s Hs) as N. rewrite E in N. lra. Qed.

Lemma excess_at_T : excess T = INR T.
Proof.
  unfold excess. rewrite nothing_taken_at_T.
  assert (P : 0 < INR T) by (apply INR_pos; lia).
  pose proof (next_step (pred T) ltac:(lia)) as N. rewrite Nat.succ_pred in N by lia.
  rewrite (output_row _ _ _ _ rows) in N by lia.
  replace (INR (pred T)) with (INR T - 1) in N
    by (rewrite <- (Nat.succ_pred T) at 1 by lia; rewrite S_INR; ring).
  replace (1 - (INR T - 1) / INR T) with (/ INR T) in N by (field; lra).
  apply (Rmult_eq_reg_r (a * / INR T)).
  - rewrite Rminus_0_r, N. field. lra.
  - apply Rgt_not_eq. apply Rmult_lt_0_compat; [ exact a_pos | apply Rinv_0_lt_compat; exact P ].
Qed.

(** Of the points in between, every one passes on what it gets and the 1 of its own. *)
Lemma excess_between : forall k j, (2 <= j)%nat -> (j + k = pred T)%nat -> excess j = 0.
Proof.
  induction k as [k IH] using lt_wf_ind. intros j Hj E.
  destruct rows as [Hh Hl Ha _].
  pose proof (excess_sum h lam a T Hh Hl Ha (pred j) ltac:(lia)) as S0.
  change (rsum (fun k => h k (pred j) * excess k) T = a * (INR T - INR (pred j))) in S0.
  assert (P : 0 < INR T) by (apply INR_pos; lia).
  rewrite (rsum_pred _ T) in S0 by lia.
  rewrite excess_at_T, (output_row _ _ _ _ rows) in S0 by lia.
  rewrite (rsum_single _ _ j) in S0; [ | lia | ].
  - assert (h j (pred j) <> 0).
    { rewrite <- (Nat.succ_pred j) at 1 by lia. apply next_step_nonzero. lia. }
    assert (Z : h j (pred j) * excess j = 0).
    { replace (a * (1 - INR (pred j) / INR T) * INR T) with (a * (INR T - INR (pred j))) in S0
        by (field; lra). lra. }
    destruct (Rmult_integral _ _ Z); [ contradiction | assumption ].
  - intros t Ht Ne. destruct (le_lt_dec t (pred j)).
    + rewrite (steps_triangular _ _ _ _ rows) by lia. ring.
    + rewrite (IH (pred T - t)%nat) by lia. ring.
Qed.

Lemma excess_total : rsum excess T = INR T.
Proof.
  unfold excess, carried, taken.
  rewrite rsum_minus, rsum_plus, rsum_const, (rsum_swap lam T T). ring.
Qed.

Theorem output_row_flow : forall t, (1 <= t <= T)%nat ->
  excess t = if Nat.eqb t T then INR T else 0.
Proof.
  intros t Ht. destruct (Nat.eqb_spec t T) as [-> | N]; [ apply excess_at_T | ].
  destruct (le_lt_dec 2 t) as [L | L]; [ apply (excess_between (pred T - t)); lia | ].
  replace t with 1%nat by lia. pose proof excess_total as E.
  rewrite (rsum_pred _ T) in E by lia. rewrite excess_at_T in E.
  rewrite (rsum_single _ _ 1) in E; [ lra | lia | ].
  intros i Hi Ne. apply (excess_between (pred T - i)); lia.
Qed.

End Flow.
