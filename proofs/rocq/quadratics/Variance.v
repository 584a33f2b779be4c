(** * Quadratics with gradient noise: the stationary variance

    Along an eigenvector of curvature h the gradient at y_t is h y_t + xi_t, where xi_t has second
    moment sigma^2 and is uncorrelated with the iterates before it.

    Main results: [noisy_recurrence] (x obeys the recurrence of [Quadratic], driven by the noise),
    [quadratic_variance] (if E[x_t^2] and E[x_{t+1} x_t] do not change with t, they are these). *)

From Coq Require Import Reals Lra Lia Psatz Arith.
From GPA Require Import Definitions Expectation Quadratic Stability.
Open Scope R_scope.

Section Variance.
Context {Om : Type} {EX : Expectation Om}.
Variables (mu_x mu_y gamma h sigma : R) (x z xi : nat -> Om -> R).
Hypothesis step_z : forall t o,
  z (S t) o = z t o - gamma * (h * (mu_y * x t o + (1 - mu_y) * z t o) + xi t o).
Hypothesis step_x : forall t o, x (S t) o = mu_x * x t o + (1 - mu_x) * z (S t) o.

Local Notation tr := (tau mu_x mu_y (gamma * h)).
Local Notation dt := (det mu_x mu_y (gamma * h)).
Local Notation b := ((1 - mu_x) * gamma).

Theorem noisy_recurrence : forall t o,
  x (S (S t)) o = tr * x (S t) o - dt * x t o - b * xi (S t) o.
Proof.
  intros t o. unfold tau, det. rewrite (step_x (S t)), (step_z (S t)), (step_x t), (step_z t). ring.
Qed.

(** All products whose expectation is taken have one. *)
Hypothesis int_xx : forall t, Int (fun o => x t o * x t o).
Hypothesis int_x1x : forall t, Int (fun o => x (S t) o * x t o).
Hypothesis int_nn : forall t, Int (fun o => xi t o * xi t o).
Hypothesis int_nx1 : forall t, Int (fun o => xi (S t) o * x (S t) o).
Hypothesis int_nx : forall t, Int (fun o => xi (S t) o * x t o).
Hypothesis noise_size : forall t, E (fun o => xi t o * xi t o) = sigma ^ 2.
Hypothesis noise_new : forall t, E (fun o => xi (S t) o * x (S t) o) = 0.
Hypothesis noise_newer : forall t, E (fun o => xi (S t) o * x t o) = 0.

Variables X W : R.
Hypothesis stationary : forall t, E (fun o => x t o * x t o) = X.
Hypothesis stationary_lag : forall t, E (fun o => x (S t) o * x t o) = W.

Lemma lag_equation : W = tr * X - dt * W.
Proof.
  rewrite <- (stationary_lag 1) at 1.
  rewrite <- (E_ext (fun o => tr * (x 1%nat o * x 1%nat o)
    + (- dt * (x 1%nat o * x 0%nat o) + - b * (xi 1%nat o * x 1%nat o)))).
  - rewrite !E_plus, !E_scal, stationary, stationary_lag, noise_new; auto using int_plus, int_scal.
    ring.
  - auto using int_plus, int_scal.
  - intros o. rewrite noisy_recurrence. ring.
Qed.

Lemma variance_equation : X = tr ^ 2 * X + dt ^ 2 * X - 2 * tr * dt * W + b ^ 2 * sigma ^ 2.
Proof.
  rewrite <- (stationary 2) at 1.
  rewrite <- (E_ext (fun o => tr ^ 2 * (x 1%nat o * x 1%nat o)
    + (dt ^ 2 * (x 0%nat o * x 0%nat o) + (b ^ 2 * (xi 1%nat o * xi 1%nat o)
    + ((- 2 * tr * dt) * (x 1%nat o * x 0%nat o) + ((- 2 * tr * b) * (xi 1%nat o * x 1%nat o)
    + (2 * dt * b) * (xi 1%nat o * x 0%nat o))))))).
  - rewrite !E_plus, !E_scal, !stationary, stationary_lag, noise_size, noise_new, noise_newer;
      auto 8 using int_plus, int_scal.
    ring.
  - auto 8 using int_plus, int_scal.
  - intros o. rewrite noisy_recurrence. ring.
Qed.

Theorem quadratic_variance :
  0 <= mu_x < 1 -> 0 <= mu_y <= 1 -> 0 < gamma * h < stability_limit mu_x mu_y ->
  X = b ^ 2 * sigma ^ 2 * (1 + dt) / ((1 - dt) * ((1 + dt) ^ 2 - tr ^ 2)).
Proof.
  intros Hx Hy Hs. destruct (stability_conditions mu_x mu_y (gamma * h) Hx Hy Hs) as [Ht Hd].
  pose proof lag_equation as L. pose proof variance_equation as V.
  set (p := tr) in *. set (q0 := dt) in *. set (n := b ^ 2 * sigma ^ 2) in *.
  assert (EW : W = p * X / (1 + q0)).
  { apply (Rmult_eq_reg_r (1 + q0)); [ | lra ]. unfold Rdiv. rewrite Rmult_assoc, Rinv_l by lra.
    lra. }
  assert (Pos : 0 < (1 + q0) ^ 2 - p ^ 2) by nra.
  apply (Rmult_eq_reg_r ((1 - q0) * ((1 + q0) ^ 2 - p ^ 2)));
    [ | apply Rgt_not_eq, Rmult_lt_0_compat; lra ].
  unfold Rdiv. rewrite (Rmult_assoc (n * (1 + q0))), Rinv_l, Rmult_1_r
    by (apply Rgt_not_eq, Rmult_lt_0_compat; lra).
  assert (V2 : (1 + q0) * X = (1 + q0) * (p ^ 2 * X + q0 ^ 2 * X + n) - 2 * p ^ 2 * q0 * X).
  { rewrite V at 1. rewrite EW. field. lra. }
  lra.
Qed.

End Variance.
