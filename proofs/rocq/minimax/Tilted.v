(** * The worst case of a minimax method, tilted

    Around the worst case g_t = G e_t, f(p_t) = 0: the gradients are tilted by d E, the values
    change by d phi.  Here is what that does to inner products, to the pieces of the function and to
    the point u below them, to first order in d.

    Main results: [piece_at_u_order], [distance_order], [largest] (for every small d > 0 piece t is
    the largest at p_t). *)

From Coq Require Import Reals Lra Lia Arith.
From GPA Require Import Definitions Sums Flow FirstOrder.
Open Scope R_scope.

Section Tilted.
Variables (h E : nat -> nat -> R) (phi : nat -> R) (T : nat) (D G a : R).
Hypothesis T_two : (2 <= T)%nat.
Hypothesis D_pos : 0 < D.
Hypothesis G_pos : 0 < G.
Hypothesis a_is : a = D / (G * sqrt (INR T)).
Hypothesis h_triangular : triangular h.
Hypothesis h_pos : forall t s, (1 <= s < t)%nat -> (t <= T)%nat -> 0 < h t s.
Hypothesis E_triangular : triangular E.
(** The piece of a later point stays below the value at an earlier one, to first order. *)
Hypothesis below : forall t s, (1 <= t < s)%nat -> (s <= T)%nat ->
  rsum (fun r => (h s r - h t r) * E s r) T <= phi t - phi s.

Definition on (s r : nat) : R := if Nat.eqb s r then G ^ 2 else 0.
Definition both (s r : nat) : R := E s r + E r s.

(** Inner products of the tilted gradients. *)
Definition gram (d : R) (s r : nat) : R :=
  on s r + both s r * d + rsum (fun k => E s k * E r k) T / G ^ 2 * d ^ 2.

Lemma gram_order : forall s r, first_order (fun d => gram d s r) (on s r) (both s r).
Proof.
  intros s r. unfold gram.
  eapply first_order_ext.
  - apply first_order_plus; [ apply first_order_line | apply first_order_square ].
  - intros d. reflexivity.
  - ring.
  - ring.
Qed.

Lemma root_pos : 0 < sqrt (INR T).
Proof. apply sqrt_lt_R0, INR_pos. lia. Qed.

Lemma a_pos : 0 < a.
Proof. rewrite a_is. apply Rdiv_lt_0_compat; [ lra | ]. pose proof root_pos. nra. Qed.

Lemma value_is : D * G / sqrt (INR T) = a * G ^ 2.
Proof. rewrite a_is. field. pose proof root_pos. lra. Qed.

Lemma distance_is : a ^ 2 * (INR T * G ^ 2) = D ^ 2.
Proof.
  rewrite a_is. pose proof root_pos as P.
  rewrite <- (sqrt_sqrt (INR T)) at 2 by apply pos_INR. field. lra.
Qed.

Lemma on_sum : forall x s, (1 <= s <= T)%nat -> rsum (fun r => x r * on s r) T = x s * G ^ 2.
Proof.
  intros x s Hs. rewrite (rsum_single _ _ s); [ | exact Hs | ].
  - unfold on. rewrite Nat.eqb_refl. reflexivity.
  - intros r Hr N. unfold on. destruct (Nat.eqb_spec s r); [ congruence | ring ].
Qed.

(** Steps meet only the lower half of E. *)
Lemma steps_both : forall s, (1 <= s <= T)%nat ->
  rsum (fun r => h s r * both s r) T = rsum (fun r => h s r * E s r) T.
Proof.
  intros s Hs. apply rsum_ext. intros r Hr. unfold both. destruct (le_lt_dec s r) as [L | L].
  - rewrite (h_triangular s r L). ring.
  - rewrite (E_triangular r s) by lia. ring.
Qed.

(** ** Values, offsets and the point u *)
Variable K : R.

Definition value (d : R) (s : nat) : R := phi s * d + K * (INR T - INR s) * d ^ 2.
Definition offset (d : R) (s : nat) : R := value d s + rsum (fun r => h s r * gram d s r) T.

