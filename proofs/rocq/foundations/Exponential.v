(** * Two bounds on exp, by its series (the mean value theorem would cost one more axiom)

    Main results: [exp_ge_linear] (1 + a <= exp a), [exp_le_inverse] (exp a <= 1 / (1 - a)),
    [exp_reflects_le]; [decay] ((1 - a)^n <= exp (- n a)), [harmonic_bound] (1 + 1/2 + ... + 1/T is
    at most 1 + ln T). *)

From Coq Require Import Reals Lra Lia Arith.
From GPA Require Import Definitions Sums.
Open Scope R_scope.

Lemma exp_series : forall a, infinite_sum (fun i => / INR (fact i) * a ^ i) (exp a).
Proof. intros a. exact (proj2_sig (exist_exp a)). Qed.

(** A limit inherits bounds on the partial sums. *)
Lemma series_ge : forall s l B, infinite_sum s l -> (forall n, (1 <= n)%nat -> B <= sum_f_R0 s n) ->
  B <= l.
Proof.
  intros s l B S P. apply Rnot_lt_le. intros L.
  destruct (S (B - l) ltac:(lra)) as [N HN]. specialize (HN (max N 1) ltac:(lia)).
  specialize (P (max N 1) ltac:(lia)). unfold R_dist in HN.
  pose proof (Rle_abs (sum_f_R0 s (max N 1) - l)). lra.
Qed.

Lemma series_le : forall s l B, infinite_sum s l -> (forall n, sum_f_R0 s n <= B) -> l <= B.
Proof.
  intros s l B S P. apply Rnot_lt_le. intros L.
  destruct (S (l - B) ltac:(lra)) as [N HN]. specialize (HN N ltac:(lia)).
  specialize (P N). unfold R_dist in HN. rewrite Rabs_minus_sym in HN.
  pose proof (Rle_abs (l - sum_f_R0 s N)). lra.
Qed.

Lemma fact_ge_1 : forall n, 1 <= INR (fact n).
Proof. intros n. change 1 with (INR 1). apply le_INR. pose proof (lt_O_fact n). lia. Qed.

Theorem exp_ge_linear : forall a, 0 <= a -> 1 + a <= exp a.
Proof.
  intros a Ha. apply (series_ge _ _ _ (exp_series a)). intros n Hn.
  induction n as [| n IH]; [ lia | ]. destruct n.
  - simpl. lra.
  - rewrite tech5. specialize (IH ltac:(lia)).
    assert (0 <= / INR (fact (S (S n))) * a ^ S (S n)); [ | lra ].
    apply Rmult_le_pos; [ | apply pow_le; exact Ha ].
    left. apply Rinv_0_lt_compat. pose proof (fact_ge_1 (S (S n))). lra.
Qed.

Theorem exp_le_inverse : forall a, 0 <= a < 1 -> exp a <= / (1 - a).
Proof.
  intros a Ha. apply (series_le _ _ _ (exp_series a)). intros n.
  apply Rle_trans with (/ (1 - a) * (1 - a ^ S n)).
  - induction n as [| n IH].
    + simpl. right. field. lra.
    + rewrite tech5.
      assert (/ INR (fact (S n)) * a ^ S n <= a ^ S n).
      { pose proof (pow_le a (S n) ltac:(lra)). rewrite <- (Rmult_1_l (a ^ S n)) at 2.
        apply Rmult_le_compat_r; [ assumption | ]. pose proof (fact_ge_1 (S n)).
        rewrite <- Rinv_1. apply Rinv_le_contravar; lra. }
      replace (/ (1 - a) * (1 - a ^ S (S n))) with (/ (1 - a) * (1 - a ^ S n) + a ^ S n)
        by (simpl; field; lra).
      lra.
  - pose proof (pow_le a (S n) ltac:(lra)).
    assert (0 < / (1 - a)) by (apply Rinv_0_lt_compat; lra). nra.
Qed.

Theorem exp_reflects_le : forall a b, exp a <= exp b -> a <= b.
Proof.
  intros a b L. apply Rnot_lt_le. intros Lt.
  pose proof (exp_ge_linear (a - b) ltac:(lra)). pose proof (exp_pos b).
  replace (exp a) with (exp b * exp (a - b)) in L by (rewrite <- exp_plus; f_equal; ring).
  nra.
Qed.

Theorem decay : forall a n, 0 <= a < 1 -> (1 - a) ^ n <= / exp (INR n * a).
Proof.
  intros a n Ha. induction n as [| n IH].
  - simpl. rewrite Rmult_0_l, exp_0. lra.
  - replace (INR (S n) * a) with (INR n * a + a) by (rewrite S_INR; ring).
    rewrite exp_plus. pose proof (exp_pos (INR n * a)). pose proof (exp_pos a).
    rewrite Rinv_mult, Rmult_comm. simpl. rewrite Rmult_comm.
    assert (Le : 1 - a <= / exp a).
    { rewrite <- (Rinv_inv (1 - a)). apply Rinv_le_contravar; [ assumption | ].
      apply exp_le_inverse. exact Ha. }
    rewrite (Rmult_comm (/ exp a)).
    apply Rmult_le_compat; [ apply pow_le; lra | lra | exact IH | exact Le ].
Qed.

(** With exp L = T, that is L = ln T. *)
Theorem harmonic_bound : forall T L, (1 <= T)%nat -> exp L = INR T ->
  rsum (fun t => / INR t) T <= 1 + L.
Proof.
  intros T L HT E.
  assert (M : forall n, (1 <= n)%nat -> exp (rsum (fun t => / INR t) n - 1) <= INR n).
  { intros n Hn. induction n as [| n IH]; [ lia | ]. destruct n.
    - simpl. replace (0 + / 1 - 1) with 0 by field. rewrite exp_0. lra.
    - rewrite rsum_S. specialize (IH ltac:(lia)). set (h := rsum _ (S n)) in *.
      replace (h + / INR (S (S n)) - 1) with (h - 1 + / INR (S (S n))) by ring.
      rewrite exp_plus. pose proof (INR_pos (S n) ltac:(lia)) as P.
      rewrite (S_INR (S n)). set (m := INR (S n)) in *.
      assert (Inv : 0 <= / (m + 1) < 1).
      { split; [ left; apply Rinv_0_lt_compat; lra | ].
        rewrite <- Rinv_1. apply Rinv_lt_contravar; lra. }
      pose proof (exp_le_inverse (/ (m + 1)) Inv) as B.
      replace (/ (1 - / (m + 1))) with ((m + 1) / m) in B by (field; lra).
      apply Rle_trans with (m * ((m + 1) / m)); [ | right; field; lra ].
      apply Rmult_le_compat; [ left; apply exp_pos | left; apply exp_pos | exact IH | exact B ]. }
  pose proof (M T HT) as MT. rewrite <- E in MT. apply exp_reflects_le in MT. lra.
Qed.
