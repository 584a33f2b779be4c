(** * A resisting oracle: every step of a minimax method is positive

    T - 1 orthonormal directions, f = G max <e_i, .>, and the answer is always the first direction
    that attains the maximum.  A method with a step h_{ts} <= 0 leaves a direction unused, or gives
    one back, and is at f(p_T) >= 0 then: D G / sqrt (T - 1) above the minimum.

    Main result: [steps_positive]. *)

From Coq Require Import Reals Lra Lia Arith.
From GPA Require Import Definitions InnerSpace Sums Flow Adversary FirstTop.
Open Scope R_scope.

Section Resisting.
Variables (h : nat -> nat -> R) (T : nat) (G : R).
Hypothesis T_two : (2 <= T)%nat.
Hypothesis G_pos : 0 < G.
Hypothesis h_triangular : triangular h.

Let n := pred T.

(** Coordinate k of p_t / G after the answers [i]: minus the steps along direction k. *)
Definition reached (i : nat -> nat) (t k : nat) : R :=
  - rsum (fun s => if Nat.eqb (i s) k then h t s else 0) T.

(** The answers up to step t, one after the other. *)
Fixpoint answers (t : nat) : nat -> nat :=
  match t with
  | O => fun _ => 1%nat
  | S m => fun s => if Nat.eqb s (S m) then first_top (reached (answers m) (S m)) n
                    else answers m s
  end.

Definition answer (t : nat) : nat := answers t t.

Lemma answers_stable : forall t s, (s <= t)%nat -> answers t s = answer s.
Proof.
  induction t as [| t IH]; intros s Hs.
  - replace s with 0%nat by lia. reflexivity.
  - destruct (Nat.eq_dec s (S t)) as [-> | N]; [ reflexivity | ].
    simpl. destruct (Nat.eqb_spec s (S t)); [ contradiction | ]. apply IH. lia.
Qed.

Lemma reached_past : forall i j t k, (forall s, (s < t)%nat -> i s = j s) ->
  reached i t k = reached j t k.
Proof.
  intros i j t k E. unfold reached. f_equal. apply rsum_ext. intros s Hs.
  destruct (le_lt_dec t s) as [L | L].
  - rewrite (h_triangular t s L). destruct (Nat.eqb _ _), (Nat.eqb _ _); reflexivity.
  - rewrite (E s L). reflexivity.
Qed.

Lemma answer_is : forall t, (1 <= t)%nat -> answer t = first_top (reached answer t) n.
Proof.
  intros t Ht. destruct t as [| t]; [ lia | ]. unfold answer at 1. simpl. rewrite Nat.eqb_refl.
  assert (E : forall k, reached (answers t) (S t) k = reached answer (S t) k).
  { intros k. apply reached_past. intros s Hs. apply answers_stable. lia. }
  clear -E. induction n as [| m IH]; [ reflexivity | ]. destruct m as [| m]; [ reflexivity | ].
  rewrite !first_top_S, IH, !E by lia. reflexivity.
Qed.

Lemma answer_range : forall t, (1 <= t)%nat -> (1 <= answer t <= n)%nat.
Proof. intros t Ht. rewrite answer_is by exact Ht. apply first_top_range. unfold n. lia. Qed.

(** A direction that no answer has named yet is at 0. *)
Lemma unused : forall t k, (forall s, (1 <= s < t)%nat -> answer s <> k) ->
  reached answer t k = 0.
Proof.
  intros t k E. unfold reached. rewrite rsum_all_zero; [ ring | ]. intros s Hs.
  destruct (Nat.eqb_spec (answer s) k) as [A | A]; [ | reflexivity ].
  destruct (le_lt_dec t s) as [L | L]; [ apply h_triangular, L | ].
  exfalso. apply (E s); [ lia | exact A ].
Qed.

(** The answer goes at most one beyond those before. *)
Lemma answer_next : forall t m, (1 <= t)%nat ->
  (forall s, (1 <= s < t)%nat -> (answer s <= m)%nat) -> (answer t <= S m)%nat.
Proof.
  intros t m Ht E. destruct (le_lt_dec (answer t) (S m)) as [L | L]; [ exact L | exfalso ].
  assert (Z : forall k, (m < k)%nat -> reached answer t k = 0).
  { intros k Hk. apply unused. intros s Hs. specialize (E s Hs). lia. }
  rewrite answer_is in L by exact Ht.
  pose proof (first_top_first (reached answer t) n (S m) ltac:(lia)) as F.
  rewrite !Z in F by lia. lra.
Qed.

Lemma answer_le : forall t, (1 <= t)%nat -> (answer t <= t)%nat.
Proof.
  induction t as [t IH] using lt_wf_ind. intros Ht. destruct t as [| t]; [ lia | ].
  apply answer_next; [ lia | ]. intros s Hs. specialize (IH s ltac:(lia) ltac:(lia)). lia.
Qed.