Lemma value_order : forall s, first_order (fun d => value d s) 0 (phi s).
Proof.
  intros s. eapply first_order_ext.
  - apply first_order_plus; [ apply (first_order_line 0) | apply first_order_square ].
  - intros d. unfold value. rewrite Rplus_0_l. reflexivity.
  - ring.
  - ring.
Qed.

Definition turned (s : nat) : R := rsum (both s) T.
Definition moved (s : nat) : R := rsum (fun r => h s r * E s r) T.
Definition theta : R := (rsum phi T + rsum moved T - a / 2 * rsum turned T) / INR T.
Definition shift (s : nat) : R := (phi s + moved s - a * turned s - theta) / G ^ 2.
Definition coordinate (d : R) (s : nat) : R := a + shift s * d.

(** Every piece is at - a G^2 + theta d there, up to d^2. *)
Lemma piece_at_u_order : forall s, (1 <= s <= T)%nat ->
  first_order (fun d => - rsum (fun r => coordinate d r * gram d s r) T + offset d s)
    (- (a * G ^ 2)) theta.
Proof.
  intros s Hs. eapply first_order_ext.
  - apply first_order_plus; [ apply (first_order_scal (-1)) | apply first_order_plus ].
    + eapply (first_order_rsum (fun r d => coordinate d r * gram d s r) _ _ T). intros r Hr.
      apply first_order_mult; [ apply (first_order_line a (shift r)) | apply (gram_order s r) ].
    + apply (value_order s).
    + eapply (first_order_rsum (fun r d => h s r * gram d s r) _ _ T). intros r Hr.
      apply first_order_scal, (gram_order s r).
  - intros d. unfold coordinate, offset. cbv beta. ring.
  - cbv beta. rewrite (on_sum (fun _ => a) s Hs), (on_sum (h s) s Hs).
    rewrite (h_triangular s s) by lia. ring.
  - cbv beta. rewrite rsum_plus, (on_sum shift s Hs), rsum_scal, (steps_both s Hs).
    fold (turned s) (moved s). unfold shift. field. lra.
Qed.

Lemma total_turned : rsum turned T = 2 * rsum (fun s => rsum (E s) T) T.
Proof.
  unfold turned, both. rewrite (rsum_ext _ (fun s => rsum (E s) T + rsum (fun r => E r s) T))
    by (intros; apply rsum_plus).
  rewrite rsum_plus, <- (rsum_swap E T T). ring.
Qed.

(** u is at distance D, up to d^2. *)
Lemma distance_order :
  first_order (fun d => rsum (fun s => coordinate d s
    * rsum (fun r => coordinate d r * gram d s r) T) T) (D ^ 2) 0.
Proof.
  assert (PT : 0 < INR T) by (apply INR_pos; lia).
  eapply first_order_ext.
  - apply first_order_rsum. intros s Hs. apply first_order_mult.
    + apply (first_order_line a (shift s)).
    + apply first_order_rsum. intros r Hr.
      apply first_order_mult; [ apply (first_order_line a (shift r)) | apply (gram_order s r) ].
  - intros d. reflexivity.
  - cbv beta. rewrite <- distance_is.
    rewrite (rsum_ext _ (fun _ => a ^ 2 * G ^ 2)).
    + rewrite rsum_const. ring.
    + intros s Hs. rewrite (on_sum (fun _ => a) s Hs). ring.
  - cbv beta.
    rewrite (rsum_ext _ (fun s => 2 * a * (phi s + moved s - theta) - a ^ 2 * turned s)).
    + rewrite rsum_minus, !rsum_scal, rsum_minus, rsum_plus, rsum_const. unfold theta. field. lra.
    + intros s Hs. rewrite (on_sum (fun _ => a) s Hs), rsum_plus, (on_sum shift s Hs), rsum_scal.
      fold (turned s). unfold shift. field. lra.
Qed.

(** ** Which piece is the largest *)
Definition difference (d : R) (t s : nat) : R := rsum (fun r => (h s r - h t r) * gram d s r) T.

