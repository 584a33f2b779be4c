(** * (Projected) online gradient descent: its regret

    Main results: [projection_closer] (a projection moves no further from any point of the set),
    [ogd_step] (the one-step inequality), [ogd_weighted_regret] (any steps), [ogd_regret] (constant
    step), [ogd_regret_tuned] (gamma = D / (G sqrt T) gives D G sqrt T).

    The set [full] is "no projection" ([ogd_plain]). *)

From Coq Require Import Reals Lra Lia Psatz Arith.
From GPA Require Import Definitions InnerSpace Sums.
Open Scope R_scope.

Section Projection.
Context {V : Type} `{InnerSpace V}.

(** The closest point of a convex set satisfies the variational inequality. *)
Lemma projection_angle : forall C (v p a : V),
  convex_set C -> is_projection C v p -> C a -> <|v -v p, a -v p|> <= 0.
Proof.
  intros C v p a Cc [Cp P] Ca. apply Rnot_lt_le. intros Pos.
  set (s := <|v -v p, a -v p|>) in *. set (N := sqnorm (a -v p)).
  assert (HN : 0 <= N) by apply sqnorm_nonneg.
  set (l := Rmin 1 (s / (N + 1))).
  assert (Hs : 0 < s / (N + 1)).
  { apply Rmult_lt_0_compat; [ exact Pos | apply Rinv_0_lt_compat; lra ]. }
  assert (Hl : 0 < l <= 1).
  { unfold l. split; [ apply Rmin_glb_lt; lra | apply Rmin_l ]. }
  assert (Hls : l * (N + 1) <= s).
  { apply Rle_trans with (s / (N + 1) * (N + 1)).
    - apply Rmult_le_compat_r; [ lra | apply Rmin_r ].
    - right. field. lra. }
  pose proof (P _ (Cc a p l Ca Cp ltac:(lra))) as Q.
  assert (E : sqnorm (v -v (l *v a +v (1 - l) *v p)) = sqnorm (v -v p) - 2 * l * s + l * l * N).
  { unfold s, N. inner_expand. rewrite (inner_sym a v), (inner_sym p v), (inner_sym p a). ring. }
  rewrite E in Q.
  assert (l * (l * (N + 1)) <= l * s) by (apply Rmult_le_compat_l; lra).
  assert (0 < l * s) by (apply Rmult_lt_0_compat; lra).
  nra.
Qed.

Theorem projection_closer : forall C (v p u : V),
  convex_set C -> is_projection C v p -> C u -> sqnorm (p -v u) <= sqnorm (v -v u).
Proof.
  intros C v p u Cc P Cu. pose proof (projection_angle C v p u Cc P Cu) as Q.
  pose proof (sqnorm_nonneg (v -v p)) as N. revert Q N. inner_expand.
  rewrite (inner_sym p v), (inner_sym u v), (inner_sym u p). lra.
Qed.

Lemma projection_full : forall v p : V, is_projection full v p -> p = v.
Proof.
  intros v p [_ P]. symmetry. apply vsub_eq, sqnorm_zero.
  pose proof (P v I) as Q. pose proof (sqnorm_nonneg (v -v p)) as N.
  assert (Z : sqnorm (v -v v) = 0) by (inner_expand; ring). lra.
Qed.

Lemma full_projection : forall v : V, is_projection full v v.
Proof.
  intros v. split; [ exact I | ]. intros a _.
  assert (Z : sqnorm (v -v v) = 0) by (inner_expand; ring). rewrite Z. apply sqnorm_nonneg.
Qed.

Theorem ogd_plain : forall gamma (z g : nat -> V) T,
  ogd full gamma z g T
  <-> (forall t, (1 <= t <= T)%nat -> z (S t) = z t -v gamma t *v g t).
Proof.
  intros. split; intros O t Ht.
  - apply projection_full. exact (O t Ht).
  - rewrite (O t Ht). apply full_projection.
Qed.

End Projection.

Section Regret.
Context {V : Type} `{InnerSpace V}.
Variables (C : V -> Prop) (z g : nat -> V) (u : V) (T : nat).
Hypothesis C_convex : convex_set C.
Hypothesis u_inside : C u.

Theorem ogd_step : forall gamma t, (1 <= t <= T)%nat -> ogd C gamma z g T ->
  2 * gamma t * step_regret g z u t
  <= sqnorm (z t -v u) - sqnorm (z (S t) -v u) + gamma t ^ 2 * sqnorm (g t).
Proof.
  intros gamma t Ht O.
  pose proof (projection_closer C _ _ u C_convex (O t Ht) u_inside) as P.
  assert (E : sqnorm ((z t -v gamma t *v g t) -v u)
     = sqnorm (z t -v u) - 2 * gamma t * step_regret g z u t + gamma t ^ 2 * sqnorm (g t)).
  { unfold step_regret. inner_expand.
    rewrite (inner_sym (z t) (g t)), (inner_sym u (g t)). ring. }
  lra.
