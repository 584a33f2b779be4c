(** * Stochastic gradient descent inside GPA: rates in expectation

    The noisy gradients have second moment at most G^2; D and [diameter] bound |z_1 - u| and
    |z_t - u| in every outcome.

    Main results: [sgd_average_rate], [sgd_schedule_free_rate], [sgd_last_rate]. *)

From Coq Require Import Reals Lra Lia Arith.
From GPA Require Import Definitions InnerSpace Sums Jensen Recursion Rows GradientDescent
  BoundedIterates Rates Expectation Noise.
Open Scope R_scope.

Section Sgd.
Context {Om : Type} {EX : Expectation Om} {V : Type} {IS : InnerSpace V}.
Variables (C : V -> Prop) (f : V -> R) (mu_y : nat -> R) (u : V) (T : nat) (G : R).
Variables (z x y g noisy : nat -> Om -> V).
Hypothesis C_convex : convex_set C.
Hypothesis u_inside : C u.
Hypothesis T_pos : (1 <= T)%nat.
Hypothesis G_pos : 0 < G.
Hypothesis int_square : forall t, (1 <= t <= T)%nat -> Int (fun o => sqnorm (noisy t o)).
Hypothesis second_moment : forall t, (1 <= t <= T)%nat ->
  E (fun o => sqnorm (noisy t o)) <= G ^ 2.

(** Expectation of a pathwise regret bound: a constant plus weighted squares. *)
Lemma expected_regret_le : forall p w A,
  (forall t, (1 <= t <= T)%nat -> Int (fun o => <|noisy t o, z t o -v u|>)) ->
  (forall t, (1 <= t <= T)%nat -> 0 <= w t) ->
  (forall o, weighted_regret p (fun t => noisy t o) (fun t => z t o) u T
             <= A + rsum (fun t => w t * sqnorm (noisy t o)) T) ->
  rsum (fun t => p t * expected_step_regret u z noisy t) T <= A + G ^ 2 * rsum w T.
Proof.
  intros p w A In Hw P. unfold expected_step_regret.
  rewrite <- (E_weighted p (fun t o => <|noisy t o, z t o -v u|>)) by exact In.
  set (S1 := fun o => rsum (fun t => w t * sqnorm (noisy t o)) T).
  assert (IS1 : Int S1)
    by (apply (int_weighted w (fun t o => sqnorm (noisy t o))); exact int_square).
  apply Rle_trans with (E (fun o => A + S1 o)).
  - apply E_le; [ | apply int_plus; [ apply int_const | exact IS1 ] | exact P ].
    apply (int_weighted p (fun t o => <|noisy t o, z t o -v u|>)). exact In.
  - rewrite (E_plus (fun _ => A) S1), E_const by (exact IS1 || apply int_const).
    apply Rplus_le_compat_l. unfold S1.
    rewrite (E_weighted w (fun t o => sqnorm (noisy t o))) by exact int_square.
    rewrite <- rsum_scal. apply rsum_le. intros t Ht. rewrite Rmult_comm.
    apply Rmult_le_compat_r; [ apply Hw, Ht | apply second_moment, Ht ].
Qed.

Section Tuned.
Variable D : R.
Hypothesis D_pos : 0 < D.
Hypothesis start_near : forall o, sqnorm (z 1%nat o -v u) <= D ^ 2.
Hypothesis base : forall o,
  ogd C (fun _ => tuned_step D G T) (fun t => z t o) (fun t => noisy t o) T.

Lemma sgd_regret :
  (forall t, (1 <= t <= T)%nat -> Int (fun o => <|noisy t o, z t o -v u|>)) ->
  rsum (expected_step_regret u z noisy) T <= D * G * sqrt (INR T).
Proof.
  intros In. pose proof (tuned_step_pos D G T D_pos G_pos T_pos) as Hg.
  set (gamma := tuned_step D G T) in *.
  pose proof (expected_regret_le one (fun _ => gamma / 2) (D ^ 2 / (2 * gamma)) In
                ltac:(intros; lra)) as B.
  rewrite rsum_const in B.
  rewrite (rsum_ext _ (expected_step_regret u z noisy)) in B by (intros; unfold one; ring).
  rewrite <- (tuned_value D G T D_pos G_pos T_pos). fold gamma.
  eapply Rle_trans; [ apply B | right; ring ]. intros o.
  pose proof (ogd_regret C _ _ u T C_convex u_inside gamma Hg (base o)) as R1.
  unfold weighted_regret. rewrite (rsum_ext _ (step_regret (fun t => noisy t o)
    (fun t => z t o) u)) by (intros; unfold one; ring).
  rewrite rsum_scal. eapply Rle_trans; [ exact R1 | ]. apply Rplus_le_compat_r.
  unfold Rdiv. apply Rmult_le_compat_r; [ left; apply Rinv_0_lt_compat; lra | apply start_near ].
Qed.

