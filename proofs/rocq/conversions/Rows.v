(** * The rows of the weighted theorem: what a choice of weights p_t makes of the gaps

    Each lemma computes the sum of q_t phi_t, for any sequence phi; no convexity, no run.

    Main results: [gaps_average], [gaps_by_weights] (c_t = w_t / w_{1:t}), [gaps_no_past],
    [gaps_discounted], [gaps_no_remainder]. *)

From Coq Require Import Reals Lra Lia Arith.
From GPA Require Import Definitions InnerSpace Sums Recursion.
Open Scope R_scope.

Definition one (t : nat) : R := 1.
Definition first_heavy (mu_x : R) (t : nat) : R := if Nat.eqb t 1 then 1 + odds mu_x else 1.
Definition last_heavy (mu_x : R) (T t : nat) : R := if Nat.eqb t T then 1 + odds mu_x else 1.

(** c_t is the share of w_t in w_1 + ... + w_t. *)
Definition averages_by (w c : nat -> R) (T : nat) : Prop :=
  forall t, (1 <= t <= T)%nat -> 0 < w t /\ c t = w t / rsum w t.

Lemma gaps_average : forall mu_x phi T, (1 <= T)%nat ->
  rsum (fun t => q one (exponential mu_x) T t * phi t) T
  = rsum phi T - odds mu_x * (phi 1%nat - phi T).
Proof.
  intros mu_x phi T HT. rewrite <- abel by (exact HT || apply rho_exponential_1).
  unfold one. induction T as [| n IH]; [ lia | ]. destruct n.
  - rewrite !rsum_1, rho_exponential_1. ring.
  - rewrite !(rsum_S _ (S n)), IH, rho_exponential by lia. simpl pred. ring.
Qed.

Lemma weights_pos : forall w c T, averages_by w c T ->
  forall t, (1 <= t <= T)%nat -> 0 < rsum w t.
Proof.
  intros w c T A t Ht. rewrite rsum_pred by lia. destruct (A t Ht) as [P _].
  assert (0 <= rsum w (pred t)); [ | lra ].
  apply rsum_nonneg. intros s Hs. destruct (A s ltac:(lia)). lra.
Qed.

Lemma weight_rho : forall w c T, averages_by w c T ->
  forall t, (1 <= t <= T)%nat -> w t * rho c t = rsum w (pred t).
Proof.
  intros w c T A t Ht. destruct (A t Ht) as [P E].
  pose proof (weights_pos w c T A t Ht) as Q. rewrite (rsum_pred w t) in * by lia.
  unfold rho. rewrite E. field. lra.
Qed.

Lemma gaps_by_weights : forall w c phi T, averages_by w c T -> (1 <= T)%nat ->
  rsum (fun t => q w c T t * phi t) T = rsum w T * phi T.
Proof.
  intros w c phi T A HT.
  assert (Z : rho c 1 = 0).
  { destruct (A 1%nat ltac:(lia)) as [P E]. unfold rho. rewrite E, rsum_1. field. lra. }
  rewrite <- abel by assumption.
  rewrite (rsum_ext _ (fun t => w t * phi t + rsum w (pred t) * (phi t - phi (pred t)))).
  - clear A Z. induction T as [| n IH]; [ lia | ]. destruct n.
    + simpl. ring.
    + rewrite !(rsum_S _ (S n)), IH by lia. simpl pred. ring.
  - intros t Ht. rewrite <- (weight_rho w c T A t Ht). ring.
Qed.

Lemma gaps_no_past : forall p phi T,
  rsum (fun t => q p one T t * phi t) T = rsum (fun t => p t * phi t) T.
Proof.
  intros. apply rsum_ext. intros t _. unfold q, rho, one.
  destruct (Nat.eqb t T); field.
Qed.

(** Discounting by one more step: all old weights shrink by mu, the new one is 1. *)
Lemma discount_step : forall mu a n, (1 <= n)%nat ->
  rsum (fun t => discount mu (S n) t * a t) (S n)
  = mu * rsum (fun t => discount mu n t * a t) n + a (S n).
Proof.
  intros mu a n Hn. rewrite rsum_S, <- rsum_scal.
  unfold discount at 2. destruct (Nat.eqb_spec (S n) 1); [ lia | ].
  rewrite Nat.sub_diag, pow_O, Rmult_1_l. f_equal. apply rsum_ext. intros t Ht.
  unfold discount. destruct (Nat.eqb_spec t 1); [ ring | ].
  replace (S n - t)%nat with (S (n - t)) by lia. simpl. ring.
Qed.

Lemma discount_first : forall mu a, rsum (fun t => discount mu 1 t * a t) 1 = 0.
Proof. intros. simpl. unfold discount. simpl. ring. Qed.

