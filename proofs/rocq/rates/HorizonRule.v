(** * The horizon rule: which mu_x the last-iterate rate asks for

    Main result: [horizon_rule].  [L] stands for ln T (it is given by exp L = T). *)

From Coq Require Import Reals Lra Lia Arith.
From GPA Require Import Definitions InnerSpace Sums GradientDescent Exponential Rates.
Open Scope R_scope.

(** 1 - mu_x = ln T / (2 (T - 1)). *)
Definition horizon_mu_x (L : R) (T : nat) : R := 1 - L / (2 * (INR T - 1)).

Lemma horizon_range : forall L T, (2 <= T)%nat -> exp L = INR T ->
  0 < L / (2 * (INR T - 1)) <= 1 / 2.
Proof.
  intros L T HT E. pose proof (le_INR 2 T HT) as H2. simpl in H2.
  assert (L0 : 0 <= L) by (apply exp_reflects_le; rewrite exp_0, E; lra).
  assert (Ln : L <> 0) by (intros ->; rewrite exp_0 in E; lra).
  pose proof (exp_ge_linear L L0) as Le. rewrite E in Le. split.
  - apply Rmult_lt_0_compat; [ lra | apply Rinv_0_lt_compat; lra ].
  - apply (Rmult_le_reg_r (2 * (INR T - 1))); [ lra | ].
    unfold Rdiv. rewrite Rmult_assoc, Rinv_l by lra. lra.
Qed.

Lemma horizon_decay : forall L T, (2 <= T)%nat -> exp L = INR T ->
  horizon_mu_x L T ^ (T - 1) <= / sqrt (INR T).
Proof.
  intros L T HT E. pose proof (horizon_range L T HT E) as Ha.
  pose proof (le_INR 2 T HT) as H2. simpl in H2. unfold horizon_mu_x.
  set (a := L / (2 * (INR T - 1))) in *.
  pose proof (decay a (T - 1) ltac:(lra)) as Dc.
  assert (Ex : exp (INR (T - 1) * a) = sqrt (INR T)).
  { rewrite minus_INR by lia. simpl INR. replace ((INR T - 1) * a) with (L / 2)
      by (unfold a; field; lra).
    symmetry. apply sqrt_lem_1; [ lra | left; apply exp_pos | ].
    rewrite <- exp_plus. replace (L / 2 + L / 2) with L by field. exact E. }
  rewrite Ex in Dc. exact Dc.
Qed.

Theorem horizon_rule : forall {V} `{InnerSpace V} C f mu_y (z x y g : nat -> V) T u D G diameter L,
  convex_setting C f z y g T -> C u -> (2 <= T)%nat ->
  0 < D -> 0 < G -> 0 < diameter ->
  sqnorm (z 1%nat -v u) <= D ^ 2 ->
  (forall t, (1 <= t <= T)%nat -> sqnorm (g t) <= G ^ 2) ->
  (forall t, (1 <= t <= T)%nat -> sqnorm (z t -v u) <= diameter ^ 2) ->
  exp L = INR T ->
  let mu_x := horizon_mu_x L T in
  gpa (exponential mu_x) mu_y z x y T ->
  ogd C (fun _ => diameter / G * sqrt (1 - mu_x)) z g T ->
  f (x T) - f u <= G * D / sqrt (INR T) + diameter * G * sqrt (L / (2 * (INR T - 1))).
Proof.
  intros V HV C f mu_y z x y g T u D G diameter L setting Cu HT HD HG HR HzD HgG Near E mu_x run O.
  pose proof (horizon_range L T HT E) as Ha.
  assert (Hm : 0 <= mu_x < 1) by (unfold mu_x, horizon_mu_x; lra).
  pose proof (ogd_last_rate_from_start C f mu_y z x y g T u D G setting Cu ltac:(lia) HD HG HzD
                HgG diameter HR Near mu_x Hm run O) as B.
  pose proof (horizon_decay L T HT E) as Dc. fold mu_x in Dc.
  assert (Eq : 1 - mu_x = L / (2 * (INR T - 1))) by (unfold mu_x, horizon_mu_x; ring).
  rewrite Eq in B.
  assert (mu_x ^ (T - 1) * (G * D) <= / sqrt (INR T) * (G * D)).
  { apply Rmult_le_compat_r; [ left; apply Rmult_lt_0_compat; assumption | exact Dc ]. }
  unfold Rdiv at 1. lra.
Qed.
