(** * Dual averaging: its regret, without a horizon

    z_{t+1} is the projection of z_1 - gamma_{t+1} (g_1 + ... + g_t), with gamma_t = gamma / sqrt t.

    Main results: [dual_averaging_regret] (for these gradients), [dual_averaging_worst]:
    (D^2 / (2 gamma) + gamma G^2) sqrt T. *)

From Coq Require Import Reals Lra Lia Psatz Arith.
From GPA Require Import Definitions InnerSpace Sums GradientDescent.
Open Scope R_scope.

Definition dual_averaging {V} `{InnerSpace V} (C : V -> Prop) (gamma : R) (z g : nat -> V)
  (T : nat) : Prop :=
  C (z 1%nat) /\ forall t, (1 <= t < T)%nat ->
    is_projection C (z 1%nat -v (gamma / sqrt (INR (S t))) *v vsum g t) (z (S t)).

Lemma sqrt_INR_pos : forall t, (1 <= t)%nat -> 0 < sqrt (INR t).
Proof. intros. apply sqrt_lt_R0, INR_pos. assumption. Qed.

Lemma sqrt_INR_square : forall t, sqrt (INR t) * sqrt (INR t) = INR t.
Proof. intros. apply sqrt_sqrt, pos_INR. Qed.

(** 1 + 1/sqrt 2 + ... + 1/sqrt n <= 2 sqrt n *)
Lemma sum_inv_sqrt : forall n, rsum (fun t => / sqrt (INR t)) n <= 2 * sqrt (INR n).
Proof.
  induction n as [| n IH]; [ simpl; rewrite sqrt_0; lra | ]. rewrite rsum_S.
  pose proof (sqrt_INR_pos (S n) ltac:(lia)) as P'. pose proof (sqrt_pos (INR n)) as P.
  pose proof (sqrt_INR_square (S n)) as Q'. pose proof (sqrt_INR_square n) as Q.
  rewrite S_INR in Q' at 3.
  set (a := sqrt (INR n)) in *. set (b := sqrt (INR (S n))) in *.
  assert (/ b <= 2 * (b - a)); [ | lra ].
  apply (Rmult_le_reg_l b); [ exact P' | ]. rewrite Rinv_r by lra. nra.
Qed.

Section DualAveraging.
Context {V : Type} `{InnerSpace V}.
Variables (C : V -> Prop) (z g : nat -> V) (u : V) (T : nat) (gamma : R).
Hypothesis C_convex : convex_set C.
Hypothesis u_inside : C u.
Hypothesis gamma_pos : 0 < gamma.
Hypothesis T_pos : (1 <= T)%nat.
Hypothesis base : dual_averaging C gamma z g T.

(** Curvature of the potential, and the potential with the gradients before step t. *)
Let k (t : nat) : R := sqrt (INR t) / gamma.
Let potential (t : nat) (a : V) : R := <|vsum g (pred t), a|> + k t / 2 * sqnorm (a -v z 1%nat).
Let price (n : nat) : R := rsum (fun t => sqnorm (g t) / (2 * k t)) n.

Lemma k_pos : forall t, (1 <= t)%nat -> 0 < k t.
Proof.
  intros t Ht. unfold k, Rdiv. apply Rmult_lt_0_compat; [ apply sqrt_INR_pos, Ht | ].
  apply Rinv_0_lt_compat. exact gamma_pos.
Qed.

Lemma k_grows : forall t, k t <= k (S t).
Proof.
  intros t. unfold k, Rdiv. apply Rmult_le_compat_r; [ left; apply Rinv_0_lt_compat; lra | ].
  apply sqrt_le_1; [ apply pos_INR | apply pos_INR | apply le_INR; lia ].
Qed.

Lemma iterate_inside : forall t, (1 <= t <= T)%nat -> C (z t).
Proof.
  intros t Ht. destruct base as [C1 P]. destruct (Nat.eq_dec t 1) as [-> | N]; [ exact C1 | ].
  destruct t as [| t]; [ lia | ]. exact (proj1 (P t ltac:(lia))).
