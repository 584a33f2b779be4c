(** * A window that grows by at most one each step costs nothing

    1/c_t is the window of the average x_t at step t.  If it grows by at most one each step, as that
    of c_t = 1/t, of max (1/t, 1 - mu_x), of (1 - mu_x)/(1 - mu_x^t) and of (r+1)/(t+r) does, any
    base keeps its whole guarantee, without a term for averaging and without D or G.

    Main results: [growing_window_rate] (at the mean with weights q_t, which is that of z_1 .. z_T),
    [growing_window_last] (at the last iterate, c_T times the regret). *)

From Coq Require Import Reals Lra Lia Arith.
From GPA Require Import Definitions InnerSpace Sums Jensen Recursion StepIdentity Weighted Rows.
Open Scope R_scope.

Definition grows_by_one (c : nat -> R) (T : nat) : Prop :=
  forall t, (1 <= t < T)%nat -> / c (S t) <= 1 + / c t.

Section GrowingWindow.
Context {V : Type} `{InnerSpace V}.
Variables (C : V -> Prop) (f : V -> R) (c mu_y : nat -> R) (z x y g : nat -> V) (T : nat) (u : V).
Variable B : R.
Hypothesis setting : convex_setting C f z y g T.
Hypothesis u_inside : C u.
Hypothesis T_pos : (1 <= T)%nat.
Hypothesis run : gpa c mu_y z x y T.
Hypothesis regret_le : regret g z u T <= B.

Lemma past_is : forall t, (1 <= t <= T)%nat -> 1 + rho c t = / c t.
Proof. intros t Ht. destruct (gpa_c _ _ _ _ _ _ run t Ht). unfold rho. field. lra. Qed.

Lemma window_weights : forall t, (1 <= t <= T)%nat ->
  q one c T t = if Nat.eqb t T then / c t else 1 + / c t - / c (S t).
Proof.
  intros t Ht. unfold q, one. destruct (Nat.eqb_spec t T).
  - rewrite <- past_is by exact Ht. ring.
  - rewrite <- (past_is t Ht), <- (past_is (S t)) by lia. ring.
Qed.

(** That mean of x_1 .. x_T is the plain mean of z_1 .. z_T. *)
Theorem window_mean : vsum (fun t => q one c T t *v x t) T = vsum z T.
Proof.
  apply inner_ext. intros w. rewrite !inner_vsum.
  rewrite (rsum_ext _ (fun t => q one c T t * <|w, x t|>)) by (intros; apply inner_scalr).
  rewrite <- (abel one c (fun t => <|w, x t|>) T T_pos (rho_first _ _ _ _ _ _ run)).
  apply rsum_ext. intros t Ht. unfold one. destruct (Nat.eq_dec t 1) as [-> | N].
  - rewrite (rho_first _ _ _ _ _ _ run), (gpa_x1 _ _ _ _ _ _ run). ring.
  - rewrite (gpa_x _ _ _ _ _ _ run t) by lia. destruct (gpa_c _ _ _ _ _ _ run t Ht).
    rewrite inner_addr, !inner_scalr. unfold rho. field. lra.
Qed.

Hypothesis grows : grows_by_one c T.

Lemma window_weights_nonneg : forall t, (1 <= t <= T)%nat -> 0 <= q one c T t.
Proof.
  intros t Ht. rewrite window_weights by exact Ht. destruct (Nat.eqb_spec t T).
  - destruct (gpa_c _ _ _ _ _ _ run t Ht). left. apply Rinv_0_lt_compat. lra.
  - pose proof (grows t ltac:(lia)). lra.
Qed.

Lemma window_gaps : rsum (fun t => q one c T t * (f (x t) - f u)) T <= B.
Proof.
  pose proof (weighted_theorem run T_pos u one setting u_inside) as W.
  eapply Rle_trans; [ apply W; intros; unfold one; lra | ].
  rewrite (rsum_ext _ (step_regret g z u)); [ exact regret_le | ].
  intros. unfold one. ring.
Qed.

Theorem growing_window_rate :
  f (mean z T) - f u <= rsum (fun t => q one c T t * (f (x t) - f u)) T / INR T <= B / INR T.
Proof.
  pose proof (INR_pos T T_pos) as P. split.
  - destruct setting as [Cc Cf Cz Sg].
    destruct (jensen C f (q one c T) x T Cc Cf) as [_ J].
    + intros t Ht. split; [ apply window_weights_nonneg, Ht | ].
      apply (x_inside _ _ _ _ _ _ run C Cc Cz t Ht).
    + rewrite (equal_mass c mu_y z x y T run T_pos). unfold one. rewrite rsum_const. lra.
    + rewrite (equal_mass c mu_y z x y T run T_pos) in J.
      replace (rsum one T) with (INR T) in J by (unfold one; rewrite rsum_const; ring).
      replace (wmean (q one c T) x T) with (mean z T) in J.
      2: { unfold wmean, mean. rewrite window_mean, (equal_mass c mu_y z x y T run T_pos).
           unfold one. rewrite rsum_const, Rmult_1_r. reflexivity. }
      rewrite (rsum_ext _ (fun t => q one c T t * f (x t) - f u * q one c T t)) by (intros; ring).
      rewrite rsum_minus, rsum_scal, (equal_mass c mu_y z x y T run T_pos).
      replace (rsum one T) with (INR T) by (unfold one; rewrite rsum_const; ring).
      apply (Rmult_le_reg_r (INR T)); [ exact P | ].
      unfold Rdiv. rewrite Rmult_assoc, Rinv_l, Rmult_1_r by lra. lra.
  - unfold Rdiv. apply Rmult_le_compat_r; [ left; apply Rinv_0_lt_compat; exact P | ].
    exact window_gaps.
Qed.

(** Where u minimizes f, the last iterate alone: a window 1/c_T of T/k costs a factor k. *)
Theorem growing_window_last : (forall v, C v -> f u <= f v) -> f (x T) - f u <= c T * B.
Proof.
  intros Min. destruct setting as [Cc Cf Cz Sg].
  assert (Gap : forall t, (1 <= t <= T)%nat -> 0 <= f (x t) - f u).
  { intros t Ht. pose proof (Min (x t) (x_inside _ _ _ _ _ _ run C Cc Cz t Ht)). lra. }
  assert (One : q one c T T * (f (x T) - f u) <= B).
  { eapply Rle_trans; [ | exact window_gaps ]. rewrite (rsum_pred _ T T_pos).
    enough (0 <= rsum (fun t => q one c T t * (f (x t) - f u)) (pred T)) by lra.
    apply rsum_nonneg. intros t Ht.
    apply Rmult_le_pos; [ apply window_weights_nonneg; lia | apply Gap; lia ]. }
  rewrite window_weights, Nat.eqb_refl in One by lia.
  destruct (gpa_c _ _ _ _ _ _ run T ltac:(lia)) as [Pc _].
  apply (Rmult_le_reg_l (/ c T)); [ apply Rinv_0_lt_compat; exact Pc | ].
  rewrite <- Rmult_assoc, Rinv_l, Rmult_1_l by lra. exact One.
Qed.

End GrowingWindow.

(** ** Averagings whose window grows so *)

Lemma uniform_grows : forall T, grows_by_one uniform T.
Proof.
  intros T t Ht. unfold uniform. pose proof (INR_pos t ltac:(lia)). rewrite S_INR.
  apply Req_le. field. lra.
Qed.

Lemma warmed_grows : forall mu_x T, 0 <= mu_x < 1 -> grows_by_one (warmed mu_x) T.
Proof.
  intros mu_x T Hm t Ht. unfold warmed.
  pose proof (INR_pos t ltac:(lia)) as P. rewrite S_INR.
  assert (P0 : 0 < 1 / INR t) by (apply Rdiv_lt_0_compat; lra).
  assert (P1 : 0 < 1 / (INR t + 1)) by (apply Rdiv_lt_0_compat; lra).
  destruct (Rle_lt_dec (1 / INR t) (1 - mu_x)) as [L | L].
  - rewrite (Rmax_right (1 / INR t)) by exact L.
    assert (1 / (INR t + 1) <= 1 / INR t).
    { unfold Rdiv. rewrite !Rmult_1_l. apply Rinv_le_contravar; lra. }
    rewrite Rmax_right by lra. lra.
  - rewrite (Rmax_left (1 / INR t)) by lra.
    apply (Rle_trans _ (/ (1 / (INR t + 1)))).
    + apply Rinv_le_contravar; [ exact P1 | apply Rmax_l ].
    + apply Req_le. field. lra.
Qed.

Lemma bias_corrected_grows : forall mu_x T, 0 <= mu_x < 1 -> grows_by_one (bias_corrected mu_x) T.
Proof.
  intros mu_x T Hm t Ht. unfold bias_corrected.
  assert (Small : forall n, 0 <= mu_x ^ S n < 1).
  { induction n as [| n IH]; [ simpl; lra | ]. rewrite <- tech_pow_Rmult. nra. }
  destruct t as [| t]; [ lia | ]. pose proof (Small t) as S0. pose proof (Small (S t)) as S1.
  rewrite <- (tech_pow_Rmult mu_x (S t)) in *. set (w := mu_x ^ S t) in *.
  replace (/ ((1 - mu_x) / (1 - mu_x * w))) with ((1 - mu_x * w) / (1 - mu_x)) by (field; lra).
  replace (1 + / ((1 - mu_x) / (1 - w))) with ((1 - mu_x + (1 - w)) / (1 - mu_x)) by (field; lra).
  unfold Rdiv. apply Rmult_le_compat_r; [ left; apply Rinv_0_lt_compat; lra | ]. nra.
Qed.
