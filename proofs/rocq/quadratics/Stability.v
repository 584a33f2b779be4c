(** * Quadratics: the exact stability limit, both directions

    Main result: [quadratic_stability]: with s = gamma h every run tends to 0 iff
    0 < s < 2 (1 + mu_x) / (1 + mu_x - 2 mu_x mu_y). *)

From Coq Require Import Reals Lra Lia Psatz Arith.
From GPA Require Import Definitions Quadratic.
Open Scope R_scope.

Definition stability_limit (mu_x mu_y : R) : R := 2 * (1 + mu_x) / (1 + mu_x - 2 * mu_x * mu_y).

Definition stable (mu_x mu_y s : R) : Prop :=
  forall x z, quadratic_run mu_x mu_y s x z -> Un_cv x 0 /\ Un_cv z 0.

Section Stability.
Variables mu_x mu_y s : R.
Hypothesis mu_x_range : 0 <= mu_x < 1.
Hypothesis mu_y_range : 0 <= mu_y <= 1.

Lemma limit_positive : 0 < 1 + mu_x - 2 * mu_x * mu_y.
Proof. assert (mu_x * mu_y <= mu_x) by nra. lra. Qed.

Lemma below_limit : s < stability_limit mu_x mu_y
  <-> 0 < 2 * (1 + mu_x) - s * (1 + mu_x - 2 * mu_x * mu_y).
Proof.
  pose proof limit_positive as P. unfold stability_limit.
  set (d := 1 + mu_x - 2 * mu_x * mu_y) in *. set (n := 2 * (1 + mu_x)).
  assert (E : n / d * d = n) by (field; lra). split; intros L.
  - apply (Rmult_lt_compat_r _ _ _ P) in L. lra.
  - apply (Rmult_lt_reg_r _ _ _ P). lra.
Qed.

(** Inside the limit |tau| < 1 + delta and |delta| < 1. *)
Lemma stability_conditions : 0 < s < stability_limit mu_x mu_y ->
  - (1 + det mu_x mu_y s) < tau mu_x mu_y s < 1 + det mu_x mu_y s /\ -1 < det mu_x mu_y s < 1.
Proof.
  intros [H0 H1]. apply below_limit in H1.
  assert (A : 1 - tau mu_x mu_y s + det mu_x mu_y s = s * (1 - mu_x)) by (unfold tau, det; ring).
  assert (B : 1 + tau mu_x mu_y s + det mu_x mu_y s
              = 2 * (1 + mu_x) - s * (1 + mu_x - 2 * mu_x * mu_y)) by (unfold tau, det; ring).
  assert (P : 0 < s * (1 - mu_x)) by (apply Rmult_lt_0_compat; lra).
  assert (D : det mu_x mu_y s < 1).
  { unfold det. assert (0 <= mu_x * (s * (1 - mu_y))) by (repeat apply Rmult_le_pos; lra). lra. }
  lra.
Qed.

Lemma stable_inside : 0 < s < stability_limit mu_x mu_y -> stable mu_x mu_y s.
Proof.
  intros Hs x z run. destruct (stability_conditions Hs) as [Ht Hd].
  split; apply (recurrence_tends_to_0 (tau mu_x mu_y s) (det mu_x mu_y s)); try assumption;
    intros t; apply (quadratic_recurrence mu_x mu_y s x z run t).
Qed.

(** A real root of the characteristic polynomial outside the open unit interval spoils stability. *)
Lemma root_spoils : forall r, r * r - tau mu_x mu_y s * r + det mu_x mu_y s = 0 -> 1 <= Rabs r ->
  ~ stable mu_x mu_y s.
Proof.
  intros r E R1 St.
  destruct (St (fun t => r ^ t * ((1 - mu_x) * r)) (fun t => r ^ t * (r - mu_x))) as [X _].
  - intros t. simpl. unfold tau, det in E. split; [ | ring ].
    apply Rminus_diag_uniq. match goal with |- ?d = 0 =>
      replace d with (r ^ t * (r * r - (1 + mu_x - s * (1 - mu_x * mu_y)) * r
                               + mu_x * (1 - s * (1 - mu_y)))) by ring end.
    rewrite E. ring.
  - assert (Pow : forall t, 1 <= Rabs (r ^ t)).
    { intros t. rewrite <- RPow_abs. apply pow_R1_Rle. exact R1. }
    destruct (X (1 - mu_x) ltac:(lra)) as [N HN]. specialize (HN N ltac:(lia)).
    unfold R_dist in HN. rewrite Rminus_0_r, !Rabs_mult in HN.
    rewrite (Rabs_pos_eq (1 - mu_x)) in HN by lra. pose proof (Pow N).
    assert (1 * (1 * 1) <= Rabs (r ^ N) * (1 * Rabs r)).
    { apply Rmult_le_compat; lra. }
    nra.
