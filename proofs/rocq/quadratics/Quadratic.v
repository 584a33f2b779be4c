(** * Quadratics: the recurrence of gradient descent inside GPA, and when it dies out

    Along an eigenvector of curvature h, with s = gamma h, one step is linear in (x, z).

    Main results: [quadratic_recurrence] (x and z obey r^2 - tau r + delta),
    [recurrence_tends_to_0] (such a recurrence tends to 0 if |tau| < 1 + delta and delta < 1). *)

From Coq Require Import Reals Lra Lia Psatz Arith.
From GPA Require Import Definitions.
Open Scope R_scope.

(** z_{t+1} = z_t - s y_t and x_{t+1} = mu_x x_t + (1 - mu_x) z_{t+1}, from any x_0, z_0. *)
Definition quadratic_run (mu_x mu_y s : R) (x z : nat -> R) : Prop := forall t,
  z (S t) = z t - s * (mu_y * x t + (1 - mu_y) * z t)
  /\ x (S t) = mu_x * x t + (1 - mu_x) * z (S t).

Definition tau (mu_x mu_y s : R) : R := 1 + mu_x - s * (1 - mu_x * mu_y).
Definition det (mu_x mu_y s : R) : R := mu_x * (1 - s * (1 - mu_y)).

Theorem quadratic_recurrence : forall mu_x mu_y s x z, quadratic_run mu_x mu_y s x z -> forall t,
  x (S (S t)) = tau mu_x mu_y s * x (S t) - det mu_x mu_y s * x t
  /\ z (S (S t)) = tau mu_x mu_y s * z (S t) - det mu_x mu_y s * z t.
Proof.
  intros mu_x mu_y s x z run t. destruct (run t) as [Z X], (run (S t)) as [Z' X'].
  unfold tau, det. rewrite X', Z', X, Z. split; ring.
Qed.

(** ** A second-order recurrence tends to 0 if |tau| < 1 + delta and delta < 1 *)
Section Recurrence.
Variables (tr dt : R) (a : nat -> R).
Hypothesis recurrence : forall t, a (S (S t)) = tr * a (S t) - dt * a t.
Hypothesis dt_range : -1 < dt < 1.
Hypothesis tr_range : - (1 + dt) < tr < 1 + dt.

Definition corr : R := tr / (1 + dt).
Definition energy (t : nat) : R := a (S t) ^ 2 - 2 * corr * a (S t) * a t + a t ^ 2.
Definition drop (t : nat) : R := a t - corr * a (S t).

Lemma corr_tr : tr = corr * (1 + dt).
Proof. unfold corr. field. lra. Qed.

Lemma corr_range : corr ^ 2 < 1.
Proof.
  assert (H : -1 < corr < 1); [ | nra ].
  unfold corr. split; apply (Rmult_lt_reg_r (1 + dt)); try lra;
    unfold Rdiv; rewrite Rmult_assoc, Rinv_l; lra.
Qed.

Lemma energy_drop : forall t, energy (S t) = energy t - (1 - dt ^ 2) * drop t ^ 2.
Proof. intros t. unfold energy, drop. rewrite recurrence. rewrite corr_tr at 1 2. ring. Qed.

Lemma energy_bounds : forall t, (1 - corr ^ 2) * a t ^ 2 <= energy t.
Proof.
  intros t. pose proof (pow2_ge_0 (a (S t) - corr * a t)). unfold energy. nra.
Qed.

Lemma energy_nonneg : forall t, 0 <= energy t.
Proof.
  intros t. pose proof corr_range. pose proof (energy_bounds t). pose proof (pow2_ge_0 (a t)). nra.
Qed.

(** Two drops together see the whole state. *)
Lemma state_from_drops : forall t,
  (1 - corr ^ 2) * a t = (1 - corr * tr) * drop t + corr * drop (S t)
  /\ (1 - corr ^ 2) * a (S t) = drop (S t) - corr * dt * drop t.
Proof. intros t. unfold drop. rewrite recurrence. split; rewrite corr_tr; ring. Qed.

