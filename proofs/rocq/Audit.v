(** * Audit: every theorem by its printed statement, and the axioms that the whole list rests on

    Compiling this file prints both; the output is frozen in ../STATEMENTS.txt.  Axioms are asked for
    once, of all theorems together: asking one by one takes many times longer. *)

From Coq Require Import Reals.
From GPA Require Import Combinations SquareSums Multipliers Places WorstCase.
From GPA Require Import Definitions InnerSpace Sums Jensen Recursion StepIdentity Weighted Rows
  Conversions Exactness Exceed Euclidean Witness GrowingWindow GradientDescent BoundedIterates Rates Exponential
  HorizonRule Averages TwoBuffer Momentum Expectation Noise NoisyRates AdaGrad DualAveraging
  DecreasingSteps BaseRates Matching StrongConvexity Smooth Quadratic Stability Variance Flow Minimax
  Noisy Family ProductLaw MatchedDecay FirstOrder Adversary FirstTop Resisting Tilted Directions
  Substitution Necessary FamilyConverse Tails Descent Window LogLog Moves.
Open Scope R_scope.
Set Printing Width 100.

(** ** What the statements are made of *)
Print InnerSpace. Print vsub. Print sqnorm. Print rsum. Print vsum. Print wmean. Print mean.
Print exponential. Print uniform. Print rho. Print odds. Print convex_set. Print convex_on.
Print subgrad. Print breg. Print full. Print gpa. Print convex_setting. Print step_regret.
Print regret. Print weighted_regret. Print discount. Print discounted_regret. Print q.
Print is_projection. Print ogd. Print bregman_terms. Print k. Print jensen_gap. Print one.
Print last_heavy. Print averages_by. Print lost. Print gained. Print gained_at_y. Print tuned_step.
Print horizon_mu_x. Print squares. Print adagrad_step. Print dual_averaging.
Print strongly_convex_on. Print below_bowl. Print Expectation. Print noisy_run. Print expected_gap.
Print expected_step_regret. Print package. Print delta. Print displacement. Print quadratic_run.
Print tau. Print det. Print stability_limit. Print stable. Print gateaux. Print xs. Print ys.
Print Rn. Print coord. Print triangular. Print carried. Print row. Print minimax_rows.
Print integrable. Print rest. Print share. Print noise_factor. Print step_noise. Print ema_weight.
Print ema_sum. Print balanced_step. Print reach_factor. Print fixed_step. Print subgradient_steps.
Print gpa_steps. Print completed_steps. Print matched. Print lipschitz. Print guaranteed.
Print orthonormal. Print falls_slowly. Print at_most_linear_decay. Print warmed. Print bias_corrected. Print grows_by_one.
Print method. Print point. Print fraction. Print described. Print at_. Print here.
Print metric_sum. Print question. Print evidence. Print certificate. Print check.
Print lipschitz_class. Print subgradient_run.

(** ** The statements *)
Check @weighted_theorem.
Check @weighted_identity.
Check @weighted_identity_at_y.
Check @equal_mass.
Check @weighted_average.
Check @step_identity.
Check @step_identity_at_y.
Check @x_between.
Check @step_inequality.
Check @z_minus_x.
Check @z_minus_y.
Check @x_weighted_mean.
Check @x_inside.
Check @y_inside.
Check @cauchy_schwarz.
Check @jensen.
Check @jensen_mean.
Check @subgrad_convex.
Check @gateaux_subgrad.
Check @summed_gaps.

