(** * Gradient descent whose iterates stay near the comparator: varying steps, discounted regret

    With |z_t - u| <= R ([diameter]) at every step, weights p_t and steps gamma_t may vary as long as
    p_t / gamma_t does not decrease.

    Main results: [ogd_bounded] (the general form), [ogd_varying_regret] (p = 1, steps that do not grow),
    [ogd_discounted_regret] (p_t = mu^(T-t), constant step). *)

From Coq Require Import Reals Lra Lia Psatz Arith.
From GPA Require Import Definitions InnerSpace Sums Rows GradientDescent.
Open Scope R_scope.

Section Bounded.
Context {V : Type} `{InnerSpace V}.
Variables (C : V -> Prop) (z g : nat -> V) (u : V) (T : nat) (diameter : R).
Hypothesis C_convex : convex_set C.
Hypothesis u_inside : C u.
Hypothesis T_pos : (1 <= T)%nat.
Hypothesis near : forall t, (1 <= t <= T)%nat -> sqnorm (z t -v u) <= diameter ^ 2.

Theorem ogd_bounded : forall p gamma,
  (forall t, (1 <= t <= T)%nat -> 0 <= p t /\ 0 < gamma t) ->
  (forall t, (1 <= t < T)%nat -> p t / gamma t <= p (S t) / gamma (S t)) ->
  ogd C gamma z g T ->
  weighted_regret p g z u T
  <= p T * diameter ^ 2 / (2 * gamma T) + / 2 * rsum (fun t => p t * gamma t * sqnorm (g t)) T.
Proof.
  intros p gamma P M O. unfold weighted_regret.
  set (k := fun t => p t / (2 * gamma t)). set (d := fun t => sqnorm (z t -v u)).
  assert (K : forall t, (1 <= t <= T)%nat -> 0 <= k t).
  { intros t Ht. destruct (P t Ht). unfold k, Rdiv.
    apply Rmult_le_pos; [ lra | left; apply Rinv_0_lt_compat; lra ]. }
  assert (Step : forall t, (1 <= t <= T)%nat ->
    p t * step_regret g z u t
    <= k t * (d t - d (S t)) + / 2 * (p t * gamma t * sqnorm (g t))).
  { intros t Ht. pose proof (ogd_step C z g u T C_convex u_inside gamma t Ht O) as St.
    destruct (P t Ht) as [Hp Hg].
    pose proof (Rmult_le_compat_l (k t) _ _ (K t Ht) St) as S2. fold (d t) (d (S t)) in S2.
    replace (p t * step_regret g z u t) with (k t * (2 * gamma t * step_regret g z u t))
      by (unfold k; field; lra).
    replace (/ 2 * (p t * gamma t * sqnorm (g t))) with (k t * (gamma t ^ 2 * sqnorm (g t)))
      by (unfold k; field; lra).
    lra. }
  eapply Rle_trans; [ apply rsum_le; exact Step | ].
  rewrite rsum_plus, rsum_scal. apply Rplus_le_compat_r.
  eapply Rle_trans; [ apply (drops_le k d (diameter ^ 2) T T_pos) | ].
  - intros t Ht. split; [ apply K; exact Ht | apply near; exact Ht ].
  - intros t Ht. pose proof (M t Ht) as Mt. destruct (P t ltac:(lia)), (P (S t) ltac:(lia)).
    unfold k. replace (p t / (2 * gamma t)) with (p t / gamma t / 2) by (field; lra).
    replace (p (S t) / (2 * gamma (S t))) with (p (S t) / gamma (S t) / 2) by (field; lra). lra.
  - assert (N : 0 <= d (S T)) by apply sqnorm_nonneg.
    pose proof (Rmult_le_pos (k T) (d (S T)) (K T ltac:(lia)) N).
    replace (p T * diameter ^ 2 / (2 * gamma T)) with (k T * diameter ^ 2); [ lra | ].
    unfold k. field. destruct (P T ltac:(lia)). lra.
Qed.

Theorem ogd_varying_regret : forall gamma,
  (forall t, (1 <= t <= T)%nat -> 0 < gamma t) ->
  (forall t, (1 <= t < T)%nat -> gamma (S t) <= gamma t) ->
  ogd C gamma z g T ->
  regret g z u T <= diameter ^ 2 / (2 * gamma T) + / 2 * rsum (fun t => gamma t * sqnorm (g t)) T.
Proof.
  intros gamma P M O. pose proof (ogd_bounded one gamma) as B.
  unfold one, weighted_regret, regret in *.
  rewrite (rsum_ext (fun t => 1 * _) (step_regret g z u)) in B by (intros; ring).
  rewrite (rsum_ext (fun t => 1 * gamma t * _) (fun t => gamma t * sqnorm (g t))) in B
    by (intros; ring).
  rewrite Rmult_1_l in B. apply B; [ | | exact O ].
  - intros t Ht. split; [ lra | apply P; exact Ht ].
  - intros t Ht. unfold Rdiv. rewrite !Rmult_1_l.
    apply Rinv_le_contravar; [ apply P; lia | apply M; exact Ht ].
Qed.

(** sum over 2 <= t <= T of mu^(T-t) r_t. *)
Theorem ogd_discounted_regret : forall mu gamma G, 0 <= mu < 1 -> 0 < gamma ->
  (forall t, (1 <= t <= T)%nat -> sqnorm (g t) <= G ^ 2) ->
  ogd C (fun _ => gamma) z g T ->
  discounted_regret mu g z u T <= diameter ^ 2 / (2 * gamma) + gamma * G ^ 2 / (2 * (1 - mu)).
Proof.
  intros mu gamma G Hm Hg HG O.
  pose proof (ogd_bounded (discount mu T) (fun _ => gamma)) as B. cbv beta in B.
  eapply Rle_trans; [ apply B; [ | | exact O ] | ].
  - intros t Ht. split; [ apply discount_nonneg; lra | exact Hg ].
  - intros t Ht. apply discount_growing; [ lra | exact Hg | exact Ht ].
  - pose proof (discount_last mu T).
    apply Rplus_le_compat.
    + unfold Rdiv. apply Rmult_le_compat_r; [ left; apply Rinv_0_lt_compat; lra | ].
      pose proof (pow2_ge_0 diameter). nra.
    + assert (S1 : rsum (fun t => discount mu T t * gamma * sqnorm (g t)) T
                   <= gamma * G ^ 2 * rsum (discount mu T) T).
      { rewrite <- rsum_scal. apply rsum_le. intros t Ht.
        pose proof (discount_nonneg mu T t ltac:(lra)) as Hd. pose proof (HG t Ht).
        apply Rle_trans with (discount mu T t * gamma * G ^ 2); [ | right; ring ].
        apply Rmult_le_compat_l; [ nra | assumption ]. }
      pose proof (discount_mass mu T ltac:(lra) T_pos) as Mass.
      assert (0 <= mu ^ (T - 1)) by (apply pow_le; lra).
      assert (S2 : rsum (discount mu T) T <= / (1 - mu)).
      { apply (Rmult_le_reg_l (1 - mu)); [ lra | ]. rewrite Rinv_r by lra. lra. }
      apply Rle_trans with (/ 2 * (gamma * G ^ 2 * / (1 - mu))); [ | right; field; lra ].
      apply Rmult_le_compat_l; [ lra | ]. eapply Rle_trans; [ exact S1 | ].
      apply Rmult_le_compat_l; [ pose proof (pow2_ge_0 G); nra | exact S2 ].
Qed.

End Bounded.