(** One answer that is not new, and from then on there is a direction to spare. *)
Lemma one_to_spare : forall t0 t, (1 <= t0 <= t)%nat -> (answer t0 < t0)%nat ->
  forall s, (1 <= s <= t)%nat -> (answer s <= pred t)%nat.
Proof.
  intros t0 t Ht Old. induction t as [| t IH]; intros s Hs; [ lia | ]. simpl pred.
  destruct (Nat.eq_dec s (S t)) as [-> | N].
  - destruct (Nat.eq_dec t0 (S t)) as [E | E]; [ subst; lia | ].
    replace t with (S (pred t)) by lia. apply answer_next; [ lia | ].
    intros s Hs'. replace (S (pred t)) with t in Hs' by lia. apply IH; lia.
  - pose proof (answer_le s ltac:(lia)). lia.
Qed.

(** Either every answer is new, or a direction is still at 0 at the output. *)
Lemma new_or_spare : (forall t, (1 <= t <= n)%nat -> answer t = t) \/ reached answer T n = 0.
Proof.
  assert (Dec : forall m, (forall t, (1 <= t <= m)%nat -> answer t = t)
    \/ exists t, (1 <= t <= m)%nat /\ (answer t < t)%nat).
  { induction m as [| m [IH | [t [Ht L]]]].
    - left. intros. lia.
    - destruct (Nat.eq_dec (answer (S m)) (S m)) as [E | N].
      + left. intros t Ht. destruct (Nat.eq_dec t (S m)) as [-> | M]; [ exact E | ].
        apply IH. lia.
      + right. exists (S m). pose proof (answer_le (S m) ltac:(lia)). lia.
    - right. exists t. split; [ lia | exact L ]. }
  destruct (Dec n) as [A | [t [Ht L]]]; [ left; exact A | right ].
  apply unused. intros s Hs E.
  pose proof (one_to_spare t n ltac:(lia) L s ltac:(unfold n; lia)). unfold n in *. lia.
Qed.

Lemma new_reached : forall t k, (forall s, (1 <= s <= n)%nat -> answer s = s) ->
  (1 <= k < t)%nat -> (t <= T)%nat -> reached answer t k = - h t k.
Proof.
  intros t k A Hk Ht. unfold reached. f_equal. rewrite (rsum_single _ _ k); [ | lia | ].
  - rewrite A by (unfold n; lia). rewrite Nat.eqb_refl. reflexivity.
  - intros s Hs N. destruct (le_lt_dec t s) as [L | L].
    + rewrite (h_triangular t s L). destruct (Nat.eqb _ _); reflexivity.
    + rewrite A by (unfold n; lia). destruct (Nat.eqb_spec s k); [ contradiction | reflexivity ].
Qed.

(** A step that is not positive lets the adversary keep the output at 0 or above. *)
Lemma output_high : forall t s, (1 <= s < t)%nat -> (t <= T)%nat -> h t s <= 0 ->
  0 <= reached answer T (answer T).
Proof.
  intros t s Hs Ht Neg. rewrite (answer_is T) by lia.
  assert (Up : forall k, (1 <= k <= n)%nat ->
    reached answer T k <= reached answer T (first_top (reached answer T) n))
    by (intros; apply first_top_max; assumption).
  destruct new_or_spare as [A | Z].
  - destruct (Nat.eq_dec t T) as [-> | N].
    + specialize (Up s ltac:(unfold n; lia)). rewrite (new_reached T s A) in Up by lia. lra.
    + exfalso. pose proof (first_top_first (reached answer t) n s) as F.
      rewrite <- answer_is, A in F by (unfold n; lia). specialize (F Hs).
      rewrite (new_reached t s A) in F by lia.
      rewrite (unused t t) in F; [ lra | ]. intros r Hr E. rewrite A in E by (unfold n; lia). lia.
  - specialize (Up n ltac:(unfold n; lia)). lra.
Qed.

