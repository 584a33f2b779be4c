(** * Rates: conversions composed with regret bounds

    D bounds |z_1 - u|, G the gradients, [diameter] = R bounds |z_t - u| for all t.

    Main results: [average_rate], [schedule_free_rate], [no_remainder_rate] (any base whose regret is
    at most B); [ogd_average_rate] (D G / sqrt T and the telescope term), [ogd_schedule_free_rate]
    (D G / sqrt T, last iterate), [ogd_no_remainder_rate], [ogd_last_rate] (last iterate:
    mu_x^(T-1) phi_1 + R G sqrt (1 - mu_x)). *)

From Coq Require Import Reals Lra Lia Arith.
From GPA Require Import Definitions InnerSpace Sums Jensen Recursion StepIdentity Rows Conversions
  GradientDescent BoundedIterates.
Open Scope R_scope.

Section Rates.
Context {V : Type} `{InnerSpace V}.
Variables (C : V -> Prop) (f : V -> R) (mu_y : nat -> R) (z x y g : nat -> V) (T : nat) (u : V).
Variables (D G : R).
Hypothesis setting : convex_setting C f z y g T.
Hypothesis u_inside : C u.
Hypothesis T_pos : (1 <= T)%nat.
Hypothesis D_pos : 0 < D.
Hypothesis G_pos : 0 < G.
Hypothesis start_near : sqnorm (z 1%nat -v u) <= D ^ 2.
Hypothesis lipschitz : forall t, (1 <= t <= T)%nat -> sqnorm (g t) <= G ^ 2.

Lemma div_T_le : forall a b, a <= b -> a / INR T <= b / INR T.
Proof.
  intros a b L. pose proof (INR_pos T T_pos). unfold Rdiv.
  apply Rmult_le_compat_r; [ left; apply Rinv_0_lt_compat; lra | exact L ].
Qed.

Lemma sqrt_T : INR T = sqrt (INR T) * sqrt (INR T) /\ 0 < sqrt (INR T).
Proof.
  pose proof (INR_pos T T_pos). split; [ symmetry; apply sqrt_sqrt; lra | ].
  apply sqrt_lt_R0. lra.
Qed.

Lemma tuned_over_T : D * G * sqrt (INR T) / INR T = D * G / sqrt (INR T).
Proof. destruct sqrt_T as [E P]. set (s := sqrt (INR T)) in *. rewrite E. field. lra. Qed.

Lemma first_regret_bounded : step_regret g z u 1 <= G * D.
Proof.
  apply cauchy_schwarz; [ lra | lra | apply lipschitz; lia | exact start_near ].
Qed.

Lemma first_gap_bounded : forall c, gpa c mu_y z x y T -> f (x 1%nat) - f u <= G * D.
Proof.
  intros c run. pose proof first_regret_bounded.
  pose proof (first_gap C f mu_y z x y g T u setting u_inside T_pos c run). lra.
Qed.

(** ** Any base optimizer whose regret is at most B *)
Section AnyBase.
Variable B : R.
Hypothesis regret_le : regret g z u T <= B.

(** [u] minimizes f on C up to epsilon. *)
Theorem average_rate : forall mu_x epsilon, 0 <= mu_x < 1 ->
  gpa (exponential mu_x) mu_y z x y T -> (forall a, C a -> f u <= f a + epsilon) ->
  f (mean x T) - f u
  <= rsum (fun t => f (x t) - f u) T / INR T
  <= B / INR T + odds mu_x * (G * D + epsilon) / INR T.
Proof.
  intros mu_x epsilon Hm run Min. pose proof (odds_nonneg mu_x Hm) as Ho.
  destruct (average_iterate C f mu_y z x y g T u setting u_inside T_pos mu_x run) as [A1 A2].
  split; [ exact A1 | ]. eapply Rle_trans; [ exact A2 | ].
  apply Rplus_le_compat; apply div_T_le; [ exact regret_le | ].
  apply Rmult_le_compat_l; [ exact Ho | ].
  pose proof (first_gap_bounded _ run). destruct setting as [Cc _ Cz _].
  pose proof (Min (x T) (x_inside _ _ _ _ _ _ run C Cc Cz T ltac:(lia))). lra.
Qed.

Theorem schedule_free_rate : gpa uniform mu_y z x y T -> f (x T) - f u <= B / INR T.
Proof.
  intros run.
  eapply Rle_trans; [ exact (schedule_free C f mu_y z x y g T u setting u_inside T_pos run) | ].
  apply div_T_le. exact regret_le.
Qed.

Theorem no_remainder_rate : forall mu_x, 0 <= mu_x < 1 -> gpa (exponential mu_x) mu_y z x y T ->
  f (wmean (last_heavy mu_x T) x T) - f u
  <= (B + odds mu_x * (G * D)) / (INR T + odds mu_x).
Proof.
  intros mu_x Hm run. pose proof (odds_nonneg mu_x Hm) as Ho. pose proof (INR_pos T T_pos).
  eapply Rle_trans;
    [ exact (no_remainder C f mu_y z x y g T u setting u_inside T_pos mu_x Hm run) | ].
  unfold Rdiv. apply Rmult_le_compat_r; [ left; apply Rinv_0_lt_compat; lra | ].
  apply Rplus_le_compat; [ exact regret_le | ].
  apply Rmult_le_compat_l; [ exact Ho | exact first_regret_bounded ].
Qed.

End AnyBase.

(** ** Gradient descent with gamma = D / (G sqrt T) *)
Section Tuned.
Hypothesis base : ogd C (fun _ => tuned_step D G T) z g T.

Lemma tuned_regret : regret g z u T <= D * G * sqrt (INR T).
Proof. destruct setting as [Cc _ _ _]. apply (ogd_regret_tuned C z g u T D G); assumption. Qed.

Theorem ogd_average_rate : forall mu_x, gpa (exponential mu_x) mu_y z x y T ->
  f (mean x T) - f u
  <= rsum (fun t => f (x t) - f u) T / INR T
  <= D * G / sqrt (INR T) + odds mu_x * (f (x 1%nat) - f (x T)) / INR T.
Proof.
  intros mu_x run. rewrite <- tuned_over_T.
  destruct (average_iterate C f mu_y z x y g T u setting u_inside T_pos mu_x run) as [A1 A2].
  pose proof (div_T_le _ _ tuned_regret). split; lra.
Qed.

Theorem ogd_schedule_free_rate : gpa uniform mu_y z x y T ->
  f (x T) - f u <= D * G / sqrt (INR T).
Proof. intros run. rewrite <- tuned_over_T. exact (schedule_free_rate _ tuned_regret run). Qed.

Theorem ogd_no_remainder_rate : forall mu_x, 0 <= mu_x < 1 ->
  gpa (exponential mu_x) mu_y z x y T ->
  f (wmean (last_heavy mu_x T) x T) - f u
  <= (D * G * sqrt (INR T) + odds mu_x * (G * D)) / (INR T + odds mu_x).
Proof. intros mu_x Hm run. exact (no_remainder_rate _ tuned_regret mu_x Hm run). Qed.

End Tuned.

(** ** Gradient descent with gamma = (R / G) sqrt (1 - mu_x): the last iterate *)
Section Last.
Variable diameter : R.
Hypothesis diameter_pos : 0 < diameter.
Hypothesis near : forall t, (1 <= t <= T)%nat -> sqnorm (z t -v u) <= diameter ^ 2.

Theorem ogd_last_rate : forall mu_x, 0 <= mu_x < 1 ->
  gpa (exponential mu_x) mu_y z x y T ->
  ogd C (fun _ => diameter / G * sqrt (1 - mu_x)) z g T ->
  f (x T) - f u
  <= mu_x ^ (T - 1) * (f (x 1%nat) - f u) + diameter * G * sqrt (1 - mu_x).
Proof.
  intros mu_x Hm run O.
  pose proof (last_iterate C f mu_y z x y g T u setting u_inside T_pos mu_x Hm run) as L.
  pose proof (sqrt_lt_R0 (1 - mu_x) ltac:(lra)) as Hs.
  pose proof (sqrt_sqrt (1 - mu_x) ltac:(lra)) as Hss.
  set (s := sqrt (1 - mu_x)) in *.
  assert (Hg : 0 < diameter / G * s).
  { unfold Rdiv. repeat apply Rmult_lt_0_compat; try assumption.
    apply Rinv_0_lt_compat. exact G_pos. }
  destruct setting as [Cc _ _ _].
  pose proof (ogd_discounted_regret C z g u T diameter Cc u_inside T_pos near
                mu_x _ G Hm Hg lipschitz O) as B.
  apply (Rmult_le_compat_l (1 - mu_x)) in B; [ | lra ].
  eapply Rle_trans; [ exact L | ]. apply Rplus_le_compat_l.
  eapply Rle_trans; [ exact B | right ]. rewrite <- Hss. field. lra.
Qed.

(** phi_1 is at most G D. *)
Theorem ogd_last_rate_from_start : forall mu_x, 0 <= mu_x < 1 ->
  gpa (exponential mu_x) mu_y z x y T ->
  ogd C (fun _ => diameter / G * sqrt (1 - mu_x)) z g T ->
  f (x T) - f u <= mu_x ^ (T - 1) * (G * D) + diameter * G * sqrt (1 - mu_x).
Proof.
  intros mu_x Hm run O. pose proof (ogd_last_rate mu_x Hm run O).
  pose proof (Rmult_le_compat_l (mu_x ^ (T - 1)) _ _ ltac:(apply pow_le; lra)
                (first_gap_bounded _ run)). lra.
Qed.

End Last.

End Rates.