Lemma discount_nonneg : forall mu T t, 0 <= mu -> 0 <= discount mu T t.
Proof.
  intros. unfold discount. destruct (Nat.eqb t 1); [ lra | apply pow_le; assumption ].
Qed.

Lemma discount_last : forall mu T, discount mu T T <= 1.
Proof.
  intros. unfold discount. destruct (Nat.eqb T 1); [ lra | ]. rewrite Nat.sub_diag. simpl. lra.
Qed.

Lemma discount_growing : forall mu gamma T t, 0 <= mu <= 1 -> 0 < gamma -> (1 <= t < T)%nat ->
  discount mu T t / gamma <= discount mu T (S t) / gamma.
Proof.
  intros mu gamma T t Hm Hg Ht. unfold Rdiv.
  apply Rmult_le_compat_r; [ left; apply Rinv_0_lt_compat; exact Hg | ].
  unfold discount. destruct (Nat.eqb_spec (S t) 1); [ lia | ].
  assert (0 <= mu ^ (T - S t)) by (apply pow_le; lra).
  destruct (Nat.eqb t 1); [ assumption | ].
  replace (T - t)%nat with (S (T - S t)) by lia. simpl. nra.
Qed.

Lemma discount_mass : forall mu T, 0 <= mu -> (1 <= T)%nat ->
  (1 - mu) * rsum (discount mu T) T = 1 - mu ^ (T - 1).
Proof.
  intros mu T Hm HT. rewrite (rsum_ext _ (fun t => discount mu T t * 1)) by (intros; ring).
  induction T as [| n IH]; [ lia | ]. destruct n.
  - rewrite discount_first. simpl. ring.
  - rewrite discount_step, Rmult_plus_distr_l by lia.
    replace ((1 - mu) * (mu * rsum (fun t => discount mu (S n) t * 1) (S n)))
      with (mu * ((1 - mu) * rsum (fun t => discount mu (S n) t * 1) (S n))) by ring.
    rewrite IH by lia. replace (S (S n) - 1)%nat with (S (S n - 1)) by lia. simpl pow. ring.
Qed.

Lemma gaps_discounted : forall mu phi T, mu < 1 -> (1 <= T)%nat ->
  (1 - mu) * rsum (fun t => q (discount mu T) (exponential mu) T t * phi t) T
  = phi T - mu ^ (T - 1) * phi 1%nat.
Proof.
  intros mu phi T Hm HT. rewrite <- abel by (exact HT || apply rho_exponential_1).
  induction T as [| n IH]; [ lia | ]. destruct n.
  - rewrite discount_first. simpl. ring.
  - rewrite discount_step, rho_exponential, Rmult_plus_distr_l by lia.
    set (s := rsum _ (S n)) in *.
    replace ((1 - mu) * (mu * s)) with (mu * ((1 - mu) * s)) by ring.
    rewrite IH by lia. replace (S (S n) - 1)%nat with (S (S n - 1)) by lia.
    simpl pred. simpl pow. unfold odds. field. lra.
Qed.

Lemma gaps_no_remainder : forall mu_x T t, (1 <= t <= T)%nat ->
  q (first_heavy mu_x) (exponential mu_x) T t = last_heavy mu_x T t.
Proof.
  intros mu_x T t Ht. unfold q, last_heavy.
  assert (E : rho (exponential mu_x) (S t) = odds mu_x) by (apply rho_exponential; lia).
  unfold first_heavy at 2. destruct (Nat.eqb_spec (S t) 1); [ lia | ]. rewrite E.
  unfold first_heavy. destruct (Nat.eqb_spec t 1) as [-> | N].
  - rewrite rho_exponential_1. destruct (Nat.eqb 1 T); ring.
  - rewrite rho_exponential by lia. destruct (Nat.eqb t T); ring.
Qed.

Lemma first_heavy_sum : forall mu_x a T, (1 <= T)%nat ->
  rsum (fun t => first_heavy mu_x t * a t) T = rsum a T + odds mu_x * a 1%nat.
Proof.
  intros mu_x a T HT. rewrite (rsum_first _ a T HT).
  - unfold first_heavy. simpl. ring.
  - intros t Ht. unfold first_heavy. destruct (Nat.eqb_spec t 1); [ lia | ring ].
Qed.

Lemma first_heavy_mass : forall mu_x T, (1 <= T)%nat ->
  rsum (first_heavy mu_x) T = INR T + odds mu_x.
Proof.
  intros mu_x T HT. rewrite (rsum_ext _ (fun t => first_heavy mu_x t * one t))
    by (intros; unfold one; ring).
  rewrite first_heavy_sum by exact HT. unfold one. rewrite rsum_const. ring.
Qed.
