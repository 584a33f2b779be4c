(** * Weights of constant mu_x, and what their tails do against constant steps

    Main results: [ema_shares_grow] (if mu_x^(T-1) <= 1/T, the tails of the weights grow relative to
    those of constant steps), [ema_noise] (what the noise is then multiplied by adds up to
    S = sum_{m<T} (1 - mu_x^m)/m + 1 - mu_x, [ema_sum]). *)

From Coq Require Import Reals Lra Lia Psatz Arith.
From GPA Require Import Definitions Sums Tails.
Open Scope R_scope.

(** The weight of z_t in x_n for constant mu_x. *)
Definition ema_weight (mu : R) (n t : nat) : R :=
  if Nat.eqb t 1 then mu ^ (n - 1) else (1 - mu) * mu ^ (n - t).

(** S *)
Definition ema_sum (mu : R) (T : nat) : R :=
  rsum (fun m => (1 - mu ^ m) / INR m) (T - 1) + (1 - mu).

Lemma rsum_shift : forall a n, rsum a (S n) = a 1%nat + rsum (fun t => a (S t)) n.
Proof. induction n as [| n IH]; [ simpl; ring | ]. rewrite rsum_S, IH, rsum_S. ring. Qed.

Lemma rsum_rev : forall a n, rsum (fun t => a (S n - t)%nat) n = rsum a n.
Proof.
  intros a n. revert a. induction n as [| n IH]; intros a; [ reflexivity | ].
  rewrite rsum_shift. rewrite (rsum_S a n), <- (IH a).
  rewrite (rsum_ext (fun t => a (S (S n) - S t)%nat) (fun t => a (S n - t)%nat))
    by (intros; f_equal; lia).
  replace (S (S n) - 1)%nat with (S n) by lia. ring.
Qed.

Section Weights.
Variable mu : R.
Hypothesis mu_share : 0 <= mu < 1.

Lemma ema_weight_nonneg : forall n t, 0 <= ema_weight mu n t.
Proof.
  intros n t. unfold ema_weight. destruct (Nat.eqb t 1).
  - apply pow_le. lra.
  - apply Rmult_le_pos; [ lra | apply pow_le; lra ].
Qed.

Lemma ema_weight_step : forall n t, (1 <= t <= n)%nat ->
  ema_weight mu (S n) t = mu * ema_weight mu n t.
Proof.
  intros n t Ht. unfold ema_weight. destruct (Nat.eqb t 1).
  - replace (S n - 1)%nat with (S (n - 1)) by lia. reflexivity.
  - replace (S n - t)%nat with (S (n - t)) by lia. simpl. ring.
Qed.

Lemma ema_weight_last : forall n, (2 <= n)%nat -> ema_weight mu n n = 1 - mu.
Proof.
  intros n Hn. unfold ema_weight. destruct (Nat.eqb_spec n 1); [ lia | ].
  replace (n - n)%nat with 0%nat by lia. simpl. ring.
Qed.

Lemma ema_total : forall n, (1 <= n)%nat -> rsum (ema_weight mu n) n = 1.
Proof.
  intros n Hn. induction n as [| n IH]; [ lia | ]. destruct n.
  - simpl. unfold ema_weight. simpl. ring.
  - rewrite rsum_S, (rsum_ext _ (fun t => mu * ema_weight mu (S n) t))
      by (intros; apply ema_weight_step; lia).
    rewrite rsum_scal, IH, ema_weight_last by lia. ring.
Qed.

Lemma ema_rest : forall T k, (2 <= k <= T)%nat ->
  rest (ema_weight mu T) T k = 1 - mu ^ (T - k + 1).
Proof.
  intros T k Hk. assert (P : forall k, (1 <= k <= T)%nat -> (2 <= k)%nat ->
    rest (ema_weight mu T) T k = 1 - mu ^ (T - k + 1)); [ | apply P; lia ].
  clear k Hk. intros k Hk. pattern k. apply (backward _ T); [ | | exact Hk ].
  - intros H2. rewrite rest_step, rest_end, ema_weight_last by lia.
    replace (T - T + 1)%nat with 1%nat by lia. simpl. ring.
  - intros j Hj Q H2. rewrite rest_step, Q by lia. unfold ema_weight.
    destruct (Nat.eqb_spec j 1); [ lia | ].
    replace (T - S j + 1)%nat with (T - j)%nat by lia.
    replace (T - j + 1)%nat with (S (T - j)) by lia. simpl. ring.
Qed.

Lemma rest_const : forall (k : R) T j, (1 <= j <= T)%nat ->
  rest (fun _ => k) T j = INR (T - j + 1) * k.
Proof.
  intros k T j Hj. pattern j. apply (backward _ T); [ | | exact Hj ].
  - rewrite rest_step, rest_end by lia. replace (T - T + 1)%nat with 1%nat by lia. simpl. ring.
  - intros i Hi Q. rewrite rest_step, Q by lia. replace (T - i + 1)%nat with (S (T - S i + 1)) by lia.
    rewrite S_INR. ring.
Qed.

