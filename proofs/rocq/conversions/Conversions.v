(** * From regret to convergence: the rows of the weighted theorem for runs on a convex loss

    Main results, for the regret of *any* base optimizer:
    [average_iterate] (constant mu_x, f at the mean of the x_t, and the mean of f),
    [schedule_free] and [schedule_free_weighted] (last iterate, c_t = w_t / w_{1:t}),
    [online_to_batch] (no averaging: f at the mean of the z_t),
    [last_iterate] (constant mu_x, *last* iterate by discounted regret),
    [no_remainder] (constant mu_x, a mean with no telescope term). *)

From Coq Require Import Reals Lra Lia Arith.
From GPA Require Import Definitions InnerSpace Sums Jensen Recursion StepIdentity Weighted Rows.
Open Scope R_scope.

Section Rows.
Context {V : Type} `{InnerSpace V}.
Variables (C : V -> Prop) (f : V -> R) (mu_y : nat -> R) (z x y g : nat -> V) (T : nat) (u : V).
Hypothesis setting : convex_setting C f z y g T.
Hypothesis u_inside : C u.
Hypothesis T_pos : (1 <= T)%nat.

(** ** Constant mu_x: the average iterate *)
Theorem summed_gaps : forall mu_x, gpa (exponential mu_x) mu_y z x y T ->
  rsum (fun t => f (x t) - f u) T <= regret g z u T + odds mu_x * (f (x 1%nat) - f (x T)).
Proof.
  intros mu_x run.
  pose proof (weighted_theorem run T_pos u one setting u_inside ltac:(unfold one; intros; lra)) as W.
  rewrite (gaps_average mu_x (fun t => f (x t) - f u) T T_pos) in W.
  rewrite (rsum_ext (fun t => one t * step_regret g z u t) (step_regret g z u)) in W
    by (intros; unfold one; ring).
  unfold regret. lra.
Qed.

(** The mean of the gaps ... *)
Theorem mean_gap : forall mu_x, gpa (exponential mu_x) mu_y z x y T ->
  rsum (fun t => f (x t) - f u) T / INR T
  <= regret g z u T / INR T + odds mu_x * (f (x 1%nat) - f (x T)) / INR T.
Proof.
  intros mu_x run. pose proof (summed_gaps mu_x run). pose proof (INR_pos T T_pos).
  unfold Rdiv. rewrite <- Rmult_plus_distr_r. apply Rmult_le_compat_r; [ | assumption ].
  left. apply Rinv_0_lt_compat. lra.
Qed.

Lemma inside_mean : forall c, gpa c mu_y z x y T ->
  f (mean x T) - f u <= rsum (fun t => f (x t) - f u) T / INR T.
Proof.
  intros c run. pose proof (INR_pos T T_pos) as Hp. destruct setting as [Cc Cf Cz _].
  pose proof (jensen_mean C f x T Cc Cf T_pos (x_inside _ _ _ _ _ _ run C Cc Cz)) as J.
  rewrite rsum_minus, rsum_const. apply (Rmult_le_reg_r (INR T)); [ exact Hp | ].
  unfold Rdiv. rewrite Rmult_assoc, Rinv_l, Rmult_1_r by lra. lra.
Qed.

(** ... and by Jensen's inequality the gap at the mean. *)
Theorem average_iterate : forall mu_x, gpa (exponential mu_x) mu_y z x y T ->
  f (mean x T) - f u
  <= rsum (fun t => f (x t) - f u) T / INR T
  <= regret g z u T / INR T + odds mu_x * (f (x 1%nat) - f (x T)) / INR T.
Proof.
  intros mu_x run. split; [ apply (inside_mean _ run) | apply mean_gap, run ].
Qed.

(** ** Schedule-Free: the last iterate *)
Theorem schedule_free_weighted : forall w c, averages_by w c T -> gpa c mu_y z x y T ->
  f (x T) - f u <= weighted_regret w g z u T / rsum w T.
Proof.
  intros w c A run. pose proof (weights_pos w c T A T ltac:(lia)) as Hp.
  assert (Hw : forall t, (1 <= t <= T)%nat -> 0 <= w t)
    by (intros t Ht; destruct (A t Ht); lra).
  pose proof (weighted_theorem run T_pos u w setting u_inside Hw) as W.
  rewrite (gaps_by_weights w c (fun t => f (x t) - f u) T A T_pos) in W.
  unfold weighted_regret. apply (Rmult_le_reg_r (rsum w T)); [ exact Hp | ].
  unfold Rdiv. rewrite Rmult_assoc, Rinv_l, Rmult_1_r by lra. lra.
Qed.

Lemma uniform_averages : averages_by one uniform T.
Proof.
  intros t Ht. unfold one, uniform. rewrite rsum_const, Rmult_1_r. split; [ lra | reflexivity ].
Qed.

Theorem schedule_free : gpa uniform mu_y z x y T -> f (x T) - f u <= regret g z u T / INR T.
Proof.
  intros run. pose proof (schedule_free_weighted one uniform uniform_averages run) as W.
  unfold one, weighted_regret in W. rewrite rsum_const, Rmult_1_r in W.
  rewrite (rsum_ext _ (step_regret g z u)) in W by (intros; ring). exact W.
Qed.

(** ** No averaging (c_t = 1): the base optimizer itself *)
Theorem online_to_batch : forall p, gpa one mu_y z x y T ->
  (forall t, (1 <= t <= T)%nat -> 0 <= p t) -> 0 < rsum p T ->
  f (wmean p z T) - f u <= weighted_regret p g z u T / rsum p T.
Proof.
  intros p run Hp Pos.
  assert (E : forall t, (1 <= t <= T)%nat -> x t = z t).
  { intros t Ht. rewrite (x_step _ _ _ _ _ _ run t Ht). unfold one. vec_eq ltac:(ring). }
  pose proof (weighted_theorem run T_pos u p setting u_inside Hp) as W.
  rewrite (gaps_no_past p (fun t => f (x t) - f u) T) in W.
  rewrite (rsum_ext _ (fun t => p t * f (z t) - f u * p t)) in W
    by (intros t Ht; rewrite (E t Ht); ring).
  rewrite rsum_minus, rsum_scal in W. destruct setting as [Cc Cf Cz _].
  destruct (jensen C f p z T Cc Cf) as [_ J]; [ | exact Pos | ].
  - intros t Ht. split; [ apply Hp; exact Ht | apply Cz; exact Ht ].
  - unfold weighted_regret. apply (Rmult_le_reg_r (rsum p T)); [ exact Pos | ].
    unfold Rdiv. rewrite Rmult_assoc, Rinv_l, Rmult_1_r by lra. lra.
Qed.

(** ** Constant mu_x: the last iterate by discounted regret *)
Theorem last_iterate : forall mu_x, 0 <= mu_x < 1 -> gpa (exponential mu_x) mu_y z x y T ->
  f (x T) - f u
  <= mu_x ^ (T - 1) * (f (x 1%nat) - f u) + (1 - mu_x) * discounted_regret mu_x g z u T.
Proof.
  intros mu_x Hm run.
  pose proof (weighted_theorem run T_pos u (discount mu_x T) setting u_inside
                ltac:(intros; apply discount_nonneg; lra)) as W.
  apply (Rmult_le_compat_l (1 - mu_x)) in W; [ | lra ].
  rewrite (gaps_discounted mu_x (fun t => f (x t) - f u) T ltac:(lra) T_pos) in W.
  unfold discounted_regret, weighted_regret. lra.
Qed.

(** At the first step x_1 = y_1 = z_1, so the first gap is at most the first regret. *)
Lemma first_gap : forall c, gpa c mu_y z x y T -> f (x 1%nat) - f u <= step_regret g z u 1.
Proof.
  intros c run. pose proof (step_inequality run u 1 setting u_inside ltac:(lia)) as S.
  rewrite (rho_first _ _ _ _ _ _ run) in S. lra.
Qed.

Theorem last_iterate_from_regret : forall mu_x, 0 <= mu_x < 1 ->
  gpa (exponential mu_x) mu_y z x y T ->
  f (x T) - f u
  <= mu_x ^ (T - 1) * step_regret g z u 1 + (1 - mu_x) * discounted_regret mu_x g z u T.
Proof.
  intros mu_x Hm run. pose proof (last_iterate mu_x Hm run).
  pose proof (Rmult_le_compat_l (mu_x ^ (T - 1)) _ _ ltac:(apply pow_le; lra) (first_gap _ run)).
  lra.
Qed.

(** ** Constant mu_x: a mean with no telescope term *)
Theorem no_remainder : forall mu_x, 0 <= mu_x < 1 -> gpa (exponential mu_x) mu_y z x y T ->
  f (wmean (last_heavy mu_x T) x T) - f u
  <= (regret g z u T + odds mu_x * step_regret g z u 1) / (INR T + odds mu_x).
Proof.
  intros mu_x Hm run. pose proof (odds_nonneg mu_x Hm) as Ho. pose proof (INR_pos T T_pos) as Hp.
  pose proof (gaps_no_remainder mu_x T) as E.
  assert (M : wmean (q (first_heavy mu_x) (exponential mu_x) T) x T
              = wmean (last_heavy mu_x T) x T).
  { apply inner_ext. intros v. unfold wmean. rewrite !inner_scalr, !inner_vsum.
    rewrite (rsum_ext _ _ T E). f_equal. apply rsum_ext. intros t Ht. rewrite (E t Ht).
    reflexivity. }
  rewrite <- M, <- (first_heavy_mass mu_x T T_pos).
  unfold regret. rewrite <- (first_heavy_sum mu_x (step_regret g z u) T T_pos).
  apply (weighted_average run T_pos u (first_heavy mu_x) setting u_inside).
  - intros t Ht. unfold first_heavy. destruct (Nat.eqb t 1); lra.
  - intros t Ht. rewrite (E t Ht). unfold last_heavy. destruct (Nat.eqb t T); lra.
  - rewrite first_heavy_mass by exact T_pos. lra.
Qed.

End Rows.
