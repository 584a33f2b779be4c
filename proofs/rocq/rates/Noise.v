(** * Noisy gradients: the conversions in expectation

    [g] is the true subgradient at y_t, [noisy] what the base optimizer sees.

    Main results: [expected_weighted_theorem] and its rows [expected_average_iterate],
    [expected_schedule_free], [expected_last_iterate]; [exact_run_is_noisy] (the hypotheses can be
    met). *)

From Coq Require Import Reals Lra Lia Arith.
From GPA Require Import Definitions InnerSpace Sums Jensen Recursion Weighted Rows Conversions
  Expectation.
Open Scope R_scope.

(** Every outcome is a GPA run in a convex setting. *)
Record noisy_run {Om : Type} {EX : Expectation Om} {V : Type} {IS : InnerSpace V}
  (C : V -> Prop) (f : V -> R) (c mu_y : nat -> R)
  (z x y g noisy : nat -> Om -> V) (u : V) (T : nat) : Prop := {
  each_run : forall o, gpa c mu_y (fun t => z t o) (fun t => x t o) (fun t => y t o) T;
  each_setting : forall o,
    convex_setting C f (fun t => z t o) (fun t => y t o) (fun t => g t o) T;
  (* follows from E[noisy_t | past] = g_t where z_t is a function of the past *)
  unbiased : forall t, (1 <= t <= T)%nat ->
    E (fun o => <|noisy t o, z t o -v u|>) = E (fun o => <|g t o, z t o -v u|>);
  int_value : forall t, (1 <= t <= T)%nat -> Int (fun o => f (x t o));
  int_true : forall t, (1 <= t <= T)%nat -> Int (fun o => <|g t o, z t o -v u|>);
  int_noisy : forall t, (1 <= t <= T)%nat -> Int (fun o => <|noisy t o, z t o -v u|>)
}.

Section Noise.
Context {Om : Type} {EX : Expectation Om} {V : Type} {IS : InnerSpace V}.
Variables (C : V -> Prop) (f : V -> R) (mu_y : nat -> R) (u : V) (T : nat).
Variables (z x y g noisy : nat -> Om -> V).
Hypothesis u_inside : C u.
Hypothesis T_pos : (1 <= T)%nat.

(** E[phi_t] and E[r_t], the latter with the noisy gradient. *)
Definition expected_gap (t : nat) : R := E (fun o => f (x t o)) - f u.
Definition expected_step_regret (t : nat) : R := E (fun o => <|noisy t o, z t o -v u|>).

Theorem expected_weighted_theorem : forall c p,
  noisy_run C f c mu_y z x y g noisy u T ->
  (forall t, (1 <= t <= T)%nat -> 0 <= p t) ->
  rsum (fun t => q p c T t * expected_gap t) T <= rsum (fun t => p t * expected_step_regret t) T.
Proof.
  intros c p [Runs Settings Un If It _] Hp.
  rewrite (rsum_ext (fun t => p t * expected_step_regret t)
             (fun t => p t * E (fun o => <|g t o, z t o -v u|>)))
    by (intros t Ht; unfold expected_step_regret; rewrite (Un t Ht); reflexivity).
  rewrite <- (E_weighted p (fun t o => <|g t o, z t o -v u|>)) by exact It.
  assert (Ig : forall t, (1 <= t <= T)%nat -> Int (fun o => f (x t o) + - f u))
    by (intros t Ht; apply int_plus; [ apply If, Ht | apply int_const ]).
  rewrite (rsum_ext _ (fun t => q p c T t * E (fun o => f (x t o) + - f u))).
  - rewrite <- (E_weighted (q p c T) (fun t o => f (x t o) + - f u)) by exact Ig.
    apply E_le.
    + apply (int_weighted (q p c T) (fun t o => f (x t o) + - f u)). exact Ig.
    + apply (int_weighted p (fun t o => <|g t o, z t o -v u|>)). exact It.
    + intros o. exact (weighted_theorem (Runs o) T_pos u p (Settings o) u_inside Hp).
  - intros t Ht. rewrite E_plus, E_const by (apply If, Ht || apply int_const).
    unfold expected_gap. ring.
Qed.

Theorem expected_summed_gaps : forall mu_x,
  noisy_run C f (exponential mu_x) mu_y z x y g noisy u T ->
  rsum expected_gap T
  <= rsum expected_step_regret T + odds mu_x * (expected_gap 1 - expected_gap T).
Proof.
  intros mu_x run.
  pose proof (expected_weighted_theorem _ one run ltac:(unfold one; intros; lra)) as W.
  rewrite (gaps_average mu_x expected_gap T T_pos) in W.
  rewrite (rsum_ext (fun t => one t * expected_step_regret t) expected_step_regret) in W
    by (intros; unfold one; ring).
  lra.
Qed.