Context {V : Type} `{InnerSpace V}.
Variables (e : nat -> V) (D : R).
Hypothesis D_pos : 0 < D.
Hypothesis e_orthonormal : orthonormal e T.
Hypothesis good : guaranteed h T D G.

Let slope (i : nat) : V := G *v e i.
Let g (t : nat) : V := slope (answer t).
Let f := pieces slope (fun _ => 0) n.

Lemma slope_inner : forall i j, (1 <= i <= n)%nat -> (1 <= j <= n)%nat ->
  <|slope i, slope j|> = if Nat.eqb i j then G ^ 2 else 0.
Proof.
  intros i j Hi Hj. unfold slope, n in *. rewrite inner_scall, inner_scalr, e_orthonormal by lia.
  destruct (Nat.eqb i j); ring.
Qed.

Lemma piece_reached : forall t k, (1 <= k <= n)%nat ->
  piece slope (fun _ => 0) (from_zero h g T t) k = G ^ 2 * reached answer t k.
Proof.
  intros t k Hk. unfold piece, reached. rewrite inner_from_zero.
  rewrite (rsum_ext _ (fun s => G ^ 2 * (if Nat.eqb (answer s) k then h t s else 0))).
  - rewrite rsum_scal. ring.
  - intros s Hs. unfold g. rewrite slope_inner; [ | exact Hk | apply answer_range; lia ].
    destruct (Nat.eqb_spec k (answer s)), (Nat.eqb_spec (answer s) k); try congruence; ring.
Qed.

Let low : R := D / sqrt (INR n).
Let u : V := combined e T (fun i => if Nat.leb i n then - low else 0).

Lemma n_pos : 0 < INR n.
Proof. apply INR_pos. unfold n. lia. Qed.

Lemma rsum_first_n : forall a, rsum (fun i => if Nat.leb i n then a else 0) T = INR n * a.
Proof.
  intros a. rewrite rsum_pred by lia. fold n. destruct (Nat.leb_spec T n); [ unfold n in *; lia | ].
  rewrite Rplus_0_r, <- rsum_const. apply rsum_ext. intros t Ht.
  destruct (Nat.leb_spec t n); [ reflexivity | lia ].
Qed.

Lemma u_near : sqnorm (vzero -v u) <= D ^ 2.
Proof.
  replace (sqnorm (vzero -v u)) with (sqnorm u) by (inner_expand; ring).
  unfold sqnorm, u. rewrite (combined_inner e T e_orthonormal).
  rewrite (rsum_ext _ (fun i => if Nat.leb i n then low ^ 2 else 0)).
  2: { intros i Hi. destruct (Nat.leb i n); ring. }
  rewrite rsum_first_n. pose proof n_pos as P. pose proof (sqrt_lt_R0 _ P) as S0.
  apply Req_le. unfold low. rewrite <- (sqrt_sqrt (INR n)) at 1 by lra. field. lra.
Qed.

Lemma f_at_u : f u <= - (G * low).
Proof.
  apply top_le; [ unfold n; lia | ]. intros k Hk. unfold piece, slope. rewrite inner_scall.
  unfold u, combined. rewrite inner_vsum, (rsum_single _ _ k); [ | unfold n in *; lia | ].
  - rewrite inner_scalr, e_orthonormal by (unfold n in *; lia). rewrite Nat.eqb_refl.
    destruct (Nat.leb_spec k n); [ lra | lia ].
  - intros j Hj N. rewrite inner_scalr, e_orthonormal by (unfold n in *; lia).
    destruct (Nat.eqb_spec k j); [ congruence | ring ].
Qed.

Theorem steps_positive : forall t s, (1 <= s < t)%nat -> (t <= T)%nat -> 0 < h t s.
Proof.
  intros t s Hs Ht. destruct (Rlt_le_dec 0 (h t s)) as [P | Neg]; [ exact P | exfalso ].
  pose proof (output_high t s Hs Ht Neg) as High.
  assert (Some : (1 <= n)%nat) by (unfold n; lia).
  assert (Last : (1 <= answer T <= n)%nat) by (apply answer_range; lia).
  assert (Best : f (from_zero h g T T) - f u <= D * G / sqrt (INR T)).
  { apply (good f vzero u (from_zero h g T) g).
    - apply pieces_convex. exact Some.
    - intros p q d Hd Hp. apply pieces_lipschitz; try assumption; [ lra | ]. intros k Hk.
      unfold sqnorm. rewrite slope_inner by exact Hk. rewrite Nat.eqb_refl. lra.
    - intros r Hr. reflexivity.
    - intros r Hr. change (g r) with (slope (answer r)).
      apply pieces_subgrad; [ apply answer_range; lia | ].
      intros k Hk. assert (A : (1 <= answer r <= n)%nat) by (apply answer_range; lia).
      rewrite !piece_reached by assumption. apply Rmult_le_compat_l; [ nra | ].
      rewrite (answer_is r) by lia. apply first_top_max. exact Hk.
    - exact u_near. }
  assert (Out : 0 <= f (from_zero h g T T)).
  { eapply Rle_trans; [ | apply (top_ge _ _ (answer T) Last) ].
    rewrite piece_reached by exact Last. apply Rmult_le_pos; [ nra | exact High ]. }
  pose proof f_at_u as U. pose proof n_pos as P.
  assert (Less : D * G / sqrt (INR T) < G * low).
  { unfold low. replace (G * (D / sqrt (INR n))) with (D * G / sqrt (INR n))
      by (field; apply Rgt_not_eq, sqrt_lt_R0; exact P).
    apply Rmult_lt_compat_l; [ nra | ]. apply Rinv_lt_contravar.
    - apply Rmult_lt_0_compat; apply sqrt_lt_R0; [ exact P | apply INR_pos; lia ].
    - apply sqrt_lt_1_alt. split; [ lra | ]. apply lt_INR. unfold n. lia. }
  lra.
Qed.

End Resisting.
