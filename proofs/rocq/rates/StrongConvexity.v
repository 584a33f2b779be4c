(** * Strong convexity: the Bregman terms pay (sigma / 2) (1 - mu_x mu_y^2) |z_t - u|^2 per step

    Main results: [strong_subgrad] (the usual consequence for subgradients), [strong_step] (the step
    inequality with this gain), [strong_ogd_rate] (steps 1 / (s t), s = sigma (1 - mu_x mu_y^2): the rate
    G^2 (1 + ln T) / (2 s T) and the telescope term). *)

From Coq Require Import Reals Lra Lia Psatz Arith.
From GPA Require Import Definitions InnerSpace Sums Jensen Recursion StepIdentity Rows Conversions
  GradientDescent Exponential.
Open Scope R_scope.

Section Strong.
Context {V : Type} `{InnerSpace V}.

Definition strongly_convex_on (C : V -> Prop) (f : V -> R) (sigma : R) : Prop :=
  forall a b l, C a -> C b -> 0 <= l <= 1 ->
    f (l *v a +v (1 - l) *v b)
    <= l * f a + (1 - l) * f b - sigma / 2 * (l * (1 - l)) * sqnorm (a -v b).

Lemma strong_convex : forall C f sigma, 0 <= sigma -> strongly_convex_on C f sigma ->
  convex_on C f.
Proof.
  intros C f sigma Hs S a b l Ca Cb Hl. pose proof (S a b l Ca Cb Hl).
  pose proof (sqnorm_nonneg (a -v b)).
  assert (0 <= sigma / 2 * (l * (1 - l)) * sqnorm (a -v b)); [ | lra ].
  repeat apply Rmult_le_pos; lra.
Qed.

Theorem strong_subgrad : forall C f sigma b g, 0 <= sigma -> convex_set C ->
  strongly_convex_on C f sigma -> C b -> subgrad C f b g ->
  forall a, C a -> sigma / 2 * sqnorm (a -v b) <= breg f g a b.
Proof.
  intros C f sigma b g Hs Cc S Cb Sg a Ca. unfold breg. apply Rnot_lt_le. intros Lt.
  set (N := sigma / 2 * sqnorm (a -v b)) in *. set (B := f a - f b - <|g, a -v b|>) in *.
  assert (HN : 0 <= N) by (pose proof (sqnorm_nonneg (a -v b)); apply Rmult_le_pos; lra).
  set (l := Rmin 1 ((N - B) / (2 * (N + 1)))).
  assert (Pos : 0 < (N - B) / (2 * (N + 1))).
  { apply Rmult_lt_0_compat; [ lra | apply Rinv_0_lt_compat; lra ]. }
  assert (Hl : 0 < l <= 1) by (unfold l; split; [ apply Rmin_glb_lt; lra | apply Rmin_l ]).
  assert (Hl2 : l * (2 * (N + 1)) <= N - B).
  { apply Rle_trans with ((N - B) / (2 * (N + 1)) * (2 * (N + 1))).
    - apply Rmult_le_compat_r; [ lra | apply Rmin_r ].
    - right. field. lra. }
  pose proof (S a b l Ca Cb ltac:(lra)) as Up.
  pose proof (Sg _ (Cc a b l Ca Cb ltac:(lra))) as Low.
  assert (E : <|g, (l *v a +v (1 - l) *v b) -v b|> = l * <|g, a -v b|>) by (inner_expand; ring).
  rewrite E in Low.
  replace (sigma / 2 * (l * (1 - l)) * sqnorm (a -v b)) with (l * (1 - l) * N) in Up
    by (unfold N; ring).
  assert (K : l * ((1 - l) * N) <= l * B) by (unfold B; lra).
  apply Rmult_le_reg_l in K; [ nra | lra ].
Qed.

Section Run.
Variables (C : V -> Prop) (f : V -> R) (sigma : R) (c mu_y : nat -> R) (z x y g : nat -> V) (T : nat).
Hypothesis sigma_nonneg : 0 <= sigma.
Hypothesis strong : strongly_convex_on C f sigma.
Hypothesis setting : convex_setting C f z y g T.
Hypothesis run : gpa c mu_y z x y T.

(** What the three losses of the second identity are worth, written with z_t - u. *)
Lemma gain_identity : forall u t, (1 <= t <= T)%nat ->
  sqnorm (u -v y t)
  + (mu_y t * rho c t / k c mu_y t + (1 + rho c t) * (/ k c mu_y t * (1 - / k c mu_y t)))
    * sqnorm (y t -v x (pred t))
  = (1 - (1 - c t) * mu_y t ^ 2) * sqnorm (z t -v u)
    + (1 - c t) * sqnorm (mu_y t *v (z t -v u) -v (/ c t) *v (x t -v x (pred t))).
Proof.
  intros u t Ht. pose proof (gpa_c _ _ _ _ _ _ run t Ht) as Hc.
  pose proof (k_ge_1 _ _ _ _ _ _ run t Ht) as Hk.
  rewrite (gpa_y _ _ _ _ _ _ run t Ht), (x_step _ _ _ _ _ _ run t Ht).
  set (a := z t). set (b := x (pred t)). set (m := mu_y t) in *. set (e := c t) in *.
  assert (K : k c mu_y t = (e + (1 - m) * (1 - e)) / e)
    by (unfold k, rho; fold m e; field; lra).
  rewrite K in *. assert (Pk : 0 < e + (1 - m) * (1 - e)).
  { apply (Rmult_lt_reg_r (/ e)); [ apply Rinv_0_lt_compat; lra | ].
    rewrite Rmult_0_l. unfold Rdiv in Hk. lra. }
  unfold rho. fold e. inner_expand.
  rewrite (inner_sym b a), (inner_sym u a), (inner_sym u b). field. lra.
Qed.

Theorem strong_step : forall u t, C u -> (1 <= t <= T)%nat ->
  f (x t) - f u + rho c t * (f (x t) - f (x (pred t)))
  <= step_regret g z u t
     - sigma / 2 * (1 - (1 - c t) * mu_y t ^ 2) * sqnorm (z t -v u).
Proof.
  intros u t Cu Ht. destruct setting as [Cc Cf Cz Sg].
  pose proof (x_inside _ _ _ _ _ _ run C Cc Cz) as Cx.
  pose proof (y_inside _ _ _ _ _ _ run C Cc Cz) as Cy.
  pose proof (gpa_c _ _ _ _ _ _ run t Ht) as Hc. pose proof (rho_nonneg c t Hc) as Hr.
  pose proof (gpa_mu_y _ _ _ _ _ _ run t Ht) as Hm.
  rewrite (step_identity_at_y run f (g t) u t Ht). unfold step_regret.
  pose proof (strong_subgrad C f sigma _ _ sigma_nonneg Cc strong (Cy t Ht) (Sg t Ht)) as St.
  pose proof (St u Cu) as Du. pose proof (gain_identity u t Ht) as Gain.
  pose proof (sqnorm_nonneg (mu_y t *v (z t -v u) -v (/ c t) *v (x t -v x (pred t)))) as Sq.
  destruct (x_between _ _ _ _ _ _ run t Ht) as [Hk Ex].
  assert (Last : sigma / 2 * ((mu_y t * rho c t / k c mu_y t
      + (1 + rho c t) * (/ k c mu_y t * (1 - / k c mu_y t))) * sqnorm (y t -v x (pred t)))
    <= mu_y t * rho c t / k c mu_y t * breg f (g t) (x (pred t)) (y t)
       + (1 + rho c t) * jensen_gap c mu_y x y f t).
  { destruct (Nat.eq_dec t 1) as [-> | N].
    - revert Ex. unfold jensen_gap. rewrite (k_first _ _ _ _ _ _ run), (rho_first _ _ _ _ _ _ run).
      rewrite Rinv_1. intros Ex. assert (Exy : x 1%nat = y 1%nat)
        by (rewrite Ex; vec_eq ltac:(ring)). rewrite Exy. unfold Rdiv. lra.
    - assert (Cp : C (x (pred t))) by (apply Cx; lia).
      pose proof (St _ Cp) as Dp.
      pose proof (strong (y t) (x (pred t)) (/ k c mu_y t) (Cy t Ht) Cp ltac:(lra)) as J.
      rewrite <- Ex in J.
      assert (Sym : sqnorm (x (pred t) -v y t) = sqnorm (y t -v x (pred t)))
        by (inner_expand; rewrite (inner_sym (y t) (x (pred t))); ring).
      rewrite Sym in Dp.
      assert (A0 : 0 <= mu_y t * rho c t / k c mu_y t).
      { unfold Rdiv. apply Rmult_le_pos; [ apply Rmult_le_pos; lra | lra ]. }
      pose proof (Rmult_le_compat_l _ _ _ A0 Dp) as A1.
      assert (A2 : sigma / 2 * (/ k c mu_y t * (1 - / k c mu_y t)) * sqnorm (y t -v x (pred t))
                   <= jensen_gap c mu_y x y f t) by (unfold jensen_gap; lra).
      apply (Rmult_le_compat_l (1 + rho c t)) in A2; [ | lra ]. lra. }
  assert (0 <= sigma / 2 * ((1 - c t)
    * sqnorm (mu_y t *v (z t -v u) -v (/ c t) *v (x t -v x (pred t)))))
    by (apply Rmult_le_pos; [ lra | apply Rmult_le_pos; lra ]).
  apply (f_equal (Rmult (sigma / 2))) in Gain. lra.
Qed.

End Run.

(** ** Gradient descent with steps 1 / (s t) *)
Section Rate.
Variables (C : V -> Prop) (f : V -> R) (sigma mu_x mu_y G : R) (z x y g : nat -> V) (T : nat) (u : V).
Hypothesis strong : strongly_convex_on C f sigma.
Hypothesis setting : convex_setting C f z y g T.
Hypothesis run : gpa (exponential mu_x) (fun _ => mu_y) z x y T.
Hypothesis u_inside : C u.
Hypothesis T_pos : (1 <= T)%nat.
Hypothesis lipschitz : forall t, (1 <= t <= T)%nat -> sqnorm (g t) <= G ^ 2.

Local Notation s := (sigma * (1 - mu_x * mu_y ^ 2)).
Hypothesis sigma_pos : 0 < sigma.
Hypothesis mu_x_range : 0 <= mu_x < 1.
Hypothesis mu_y_range : 0 <= mu_y <= 1.
Hypothesis base : ogd C (fun t => / (s * INR t)) z g T.

Lemma modulus : 0 < s <= sigma.
Proof.
  assert (0 <= mu_y ^ 2 <= 1) by (simpl; nra).
  assert (0 <= mu_x * mu_y ^ 2 < 1) by nra. nra.
Qed.

Lemma strong_carried : forall n, (1 <= n <= T)%nat ->
  rsum (fun t => f (x t) - f u) n
  <= odds mu_x * (f (x 1%nat) - f (x n)) - s / 2 * INR n * sqnorm (z (S n) -v u)
     + G ^ 2 / (2 * s) * rsum (fun t => / INR t) n.
Proof.
  pose proof modulus as Hs. set (m := s) in *.
  assert (Step : forall t, (1 <= t <= T)%nat ->
    f (x t) - f u + rho (exponential mu_x) t * (f (x t) - f (x (pred t)))
    <= m / 2 * (INR t - 1) * sqnorm (z t -v u) - m / 2 * INR t * sqnorm (z (S t) -v u)
       + G ^ 2 / (2 * m) * / INR t).
  { intros t Ht. pose proof (INR_pos t ltac:(lia)) as Pt.
    pose proof (strong_step C f sigma _ _ z x y g T ltac:(lra) strong setting run u t u_inside Ht)
      as S1.
    destruct setting as [Cc _ _ _].
    pose proof (ogd_step C z g u T Cc u_inside _ t Ht base) as S2. cbv beta in S1, S2.
    pose proof (sqnorm_nonneg (z t -v u)) as Pz. pose proof (lipschitz t Ht) as Lg.
    assert (Gain : m <= sigma * (1 - (1 - exponential mu_x t) * mu_y ^ 2)).
    { unfold exponential. destruct (Nat.eqb t 1); [ | unfold m; right; ring ].
      replace (sigma * (1 - (1 - 1) * mu_y ^ 2)) with sigma by ring. lra. }
    apply (Rmult_le_compat_r (sqnorm (z t -v u) / 2)) in Gain; [ | lra ].
    apply (Rmult_le_compat_l (m * INR t / 2)) in S2; [ | nra ].
    replace (m * INR t / 2 * (2 * / (m * INR t) * step_regret g z u t))
      with (step_regret g z u t) in S2 by (field; lra).
    assert (Pi : 0 < / (2 * m * INR t)) by (apply Rinv_0_lt_compat; nra).
    apply (Rmult_le_compat_l (/ (2 * m * INR t))) in Lg; [ | lra ].
    replace (m * INR t / 2 * (sqnorm (z t -v u) - sqnorm (z (S t) -v u)
        + (/ (m * INR t)) ^ 2 * sqnorm (g t)))
      with (m * INR t / 2 * (sqnorm (z t -v u) - sqnorm (z (S t) -v u))
        + / (2 * m * INR t) * sqnorm (g t)) in S2 by (field; lra).
    replace (G ^ 2 / (2 * m) * / INR t) with (/ (2 * m * INR t) * G ^ 2) by (field; lra).
    lra. }
  induction n as [| n IH]; intros Hn; [ lia | ]. destruct n.
  - pose proof (Step 1%nat Hn) as S1. rewrite rho_exponential_1 in S1. rewrite !rsum_1.
    simpl INR in *. lra.
  - specialize (IH ltac:(lia)). pose proof (Step (S (S n)) Hn) as S1.
    rewrite rho_exponential in S1 by lia. simpl pred in S1.
    rewrite !(rsum_S _ (S n)). rewrite (S_INR (S n)) in *. lra.
Qed.

(** [L] is ln T. *)
Theorem strong_ogd_rate : forall L, exp L = INR T ->
  f (mean x T) - f u
  <= G ^ 2 * (1 + L) / (2 * s * INR T) + odds mu_x * (f (x 1%nat) - f (x T)) / INR T.
Proof.
  intros L HL. pose proof modulus as Hs. pose proof (INR_pos T T_pos) as Pt.
  pose proof (strong_carried T ltac:(lia)) as B. set (m := s) in *.
  eapply Rle_trans; [ apply (inside_mean C f _ z x y g T u setting T_pos _ run) | ].
  pose proof (harmonic_bound T L T_pos HL) as Hh.
  assert (0 <= m / 2 * INR T * sqnorm (z (S T) -v u)).
  { pose proof (sqnorm_nonneg (z (S T) -v u)). apply Rmult_le_pos; [ nra | assumption ]. }
  assert (0 <= G ^ 2 / (2 * m)).
  { unfold Rdiv. apply Rmult_le_pos; [ apply pow2_ge_0 | left; apply Rinv_0_lt_compat; lra ]. }
  apply (Rmult_le_compat_l (G ^ 2 / (2 * m))) in Hh; [ | assumption ].
  apply (Rmult_le_reg_r (INR T)); [ exact Pt | ].
  replace ((G ^ 2 * (1 + L) / (2 * m * INR T) + odds mu_x * (f (x 1%nat) - f (x T)) / INR T) * INR T)
    with (G ^ 2 / (2 * m) * (1 + L) + odds mu_x * (f (x 1%nat) - f (x T))) by (field; lra).
  unfold Rdiv at 1. rewrite Rmult_assoc, Rinv_l, Rmult_1_r by lra. lra.
Qed.

End Rate.
End Strong.