Qed.

(** Any steps, of any sign and order: the regret is weighted by them. *)
Theorem ogd_weighted_regret : forall gamma, ogd C gamma z g T ->
  weighted_regret gamma g z u T
  <= sqnorm (z 1%nat -v u) / 2 - sqnorm (z (S T) -v u) / 2
     + / 2 * rsum (fun t => gamma t ^ 2 * sqnorm (g t)) T.
Proof.
  intros gamma O. unfold weighted_regret.
  assert (M : forall n, (n <= T)%nat ->
    rsum (fun t => gamma t * step_regret g z u t) n
    <= sqnorm (z 1%nat -v u) / 2 - sqnorm (z (S n) -v u) / 2
       + / 2 * rsum (fun t => gamma t ^ 2 * sqnorm (g t)) n).
  { induction n as [| n IH]; intros Hn; [ simpl; lra | ].
    specialize (IH ltac:(lia)). pose proof (ogd_step gamma (S n) ltac:(lia) O).
    rewrite !(rsum_S _ n). lra. }
  apply M. lia.
Qed.

Theorem ogd_regret : forall gamma, 0 < gamma -> ogd C (fun _ => gamma) z g T ->
  regret g z u T
  <= sqnorm (z 1%nat -v u) / (2 * gamma) + gamma / 2 * rsum (fun t => sqnorm (g t)) T.
Proof.
  intros gamma Hg O. pose proof (ogd_weighted_regret _ O) as W.
  unfold weighted_regret in W. rewrite !rsum_scal in W. fold (regret g z u T) in W.
  pose proof (sqnorm_nonneg (z (S T) -v u)) as P.
  set (A := sqnorm (z 1%nat -v u)) in *. set (Q := rsum (fun t => sqnorm (g t)) T) in *.
  apply (Rmult_le_reg_l gamma); [ exact Hg | ].
  replace (gamma * (A / (2 * gamma) + gamma / 2 * Q)) with (A / 2 + / 2 * (gamma ^ 2 * Q))
    by (field; lra).
  lra.
Qed.

End Regret.

(** gamma = D / (G sqrt T). *)
Definition tuned_step (D G : R) (T : nat) : R := D / (G * sqrt (INR T)).

Lemma tuned_step_pos : forall D G T, 0 < D -> 0 < G -> (1 <= T)%nat -> 0 < tuned_step D G T.
Proof.
  intros D G T HD HG HT. pose proof (sqrt_lt_R0 _ (INR_pos T HT)). unfold tuned_step, Rdiv.
  apply Rmult_lt_0_compat; [ exact HD | ].
  apply Rinv_0_lt_compat, Rmult_lt_0_compat; assumption.
Qed.

(** D^2 / (2 gamma) + (gamma / 2) T G^2 at the tuned step. *)
Lemma tuned_value : forall D G T, 0 < D -> 0 < G -> (1 <= T)%nat ->
  D ^ 2 / (2 * tuned_step D G T) + tuned_step D G T / 2 * (INR T * G ^ 2)
  = D * G * sqrt (INR T).
Proof.
  intros D G T HD HG HT. pose proof (INR_pos T HT) as Hp.
  pose proof (sqrt_lt_R0 _ Hp) as Hs. pose proof (sqrt_sqrt (INR T) ltac:(lra)) as Hss.
  unfold tuned_step. set (s := sqrt (INR T)) in *. rewrite <- Hss. field. lra.
Qed.

Theorem ogd_regret_tuned : forall {V} `{InnerSpace V} C (z g : nat -> V) u T D G,
  convex_set C -> C u -> 0 < D -> 0 < G -> (1 <= T)%nat ->
  sqnorm (z 1%nat -v u) <= D ^ 2 ->
  (forall t, (1 <= t <= T)%nat -> sqnorm (g t) <= G ^ 2) ->
  ogd C (fun _ => tuned_step D G T) z g T ->
  regret g z u T <= D * G * sqrt (INR T).
Proof.
  intros V HV C z g u T D G Cc Cu HD HG HT HzD HgG O.
  pose proof (tuned_step_pos D G T HD HG HT) as Hg.
  pose proof (ogd_regret C z g u T Cc Cu _ Hg O) as R1.
  assert (Q : rsum (fun t => sqnorm (g t)) T <= INR T * G ^ 2).
  { eapply Rle_trans; [ apply (rsum_le _ (fun _ => G ^ 2)); exact HgG | ].
    rewrite rsum_const. lra. }
  rewrite <- (tuned_value D G T HD HG HT). eapply Rle_trans; [ exact R1 | ].
  apply Rplus_le_compat.
  - unfold Rdiv. apply Rmult_le_compat_r; [ left; apply Rinv_0_lt_compat; lra | exact HzD ].
  - apply Rmult_le_compat_l; [ lra | exact Q ].
Qed.