Theorem expected_average_iterate : forall mu_x,
  noisy_run C f (exponential mu_x) mu_y z x y g noisy u T ->
  Int (fun o => f (mean (fun t => x t o) T)) ->
  E (fun o => f (mean (fun t => x t o) T)) - f u
  <= rsum expected_step_regret T / INR T
     + odds mu_x * (E (fun o => f (x 1%nat o)) - E (fun o => f (x T o))) / INR T.
Proof.
  intros mu_x run Im. pose proof (expected_summed_gaps mu_x run) as S.
  destruct run as [Runs Settings _ If _ _]. pose proof (INR_pos T T_pos) as Hp.
  set (S1 := fun o => rsum (fun t => / INR T * f (x t o)) T).
  assert (J : E (fun o => f (mean (fun t => x t o) T)) <= E S1).
  { apply E_le; [ exact Im | | ].
    - apply (int_weighted (fun _ => / INR T) (fun t o => f (x t o))). exact If.
    - intros o. pose proof (inside_mean C f mu_y _ _ _ _ T u (Settings o) T_pos _ (Runs o)) as M.
      cbv beta in M. rewrite rsum_minus, rsum_const in M. unfold S1. rewrite rsum_scal.
      unfold Rdiv in M. rewrite Rmult_minus_distr_r in M.
      replace (INR T * f u * / INR T) with (f u) in M by (field; lra). lra. }
  assert (ES : E S1 = / INR T * rsum (fun t => E (fun o => f (x t o))) T).
  { unfold S1. rewrite (E_weighted (fun _ => / INR T) (fun t o => f (x t o))) by exact If.
    rewrite rsum_scal. reflexivity. }
  assert (EG : rsum expected_gap T = rsum (fun t => E (fun o => f (x t o))) T - INR T * f u).
  { unfold expected_gap. rewrite rsum_minus, rsum_const. reflexivity. }
  rewrite EG in S. unfold expected_gap in S.
  apply (Rmult_le_reg_l (INR T)); [ exact Hp | ].
  apply Rle_trans with (INR T * (E S1 - f u)).
  - apply Rmult_le_compat_l; lra.
  - rewrite ES. replace (INR T * (/ INR T * rsum (fun t => E (fun o => f (x t o))) T - f u))
      with (rsum (fun t => E (fun o => f (x t o))) T - INR T * f u) by (field; lra).
    match goal with |- _ <= ?rhs =>
      replace rhs with (rsum expected_step_regret T
        + odds mu_x * (E (fun o => f (x 1%nat o)) - E (fun o => f (x T o)))) by (field; lra) end.
    lra.
Qed.

Theorem expected_schedule_free : noisy_run C f uniform mu_y z x y g noisy u T ->
  E (fun o => f (x T o)) - f u <= rsum expected_step_regret T / INR T.
Proof.
  intros run. pose proof (INR_pos T T_pos) as Hp.
  pose proof (expected_weighted_theorem _ one run ltac:(unfold one; intros; lra)) as W.
  rewrite (gaps_by_weights one uniform expected_gap T (uniform_averages T) T_pos) in W.
  rewrite (rsum_ext (fun t => one t * expected_step_regret t) expected_step_regret) in W
    by (intros; unfold one; ring).
  unfold one in W. rewrite rsum_const in W. unfold expected_gap in W.
  apply (Rmult_le_reg_r (INR T)); [ exact Hp | ].
  unfold Rdiv. rewrite Rmult_assoc, Rinv_l, Rmult_1_r by lra. lra.
Qed.

Theorem expected_last_iterate : forall mu_x, 0 <= mu_x < 1 ->
  noisy_run C f (exponential mu_x) mu_y z x y g noisy u T ->
  E (fun o => f (x T o)) - f u
  <= mu_x ^ (T - 1) * (E (fun o => f (x 1%nat o)) - f u)
     + (1 - mu_x) * rsum (fun t => discount mu_x T t * expected_step_regret t) T.
Proof.
  intros mu_x Hm run.
  pose proof (expected_weighted_theorem _ (discount mu_x T) run
                ltac:(intros; apply discount_nonneg; lra)) as W.
  apply (Rmult_le_compat_l (1 - mu_x)) in W; [ | lra ].
  rewrite (gaps_discounted mu_x expected_gap T ltac:(lra) T_pos) in W.
  unfold expected_gap in W. lra.
Qed.

End Noise.

(** A run with exact gradients is a noisy run without noise, on every probability space. *)
Theorem exact_run_is_noisy : forall {Om : Type} {EX : Expectation Om} {V : Type} {IS : InnerSpace V}
  C f c mu_y (z x y g : nat -> V) u T,
  gpa c mu_y z x y T -> convex_setting C f z y g T ->
  noisy_run C f c mu_y (fun t (_ : Om) => z t) (fun t _ => x t) (fun t _ => y t) (fun t _ => g t)
    (fun t _ => g t) u T.
Proof. intros. constructor; intros; auto using int_const. Qed.
