(** * Descent inside GPA, any mu_y: the cost of averaging by how far the steps reach

    Main results: [ogd_moves] (steps of length at most gamma G reach (t-1) gamma G), [ogd_moves_rate]
    (the mean of f(x_t) costs D^2/(2 gamma T) + (gamma G^2/2) K with
    K = 1 + 2 rho (1 - mu_x^(T-1)) (T-1)/T, for any u), [ogd_moves_tuned] (D G sqrt(K/T)).  K stays
    below 2 T as mu_x tends to 1. *)

From Coq Require Import Reals Lra Lia Psatz Arith.
From GPA Require Import Definitions InnerSpace Sums Recursion Conversions Exceed GradientDescent
  Tails Descent.
Open Scope R_scope.

Definition reach_factor (mu : R) (T : nat) : R :=
  1 + 2 * (odds mu * (1 - mu ^ (T - 1))) * INR (T - 1) / INR T.

Section Moves.
Context {V : Type} `{InnerSpace V}.
Variables (C : V -> Prop) (f : V -> R) (mu_y : nat -> R) (z x y g : nat -> V) (T : nat) (u : V).
Variables (mu_x gamma D G : R).
Hypothesis setting : convex_setting C f z y g T.
Hypothesis u_inside : C u.
Hypothesis T_pos : (1 <= T)%nat.
Hypothesis mu_x_share : 0 <= mu_x < 1.
Hypothesis run : gpa (exponential mu_x) mu_y z x y T.
Hypothesis D_pos : 0 < D.
Hypothesis G_pos : 0 < G.
Hypothesis start_near : sqnorm (z 1%nat -v u) <= D ^ 2.
Hypothesis lipschitz : forall t, (1 <= t <= T)%nat -> sqnorm (g t) <= G ^ 2.

Lemma triangle : forall (a b : V) p q, 0 <= p -> 0 <= q ->
  sqnorm a <= p ^ 2 -> sqnorm b <= q ^ 2 -> sqnorm (a +v b) <= (p + q) ^ 2.
Proof.
  intros a b p q Hp Hq Ha Hb. pose proof (cauchy_schwarz a b p q Hp Hq Ha Hb) as Q.
  assert (E : sqnorm (a +v b) = sqnorm a + 2 * <|a, b|> + sqnorm b)
    by (inner_expand; rewrite (inner_sym b a); ring).
  rewrite E. nra.
Qed.

Theorem ogd_moves : 0 < gamma -> ogd C (fun _ => gamma) z g (pred T) ->
  forall t, (1 <= t <= T)%nat -> sqnorm (z 1%nat -v z t) <= (INR (t - 1) * (gamma * G)) ^ 2.
Proof.
  intros Hg O t Ht. destruct setting as [Cc _ Cz _].
  assert (Flip : forall a b : V, sqnorm (a -v b) = sqnorm (b -v a)) by (intros; inner_expand; ring).
  rewrite Flip. induction t as [| t IH]; [ lia | ]. destruct t.
  - simpl (1 - 1)%nat. simpl INR. assert (E : sqnorm (z 1%nat -v z 1%nat) = 0) by (inner_expand; ring).
    rewrite E. nra.
  - specialize (IH ltac:(lia)).
    pose proof (projection_closer C _ _ (z 1%nat) Cc (O (S t) ltac:(lia)) (Cz 1%nat ltac:(lia))) as P.
    cbv beta in P. eapply Rle_trans; [ exact P | ].
    assert (E : sqnorm ((z (S t) -v gamma *v g (S t)) -v z 1%nat)
                = sqnorm ((z (S t) -v z 1%nat) +v (- gamma) *v g (S t))) by (inner_expand; ring).
    rewrite E. replace (S (S t) - 1)%nat with (S (S t - 1)) by lia. rewrite S_INR.
    replace ((INR (S t - 1) + 1) * (gamma * G)) with (INR (S t - 1) * (gamma * G) + gamma * G) by ring.
    pose proof (pos_INR (S t - 1)) as N. assert (GG : 0 < gamma * G) by (apply Rmult_lt_0_compat; lra).
    apply triangle; [ apply Rmult_le_pos; lra | lra | exact IH | ].
    assert (E2 : sqnorm ((- gamma) *v g (S t)) = gamma ^ 2 * sqnorm (g (S t))) by (inner_expand; ring).
    rewrite E2. pose proof (lipschitz (S t) ltac:(lia)) as L. pose proof (pow2_ge_0 gamma). nra.
Qed.

Theorem ogd_moves_rate : 0 < gamma -> ogd C (fun _ => gamma) z g (pred T) ->
  rsum (fun t => f (x t) - f u) T / INR T
  <= D ^ 2 / (2 * gamma * INR T) + gamma * G ^ 2 / 2 * reach_factor mu_x T.
Proof.
  intros Hg O. pose proof (INR_pos T T_pos) as PT. pose proof (odds_nonneg mu_x mu_x_share) as Ho.
  destruct (average_iterate C f mu_y z x y g T u setting u_inside T_pos mu_x run) as [_ A].
  eapply Rle_trans; [ exact A | ].
  assert (GG : 0 < gamma * G) by (apply Rmult_lt_0_compat; lra).
  assert (Reach : 0 <= INR (T - 1) * (gamma * G)) by (apply Rmult_le_pos; [ apply pos_INR | lra ]).
  assert (Near : forall t, (1 <= t <= T)%nat ->
            sqnorm (z 1%nat -v z t) <= (INR (T - 1) * (gamma * G)) ^ 2).
  { intros t Ht. eapply Rle_trans; [ exact (ogd_moves Hg O t Ht) | ]. apply pow_incr. split.
    - apply Rmult_le_pos; [ apply pos_INR | lra ].
    - apply Rmult_le_compat_r; [ lra | ]. apply le_INR. lia. }
  pose proof (moves_bound_drop setting T_pos mu_x_share run (Rlt_le _ _ G_pos) Reach
                (lipschitz 1%nat ltac:(lia)) Near) as Fall.
  destruct setting as [Cc _ _ _].
  pose proof (regret_tail C z g (fun _ => gamma) T Cc T_pos O u 1 u_inside ltac:(lia)) as Q.
  rewrite !rest_all in Q. rewrite rsum_scal in Q. fold (regret g z u T) in Q.
  assert (N : rsum (step_noise g (fun _ => gamma)) T <= INR T * (gamma ^ 2 * G ^ 2 / 2)).
  { rewrite <- rsum_const. apply rsum_le. intros t Ht. unfold step_noise.
    pose proof (lipschitz t Ht). pose proof (pow2_ge_0 gamma). nra. }
  assert (B : regret g z u T <= D ^ 2 / (2 * gamma) + gamma * G ^ 2 / 2 * INR T).
  { apply (Rmult_le_reg_l gamma); [ lra | ]. eapply Rle_trans; [ exact Q | ].
    replace (gamma * (D ^ 2 / (2 * gamma) + gamma * G ^ 2 / 2 * INR T))
      with (D ^ 2 / 2 + INR T * (gamma ^ 2 * G ^ 2 / 2)) by (field; lra). lra. }
  pose proof (Rmult_le_compat_l _ _ _ Ho Fall) as Cost.
  assert (Q' : 0 <= / INR T) by (left; apply Rinv_0_lt_compat; lra).
  apply Rle_trans with ((D ^ 2 / (2 * gamma) + gamma * G ^ 2 / 2 * INR T
    + odds mu_x * ((1 - mu_x ^ (T - 1)) * (G * (INR (T - 1) * (gamma * G))))) / INR T).
  - unfold Rdiv. rewrite !Rmult_plus_distr_r. apply Rplus_le_compat.
    + rewrite <- Rmult_plus_distr_r. apply Rmult_le_compat_r; [ exact Q' | lra ].
    + apply Rmult_le_compat_r; [ exact Q' | exact Cost ].
  - right. unfold reach_factor. field. lra.
Qed.

Lemma reach_factor_pos : 0 < reach_factor mu_x T.
Proof.
  unfold reach_factor. pose proof (odds_nonneg mu_x mu_x_share) as Ho.
  pose proof (INR_pos T T_pos) as PT. pose proof (pos_INR (T - 1)) as N.
  assert (mu_x ^ (T - 1) <= 1) by (rewrite <- (pow1 (T - 1)); apply pow_incr; lra).
  assert (0 <= 2 * (odds mu_x * (1 - mu_x ^ (T - 1))) * INR (T - 1) / INR T); [ | lra ].
  unfold Rdiv. apply Rmult_le_pos; [ | left; apply Rinv_0_lt_compat; lra ].
  apply Rmult_le_pos; [ | exact N ]. apply Rmult_le_pos; [ lra | ]. apply Rmult_le_pos; lra.
Qed.

End Moves.

Theorem ogd_moves_tuned : forall {V} `{InnerSpace V} C f mu_y (z x y g : nat -> V) T u mu_x D G,
  convex_setting C f z y g T -> C u -> (1 <= T)%nat -> 0 <= mu_x < 1 ->
  gpa (exponential mu_x) mu_y z x y T -> 0 < D -> 0 < G ->
  sqnorm (z 1%nat -v u) <= D ^ 2 ->
  (forall t, (1 <= t <= T)%nat -> sqnorm (g t) <= G ^ 2) ->
  ogd C (fun _ => balanced_step D G T (reach_factor mu_x T)) z g (pred T) ->
  f (mean x T) - f u <= rsum (fun t => f (x t) - f u) T / INR T
  <= D * G * sqrt (reach_factor mu_x T / INR T).
Proof.
  intros V H C f mu_y z x y g T u mu_x D G set Cu HT Hm run HD HG Near L O.
  pose proof (reach_factor_pos T mu_x HT Hm) as PK. split.
  - exact (proj1 (average_iterate C f mu_y z x y g T u set Cu HT mu_x run)).
  - rewrite <- (balanced_value D G T _ HD HG HT PK).
    exact (ogd_moves_rate C f mu_y z x y g T u mu_x _ D G set Cu HT Hm run HG Near L
             (balanced_step_pos D G T _ HD HG HT PK) O).
Qed.
