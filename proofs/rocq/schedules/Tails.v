(** * From tails of a run to any weights

    Main result: [tails_to_weights].  If every tail of a run, against its own first point, costs at most
    what its steps cost, then a weighted sum of gaps is bounded, for all weights whose tails
    Pi_{>=t} grow relative to those of the steps, Gamma_{>=t}.  Real numbers only: it serves a run, and
    the expectation of one. *)

From Coq Require Import Reals Lra Lia Psatz Arith.
From GPA Require Import Definitions Sums.
Open Scope R_scope.

(** a_k + ... + a_T *)
Definition rest (a : nat -> R) (T k : nat) : R := rsum a T - rsum a (pred k).

Lemma rest_step : forall a T k, (1 <= k)%nat -> rest a T k = a k + rest a T (S k).
Proof. intros a T k Hk. unfold rest. simpl (pred (S k)). rewrite (rsum_pred a k Hk). ring. Qed.

Lemma rest_end : forall a T, rest a T (S T) = 0.
Proof. intros. unfold rest. simpl pred. ring. Qed.

Lemma rest_all : forall a T, rest a T 1 = rsum a T.
Proof. intros. unfold rest. simpl. ring. Qed.

(** Backward induction, from T down to 1. *)
Lemma backward : forall (P : nat -> Prop) T, P T ->
  (forall k, (1 <= k < T)%nat -> P (S k) -> P k) ->
  forall k, (1 <= k <= T)%nat -> P k.
Proof.
  intros P T Base Step k Hk. remember (T - k)%nat as n eqn:E. revert k Hk E.
  induction n as [| n IH]; intros k Hk E.
  - replace k with T by lia. exact Base.
  - apply Step; [ lia | ]. apply IH; lia.
Qed.

Lemma rest_pos : forall a T k, (forall t, (1 <= t <= T)%nat -> 0 < a t) ->
  (1 <= k <= T)%nat -> 0 < rest a T k.
Proof.
  intros a T k P Hk. pattern k. apply (backward _ T); [ | | exact Hk ].
  - rewrite rest_step, rest_end by lia. pose proof (P T ltac:(lia)). lra.
  - intros j Hj L. rewrite rest_step by lia. pose proof (P j ltac:(lia)). lra.
Qed.

Lemma rest_le : forall a b T k, (1 <= k <= T)%nat ->
  (forall t, (1 <= t <= T)%nat -> a t <= b t) -> rest a T k <= rest b T k.
Proof.
  intros a b T k Hk L. pattern k. apply (backward _ T); [ | | exact Hk ].
  - rewrite !(rest_step _ T T), !rest_end by lia. pose proof (L T ltac:(lia)). lra.
  - intros j Hj Q. rewrite !(rest_step _ T j) by lia. pose proof (L j ltac:(lia)). lra.
Qed.

(** Pi_{>=k} / Gamma_{>=k} *)
Definition share (p gamma : nat -> R) (T k : nat) : R := rest p T k / rest gamma T k.

(** What the noise s_t of step t is multiplied by. *)
Definition noise_factor (p gamma : nat -> R) (T t : nat) : R :=
  share p gamma T (if Nat.eqb t T then T else S t).

Section Weights.
Variables (p gamma phi s : nat -> R) (T : nat) (D2 : R).
Hypothesis T_pos : (1 <= T)%nat.
Hypothesis gamma_pos : forall t, (1 <= t <= T)%nat -> 0 < gamma t.
Hypothesis shares_grow : forall t, (1 <= t < T)%nat -> share p gamma T t <= share p gamma T (S t).
(** The tail from k on, against the point k itself. *)
Hypothesis tail_le : forall k, (1 <= k < T)%nat ->
  rest (fun t => gamma t * phi t) T k - rest gamma T k * phi k <= rest s T k.
Hypothesis whole_le : rsum (fun t => gamma t * phi t) T <= D2 / 2 + rsum s T.
Hypothesis one_mass : rsum p T = 1.

Lemma tails_below : forall k, (1 <= k <= T)%nat ->
  rest (fun t => p t * phi t) T k
  <= share p gamma T k * (rest (fun t => gamma t * phi t) T k - rest s T k)
     + rest (fun t => s t * noise_factor p gamma T t) T k.
Proof.
  intros k Hk. pattern k. apply (backward _ T); [ | | exact Hk ].
  - pose proof (gamma_pos T ltac:(lia)) as P. right.
    unfold noise_factor, share. rewrite !(rest_step _ T T) by lia.
    rewrite !rest_end, Nat.eqb_refl, !(rest_step _ T T), !rest_end by lia. field. lra.
  - intros j Hj IH. pose proof (rest_pos gamma T j gamma_pos ltac:(lia)) as Pj.
    pose proof (rest_pos gamma T (S j) gamma_pos ltac:(lia)) as Pn.
    rewrite (rest_step (fun t => p t * phi t)), (rest_step (fun t => s t * _)) by lia.
    assert (F : noise_factor p gamma T j = share p gamma T (S j)).
    { unfold noise_factor. destruct (Nat.eqb_spec j T); [ lia | reflexivity ]. }
    rewrite F.
    assert (E : p j = rest p T j - rest p T (S j)) by (rewrite (rest_step p T j) by lia; ring).
    assert (Ej : rest p T j = share p gamma T j * rest gamma T j) by (unfold share; field; lra).
    assert (En : rest p T (S j) = share p gamma T (S j) * rest gamma T (S j))
      by (unfold share; field; lra).
    assert (Eg : rest gamma T (S j) = rest gamma T j - gamma j)
      by (rewrite (rest_step gamma T j) by lia; ring).
    assert (Ew : rest (fun t => gamma t * phi t) T (S j)
                 = rest (fun t => gamma t * phi t) T j - gamma j * phi j)
      by (rewrite (rest_step _ T j) by lia; ring).
    assert (Es : rest s T (S j) = rest s T j - s j)
      by (rewrite (rest_step s T j) by lia; ring).
    pose proof (tail_le j Hj) as Q. pose proof (shares_grow j Hj) as M.
    rewrite Ew, Es in IH. rewrite E, Ej, En, Eg.
    set (mj := share p gamma T j) in *. set (mn := share p gamma T (S j)) in *.
    set (W := rest (fun t => gamma t * phi t) T j) in *. set (N := rest (fun t => s t * _) T (S j)) in *.
    set (Gj := rest gamma T j) in *. set (Sj := rest s T j) in *.
    assert (B : 0 <= (mn - mj) * (Gj * phi j - W + Sj)) by (apply Rmult_le_pos; lra).
    nra.
Qed.

Theorem tails_to_weights :
  rsum (fun t => p t * phi t) T
  <= D2 / (2 * rsum gamma T) + rsum (fun t => s t * noise_factor p gamma T t) T.
Proof.
  pose proof (tails_below 1 ltac:(lia)) as Q. rewrite !rest_all in Q.
  pose proof (rest_pos gamma T 1 gamma_pos ltac:(lia)) as P. rewrite rest_all in P.
  assert (E : share p gamma T 1 = / rsum gamma T)
    by (unfold share; rewrite !rest_all, one_mass; field; lra).
  rewrite E in Q. eapply Rle_trans; [ exact Q | ]. apply Rplus_le_compat_r.
  apply Rle_trans with (/ rsum gamma T * (D2 / 2)).
  - apply Rmult_le_compat_l; [ left; apply Rinv_0_lt_compat; lra | lra ].
  - right. field. lra.
Qed.

End Weights.