Theorem sgd_average_rate : forall mu_x,
  noisy_run C f (exponential mu_x) mu_y z x y g noisy u T ->
  Int (fun o => f (mean (fun t => x t o) T)) ->
  E (fun o => f (mean (fun t => x t o) T)) - f u
  <= D * G / sqrt (INR T)
     + odds mu_x * (E (fun o => f (x 1%nat o)) - E (fun o => f (x T o))) / INR T.
Proof.
  intros mu_x run Im.
  pose proof (expected_average_iterate C f mu_y u T z x y g noisy u_inside T_pos mu_x run Im) as A.
  rewrite <- (tuned_over_T T D G T_pos).
  pose proof (div_T_le T T_pos _ _ (sgd_regret (int_noisy _ _ _ _ _ _ _ _ _ _ _ run))). lra.
Qed.

Theorem sgd_schedule_free_rate : noisy_run C f uniform mu_y z x y g noisy u T ->
  E (fun o => f (x T o)) - f u <= D * G / sqrt (INR T).
Proof.
  intros run.
  pose proof (expected_schedule_free C f mu_y u T z x y g noisy u_inside T_pos run) as A.
  rewrite <- (tuned_over_T T D G T_pos).
  pose proof (div_T_le T T_pos _ _ (sgd_regret (int_noisy _ _ _ _ _ _ _ _ _ _ _ run))). lra.
Qed.

End Tuned.

Theorem sgd_last_rate : forall mu_x diameter, 0 <= mu_x < 1 -> 0 < diameter ->
  (forall o t, (1 <= t <= T)%nat -> sqnorm (z t o -v u) <= diameter ^ 2) ->
  (forall o, ogd C (fun _ => diameter / G * sqrt (1 - mu_x))
                 (fun t => z t o) (fun t => noisy t o) T) ->
  noisy_run C f (exponential mu_x) mu_y z x y g noisy u T ->
  E (fun o => f (x T o)) - f u
  <= mu_x ^ (T - 1) * (E (fun o => f (x 1%nat o)) - f u) + diameter * G * sqrt (1 - mu_x).
Proof.
  intros mu_x diameter Hm HR Near base run.
  pose proof (expected_last_iterate C f mu_y u T z x y g noisy u_inside T_pos mu_x Hm run) as L.
  eapply Rle_trans; [ exact L | ]. apply Rplus_le_compat_l.
  pose proof (sqrt_lt_R0 (1 - mu_x) ltac:(lra)) as Hs.
  pose proof (sqrt_sqrt (1 - mu_x) ltac:(lra)) as Hss.
  set (s := sqrt (1 - mu_x)) in *. set (gamma := diameter / G * s) in *.
  assert (Hg : 0 < gamma).
  { unfold gamma, Rdiv. repeat apply Rmult_lt_0_compat; try assumption.
    apply Rinv_0_lt_compat. exact G_pos. }
  set (p := discount mu_x T).
  assert (Hp : forall t, 0 <= p t) by (intros; apply discount_nonneg; lra).
  assert (B : rsum (fun t => p t * expected_step_regret u z noisy t) T
              <= diameter ^ 2 / (2 * gamma) + G ^ 2 * rsum (fun t => gamma / 2 * p t) T).
  { apply expected_regret_le; [ exact (int_noisy _ _ _ _ _ _ _ _ _ _ _ run) | | ].
    - intros t _. pose proof (Hp t). apply Rmult_le_pos; lra.
    - intros o. eapply Rle_trans;
        [ apply (ogd_bounded C _ _ u T diameter C_convex u_inside T_pos (Near o) p (fun _ => gamma))
        | ].
      + intros t _. split; [ apply Hp | exact Hg ].
      + intros t Ht. apply discount_growing; [ lra | exact Hg | exact Ht ].
      + exact (base o).
      + apply Rplus_le_compat.
        * unfold Rdiv. apply Rmult_le_compat_r; [ left; apply Rinv_0_lt_compat; lra | ].
          pose proof (pow2_ge_0 diameter). pose proof (discount_last mu_x T). unfold p. nra.
        * rewrite <- rsum_scal. right. apply rsum_ext. intros. field. }
  rewrite rsum_scal in B.
  pose proof (discount_mass mu_x T ltac:(lra) T_pos) as Mass. fold p in Mass.
  assert (0 <= mu_x ^ (T - 1)) by (apply pow_le; lra).
  apply (Rmult_le_compat_l (1 - mu_x)) in B; [ | lra ]. eapply Rle_trans; [ exact B | ].
  apply Rle_trans with ((1 - mu_x) * (diameter ^ 2 / (2 * gamma)) + G ^ 2 * gamma / 2).
  - assert (0 < G ^ 2 * gamma / 2).
    { pose proof (Rmult_lt_0_compat _ _ G_pos G_pos).
      pose proof (Rmult_lt_0_compat (G * G) gamma ltac:(assumption) Hg). simpl. lra. }
    nra.
  - right. unfold gamma. rewrite <- Hss. field. lra.
Qed.

End Sgd.