Qed.

Lemma root_of : forall tr dt sign, sign * sign = 1 -> 0 <= tr * tr - 4 * dt ->
  let r := (tr + sign * sqrt (tr * tr - 4 * dt)) / 2 in r * r - tr * r + dt = 0.
Proof.
  intros tr dt sign Hs Hd r. pose proof (sqrt_sqrt _ Hd) as Q. unfold r.
  set (w := sqrt (tr * tr - 4 * dt)) in *.
  replace ((tr + sign * w) / 2 * ((tr + sign * w) / 2) - tr * ((tr + sign * w) / 2) + dt)
    with ((sign * sign * (w * w) - tr * tr) / 4 + dt) by field.
  rewrite Hs, Q. field.
Qed.

Lemma unstable_outside : s <= 0 \/ stability_limit mu_x mu_y <= s -> ~ stable mu_x mu_y s.
Proof.
  set (tr := tau mu_x mu_y s). set (dt := det mu_x mu_y s).
  assert (A : 1 - tr + dt = s * (1 - mu_x)) by (unfold tr, dt, tau, det; ring).
  assert (B : 1 + tr + dt = 2 * (1 + mu_x) - s * (1 + mu_x - 2 * mu_x * mu_y))
    by (unfold tr, dt, tau, det; ring).
  intros [H0 | H1].
  - (* the value at 1 is not positive: a root at or beyond 1 *)
    assert (V : dt <= tr - 1) by (assert (s * (1 - mu_x) <= 0) by nra; lra).
    assert (Q : (tr - 2) * (tr - 2) <= tr * tr - 4 * dt) by lra.
    pose proof (Rle_0_sqr (tr - 2)) as P. unfold Rsqr in P.
    assert (Hd : 0 <= tr * tr - 4 * dt) by lra.
    apply (root_spoils ((tr + 1 * sqrt (tr * tr - 4 * dt)) / 2)).
    + exact (root_of tr dt 1 ltac:(lra) Hd).
    + pose proof (sqrt_le_1 _ _ P Hd Q) as W. fold (Rsqr (tr - 2)) in W.
      rewrite sqrt_Rsqr_abs in W. pose proof (Rle_abs (- (tr - 2))) as Ab. rewrite Rabs_Ropp in Ab.
      eapply Rle_trans; [ | apply Rle_abs ]. lra.
  - (* the value at -1 is not positive: a root at or beyond -1 *)
    assert (N : ~ s < stability_limit mu_x mu_y) by lra.
    rewrite below_limit in N. assert (V : 1 + tr + dt <= 0) by lra.
    assert (Q : (tr + 2) * (tr + 2) <= tr * tr - 4 * dt) by lra.
    pose proof (Rle_0_sqr (tr + 2)) as P. unfold Rsqr in P.
    assert (Hd : 0 <= tr * tr - 4 * dt) by lra.
    apply (root_spoils ((tr + -1 * sqrt (tr * tr - 4 * dt)) / 2)).
    + exact (root_of tr dt (-1) ltac:(lra) Hd).
    + pose proof (sqrt_le_1 _ _ P Hd Q) as W. fold (Rsqr (tr + 2)) in W. rewrite sqrt_Rsqr_abs in W.
      pose proof (Rle_abs (tr + 2)).
      rewrite <- Rabs_Ropp. eapply Rle_trans; [ | apply Rle_abs ]. lra.
Qed.

Theorem quadratic_stability : stable mu_x mu_y s <-> 0 < s < stability_limit mu_x mu_y.
Proof.
  split; [ | exact stable_inside ]. intros St.
  destruct (Rle_or_lt s 0) as [L | L]; [ exfalso; exact (unstable_outside (or_introl L) St) | ].
  destruct (Rle_or_lt (stability_limit mu_x mu_y) s) as [M | M].
  - exfalso. exact (unstable_outside (or_intror M) St).
  - split; assumption.
Qed.

End Stability.
