(** * Finite sums over t = 1 .. n

    Main results: [rsum_plus], [rsum_scal], [rsum_le], [abel] (summation by parts, the step from
    p_t (phi_t + rho_t (phi_t - phi_{t-1})) to q_t phi_t), [drops_le] (a telescope with growing
    factors). *)

From Coq Require Import Reals Lra Lia Arith.
From GPA Require Import Definitions InnerSpace.
Open Scope R_scope.

Lemma rsum_S : forall a n, rsum a (S n) = rsum a n + a (S n).
Proof. reflexivity. Qed.

Lemma rsum_1 : forall a, rsum a 1 = a 1%nat.
Proof. intros. simpl. ring. Qed.

Lemma rsum_ext : forall a b n,
  (forall t, (1 <= t <= n)%nat -> a t = b t) -> rsum a n = rsum b n.
Proof.
  induction n; intros E; simpl; [ reflexivity | ].
  rewrite IHn, (E (S n)); [ reflexivity | lia | intros; apply E; lia ].
Qed.

Lemma rsum_le : forall a b n,
  (forall t, (1 <= t <= n)%nat -> a t <= b t) -> rsum a n <= rsum b n.
Proof.
  induction n; intros E; simpl; [ lra | ].
  apply Rplus_le_compat; [ apply IHn; intros; apply E; lia | apply E; lia ].
Qed.

Lemma rsum_plus : forall a b n, rsum (fun t => a t + b t) n = rsum a n + rsum b n.
Proof. induction n; simpl; [ ring | rewrite IHn; ring ]. Qed.

Lemma rsum_minus : forall a b n, rsum (fun t => a t - b t) n = rsum a n - rsum b n.
Proof. induction n; simpl; [ ring | rewrite IHn; ring ]. Qed.

Lemma rsum_scal : forall k a n, rsum (fun t => k * a t) n = k * rsum a n.
Proof. induction n; simpl; [ ring | rewrite IHn; ring ]. Qed.

Lemma rsum_const : forall k n, rsum (fun _ => k) n = INR n * k.
Proof.
  induction n; [ simpl; ring | ]. rewrite rsum_S, IHn, S_INR. ring.
Qed.

Lemma rsum_nonneg : forall a n, (forall t, (1 <= t <= n)%nat -> 0 <= a t) -> 0 <= rsum a n.
Proof.
  induction n; intros E; simpl; [ lra | ].
  apply Rplus_le_le_0_compat; [ apply IHn; intros; apply E; lia | apply E; lia ].
Qed.

Lemma rsum_zero_all : forall a n,
  (forall t, (1 <= t <= n)%nat -> 0 <= a t) -> rsum a n = 0 ->
  forall t, (1 <= t <= n)%nat -> a t = 0.
Proof.
  induction n; intros P E t Ht; [ lia | ]. simpl in E.
  assert (0 <= rsum a n) by (apply rsum_nonneg; intros; apply P; lia).
  assert (0 <= a (S n)) by (apply P; lia).
  destruct (Nat.eq_dec t (S n)) as [-> | Hne]; [ lra | ].
  apply IHn; [ intros; apply P; lia | lra | lia ].
Qed.

(** All terms but the first are [b]: the sum is that of [b], plus what the first one adds. *)
Lemma rsum_first : forall a b n, (1 <= n)%nat ->
  (forall t, (2 <= t <= n)%nat -> a t = b t) ->
  rsum a n = rsum b n + (a 1%nat - b 1%nat).
Proof.
  induction n as [| n IH]; intros Hn E; [ lia | ]. destruct n.
  - simpl. ring.
  - rewrite (rsum_S a), (rsum_S b), IH, (E (S (S n))) by (lia || (intros; apply E; lia)). ring.
Qed.

Lemma inner_vsum : forall {V} `{InnerSpace V} (w : V) a n,
  <|w, vsum a n|> = rsum (fun t => <|w, a t|>) n.
Proof. induction n; simpl; inner_expand; [ reflexivity | rewrite IHn; ring ]. Qed.

Lemma INR_pos : forall n, (1 <= n)%nat -> 0 < INR n.
Proof. intros. apply lt_0_INR. lia. Qed.

Lemma rsum_pred : forall a n, (1 <= n)%nat -> rsum a n = rsum a (pred n) + a n.
Proof. intros a n Hn. destruct n; [ lia | reflexivity ]. Qed.

(** ** Summation by parts *)
Section Abel.
Variables (p c phi : nat -> R).

Lemma abel_open : forall n, (1 <= n)%nat -> rho c 1 = 0 ->
  rsum (fun t => p t * (phi t + rho c t * (phi t - phi (pred t)))) n
  = rsum (fun t => (p t * (1 + rho c t) - p (S t) * rho c (S t)) * phi t) n
    + p (S n) * rho c (S n) * phi n.
Proof.
  intros n Hn Z. induction n as [| n IH]; [ lia | ]. destruct n.
  - simpl. rewrite Z. ring.
  - rewrite (rsum_S _ (S n)), IH by lia. rewrite (rsum_S _ (S n)). simpl pred. ring.
Qed.

Lemma abel : forall T, (1 <= T)%nat -> rho c 1 = 0 ->
  rsum (fun t => p t * (phi t + rho c t * (phi t - phi (pred t)))) T
  = rsum (fun t => q p c T t * phi t) T.
Proof.
  intros T HT Z. rewrite abel_open by assumption.
  destruct T as [| n]; [ lia | ]. rewrite !(rsum_S _ n). unfold q at 2. rewrite Nat.eqb_refl.
  rewrite (rsum_ext (fun t => q p c (S n) t * phi t)
             (fun t => (p t * (1 + rho c t) - p (S t) * rho c (S t)) * phi t) n).
  - ring.
  - intros t Ht. unfold q. destruct (Nat.eqb_spec t (S n)); [ lia | reflexivity ].
Qed.

End Abel.

(** ** A telescope whose factors k_t grow: k_t (d_t - d_{t+1}) sums to at most k_n (B - d_{n+1}) *)
Lemma drops_le : forall (k d : nat -> R) B n, (1 <= n)%nat ->
  (forall t, (1 <= t <= n)%nat -> 0 <= k t /\ d t <= B) ->
  (forall t, (1 <= t < n)%nat -> k t <= k (S t)) ->
  rsum (fun t => k t * (d t - d (S t))) n <= k n * (B - d (S n)).
Proof.
  intros k d B n Hn P M. induction n as [| n IH]; [ lia | ]. destruct n.
  - rewrite rsum_1. destruct (P 1%nat ltac:(lia)) as [Hk Hd].
    apply Rmult_le_compat_l; [ exact Hk | lra ].
  - rewrite rsum_S.
    specialize (IH ltac:(lia) ltac:(intros; apply P; lia) ltac:(intros; apply M; lia)).
    destruct (P (S (S n)) ltac:(lia)) as [Hk Hd].
    pose proof (M (S n) ltac:(lia)) as Hm.
    assert (0 <= (k (S (S n)) - k (S n)) * (B - d (S (S n)))) by (apply Rmult_le_pos; lra).
    lra.
Qed.
