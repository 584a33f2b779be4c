(** * The other bases inside GPA: dual averaging, AdaGrad-norm, diagonal AdaGrad

    Each regret bound composed with the three conversions of plain regret, as in [Rates].

    Main results: [dual_averaging_average_rate], [dual_averaging_schedule_free_rate],
    [dual_averaging_no_remainder_rate], and the same for [adagrad_norm_] and [adagrad_diagonal_]. *)

From Coq Require Import Reals Lra Lia Arith.
From GPA Require Import Definitions InnerSpace Sums Recursion Rows Conversions GradientDescent Rates
  Euclidean AdaGrad DualAveraging.
Open Scope R_scope.

Section BaseRates.
Context {V : Type} `{InnerSpace V}.
Variables (C : V -> Prop) (f : V -> R) (mu_y : nat -> R) (z x y g : nat -> V) (T : nat) (u : V).
Variables (D G gamma diameter : R).
Hypothesis setting : convex_setting C f z y g T.
Hypothesis u_inside : C u.
Hypothesis T_pos : (1 <= T)%nat.
Hypothesis D_pos : 0 < D.
Hypothesis G_pos : 0 < G.
Hypothesis gamma_pos : 0 < gamma.
Hypothesis start_near : sqnorm (z 1%nat -v u) <= D ^ 2.
Hypothesis lipschitz : forall t, (1 <= t <= T)%nat -> sqnorm (g t) <= G ^ 2.

(** What the three conversions make of a bound [B] on the regret. *)
Local Notation average B := (forall mu_x epsilon, 0 <= mu_x < 1 ->
  gpa (exponential mu_x) mu_y z x y T -> (forall a, C a -> f u <= f a + epsilon) ->
  f (mean x T) - f u
  <= rsum (fun t => f (x t) - f u) T / INR T
  <= B / INR T + odds mu_x * (G * D + epsilon) / INR T).
Local Notation last_uniform B := (gpa uniform mu_y z x y T -> f (x T) - f u <= B / INR T).
Local Notation heavy_mean B := (forall mu_x, 0 <= mu_x < 1 -> gpa (exponential mu_x) mu_y z x y T ->
  f (wmean (last_heavy mu_x T) x T) - f u
  <= (B + odds mu_x * (G * D)) / (INR T + odds mu_x)).

Lemma all_rates : forall B, regret g z u T <= B -> average B /\ last_uniform B /\ heavy_mean B.
Proof.
  intros B R1. split; [ | split ].
  - exact (average_rate C f mu_y z x y g T u D G setting u_inside T_pos D_pos G_pos start_near
             lipschitz B R1).
  - exact (schedule_free_rate C f mu_y z x y g T u setting u_inside T_pos B R1).
  - exact (no_remainder_rate C f mu_y z x y g T u D G setting u_inside T_pos D_pos G_pos start_near
             lipschitz B R1).
Qed.

Section Dual.
Hypothesis base : dual_averaging C gamma z g T.
Local Notation B_dual := ((D ^ 2 / (2 * gamma) + gamma * G ^ 2) * sqrt (INR T)).

Lemma dual_bound : regret g z u T <= B_dual.
Proof.
  destruct setting as [Cc _ _ _].
  exact (dual_averaging_worst C z g u T gamma Cc u_inside gamma_pos T_pos base D G start_near
           lipschitz).
Qed.

Theorem dual_averaging_average_rate : average B_dual.
Proof. apply all_rates, dual_bound. Qed.
Theorem dual_averaging_schedule_free_rate : last_uniform B_dual.
Proof. apply all_rates, dual_bound. Qed.
Theorem dual_averaging_no_remainder_rate : heavy_mean B_dual.
Proof. apply all_rates, dual_bound. Qed.
End Dual.

Section Norm.
Hypothesis near : forall t, (1 <= t <= T)%nat -> sqnorm (z t -v u) <= diameter ^ 2.
Hypothesis base : ogd C (adagrad_step gamma g) z g T.
Local Notation B_norm := ((diameter ^ 2 / (2 * gamma) + gamma) * (G * sqrt (INR T))).

Lemma norm_bound : regret g z u T <= B_norm.
Proof.
  destruct setting as [Cc _ _ _].
  exact (adagrad_norm_worst C z g u T gamma diameter Cc u_inside gamma_pos near base G
           (Rlt_le _ _ G_pos) lipschitz).
Qed.

Theorem adagrad_norm_average_rate : average B_norm.
Proof. apply all_rates, norm_bound. Qed.
Theorem adagrad_norm_schedule_free_rate : last_uniform B_norm.
Proof. apply all_rates, norm_bound. Qed.
Theorem adagrad_norm_no_remainder_rate : heavy_mean B_norm.
Proof. apply all_rates, norm_bound. Qed.
End Norm.

Section Diagonal.
Variables (d : nat) (coordinate : nat -> V -> R) (K : nat -> R -> Prop).
Hypothesis dot : forall a b, <|a, b|> = rsum (fun i => coordinate i a * coordinate i b) d.
Hypothesis coordinate_sub : forall i a b,
  coordinate i (a -v b) = coordinate i a - coordinate i b.
Hypothesis K_convex : forall i, (1 <= i <= d)%nat -> convex_set (K i).
Hypothesis u_in_box : forall i, (1 <= i <= d)%nat -> K i (coordinate i u).
Hypothesis near : forall i t, (1 <= i <= d)%nat -> (1 <= t <= T)%nat ->
  (coordinate i (z t) - coordinate i u) ^ 2 <= diameter ^ 2.
Hypothesis base : forall i, (1 <= i <= d)%nat ->
  ogd (K i) (adagrad_step gamma (fun t => coordinate i (g t)))
    (fun t => coordinate i (z t)) (fun t => coordinate i (g t)) T.
Local Notation B_diagonal := ((diameter ^ 2 / (2 * gamma) + gamma) * (G * sqrt (INR d * INR T))).

Lemma diagonal_bound : regret g z u T <= B_diagonal.
Proof.
  exact (adagrad_diagonal_worst d coordinate dot coordinate_sub K z g u T gamma diameter K_convex
           u_in_box gamma_pos near base G (Rlt_le _ _ G_pos) lipschitz).
Qed.

Theorem adagrad_diagonal_average_rate : average B_diagonal.
Proof. apply all_rates, diagonal_bound. Qed.
Theorem adagrad_diagonal_schedule_free_rate : last_uniform B_diagonal.
Proof. apply all_rates, diagonal_bound. Qed.
Theorem adagrad_diagonal_no_remainder_rate : heavy_mean B_diagonal.
Proof. apply all_rates, diagonal_bound. Qed.
End Diagonal.

End BaseRates.
