(** * AdaGrad: steps scaled by the gradients seen so far

    Main results: [adagrad_norm_regret] (one scalar step gamma / sqrt (|g_1|^2 + ... + |g_t|^2)),
    [adagrad_norm_worst]; [adagrad_diagonal_regret] and [adagrad_diagonal_worst] (the same in every
    coordinate). *)

From Coq Require Import Reals Lra Lia Psatz Arith.
From GPA Require Import Definitions InnerSpace Sums GradientDescent Euclidean.
Open Scope R_scope.

Definition squares {V} `{InnerSpace V} (g : nat -> V) (t : nat) : R :=
  rsum (fun s => sqnorm (g s)) t.

Definition adagrad_step {V} `{InnerSpace V} (gamma : R) (g : nat -> V) (t : nat) : R :=
  gamma / sqrt (squares g t).

Lemma squares_nonneg : forall {V} `{InnerSpace V} (g : nat -> V) t, 0 <= squares g t.
Proof. intros. apply rsum_nonneg. intros. apply sqnorm_nonneg. Qed.

(** One step in numbers: e = sqrt Q_{t-1}, e' = sqrt Q_t, d and d' the distances before and after. *)
Lemma adagrad_increase : forall gamma e e' d d' r B, 0 < gamma -> 0 <= e <= e' -> 0 < e' -> d <= B ->
  2 * (gamma / e') * r <= d - d' + (gamma / e') ^ 2 * (e' ^ 2 - e ^ 2) ->
  e / (2 * gamma) * (B - d) + gamma * e + r <= e' / (2 * gamma) * (B - d') + gamma * e'.
Proof.
  intros gamma e e' d d' r B Hg He He' Hd S.
  apply (Rmult_le_compat_l (e' / (2 * gamma))) in S.
  - replace (e' / (2 * gamma) * (2 * (gamma / e') * r)) with r in S by (field; lra).
    assert (A1 : 0 <= (e' - e) / (2 * gamma) * (B - d)).
    { apply Rmult_le_pos; [ | lra ]. unfold Rdiv. apply Rmult_le_pos; [ lra | ].
      left. apply Rinv_0_lt_compat. lra. }
    assert (A2 : 0 <= gamma * (e' - e) ^ 2 / (2 * e')).
    { unfold Rdiv. apply Rmult_le_pos; [ pose proof (pow2_ge_0 (e' - e)); nra | ].
      left. apply Rinv_0_lt_compat. lra. }
    replace (e' / (2 * gamma) * (d - d' + (gamma / e') ^ 2 * (e' ^ 2 - e ^ 2)))
      with (e' / (2 * gamma) * (d - d') + gamma * (e' ^ 2 - e ^ 2) / (2 * e')) in S
      by (field; lra).
    replace ((e' - e) / (2 * gamma) * (B - d))
      with (e' / (2 * gamma) * (B - d) - e / (2 * gamma) * (B - d)) in A1 by (field; lra).
    replace (gamma * (e' - e) ^ 2 / (2 * e'))
      with (gamma * e' - gamma * e - gamma * (e' ^ 2 - e ^ 2) / (2 * e')) in A2 by (field; lra).
    lra.
  - unfold Rdiv. apply Rmult_le_pos; [ lra | left; apply Rinv_0_lt_compat; lra ].
Qed.

Section Norm.
Context {V : Type} `{InnerSpace V}.
Variables (C : V -> Prop) (z g : nat -> V) (u : V) (T : nat) (gamma diameter : R).
Hypothesis C_convex : convex_set C.
Hypothesis u_inside : C u.
Hypothesis gamma_pos : 0 < gamma.
Hypothesis near : forall t, (1 <= t <= T)%nat -> sqnorm (z t -v u) <= diameter ^ 2.
Hypothesis base : ogd C (adagrad_step gamma g) z g T.

Lemma adagrad_carried : forall n, (n <= T)%nat ->
  regret g z u n
  <= sqrt (squares g n) / (2 * gamma) * (diameter ^ 2 - sqnorm (z (S n) -v u))
     + gamma * sqrt (squares g n).