(** mu^n (1 + n (1 - mu)) <= 1: so (1 - mu^n)/n falls in n. *)
Lemma bernoulli : forall n, mu ^ n * (1 + INR n * (1 - mu)) <= 1.
Proof.
  induction n as [| n IH]; [ simpl; lra | ]. rewrite S_INR. simpl pow.
  assert (P : 0 <= mu ^ n) by (apply pow_le; lra).
  assert (Q : mu ^ n <= 1).
  { rewrite <- (pow1 n). apply pow_incr. lra. }
  assert (mu * (mu ^ n * (1 + INR n * (1 - mu))) <= mu * 1) by (apply Rmult_le_compat_l; lra).
  assert (mu * mu ^ n <= 1) by nra. nra.
Qed.

Lemma share_falls : forall n, (1 <= n)%nat ->
  (1 - mu ^ (S n)) / INR (S n) <= (1 - mu ^ n) / INR n.
Proof.
  intros n Hn. pose proof (INR_pos n Hn) as P. pose proof (bernoulli n) as B. rewrite S_INR.
  apply (Rmult_le_reg_r (INR n * (INR n + 1))); [ apply Rmult_lt_0_compat; lra | ].
  replace ((1 - mu ^ S n) / (INR n + 1) * (INR n * (INR n + 1))) with (INR n * (1 - mu ^ S n))
    by (field; lra).
  replace ((1 - mu ^ n) / INR n * (INR n * (INR n + 1))) with ((INR n + 1) * (1 - mu ^ n))
    by (field; lra).
  simpl pow. nra.
Qed.

Section Constant.
Variables (gamma : R) (T : nat).
Hypothesis gamma_pos : 0 < gamma.
Hypothesis T_pos : (1 <= T)%nat.

Lemma share_later : forall k, (2 <= k <= T)%nat ->
  share (ema_weight mu T) (fun _ => gamma) T k
  = (1 - mu ^ (T - k + 1)) / INR (T - k + 1) / gamma.
Proof.
  intros k Hk. unfold share. rewrite ema_rest, rest_const by lia.
  pose proof (INR_pos (T - k + 1) ltac:(lia)). field. lra.
Qed.

Lemma share_first : share (ema_weight mu T) (fun _ => gamma) T 1 = / INR T / gamma.
Proof.
  unfold share. rewrite rest_all, ema_total, rest_const by lia.
  replace (T - 1 + 1)%nat with T by lia. pose proof (INR_pos T T_pos). field. lra.
Qed.

Lemma ema_shares_grow : mu ^ (T - 1) <= / INR T -> forall t, (1 <= t < T)%nat ->
  share (ema_weight mu T) (fun _ => gamma) T t
  <= share (ema_weight mu T) (fun _ => gamma) T (S t).
Proof.
  intros Hw t Ht. pose proof (INR_pos T T_pos) as PT.
  assert (Q : 0 <= / gamma) by (left; apply Rinv_0_lt_compat; lra).
  rewrite (share_later (S t)) by lia. destruct (Nat.eq_dec t 1) as [-> | N].
  - rewrite share_first. apply Rmult_le_compat_r; [ exact Q | ].
    replace (T - 2 + 1)%nat with (T - 1)%nat by lia.
    pose proof (INR_pos (T - 1) ltac:(lia)) as P1.
    assert (E : INR T = INR (T - 1) + 1) by (rewrite <- S_INR; f_equal; lia).
    apply (Rmult_le_reg_r (INR (T - 1))); [ exact P1 | ].
    replace ((1 - mu ^ (T - 1)) / INR (T - 1) * INR (T - 1)) with (1 - mu ^ (T - 1))
      by (field; lra).
    assert (F : / INR T * INR (T - 1) = 1 - / INR T) by (rewrite E; field; lra). lra.
  - rewrite (share_later t) by lia. apply Rmult_le_compat_r; [ exact Q | ].
    replace (T - t + 1)%nat with (S (T - S t + 1)) by lia. apply share_falls. lia.
Qed.

Lemma ema_noise : forall G2 : R, (2 <= T)%nat ->
  rsum (fun t => gamma ^ 2 * G2 / 2
        * noise_factor (ema_weight mu T) (fun _ => gamma) T t) T
  = gamma * G2 / 2 * ema_sum mu T.
Proof.
  intros G2 H2. rewrite rsum_pred by lia.
  assert (L : noise_factor (ema_weight mu T) (fun _ => gamma) T T = (1 - mu) / gamma).
  { unfold noise_factor. rewrite Nat.eqb_refl, share_later by lia.
    replace (T - T + 1)%nat with 1%nat by lia. simpl. field. lra. }
  rewrite L, (rsum_ext _ (fun t => gamma * G2 / 2
                * ((1 - mu ^ (S (T - 1) - t)) / INR (S (T - 1) - t)))).
  - rewrite rsum_scal. replace (pred T) with (T - 1)%nat by lia.
    rewrite (rsum_rev (fun m => (1 - mu ^ m) / INR m)). unfold ema_sum. field. lra.
  - intros t Ht. unfold noise_factor. destruct (Nat.eqb_spec t T); [ lia | ].
    rewrite share_later by lia. replace (T - S t + 1)%nat with (S (T - 1) - t)%nat by lia.
    pose proof (INR_pos (S (T - 1) - t) ltac:(lia)). field. lra.
Qed.

End Constant.
End Weights.
