(** * Constant steps and constant mu_x at mu_y = 0: the last iterate needs D only

    Main results: [log_log] (if mu_x^(T-1) <= 1/T, the last iterate costs D^2/(2 gamma T) +
    (gamma G^2/2) S with S = sum_{m<T} (1 - mu_x^m)/m + 1 - mu_x), [log_log_rate] (tuned:
    D G sqrt(S/T)).  S grows like ln ln T at mu_x = T^(-1/(T-1)). *)

From Coq Require Import Reals Lra Lia Psatz Arith.
From GPA Require Import Definitions InnerSpace Sums Recursion GradientDescent Tails Descent Window.
Open Scope R_scope.

Section Last.
Context {V : Type} `{InnerSpace V}.
Variables (C : V -> Prop) (f : V -> R) (z x y g : nat -> V) (T : nat) (u : V).
Variables (mu_x D G : R).
Hypothesis setting : convex_setting C f z y g T.
Hypothesis u_inside : C u.
Hypothesis T_two : (2 <= T)%nat.
Hypothesis mu_x_share : 0 <= mu_x < 1.
Hypothesis window : mu_x ^ (T - 1) <= / INR T.
Hypothesis run : gpa (exponential mu_x) (fun _ => 0) z x y T.
Hypothesis D_pos : 0 < D.
Hypothesis G_pos : 0 < G.
Hypothesis start_near : sqnorm (z 1%nat -v u) <= D ^ 2.
Hypothesis lipschitz : forall t, (1 <= t <= T)%nat -> sqnorm (g t) <= G ^ 2.

Lemma y_is_z : forall t, (1 <= t <= T)%nat -> y t = z t.
Proof.
  intros t Ht. rewrite (gpa_y _ _ _ _ _ _ run t Ht). vec_eq ltac:(ring).
Qed.

(** Jensen along the recursion. *)
Lemma last_below : forall n, (1 <= n <= T)%nat ->
  f (x n) - f u <= rsum (fun t => ema_weight mu_x n t * (f (z t) - f u)) n.
Proof.
  destruct setting as [Cc Cf Cz _]. intros n Hn. induction n as [| n IH]; [ lia | ].
  destruct n.
  - simpl. rewrite (gpa_x1 _ _ _ _ _ _ run). unfold ema_weight. simpl. lra.
  - specialize (IH ltac:(lia)).
    pose proof (x_inside _ _ _ _ _ _ run C Cc Cz (S n) ltac:(lia)) as Cx.
    pose proof (Cf (x (S n)) (z (S (S n))) mu_x Cx (Cz (S (S n)) ltac:(lia)) ltac:(lra)) as J.
    assert (E : x (S (S n)) = mu_x *v x (S n) +v (1 - mu_x) *v z (S (S n))).
    { rewrite (gpa_x _ _ _ _ _ _ run) by lia. rewrite exponential_later by lia. simpl pred.
      vec_eq ltac:(ring). }
    rewrite <- E in J. rewrite rsum_S, (rsum_ext _ (fun t => mu_x
       * (ema_weight mu_x (S n) t * (f (z t) - f u))))
      by (intros; rewrite ema_weight_step by (lra || lia); ring).
    rewrite rsum_scal, ema_weight_last by (lra || lia).
    pose proof (Rmult_le_compat_l mu_x _ _ (proj1 mu_x_share) IH) as Q.
    set (total := rsum _ (S n)) in *. unfold Rminus in *. nra.
Qed.

Theorem log_log : forall gamma, 0 < gamma -> ogd C (fun _ => gamma) z g (pred T) ->
  f (x T) - f u
  <= D ^ 2 / (2 * gamma * INR T) + gamma * G ^ 2 / 2 * ema_sum mu_x T.
Proof.
  intros gamma Hg O. eapply Rle_trans; [ exact (last_below T ltac:(lia)) | ].
  pose proof (y_is_z) as Y. destruct setting as [Cc Cf Cz Sg].
  assert (Sz : forall t, (1 <= t <= T)%nat -> subgrad C f (z t) (g t))
    by (intros t Ht; rewrite <- (Y t Ht); apply Sg; exact Ht).
  eapply Rle_trans.
  - exact (weighted_descent C f z g (fun _ => gamma) T Cc ltac:(lia) (fun _ _ => Hg) Cz Sz O
             (ema_weight mu_x T) u D u_inside start_near
             (ema_total mu_x T ltac:(lia))
             (ema_shares_grow mu_x mu_x_share gamma T Hg ltac:(lia) window)).
  - rewrite rsum_const. pose proof (INR_pos T ltac:(lia)) as PT.
    apply Rplus_le_compat; [ right; field; lra | ].
    rewrite <- (ema_noise mu_x gamma T Hg ltac:(lia) (G ^ 2) T_two).
    apply rsum_le. intros t Ht. unfold step_noise.
    assert (P : 0 <= noise_factor (ema_weight mu_x T) (fun _ => gamma) T t).
    { unfold noise_factor, share.
      set (k := if Nat.eqb t T then T else S t).
      assert (Hk : (2 <= k <= T)%nat) by (unfold k; destruct (Nat.eqb_spec t T); lia).
      rewrite ema_rest, rest_const by (lra || lia).
      pose proof (INR_pos (T - k + 1) ltac:(lia)).
      assert (mu_x ^ (T - k + 1) <= 1) by (rewrite <- (pow1 (T - k + 1)); apply pow_incr; lra).
      unfold Rdiv. apply Rmult_le_pos; [ lra | ].
      left. apply Rinv_0_lt_compat, Rmult_lt_0_compat; lra. }
    apply Rmult_le_compat_r; [ exact P | ].
    pose proof (lipschitz t Ht). pose proof (pow2_ge_0 gamma). nra.
Qed.

Lemma ema_sum_pos : 0 < ema_sum mu_x T.
Proof.
  unfold ema_sum. apply Rplus_le_lt_0_compat; [ | lra ].
  apply rsum_nonneg. intros m Hm. pose proof (INR_pos m ltac:(lia)).
  assert (mu_x ^ m <= 1) by (rewrite <- (pow1 m); apply pow_incr; lra).
  unfold Rdiv. apply Rmult_le_pos; [ lra | left; apply Rinv_0_lt_compat; lra ].
Qed.

Theorem log_log_rate :
  ogd C (fun _ => balanced_step D G T (ema_sum mu_x T)) z g (pred T) ->
  f (x T) - f u <= D * G * sqrt (ema_sum mu_x T / INR T).
Proof.
  intros O. rewrite <- (balanced_value D G T _ D_pos G_pos ltac:(lia) ema_sum_pos).
  exact (log_log _ (balanced_step_pos D G T _ D_pos G_pos ltac:(lia) ema_sum_pos) O).
Qed.

End Last.