Qed.

(** z_t minimizes its potential over C. *)
Lemma minimality : forall t a, (1 <= t <= T)%nat -> C a ->
  0 <= <|vsum g (pred t), a -v z t|> + k t * <|z t -v z 1%nat, a -v z t|>.
Proof.
  intros t a Ht Ca. destruct (Nat.eq_dec t 1) as [-> | N].
  - simpl. inner_expand. lra.
  - destruct t as [| t]; [ lia | ]. destruct base as [_ P].
    pose proof (projection_angle C _ _ a C_convex (P t ltac:(lia)) Ca) as A.
    pose proof (sqrt_INR_pos (S t) ltac:(lia)) as Ps. pose proof (k_pos (S t) ltac:(lia)) as Pk.
    simpl pred. apply (Rmult_le_compat_l (k (S t))) in A; [ | lra ]. rewrite Rmult_0_r in A.
    replace (<|vsum g t, a -v z (S t)|>)
      with (k (S t) * (gamma / sqrt (INR (S t)) * <|vsum g t, a -v z (S t)|>))
      by (unfold k; field; lra).
    revert A. inner_expand. lra.
Qed.

Lemma one_step : forall t, (1 <= t < T)%nat ->
  potential t (z t) + <|g t, z t|> <= potential (S t) (z (S t)) + sqnorm (g t) / (2 * k t).
Proof.
  intros t Ht. pose proof (k_pos t ltac:(lia)) as Pk. pose proof (k_grows t) as Gk.
  pose proof (minimality t (z (S t)) ltac:(lia) (iterate_inside (S t) ltac:(lia))) as M.
  pose proof (sqnorm_nonneg (z (S t) -v z t +v / k t *v g t)) as S1.
  apply (Rmult_le_compat_l (k t / 2)) in S1; [ | lra ]. rewrite Rmult_0_r in S1.
  assert (S2 : 0 <= (k (S t) - k t) / 2 * sqnorm (z (S t) -v z 1%nat))
    by (apply Rmult_le_pos; [ lra | apply sqnorm_nonneg ]).
  unfold potential. simpl pred.
  replace (vsum g t) with (vsum g (pred t) +v g t) by (destruct t; [ lia | reflexivity ]).
  set (s := vsum g (pred t)) in *. set (a := z t) in *. set (b := z (S t)) in *.
  set (o := z 1%nat) in *. set (w := g t) in *.
  assert (E : k t / 2 * sqnorm (b -v a +v / k t *v w)
    = k t / 2 * sqnorm (b -v a) + <|w, b -v a|> + sqnorm w / (2 * k t)).
  { inner_expand. rewrite (inner_sym b w), (inner_sym a w). field. lra. }
  rewrite E in S1. revert M S1 S2. inner_expand.
  rewrite (inner_sym b a), (inner_sym o a), (inner_sym o b). lra.
Qed.

Lemma telescoped : forall n, (n < T)%nat ->
  rsum (fun t => <|g t, z t|>) n <= potential (S n) (z (S n)) + price n.
Proof.
  induction n as [| n IH]; intros Hn.
  - unfold potential, price. simpl. inner_expand. lra.
  - specialize (IH ltac:(lia)). pose proof (one_step (S n) ltac:(lia)) as St.
    unfold price in *. rewrite !(rsum_S _ n). lra.
Qed.

(** The last step needs no next iterate: its potential is compared at u. *)
Theorem dual_averaging_regret :
  regret g z u T
  <= sqrt (INR T) / (2 * gamma) * sqnorm (z 1%nat -v u)
     + gamma / 2 * rsum (fun t => sqnorm (g t) / sqrt (INR t)) T.