Lemma square_of_sum : forall p q0 e e', (p * e + q0 * e') ^ 2 <= (p ^ 2 + q0 ^ 2) * (e ^ 2 + e' ^ 2).
Proof. intros. pose proof (pow2_ge_0 (p * e' - q0 * e)). nra. Qed.

Definition spread : R := 2 * ((1 - corr * tr) ^ 2 + corr ^ 2 + (corr * dt) ^ 2 + 1).

Lemma energy_below_drops : forall t,
  (1 - corr ^ 2) ^ 2 * energy t <= spread * (drop t ^ 2 + drop (S t) ^ 2).
Proof.
  intros t. destruct (state_from_drops t) as [A A']. pose proof corr_range as Hc.
  assert (B : energy t <= 2 * (a t ^ 2 + a (S t) ^ 2)).
  { unfold energy. pose proof (pow2_ge_0 (a (S t) + corr * a t)). pose proof (pow2_ge_0 (a t)).
    nra. }
  pose proof (square_of_sum (1 - corr * tr) corr (drop t) (drop (S t))) as S1.
  pose proof (square_of_sum (- (corr * dt)) 1 (drop t) (drop (S t))) as S2.
  rewrite <- A in S1.
  replace (- (corr * dt) * drop t + 1 * drop (S t)) with ((1 - corr ^ 2) * a (S t)) in S2
    by (rewrite A'; ring).
  pose proof (pow2_ge_0 (1 - corr ^ 2)) as P.
  apply (Rmult_le_compat_l _ _ _ P) in B. unfold spread.
  replace ((1 - corr ^ 2) ^ 2 * (2 * (a t ^ 2 + a (S t) ^ 2)))
    with (2 * (((1 - corr ^ 2) * a t) ^ 2 + ((1 - corr ^ 2) * a (S t)) ^ 2)) in B by ring.
  lra.
Qed.

Definition shrink : R := 1 - (1 - dt ^ 2) * (1 - corr ^ 2) ^ 2 / spread.

Lemma spread_ge_2 : 2 <= spread.
Proof.
  unfold spread. pose proof (pow2_ge_0 (1 - corr * tr)). pose proof (pow2_ge_0 corr).
  pose proof (pow2_ge_0 (corr * dt)). lra.
Qed.

Lemma shrink_range : 0 <= shrink < 1.
Proof.
  pose proof spread_ge_2 as Hs. pose proof corr_range as Hc. pose proof (pow2_ge_0 corr).
  assert (Hd : 0 < 1 - dt ^ 2 <= 1) by (pose proof (pow2_ge_0 dt); nra).
  assert (Hk : 0 < (1 - corr ^ 2) ^ 2 <= 1) by nra.
  assert (Hp : 0 < (1 - dt ^ 2) * (1 - corr ^ 2) ^ 2 <= 1) by nra.
  assert (Hq : 0 < (1 - dt ^ 2) * (1 - corr ^ 2) ^ 2 / spread <= 1); [ | unfold shrink; lra ].
  split.
  - apply Rmult_lt_0_compat; [ lra | apply Rinv_0_lt_compat; lra ].
  - apply (Rmult_le_reg_r spread); [ lra | ]. unfold Rdiv. rewrite Rmult_assoc, Rinv_l; lra.
Qed.

Lemma energy_shrinks : forall t, energy (S (S t)) <= shrink * energy t.
Proof.
  intros t. pose proof spread_ge_2 as Hs. pose proof (energy_below_drops t) as B.
  assert (Hd : 0 < 1 - dt ^ 2) by nra.
  rewrite (energy_drop (S t)), (energy_drop t). unfold shrink.
  apply (Rmult_le_compat_l ((1 - dt ^ 2) / spread)) in B.
  - replace ((1 - dt ^ 2) / spread * (spread * (drop t ^ 2 + drop (S t) ^ 2)))
      with ((1 - dt ^ 2) * (drop t ^ 2 + drop (S t) ^ 2)) in B by (field; lra).
    replace ((1 - dt ^ 2) / spread * ((1 - corr ^ 2) ^ 2 * energy t))
      with ((1 - dt ^ 2) * (1 - corr ^ 2) ^ 2 / spread * energy t) in B by (field; lra).
    lra.
  - apply Rmult_le_pos; [ lra | left; apply Rinv_0_lt_compat; lra ].
Qed.

Lemma energy_geometric : forall k, energy (2 * k) <= shrink ^ k * energy 0
  /\ energy (S (2 * k)) <= shrink ^ k * energy 0.
Proof.
  pose proof shrink_range as Hs.
  induction k as [| k [E O]].
  - simpl. pose proof (energy_drop 0) as D. pose proof (pow2_ge_0 (drop 0)).
    assert (0 < 1 - dt ^ 2) by nra. split; [ lra | nra ].
  - replace (2 * S k)%nat with (S (S (2 * k))) by lia. simpl pow.
    pose proof (energy_shrinks (2 * k)). pose proof (energy_shrinks (S (2 * k))).
    split; (eapply Rle_trans; [ eassumption | ]); rewrite Rmult_assoc;
      apply Rmult_le_compat_l; lra.
Qed.

Theorem recurrence_tends_to_0 : Un_cv a 0.
Proof.
  intros eps Heps. pose proof shrink_range as Hs. pose proof corr_range as Hc.
  pose proof (energy_nonneg 0) as E0.
  set (y := eps ^ 2 * (1 - corr ^ 2) / (energy 0 + 1)).
  assert (Hy : 0 < y).
  { unfold y, Rdiv. apply Rmult_lt_0_compat; [ | apply Rinv_0_lt_compat; lra ].
    apply Rmult_lt_0_compat; [ apply pow_lt; lra | lra ]. }
  destruct (pow_lt_1_zero shrink ltac:(rewrite Rabs_pos_eq; lra) y Hy) as [N HN].
  exists (2 * N)%nat. intros n Hn. unfold R_dist. rewrite Rminus_0_r.
  set (m := Nat.div2 n). assert (Hm : (N <= m)%nat).
  { unfold m. pose proof (Nat.div2_odd n). destruct (Nat.odd n); simpl in *; lia. }
  assert (En : energy n <= shrink ^ m * energy 0).
  { destruct (energy_geometric m) as [E O]. unfold m in *. pose proof (Nat.div2_odd n) as Dn.
    destruct (Nat.odd n); simpl Nat.b2n in Dn.
    - replace n with (S (2 * Nat.div2 n)) at 1 by lia. exact O.
    - replace n with (2 * Nat.div2 n)%nat at 1 by lia. exact E. }
  pose proof (HN m ltac:(lia)) as P. pose proof (pow_le shrink m ltac:(lra)) as P0.
  rewrite Rabs_pos_eq in P by lra. pose proof (energy_bounds n) as B.
  assert (Small : shrink ^ m * energy 0 < eps ^ 2 * (1 - corr ^ 2)).
  { apply Rle_lt_trans with (shrink ^ m * (energy 0 + 1)); [ nra | ].
    apply Rlt_le_trans with (y * (energy 0 + 1)).
    - apply Rmult_lt_compat_r; lra.
    - right. unfold y. field. lra. }
  assert (Sq : a n ^ 2 < eps ^ 2) by (apply (Rmult_lt_reg_l (1 - corr ^ 2)); lra).
  apply Rnot_le_lt. intros L. pose proof (Rabs_pos (a n)).
  rewrite <- (pow2_abs (a n)) in Sq. nra.
Qed.

End Recurrence.