Check @average_iterate.
Check @schedule_free.
Check @schedule_free_weighted.
Check @online_to_batch.
Check @last_iterate.
Check @last_iterate_from_regret.
Check @no_remainder.
Check @summed_identity.
Check @last_iterate_identity.
Check @schedule_free_identity.
Check @affine_equality.
Check @against_base.
Check @against_base_at_y.
Check @beats_base.
Check @moves_bound_drop.
Check @projection_angle.
Check @projection_closer.
Check @ogd_plain.
Check @ogd_step.
Check @ogd_weighted_regret.
Check @ogd_regret.
Check @ogd_regret_tuned.
Check @ogd_bounded.
Check @ogd_varying_regret.
Check @ogd_discounted_regret.
Check @average_rate.
Check @schedule_free_rate.
Check @no_remainder_rate.
Check @growing_window_rate.
Check @growing_window_last.
Check @window_mean.
Check @window_weights.
Check @uniform_grows.
Check @warmed_grows.
Check @bias_corrected_grows.
Check @matches_last.
Check @matches_mean.
Check @moves_rate.
Check @ogd_average_rate.
Check @ogd_schedule_free_rate.
Check @ogd_no_remainder_rate.
Check @ogd_last_rate.
Check @ogd_last_rate_from_start.
Check @decay.
Check @harmonic_bound.
Check @horizon_rule.
Check @dual_averaging_regret.
Check @dual_averaging_worst.
Check @ogd_anytime_regret.
Check @adagrad_norm_regret.
Check @adagrad_norm_worst.
Check @adagrad_diagonal_regret.
Check @adagrad_diagonal_worst.
Check @adagrad_diagonal_Rn.
Check @dual_averaging_average_rate.
Check @dual_averaging_schedule_free_rate.
Check @dual_averaging_no_remainder_rate.
Check @adagrad_norm_average_rate.
Check @adagrad_norm_schedule_free_rate.
Check @adagrad_norm_no_remainder_rate.
Check @adagrad_diagonal_average_rate.
Check @adagrad_diagonal_schedule_free_rate.
Check @adagrad_diagonal_no_remainder_rate.
Check @strong_subgrad.
Check @strong_step.
Check @strong_ogd_rate.
Check @smooth_pays.
Check @smooth_step.
Check @smooth_rate.
Check @expected_weighted_theorem.
Check @expected_average_iterate.
Check @expected_schedule_free.
Check @expected_last_iterate.
Check @exact_run_is_noisy.
Check @sgd_average_rate.
Check @sgd_schedule_free_rate.
Check @sgd_last_rate.
Check @yz_form.
Check @x_from_yz.
Check @y_delta_form.
Check @xz_from_y_delta.
Check @no_averaging.
Check @gradient_at_base.
Check @gradient_at_average.
Check @x_is_ema.
Check @x_is_mean.
Check @package_one_step_later.
Check @package_mean.
Check @extrapolated_momentum.
Check @nesterov.
Check @heavy_ball.
Check @quasi_hyperbolic.
Check @torch_nesterov.
Check @diloco_one_worker.
Check @quadratic_recurrence.
Check @recurrence_tends_to_0.
Check @quadratic_stability.
Check @noisy_recurrence.
Check @quadratic_variance.
Check @output_row_flow.
Check @minimax_certificate.
Check @minimax_rate.
Check @expected_certificate.
Check @expected_minimax_rate.
Check @gpa_is_fixed_step.
Check @gpa_minimax.
Check @product_rows.
Check @product_law_nonneg.
Check @product_law_rate.
Check @matched_decay_rate.
Check @steps_positive.
Check @direction.
Check @multipliers_exist.
Check @rows_necessary.
Check @minimax_necessary.
Check @minimax_iff.
Check @minimax_iff_Rn.
Check @descent_minimax_iff.
Check @weights_minimax_iff.
Check @tails_to_weights.
Check @regret_tail.
Check @descent_tail.
Check @weighted_descent.
Check @tied_rate.
Check @ema_shares_grow.
Check @ema_noise.
Check @log_log.
Check @log_log_rate.
Check @ogd_moves.
Check @ogd_moves_rate.
Check @ogd_moves_tuned.
Check @run_exists.
Check @Rn_inner.
Check @quadratic_run_Rn.
Check @telescope_needed.
Check @convexity_needed.
Check @radius_not_enough.
Check @nonnegative.
Check @multipliers_sound.
Check @located_correct.
Check @class_convex.
Check @worst_case_sound.