Proof.
  assert (Split : regret g z u T = rsum (fun t => <|g t, z t|>) T - <|vsum g T, u|>).
  { rewrite (inner_sym (vsum g T)), inner_vsum, <- rsum_minus. apply rsum_ext. intros t _.
    unfold step_regret. rewrite inner_subr, (inner_sym u). reflexivity. }
  assert (Pr : price T = gamma / 2 * rsum (fun t => sqnorm (g t) / sqrt (INR t)) T).
  { unfold price. rewrite <- rsum_scal. apply rsum_ext. intros t Ht. unfold k.
    pose proof (sqrt_INR_pos t ltac:(lia)). field. lra. }
  rewrite Split, <- Pr. unfold price. rewrite !(rsum_pred _ T T_pos).
  pose proof (telescoped (pred T) ltac:(lia)) as Tel.
  replace (S (pred T)) with T in Tel by lia.
  pose proof (minimality T u ltac:(lia) u_inside) as M. pose proof (k_pos T T_pos) as Pk.
  pose proof (sqnorm_nonneg (z T -v u -v / k T *v g T)) as S1.
  apply (Rmult_le_compat_l (k T / 2)) in S1; [ | lra ]. rewrite Rmult_0_r in S1.
  replace (sqrt (INR T) / (2 * gamma)) with (k T / 2) by (unfold k; field; lra).
  replace (vsum g T) with (vsum g (pred T) +v g T) by (destruct T; [ lia | reflexivity ]).
  unfold potential, price in Tel. set (s := vsum g (pred T)) in *. set (a := z T) in *.
  set (o := z 1%nat) in *. set (w := g T) in *.
  assert (E : k T / 2 * sqnorm (a -v u -v / k T *v w)
    = k T / 2 * sqnorm (a -v u) - <|w, a -v u|> + sqnorm w / (2 * k T)).
  { inner_expand. rewrite (inner_sym a w), (inner_sym u w). field. lra. }
  rewrite E in S1. revert Tel M S1. inner_expand.
  rewrite (inner_sym u a), (inner_sym o a), (inner_sym u o). lra.
Qed.

Theorem dual_averaging_worst : forall D G,
  sqnorm (z 1%nat -v u) <= D ^ 2 ->
  (forall t, (1 <= t <= T)%nat -> sqnorm (g t) <= G ^ 2) ->
  regret g z u T <= (D ^ 2 / (2 * gamma) + gamma * G ^ 2) * sqrt (INR T).
Proof.
  intros D G HD HG. eapply Rle_trans; [ exact dual_averaging_regret | ].
  pose proof (sqrt_INR_pos T T_pos) as Ps. set (r := sqrt (INR T)) in *.
  assert (B1 : r / (2 * gamma) * sqnorm (z 1%nat -v u) <= r / (2 * gamma) * D ^ 2).
  { apply Rmult_le_compat_l; [ | exact HD ]. unfold Rdiv. apply Rmult_le_pos; [ lra | ].
    left. apply Rinv_0_lt_compat. lra. }
  assert (B2 : rsum (fun t => sqnorm (g t) / sqrt (INR t)) T <= G ^ 2 * (2 * r)).
  { eapply Rle_trans with (G ^ 2 * rsum (fun t => / sqrt (INR t)) T).
    - rewrite <- rsum_scal. apply rsum_le. intros t Ht. unfold Rdiv.
      apply Rmult_le_compat_r; [ | apply HG, Ht ].
      left. apply Rinv_0_lt_compat, sqrt_INR_pos. lia.
    - apply Rmult_le_compat_l; [ apply pow2_ge_0 | apply sum_inv_sqrt ]. }
  apply (Rmult_le_compat_l (gamma / 2)) in B2; [ | lra ].
  replace ((D ^ 2 / (2 * gamma) + gamma * G ^ 2) * r)
    with (r / (2 * gamma) * D ^ 2 + gamma / 2 * (G ^ 2 * (2 * r))) by (field; lra).
  lra.
Qed.

End DualAveraging.
