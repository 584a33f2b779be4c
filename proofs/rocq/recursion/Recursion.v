(** * The recursion: where x, y and z stand to one another

    Main results: [x_step] (one formula for every step, the first included), [z_minus_x] and
    [z_minus_y] (the affine relations), [x_weighted_mean] (x_T is the w-weighted mean of the z_t),
    [x_inside] and [y_inside] (x and y stay in a convex set that holds z). *)

From Coq Require Import Reals Lra Lia Psatz Arith.
From GPA Require Import Definitions InnerSpace Sums.
Open Scope R_scope.

Lemma odds_nonneg : forall mu, 0 <= mu < 1 -> 0 <= odds mu.
Proof.
  intros mu Hmu. unfold odds, Rdiv.
  apply Rmult_le_pos; [ lra | left; apply Rinv_0_lt_compat; lra ].
Qed.

Lemma rho_nonneg : forall c t, 0 < c t <= 1 -> 0 <= rho c t.
Proof.
  intros c t Hc. unfold rho, Rdiv.
  apply Rmult_le_pos; [ lra | left; apply Rinv_0_lt_compat; lra ].
Qed.

(** ** The two averagings of the theorems *)
Lemma exponential_later : forall mu_x t, (2 <= t)%nat -> exponential mu_x t = 1 - mu_x.
Proof. intros. unfold exponential. destruct (Nat.eqb_spec t 1); [ lia | reflexivity ]. Qed.

Lemma rho_exponential : forall mu_x t, (2 <= t)%nat -> rho (exponential mu_x) t = odds mu_x.
Proof.
  intros. unfold rho, odds. rewrite exponential_later by assumption.
  replace (1 - (1 - mu_x)) with mu_x by ring. reflexivity.
Qed.

Lemma rho_exponential_1 : forall mu_x, rho (exponential mu_x) 1 = 0.
Proof. intros. unfold rho, exponential. simpl. field. Qed.

Lemma rho_uniform : forall t, (1 <= t)%nat -> rho uniform t = INR t - 1.
Proof. intros t Ht. pose proof (INR_pos t Ht). unfold rho, uniform. field. lra. Qed.

Section Recursion.
Context {V : Type} `{InnerSpace V}.
Variables (c mu_y : nat -> R) (z x y : nat -> V) (T : nat).
Hypothesis run : gpa c mu_y z x y T.

Lemma rho_first : rho c 1 = 0.
Proof. unfold rho. rewrite (gpa_c1 _ _ _ _ _ _ run). field. Qed.

(** x_t = (1 - c_t) x_{t-1} + c_t z_t holds at t = 1 too, whatever x_0 is, as c_1 = 1. *)
Lemma x_step : forall t, (1 <= t <= T)%nat -> x t = (1 - c t) *v x (pred t) +v c t *v z t.
Proof.
  intros t Ht. destruct (Nat.eq_dec t 1) as [-> | N].
  - rewrite (gpa_x1 _ _ _ _ _ _ run), (gpa_c1 _ _ _ _ _ _ run). vec_eq ltac:(ring).
  - apply (gpa_x _ _ _ _ _ _ run). lia.
Qed.

Lemma y_first : (1 <= T)%nat -> y 1%nat = z 1%nat.
Proof.
  intros HT. rewrite (gpa_y _ _ _ _ _ _ run 1%nat), (gpa_x1 _ _ _ _ _ _ run) by lia.
  vec_eq ltac:(ring).
Qed.

Theorem z_minus_x : forall t, (1 <= t <= T)%nat ->
  z t -v x t = rho c t *v (x t -v x (pred t)).
Proof.
  intros t Ht. pose proof (gpa_c _ _ _ _ _ _ run t Ht) as Hc.
  rewrite (x_step t Ht). unfold rho. vec_eq ltac:(field; lra).
Qed.

Theorem z_minus_y : forall t, (1 <= t <= T)%nat -> mu_y t < 1 ->
  z t -v y t = odds (mu_y t) *v (y t -v x t).
Proof.
  intros t Ht Hm. rewrite (gpa_y _ _ _ _ _ _ run t Ht). unfold odds.
  vec_eq ltac:(field; lra).
Qed.

(** If c_t = w_t / (w_1 + ... + w_t), then x_T is the weighted mean. *)
Theorem x_weighted_mean : forall w n,
  (forall t, (1 <= t <= T)%nat -> 0 < rsum w t) ->
  (forall t, (1 <= t <= T)%nat -> c t = w t / rsum w t) ->
  (1 <= n <= T)%nat -> x n = wmean w z n.
Proof.
  intros w n W E Hn. apply inner_ext; intros v. unfold wmean. rewrite inner_scalr, inner_vsum.
  rewrite (rsum_ext (fun t => <|v, w t *v z t|>) (fun t => w t * <|v, z t|>))
    by (intros; apply inner_scalr).
  pose proof (W n Hn) as P. apply (Rmult_eq_reg_l (rsum w n)); [ | lra ].
  rewrite <- Rmult_assoc, Rinv_r, Rmult_1_l by lra.
  induction n as [| n IH]; [ lia | ]. destruct n.
  - rewrite (gpa_x1 _ _ _ _ _ _ run). simpl. ring.
  - specialize (IH ltac:(lia) (W (S n) ltac:(lia))).
    rewrite x_step, (E (S (S n))) by lia. simpl pred. rewrite !(rsum_S _ (S n)), <- IH.
    rewrite rsum_S in P. inner_expand. field. lra.
Qed.

Theorem x_inside : forall C, convex_set C -> (forall t, (1 <= t <= T)%nat -> C (z t)) ->
  forall t, (1 <= t <= T)%nat -> C (x t).
Proof.
  intros C Cc Cz t. induction t as [| t IH]; intros Ht; [ lia | ]. destruct t.
  - rewrite (gpa_x1 _ _ _ _ _ _ run). apply Cz; lia.
  - rewrite x_step by lia. simpl pred.
    pose proof (gpa_c _ _ _ _ _ _ run (S (S t)) Ht) as Hc.
    replace (c (S (S t)) *v z (S (S t))) with ((1 - (1 - c (S (S t)))) *v z (S (S t)))
      by (f_equal; ring).
    apply Cc; [ apply IH; lia | apply Cz; lia | lra ].
Qed.

Theorem y_inside : forall C, convex_set C -> (forall t, (1 <= t <= T)%nat -> C (z t)) ->
  forall t, (1 <= t <= T)%nat -> C (y t).
Proof.
  intros C Cc Cz t Ht. rewrite (gpa_y _ _ _ _ _ _ run t Ht). apply Cc.
  - apply x_inside; assumption.
  - apply Cz; exact Ht.
  - apply (gpa_mu_y _ _ _ _ _ _ run t Ht).
Qed.

End Recursion.

(** The first n steps of a run are a run. *)
Lemma gpa_prefix : forall {V} `{InnerSpace V} c mu_y (z x y : nat -> V) T n,
  (n <= T)%nat -> gpa c mu_y z x y T -> gpa c mu_y z x y n.
Proof.
  intros V HV c mu_y z x y T n Hn [E1 Hc Hm X1 X Y].
  constructor; intros; auto; first [ apply Hc | apply Hm | apply X | apply Y ]; lia.
Qed.

Lemma setting_prefix : forall {V} `{InnerSpace V} C f (z y g : nat -> V) T n,
  (n <= T)%nat -> convex_setting C f z y g T -> convex_setting C f z y g n.
Proof.
  intros V HV C f z y g T n Hn [? ? Z G].
  constructor; intros; auto; first [ apply Z | apply G ]; lia.
Qed.