Proof.
  induction n as [| n IH]; intros Hn.
  - unfold regret, squares. simpl. rewrite sqrt_0. unfold Rdiv. lra.
  - specialize (IH ltac:(lia)). unfold regret in *. rewrite rsum_S.
    pose proof (squares_nonneg g n) as P. pose proof (squares_nonneg g (S n)) as P'.
    pose proof (sqnorm_nonneg (g (S n))) as Pg.
    assert (Qs : squares g (S n) = squares g n + sqnorm (g (S n))) by reflexivity.
    pose proof (sqrt_pos (squares g n)) as He. pose proof (sqrt_pos (squares g (S n))) as He'.
    pose proof (sqrt_sqrt _ P) as Ee. pose proof (sqrt_sqrt _ P') as Ee'.
    assert (Le : sqrt (squares g n) <= sqrt (squares g (S n))) by (apply sqrt_le_1; lra).
    pose proof (ogd_step C z g u T C_convex u_inside _ (S n) ltac:(lia) base) as St.
    unfold adagrad_step in St.
    set (e := sqrt (squares g n)) in *. set (e' := sqrt (squares g (S n))) in *.
    destruct (Req_dec e' 0) as [Z | N].
    + (* no gradient so far: the step pays nothing *)
      assert (Ze : e = 0) by lra. assert (Zg : g (S n) = vzero) by (apply sqnorm_zero; nra).
      unfold step_regret at 2. rewrite Zg, inner_zerol, Z. rewrite Ze in IH. unfold Rdiv in *. lra.
    + apply Rle_trans with (e / (2 * gamma) * (diameter ^ 2 - sqnorm (z (S n) -v u))
                            + gamma * e + step_regret g z u (S n)); [ lra | ].
      apply adagrad_increase; [ exact gamma_pos | lra | lra | apply near; lia | ].
      replace (e' ^ 2 - e ^ 2) with (sqnorm (g (S n))) by (simpl; lra). exact St.
Qed.

Theorem adagrad_norm_regret :
  regret g z u T <= (diameter ^ 2 / (2 * gamma) + gamma) * sqrt (squares g T).
Proof.
  pose proof (adagrad_carried T ltac:(lia)) as B. eapply Rle_trans; [ exact B | ].
  pose proof (sqrt_pos (squares g T)) as He. set (e := sqrt (squares g T)) in *.
  assert (0 <= e / (2 * gamma) * sqnorm (z (S T) -v u)).
  { apply Rmult_le_pos; [ | apply sqnorm_nonneg ].
    unfold Rdiv. apply Rmult_le_pos; [ lra | left; apply Rinv_0_lt_compat; lra ]. }
  replace ((diameter ^ 2 / (2 * gamma) + gamma) * e)
    with (e / (2 * gamma) * diameter ^ 2 + gamma * e) by (field; lra).
  lra.
Qed.

Lemma factor_nonneg : 0 <= diameter ^ 2 / (2 * gamma) + gamma.
Proof.
  assert (0 <= diameter ^ 2 / (2 * gamma)); [ | lra ].
  unfold Rdiv. apply Rmult_le_pos; [ apply pow2_ge_0 | left; apply Rinv_0_lt_compat; lra ].
Qed.

Theorem adagrad_norm_worst : forall G, 0 <= G ->
  (forall t, (1 <= t <= T)%nat -> sqnorm (g t) <= G ^ 2) ->
  regret g z u T <= (diameter ^ 2 / (2 * gamma) + gamma) * (G * sqrt (INR T)).
Proof.
  intros G HG B. eapply Rle_trans; [ exact adagrad_norm_regret | ].
  apply Rmult_le_compat_l; [ exact factor_nonneg | ].
  pose proof (pos_INR T) as HT.
  apply Rle_trans with (sqrt (G ^ 2 * INR T)).
  - pose proof (pow2_ge_0 G). apply sqrt_le_1; [ apply squares_nonneg | nra | ].
    unfold squares. eapply Rle_trans; [ apply (rsum_le _ (fun _ => G ^ 2)); exact B | ].
    rewrite rsum_const. lra.
  - rewrite sqrt_mult by (apply pow2_ge_0 || exact HT). rewrite sqrt_pow2 by exact HG. lra.
Qed.

End Norm.

(** ** Every coordinate with its own step; the inner product is the dot product of coordinates *)
Section Diagonal.
Context {V : Type} `{InnerSpace V}.
Variables (d : nat) (coordinate : nat -> V -> R).  (* coordinate i a: coordinate i = 1 .. d of a *)
Hypothesis dot : forall a b, <|a, b|> = rsum (fun i => coordinate i a * coordinate i b) d.
Hypothesis coordinate_sub : forall i a b, coordinate i (a -v b) = coordinate i a - coordinate i b.
Variables (K : nat -> R -> Prop) (z g : nat -> V) (u : V) (T : nat) (gamma diameter : R).
Hypothesis K_convex : forall i, (1 <= i <= d)%nat -> convex_set (K i).
Hypothesis u_inside : forall i, (1 <= i <= d)%nat -> K i (coordinate i u).
Hypothesis gamma_pos : 0 < gamma.
Hypothesis near : forall i t, (1 <= i <= d)%nat -> (1 <= t <= T)%nat ->
  (coordinate i (z t) - coordinate i u) ^ 2 <= diameter ^ 2.
Hypothesis base : forall i, (1 <= i <= d)%nat ->
  ogd (K i) (adagrad_step gamma (fun t => coordinate i (g t)))
    (fun t => coordinate i (z t)) (fun t => coordinate i (g t)) T.

Lemma regret_by_coordinates : forall n,
  regret g z u n
  = rsum (fun i => regret (fun t => coordinate i (g t)) (fun t => coordinate i (z t))
                     (coordinate i u) n) d.
Proof.
  induction n as [| n IH]; unfold regret in *.
  - simpl. rewrite rsum_const. ring.
  - rewrite rsum_S, IH.
    rewrite (rsum_ext (fun i => rsum _ (S n)) (fun i =>
      rsum (step_regret (fun t => coordinate i (g t)) (fun t => coordinate i (z t)) (coordinate i u)) n
      + coordinate i (g (S n)) * (coordinate i (z (S n)) - coordinate i u))).
    + rewrite rsum_plus. f_equal. unfold step_regret. rewrite dot. apply rsum_ext.
      intros i _. rewrite coordinate_sub. reflexivity.
    + intros i _. rewrite rsum_S. unfold step_regret, vsub. simpl. ring.
Qed.

Theorem adagrad_diagonal_regret :
  regret g z u T
  <= (diameter ^ 2 / (2 * gamma) + gamma)
     * rsum (fun i => sqrt (squares (fun t => coordinate i (g t)) T)) d.
Proof.
  rewrite regret_by_coordinates, <- rsum_scal. apply rsum_le. intros i Hi.
  apply (adagrad_norm_regret (K i)); auto.
  intros t Ht. pose proof (near i t Hi Ht) as Nt. unfold sqnorm, vsub. simpl in *. lra.
Qed.

(** (q_1 + ... + q_n)^2 <= n (q_1^2 + ... + q_n^2) *)
Lemma sum_square_le : forall a n, rsum a n ^ 2 <= INR n * rsum (fun i => a i ^ 2) n.
Proof.
  intros a n. induction n as [| n IH]; [ simpl; lra | ].
  rewrite !(rsum_S _ n), S_INR. set (s := rsum a n) in *. set (s2 := rsum (fun i => a i ^ 2) n) in *.
  pose proof (pos_INR n) as Hn. set (m := INR n) in *. set (b := a (S n)).
  assert (P2 : 0 <= s2) by (apply rsum_nonneg; intros; apply pow2_ge_0).
  destruct (Req_dec m 0) as [Z | N].
  - assert (s ^ 2 <= 0) by (rewrite Z in IH; lra). pose proof (pow2_ge_0 s).
    assert (s = 0) by nra. nra.
  - assert (Hm : 0 < m) by lra. apply (Rmult_le_reg_l m); [ exact Hm | ].
    pose proof (pow2_ge_0 (s - m * b)). nra.
Qed.

Theorem adagrad_diagonal_worst : forall G, 0 <= G ->
  (forall t, (1 <= t <= T)%nat -> sqnorm (g t) <= G ^ 2) ->
  regret g z u T <= (diameter ^ 2 / (2 * gamma) + gamma) * (G * sqrt (INR d * INR T)).
Proof.
  intros G HG B. eapply Rle_trans; [ exact adagrad_diagonal_regret | ].
  apply Rmult_le_compat_l; [ apply factor_nonneg; exact gamma_pos | ].
  set (S1 := rsum _ d).
  assert (P1 : 0 <= S1) by (apply rsum_nonneg; intros; apply sqrt_pos).
  pose proof (pos_INR T) as HT. pose proof (pos_INR d) as Hd. pose proof (pow2_ge_0 G) as HG2.
  assert (Pdt : 0 <= INR d * INR T) by (apply Rmult_le_pos; assumption).
  assert (Total : rsum (fun i => squares (fun t => coordinate i (g t)) T) d = squares g T).
  { unfold squares. induction T as [| n IHn] in |- *; [ simpl; rewrite rsum_const; ring | ].
    rewrite rsum_S, <- IHn.
    rewrite (rsum_ext (fun i => rsum _ (S n)) (fun i =>
      rsum (fun s => sqnorm (coordinate i (g s))) n + coordinate i (g (S n)) * coordinate i (g (S n))))
      by (intros; reflexivity).
    rewrite rsum_plus. f_equal. unfold sqnorm. rewrite dot. reflexivity. }
  assert (Q : S1 ^ 2 <= INR d * (INR T * G ^ 2)).
  { eapply Rle_trans; [ apply sum_square_le | ]. apply Rmult_le_compat_l; [ exact Hd | ].
    rewrite (rsum_ext _ (fun i => squares (fun t => coordinate i (g t)) T)).
    - rewrite Total. unfold squares.
      eapply Rle_trans; [ apply (rsum_le _ (fun _ => G ^ 2)); exact B | ].
      rewrite rsum_const. lra.
    - intros i _. rewrite pow2_sqrt; [ reflexivity | apply squares_nonneg ]. }
  rewrite <- (sqrt_pow2 S1 P1). rewrite <- (sqrt_pow2 G HG) at 1.
  rewrite <- sqrt_mult by assumption. apply sqrt_le_1; [ apply pow2_ge_0 | nra | ].
  lra.
Qed.

End Diagonal.

(** In R^n with its coordinates. *)
Corollary adagrad_diagonal_Rn : forall (n : nat) K (z g : nat -> Rn n) u T gamma diameter,
  (forall i, (1 <= i <= n)%nat -> convex_set (K i)) ->
  (forall i, (1 <= i <= n)%nat -> K i (coord n u i)) -> 0 < gamma ->
  (forall i t, (1 <= i <= n)%nat -> (1 <= t <= T)%nat ->
     (coord n (z t) i - coord n u i) ^ 2 <= diameter ^ 2) ->
  (forall i, (1 <= i <= n)%nat ->
     ogd (K i) (adagrad_step gamma (fun t => coord n (g t) i))
       (fun t => coord n (z t) i) (fun t => coord n (g t) i) T) ->
  regret g z u T
  <= (diameter ^ 2 / (2 * gamma) + gamma)
     * rsum (fun i => sqrt (squares (fun t => coord n (g t) i) T)) n.
Proof.
  intros n K z g u T gamma diameter Kc Ku Hg Near O.
  apply (adagrad_diagonal_regret n (fun i a => coord n a i)) with (K := K); auto.
  - intros a b. apply Rn_inner.
  - intros i a b. apply Rn_coord_sub.
Qed.