Definition audited := (
  @weighted_theorem, @weighted_identity, @weighted_identity_at_y, @equal_mass,
  @weighted_average, @step_identity, @step_identity_at_y, @x_between, @step_inequality,
  @z_minus_x, @z_minus_y, @x_weighted_mean, @x_inside, @y_inside, @cauchy_schwarz, @jensen,
  @jensen_mean, @subgrad_convex, @gateaux_subgrad, @summed_gaps, @average_iterate,
  @schedule_free, @schedule_free_weighted, @online_to_batch, @last_iterate,
  @last_iterate_from_regret, @no_remainder, @summed_identity, @last_iterate_identity,
  @schedule_free_identity, @affine_equality, @against_base, @against_base_at_y,
  @beats_base, @moves_bound_drop, @projection_angle, @projection_closer, @ogd_plain,
  @ogd_step, @ogd_weighted_regret, @ogd_regret, @ogd_regret_tuned, @ogd_bounded,
  @ogd_varying_regret, @ogd_discounted_regret, @average_rate, @schedule_free_rate,
  @no_remainder_rate, @growing_window_rate, @growing_window_last, @window_mean,
  @window_weights, @uniform_grows, @warmed_grows, @bias_corrected_grows, @matches_last, @matches_mean, @moves_rate, @ogd_average_rate, @ogd_schedule_free_rate, @ogd_no_remainder_rate,
  @ogd_last_rate, @ogd_last_rate_from_start, @decay, @harmonic_bound, @horizon_rule,
  @dual_averaging_regret, @dual_averaging_worst, @ogd_anytime_regret, @adagrad_norm_regret,
  @adagrad_norm_worst,
  @adagrad_diagonal_regret, @adagrad_diagonal_worst, @adagrad_diagonal_Rn,
  @dual_averaging_average_rate, @dual_averaging_schedule_free_rate,
  @dual_averaging_no_remainder_rate, @adagrad_norm_average_rate,
  @adagrad_norm_schedule_free_rate, @adagrad_norm_no_remainder_rate,
  @adagrad_diagonal_average_rate, @adagrad_diagonal_schedule_free_rate,
  @adagrad_diagonal_no_remainder_rate, @strong_subgrad, @strong_step, @strong_ogd_rate, @smooth_pays, @smooth_step, @smooth_rate,
  @expected_weighted_theorem, @expected_average_iterate, @expected_schedule_free,
  @expected_last_iterate, @exact_run_is_noisy, @sgd_average_rate, @sgd_schedule_free_rate,
  @sgd_last_rate, @yz_form, @x_from_yz, @y_delta_form, @xz_from_y_delta, @no_averaging,
  @gradient_at_base, @gradient_at_average, @x_is_ema, @x_is_mean, @package_one_step_later,
  @package_mean, @extrapolated_momentum, @nesterov, @heavy_ball, @quasi_hyperbolic,
  @torch_nesterov, @diloco_one_worker, @quadratic_recurrence, @recurrence_tends_to_0,
  @quadratic_stability, @noisy_recurrence, @quadratic_variance, @output_row_flow,
  @minimax_certificate, @minimax_rate, @expected_certificate,
  @expected_minimax_rate, @gpa_is_fixed_step, @gpa_minimax, @product_rows,
  @product_law_nonneg, @product_law_rate, @matched_decay_rate, @steps_positive, @direction,
  @multipliers_exist, @rows_necessary, @minimax_necessary, @minimax_iff, @minimax_iff_Rn,
  @descent_minimax_iff, @weights_minimax_iff, @tails_to_weights,
  @regret_tail, @descent_tail, @weighted_descent, @tied_rate, @ema_shares_grow, @ema_noise,
  @log_log, @log_log_rate, @ogd_moves, @ogd_moves_rate,
  @ogd_moves_tuned, @run_exists, @Rn_inner,
  @quadratic_run_Rn, @telescope_needed, @convexity_needed, @radius_not_enough,
  @nonnegative, @multipliers_sound, @located_correct, @class_convex, @worst_case_sound).

Print Assumptions audited.
