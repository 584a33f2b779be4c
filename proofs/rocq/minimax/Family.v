(** * GPA with constant mu_x around subgradient steps, as a fixed-step method

    Main results: [gpa_is_fixed_step] (its steps are h_{ts} = gamma_s (1 - mu_y mu_x^(t-s)), and
    gamma_s (1 - mu_x^(T-s)) for its output x_T), [gpa_minimax] (multipliers >= 0 of these steps prove
    D G / sqrt T at the last iterate). *)

From Coq Require Import Reals Lra Lia Arith.
From GPA Require Import Definitions InnerSpace Sums Flow Minimax.
Open Scope R_scope.

(** Subgradient steps, with no projection; the base's last step is never used. *)
Definition subgradient_steps {V} `{InnerSpace V} (gamma : nat -> R) (z g : nat -> V) (T : nat)
  : Prop := forall t, (1 <= t < T)%nat -> z (S t) = z t -v gamma t *v g t.

(** How far gradient s has reached at step t, and in the output x_T. *)
Definition gpa_steps (mu_x mu_y : R) (gamma : nat -> R) (T t s : nat) : R :=
  if Nat.ltb s t
  then gamma s * (1 - (if Nat.eqb t T then 1 else mu_y) * mu_x ^ (t - s)) else 0.

Section Run.
Context {V : Type} `{InnerSpace V}.
Variables (mu_x mu_y : R) (gamma : nat -> R) (z x y g : nat -> V) (T : nat).
Hypothesis steps : subgradient_steps gamma z g T.
Hypothesis run : gpa (exponential mu_x) (fun _ => mu_y) z x y T.

Lemma z_moves : forall t w, (1 <= t <= T)%nat ->
  <|w, z t|> = <|w, z 1%nat|> - rsum (fun s => gamma s * <|w, g s|>) (pred t).
Proof.
  induction t as [| t IH]; intros w Ht; [ lia | ]. destruct t; [ simpl; ring | ].
  rewrite steps by lia. rewrite inner_subr, inner_scalr, IH by lia.
  simpl pred. rewrite rsum_S. ring.
Qed.

Lemma x_moves : forall t w, (1 <= t <= T)%nat ->
  <|w, x t|>
  = <|w, z 1%nat|> - rsum (fun s => gamma s * (1 - mu_x ^ (t - s)) * <|w, g s|>) (pred t).
Proof.
  induction t as [| t IH]; intros w Ht; [ lia | ]. destruct t.
  - rewrite (gpa_x1 _ _ _ _ _ _ run). simpl. ring.
  - rewrite (gpa_x _ _ _ _ _ _ run) by lia. simpl pred. unfold exponential. simpl Nat.eqb. cbv iota.
    rewrite inner_addr, !inner_scalr, IH, (z_moves (S (S t)) w) by lia. simpl pred.
    rewrite !rsum_S. replace (S (S t) - S t)%nat with 1%nat by lia.
    rewrite (rsum_ext (fun s => gamma s * (1 - mu_x ^ (S (S t) - s)) * <|w, g s|>)
      (fun s => mu_x * (gamma s * (1 - mu_x ^ (S t - s)) * <|w, g s|>)
                + (1 - mu_x) * (gamma s * <|w, g s|>))).
    2: { intros s Hs. replace (S (S t) - s)%nat with (S (S t - s)) by lia. simpl pow. ring. }
    rewrite rsum_plus, !rsum_scal. simpl pow. ring.
Qed.

(** A sum over all steps of what has an effect before step t only. *)
Lemma rsum_before : forall (a : nat -> R) t n, (1 <= t <= S n)%nat ->
  rsum (fun s => if Nat.ltb s t then a s else 0) n = rsum a (pred t).
Proof.
  intros a t n. induction n as [| n IH]; intros Ht.
  - replace t with 1%nat by lia. reflexivity.
  - rewrite rsum_S. destruct (Nat.eq_dec t (S (S n))) as [-> | N].
    + destruct (Nat.ltb_spec (S n) (S (S n))); [ | lia ]. simpl pred. rewrite rsum_S. f_equal.
      apply rsum_ext. intros s Hs. destruct (Nat.ltb_spec s (S (S n))); [ reflexivity | lia ].
    + rewrite IH by lia. destruct (Nat.ltb_spec (S n) t); [ lia | ring ].
Qed.

Theorem gpa_is_fixed_step :
  fixed_step (gpa_steps mu_x mu_y gamma T) (z 1%nat)
    (fun t => if Nat.eqb t T then x t else y t) g T.
Proof.
  intros t Ht. apply inner_ext. intros w. rewrite inner_subr, inner_vsum.
  rewrite (rsum_ext _ (fun s => if Nat.ltb s t then
    gamma s * (1 - (if Nat.eqb t T then 1 else mu_y) * mu_x ^ (t - s)) * <|w, g s|> else 0)).
  2: { intros s Hs. rewrite inner_scalr. unfold gpa_steps. destruct (Nat.ltb s t); ring. }
  rewrite rsum_before by lia. destruct (Nat.eqb_spec t T) as [E | N].
  - rewrite (x_moves t w) by lia. f_equal. apply rsum_ext. intros. ring.
  - rewrite (gpa_y _ _ _ _ _ _ run) by lia.
    rewrite inner_addr, !inner_scalr, (x_moves t w), (z_moves t w) by lia.
    rewrite (rsum_ext (fun s => gamma s * (1 - mu_y * mu_x ^ (t - s)) * <|w, g s|>)
      (fun s => mu_y * (gamma s * (1 - mu_x ^ (t - s)) * <|w, g s|>)
                + (1 - mu_y) * (gamma s * <|w, g s|>))) by (intros; ring).
    rewrite rsum_plus, !rsum_scal. ring.
Qed.

End Run.

Section Rate.
Context {V : Type} `{InnerSpace V}.
Variables (C : V -> Prop) (f : V -> R) (mu_x mu_y : R) (gamma : nat -> R) (z x y g : nat -> V).
Variables (T : nat) (u : V) (D G : R).
Hypothesis T_two : (2 <= T)%nat.
Hypothesis D_pos : 0 < D.
Hypothesis G_pos : 0 < G.
Hypothesis steps : subgradient_steps gamma z g T.
Hypothesis run : gpa (exponential mu_x) (fun _ => mu_y) z x y T.
Hypothesis inside : C u /\ C (x T) /\ forall t, (1 <= t < T)%nat -> C (y t).
(** Gradients are taken at y_t; g_T is any subgradient at the output, which no step uses. *)
Hypothesis slopes : forall t, (1 <= t < T)%nat -> subgrad C f (y t) (g t).
Hypothesis slope_at_x : subgrad C f (x T) (g T).
Hypothesis lipschitz : forall t, (1 <= t <= T)%nat -> sqnorm (g t) <= G ^ 2.
Hypothesis start_near : sqnorm (z 1%nat -v u) <= D ^ 2.

Let a := D / (G * sqrt (INR T)).

Theorem gpa_minimax : forall lam, minimax_rows (gpa_steps mu_x mu_y gamma T) lam a T ->
  (forall t j, (1 <= j < t)%nat -> (t <= T)%nat -> 0 <= lam t j) ->
  f (x T) - f u <= D * G / sqrt (INR T).
Proof.
  intros lam rows nonneg. destruct inside as [Cu [Cx Cy]].
  assert (Pa : 0 < a).
  { unfold a. apply Rdiv_lt_0_compat; [ exact D_pos | ]. apply Rmult_lt_0_compat; [ exact G_pos | ].
    apply sqrt_lt_R0, INR_pos. lia. }
  pose proof (minimax_rate C f (gpa_steps mu_x mu_y gamma T) lam a (z 1%nat) u
    (fun t => if Nat.eqb t T then x t else y t) g T T_two Pa rows nonneg) as M.
  cbv beta in M. rewrite Nat.eqb_refl in M. apply M; try assumption; try reflexivity.
  - exact (gpa_is_fixed_step mu_x mu_y gamma z x y g T steps run).
  - split; [ exact Cu | ]. intros t Ht. destruct (Nat.eqb_spec t T) as [-> | N]; [ exact Cx | ].
    apply Cy. lia.
  - intros t Ht. destruct (Nat.eqb_spec t T) as [-> | N]; [ exact slope_at_x | ].
    apply slopes. lia.
Qed.

End Rate.