Lemma difference_order : forall t s, first_order (fun d => difference d t s)
  (rsum (fun r => (h s r - h t r) * on s r) T) (rsum (fun r => (h s r - h t r) * both s r) T).
Proof.
  intros t s. apply first_order_rsum. intros r Hr. apply first_order_scal, (gram_order s r).
Qed.

Lemma difference_earlier : forall t s, (1 <= t < s)%nat -> (s <= T)%nat ->
  first_order (fun d => difference d t s) 0 (rsum (fun r => (h s r - h t r) * E s r) T).
Proof.
  intros t s Ht Hs. eapply first_order_ext; [ apply difference_order | reflexivity | | ].
  - rewrite on_sum by lia. rewrite (h_triangular s s), (h_triangular t s) by lia. ring.
  - apply rsum_ext. intros r Hr. unfold both. destruct (le_lt_dec s r) as [L | L].
    + rewrite (h_triangular s r L), (h_triangular t r) by lia. ring.
    + rewrite (E_triangular r s) by lia. ring.
Qed.

Definition enough : Prop := forall t s, (1 <= t < s)%nat -> (s <= T)%nat -> forall d, 0 < d <= 1 ->
  Rabs (difference d t s - (0 + rsum (fun r => (h s r - h t r) * E s r) T * d)) <= K * d ^ 2.

Hypothesis K_nonneg : 0 <= K.
Hypothesis K_enough : enough.

Lemma largest_earlier : forall t s, (1 <= t < s)%nat -> (s <= T)%nat -> forall d, 0 < d <= 1 ->
  value d s + difference d t s <= value d t.
Proof.
  intros t s Ht Hs d Hd. pose proof (K_enough t s Ht Hs d Hd) as B.
  pose proof (below t s Ht Hs) as L. pose proof (square_le_one d Hd) as D2.
  set (S := rsum (fun r => (h s r - h t r) * E s r) T) in *.
  pose proof (Rle_abs (difference d t s - (0 + S * d))) as A.
  assert (N : INR t + 1 <= INR s).
  { rewrite <- S_INR. apply le_INR. lia. }
  assert (Q : K * d ^ 2 * 1 <= K * d ^ 2 * (INR s - INR t)).
  { apply Rmult_le_compat_l; [ apply Rmult_le_pos; lra | lra ]. }
  unfold value. nra.
Qed.

Lemma largest_later : forall t s, (1 <= s < t)%nat -> (t <= T)%nat ->
  ultimately (fun d => value d s + difference d t s <= value d t).
Proof.
  intros t s Hs Ht.
  destruct (ultimately_neg (fun d => value d s + difference d t s + -1 * value d t)
    (- (h t s * G ^ 2))
    (phi s + rsum (fun r => (h s r - h t r) * both s r) T + -1 * phi t)) as [c [Hc A]].
  - eapply first_order_ext.
    + apply first_order_plus; [ apply first_order_plus | apply (first_order_scal (-1)) ].
      * apply (value_order s).
      * apply (difference_order t s).
      * apply (value_order t).
    + intros d. reflexivity.
    + rewrite on_sum by lia. rewrite (h_triangular s s) by lia. ring.
    + reflexivity.
  - pose proof (h_pos t s Hs Ht). assert (0 < G ^ 2) by nra. nra.
  - exists c. split; [ exact Hc | ]. intros d Hd. specialize (A d Hd). lra.
Qed.

Lemma largest : ultimately (fun d => forall t, (1 <= t <= T)%nat -> forall s, (1 <= s <= T)%nat ->
  value d s + difference d t s <= value d t).
Proof.
  apply ultimately_all. intros t Ht. apply ultimately_all. intros s Hs.
  destruct (lt_eq_lt_dec t s) as [[L | ->] | L].
  - exists 1. split; [ lra | ]. intros d Hd. apply largest_earlier; [ lia | lia | lra ].
  - exists 1. split; [ lra | ]. intros d Hd. unfold difference.
    rewrite rsum_all_zero; [ lra | ]. intros. ring.
  - apply largest_later; lia.
Qed.

End Tilted.
