(** * Gradient descent with steps gamma / sqrt t: no horizon is needed

    With |z_t - u| <= R ([diameter]) at every step, the regret stays below
    (R^2 / (2 gamma) + gamma G^2) sqrt T, for every T.

    Main result: [ogd_anytime_regret]. *)

From Coq Require Import Reals Lra Lia Arith.
From GPA Require Import Definitions InnerSpace Sums GradientDescent BoundedIterates DualAveraging.
Open Scope R_scope.

Section Decreasing.
Context {V : Type} `{InnerSpace V}.
Variables (C : V -> Prop) (z g : nat -> V) (u : V) (T : nat) (diameter gamma : R).
Hypothesis C_convex : convex_set C.
Hypothesis u_inside : C u.
Hypothesis T_pos : (1 <= T)%nat.
Hypothesis near : forall t, (1 <= t <= T)%nat -> sqnorm (z t -v u) <= diameter ^ 2.
Hypothesis gamma_pos : 0 < gamma.

Theorem ogd_anytime_regret : forall G,
  (forall t, (1 <= t <= T)%nat -> sqnorm (g t) <= G ^ 2) ->
  ogd C (fun t => gamma / sqrt (INR t)) z g T ->
  regret g z u T <= (diameter ^ 2 / (2 * gamma) + gamma * G ^ 2) * sqrt (INR T).
Proof.
  intros G HG O. set (step := fun t => gamma / sqrt (INR t)) in *.
  assert (Pos : forall t, (1 <= t <= T)%nat -> 0 < step t).
  { intros t Ht. unfold step, Rdiv. apply Rmult_lt_0_compat; [ exact gamma_pos | ].
    apply Rinv_0_lt_compat, sqrt_INR_pos. lia. }
  assert (Shrink : forall t, (1 <= t < T)%nat -> step (S t) <= step t).
  { intros t Ht. unfold step, Rdiv. apply Rmult_le_compat_l; [ lra | ].
    apply Rinv_le_contravar; [ apply sqrt_INR_pos; lia | ].
    apply sqrt_le_1; [ apply pos_INR | apply pos_INR | apply le_INR; lia ]. }
  eapply Rle_trans;
    [ exact (ogd_varying_regret C z g u T diameter C_convex u_inside T_pos near step Pos Shrink O) | ].
  pose proof (sqrt_INR_pos T T_pos) as Ps.
  assert (B : rsum (fun t => step t * sqnorm (g t)) T <= gamma * G ^ 2 * (2 * sqrt (INR T))).
  { eapply Rle_trans with (gamma * G ^ 2 * rsum (fun t => / sqrt (INR t)) T).
    - rewrite <- rsum_scal. apply rsum_le. intros t Ht. pose proof (HG t Ht). unfold step, Rdiv.
      pose proof (Rinv_0_lt_compat _ (sqrt_INR_pos t ltac:(lia))).
      replace (gamma * G ^ 2 * / sqrt (INR t)) with (gamma * / sqrt (INR t) * G ^ 2) by ring.
      apply Rmult_le_compat_l; [ | assumption ]. apply Rmult_le_pos; lra.
    - apply Rmult_le_compat_l; [ | apply sum_inv_sqrt ].
      apply Rmult_le_pos; [ lra | apply pow2_ge_0 ]. }
  replace ((diameter ^ 2 / (2 * gamma) + gamma * G ^ 2) * sqrt (INR T))
    with (diameter ^ 2 / (2 * step T) + / 2 * (gamma * G ^ 2 * (2 * sqrt (INR T))))
    by (unfold step; field; lra).
  apply Rplus_le_compat_l, Rmult_le_compat_l; [ lra | exact B ].
Qed.

End Decreasing.
