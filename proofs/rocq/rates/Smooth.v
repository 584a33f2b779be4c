(** * Smooth functions: every gradient that is met pays |g_t|^2 / (2 L)

    Main results: [smooth_pays] (a convex f that lies below f(u) + (L/2)|w - u|^2 pays that much at any
    subgradient), [smooth_step] (the step inequality with this gain, any mu_y), [smooth_rate] (steps
    gamma <= 1/L: D^2 / (2 gamma T) and the telescope term; no bound on |g_t|). *)

From Coq Require Import Reals Lra Lia Arith.
From GPA Require Import Definitions InnerSpace Sums Recursion StepIdentity Rows Conversions
  GradientDescent.
Open Scope R_scope.

Section Smooth.
Context {V : Type} `{InnerSpace V}.

(** What L-smoothness says at a minimizer u. *)
Definition below_bowl (f : V -> R) (u : V) (L : R) : Prop :=
  forall w, f w <= f u + L / 2 * sqnorm (w -v u).

Theorem smooth_pays : forall f u L b g, 0 < L -> below_bowl f u L -> subgrad full f b g ->
  sqnorm g / (2 * L) <= breg f g u b.
Proof.
  intros f u L b g HL Below Sg. set (w := u +v (/ L) *v g).
  pose proof (Below w) as Up. pose proof (Sg w I) as Low. unfold breg.
  assert (E1 : sqnorm (w -v u) = (/ L) ^ 2 * sqnorm g) by (unfold w; inner_expand; ring).
  assert (E2 : <|g, w -v b|> = <|g, u -v b|> + / L * sqnorm g) by (unfold w; inner_expand; ring).
  rewrite E1 in Up. rewrite E2 in Low.
  assert (E3 : L / 2 * ((/ L) ^ 2 * sqnorm g) = / L * sqnorm g - sqnorm g / (2 * L))
    by (field; lra). lra.
Qed.

Section Run.
Variables (f : V -> R) (u : V) (L mu_x gamma D : R) (mu_y : nat -> R) (z x y g : nat -> V) (T : nat).
Hypothesis L_pos : 0 < L.
Hypothesis below : below_bowl f u L.
Hypothesis setting : convex_setting full f z y g T.
Hypothesis T_pos : (1 <= T)%nat.

Theorem smooth_step : forall c t, gpa c mu_y z x y T -> (1 <= t <= T)%nat ->
  f (x t) - f u + rho c t * (f (x t) - f (x (pred t)))
  <= step_regret g z u t - sqnorm (g t) / (2 * L).
Proof.
  intros c t run Ht. pose proof (step_inequality run (y t) t setting I Ht) as S.
  destruct setting as [_ _ _ Sg].
  pose proof (smooth_pays f u L (y t) (g t) L_pos below (Sg t Ht)) as P. revert S P.
  unfold step_regret, breg. inner_expand. lra.
Qed.

Hypothesis run : gpa (exponential mu_x) mu_y z x y T.
Hypothesis gamma_pos : 0 < gamma.
Hypothesis gamma_short : gamma * L <= 1.
Hypothesis base : ogd full (fun _ => gamma) z g T.
Hypothesis start_near : sqnorm (z 1%nat -v u) <= D ^ 2.

Lemma smooth_carried : forall n, (1 <= n <= T)%nat ->
  rsum (fun t => f (x t) - f u) n
  <= rsum (fun t => step_regret g z u t - sqnorm (g t) / (2 * L)) n
     + odds mu_x * (f (x 1%nat) - f (x n)).
Proof.
  induction n as [| n IH]; intros Hn; [ lia | ]. destruct n.
  - pose proof (smooth_step _ 1%nat run Hn) as S1. rewrite rho_exponential_1 in S1.
    rewrite !rsum_1. lra.
  - specialize (IH ltac:(lia)). pose proof (smooth_step _ (S (S n)) run Hn) as S1.
    rewrite rho_exponential in S1 by lia. simpl pred in S1. rewrite !(rsum_S _ (S n)). lra.
Qed.

Theorem smooth_rate : 0 <= mu_x < 1 ->
  f (mean x T) - f u <= rsum (fun t => f (x t) - f u) T / INR T
  <= D ^ 2 / (2 * gamma * INR T) + odds mu_x * (f (x 1%nat) - f (x T)) / INR T.
Proof.
  intros Hm. pose proof (INR_pos T T_pos) as PT. split.
  - exact (proj1 (average_iterate full f mu_y z x y g T u setting I T_pos mu_x run)).
  - pose proof (smooth_carried T ltac:(lia)) as B.
    destruct setting as [Cc _ _ _].
    pose proof (ogd_regret full z g u T Cc I gamma gamma_pos base) as R1. unfold regret in R1.
    set (Q := rsum (fun t => sqnorm (g t)) T) in *.
    assert (E : rsum (fun t => step_regret g z u t - sqnorm (g t) / (2 * L)) T
                = rsum (step_regret g z u) T - / (2 * L) * Q).
    { unfold Q. rewrite <- rsum_scal, <- rsum_minus. apply rsum_ext. intros. field. lra. }
    rewrite E in B.
    assert (HQ : 0 <= Q) by (apply rsum_nonneg; intros; apply sqnorm_nonneg).
    assert (Short : gamma / 2 * Q <= / (2 * L) * Q).
    { apply Rmult_le_compat_r; [ exact HQ | ]. apply (Rmult_le_reg_r (2 * L)); [ lra | ].
      rewrite Rinv_l by lra. lra. }
    assert (Start : sqnorm (z 1%nat -v u) / (2 * gamma) <= D ^ 2 / (2 * gamma)).
    { unfold Rdiv. apply Rmult_le_compat_r; [ | exact start_near ].
      left. apply Rinv_0_lt_compat. lra. }
    apply (Rmult_le_reg_r (INR T)); [ exact PT | ].
    replace ((D ^ 2 / (2 * gamma * INR T) + odds mu_x * (f (x 1%nat) - f (x T)) / INR T) * INR T)
      with (D ^ 2 / (2 * gamma) + odds mu_x * (f (x 1%nat) - f (x T))) by (field; lra).
    unfold Rdiv at 1. rewrite Rmult_assoc, Rinv_l, Rmult_1_r by lra. lra.
Qed.

End Run.
End Smooth.
