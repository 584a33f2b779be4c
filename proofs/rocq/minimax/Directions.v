(** * What a minimax method pays in every direction

    The tilted pieces are those of one convex function, and almost G-Lipschitz, for every small
    d > 0: so D G / sqrt T must not be exceeded on them to first order in d.

    Main result: [direction]. *)

From Coq Require Import Reals Lra Lia Arith.
From GPA Require Import Definitions InnerSpace Sums Flow Adversary FirstOrder Tilted.
Open Scope R_scope.

Section Directions.
Context {V : Type} `{InnerSpace V}.
Variables (h E : nat -> nat -> R) (phi : nat -> R) (T : nat) (D G a : R) (e : nat -> V).
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
Hypothesis e_orthonormal : orthonormal e T.
Hypothesis good : guaranteed h T D G.

Local Notation gram := (gram E T G).
Local Notation coordinate := (coordinate h E phi T G a).
Local Notation theta := (theta h E phi T a).

Let tilt (d : R) (s : nat) : V :=
  combined e T (fun r => (if Nat.eqb s r then G else 0) + d * (E s r / G)).

Lemma tilt_inner : forall d s r, (1 <= s <= T)%nat -> (1 <= r <= T)%nat ->
  <|tilt d s, tilt d r|> = gram d s r.
Proof.
  intros d s r Hs Hr. unfold tilt. rewrite (combined_inner e T e_orthonormal).
  rewrite (rsum_ext _ (fun k => (if Nat.eqb s k then G else 0) * (if Nat.eqb r k then G else 0)
    + (d / G * (E r k * (if Nat.eqb s k then G else 0))
       + d / G * (E s k * (if Nat.eqb r k then G else 0)))
    + d ^ 2 / G ^ 2 * (E s k * E r k))) by (intros; field; lra).
  assert (One : forall x i, (1 <= i <= T)%nat ->
    rsum (fun k => x k * (if Nat.eqb i k then G else 0)) T = x i * G).
  { intros x i Hi. rewrite (rsum_single _ _ i); [ rewrite Nat.eqb_refl; ring | exact Hi | ].
    intros k Hk N. destruct (Nat.eqb_spec i k); [ congruence | ring ]. }
  rewrite !rsum_plus, !rsum_scal, !One by assumption.
  unfold gram, on, both. rewrite (Nat.eqb_sym s r). destruct (Nat.eqb r s); field; lra.
Qed.

Let low (d : R) : V := from_zero (fun _ r => coordinate d r) (tilt d) T 0.

Lemma low_inner : forall d s, (1 <= s <= T)%nat ->
  <|tilt d s, low d|> = - rsum (fun r => coordinate d r * gram d s r) T.
Proof.
  intros d s Hs. unfold low. rewrite inner_from_zero. f_equal. apply rsum_ext. intros r Hr.
  rewrite tilt_inner by assumption. reflexivity.
Qed.

Lemma low_distance : forall d, sqnorm (low d)
  = rsum (fun s => coordinate d s * rsum (fun r => coordinate d r * gram d s r) T) T.
Proof.
  intros d. unfold sqnorm. unfold low at 2. rewrite inner_from_zero.
  rewrite <- (Rmult_1_l (rsum _ T)), Ropp_mult_distr_l, <- rsum_scal. apply rsum_ext. intros s Hs.
  rewrite inner_sym, low_inner by exact Hs. ring.
Qed.

Section Bounded.
Variable K : R.
Hypothesis K_nonneg : 0 <= K.
Hypothesis K_enough : enough h E T G K.

Local Notation value := (value phi T K).
Local Notation offset := (offset h E phi T G K).
Local Notation difference := (difference h E T G).

Lemma piece_at : forall d t s, (1 <= s <= T)%nat ->
  piece (tilt d) (offset d) (from_zero h (tilt d) T t) s = value d s + difference d t s.
Proof.
  intros d t s Hs. unfold piece. rewrite inner_from_zero. unfold offset, difference.
  rewrite (rsum_ext (fun r => h t r * <|tilt d s, tilt d r|>) (fun r => h t r * gram d s r))
    by (intros; rewrite tilt_inner by assumption; reflexivity).
  rewrite (rsum_ext (fun r => (h s r - h t r) * gram d s r)
    (fun r => h s r * gram d s r - h t r * gram d s r)) by (intros; ring).
  rewrite rsum_minus. ring.
Qed.

Lemma exceeded : phi T <= theta.
Proof.
  pose proof (a_pos T D G a T_two D_pos G_pos a_is) as Pa.
  pose proof (largest h E phi T G T_two G_pos h_triangular h_pos below K K_nonneg K_enough)
    as Largest.
  assert (PG : 0 < G ^ 2) by nra. assert (PD : 0 < D ^ 2) by nra.
  destruct (one_bound (fun s M => forall d, 0 < d <= 1 -> gram d s s <= G ^ 2 + M * d ^ 2) T)
    as [M1 [HM1 Slopes]].
  { intros t M N L Q d Hd. specialize (L d Hd). pose proof (square_le_one d Hd). nra. }
  { intros s Hs. destruct (gram_order E T G s s) as [M [HM B]]. exists M. split; [ exact HM | ].
    intros d Hd. specialize (B d Hd). unfold on, both in B.
    rewrite Nat.eqb_refl, (E_triangular s s) in B by lia.
    pose proof (Rle_abs (gram d s s - (G ^ 2 + (0 + 0) * d))). lra. }
  destruct (distance_order h E phi T D G a T_two G_pos a_is) as [M2 [HM2 Near]].
  destruct (one_bound (fun s M => forall d, 0 < d <= 1 ->
    - rsum (fun r => coordinate d r * gram d s r) T + offset d s
    <= - (a * G ^ 2) + theta * d + M * d ^ 2) T) as [M3 [HM3 Low]].
  { intros t M N L Q d Hd. specialize (L d Hd). pose proof (square_le_one d Hd). nra. }
  { intros s Hs.
    destruct (piece_at_u_order h E phi T G a T_two G_pos h_triangular E_triangular K s Hs)
      as [M [HM B]].
    exists M. split; [ exact HM | ].
    intros d Hd. specialize (B d Hd).
    pose proof (Rle_abs (- rsum (fun r => coordinate d r * gram d s r) T + offset d s
      - (- (a * G ^ 2) + theta * d))). lra. }
  set (M := M1 / G ^ 2 + M2 / D ^ 2).
  assert (I1 : 0 <= M1 / G ^ 2) by (apply Rle_mult_inv_pos; lra).
  assert (I2 : 0 <= M2 / D ^ 2) by (apply Rle_mult_inv_pos; lra).
  assert (HM : 0 <= M) by (unfold M; lra).
  assert (E1 : M1 <= M * G ^ 2).
  { replace M1 with (M1 / G ^ 2 * G ^ 2) at 1 by (field; lra).
    apply Rmult_le_compat_r; unfold M; lra. }
  assert (E2 : M2 <= M * D ^ 2).
  { replace M2 with (M2 / D ^ 2 * D ^ 2) at 1 by (field; lra).
    apply Rmult_le_compat_r; unfold M; lra. }
  enough (phi T - theta <= 0) by lra.
  apply (nonpos_of_squares _ (M3 + a * G ^ 2 * (2 * M + M ^ 2))).
  { assert (0 <= a * G ^ 2 * (2 * M + M ^ 2)) by (apply Rmult_le_pos; nra). lra. }
  destruct Largest as [d0 [Hd0 Largest]]. exists d0. split; [ exact Hd0 | ]. intros d Hd.
  assert (Hd1 : 0 < d <= 1) by lra. pose proof (square_le_one d Hd1) as D2.
  pose proof (instance h T D G ltac:(lia) ltac:(lra) ltac:(lra) good (tilt d) (offset d) (low d)
    (M * d ^ 2)) as Q.
  rewrite (value_is T D G a T_two G_pos a_is) in Q.
  assert (Out : phi T * d <= pieces (tilt d) (offset d) T (from_zero h (tilt d) T T)).
  { eapply Rle_trans; [ | apply (top_ge _ _ T); lia ]. rewrite piece_at by lia.
    unfold difference. rewrite rsum_all_zero by (intros; ring). unfold value. lra. }
  assert (Bottom : pieces (tilt d) (offset d) T (low d)
                   <= - (a * G ^ 2) + theta * d + M3 * d ^ 2).
  { apply top_le; [ lia | ]. intros s Hs. unfold piece. rewrite low_inner by exact Hs.
    apply Low; assumption. }
  assert (Q' : pieces (tilt d) (offset d) T (from_zero h (tilt d) T T)
    - pieces (tilt d) (offset d) T (low d) <= (1 + M * d ^ 2) ^ 2 * (a * G ^ 2)).
  { apply Q.
    - apply Rmult_le_pos; lra.
    - intros s Hs. unfold sqnorm. rewrite tilt_inner by exact Hs.
      specialize (Slopes s Hs d Hd1). nra.
    - rewrite low_distance. specialize (Near d Hd1).
      pose proof (Rle_abs (rsum (fun s => coordinate d s
        * rsum (fun r => coordinate d r * gram d s r) T) T - (D ^ 2 + 0 * d))). nra.
    - intros t s Ht Hs. rewrite !piece_at by assumption. specialize (Largest d Hd t Ht s Hs).
      unfold difference at 2. rewrite (rsum_all_zero (fun r => (h t r - h t r) * _)).
      + lra.
      + intros. ring. }
  assert (D4 : (d ^ 2) ^ 2 <= d ^ 2) by nra.
  assert (a * G ^ 2 * (M ^ 2 * (d ^ 2) ^ 2) <= a * G ^ 2 * (M ^ 2 * d ^ 2)).
  { apply Rmult_le_compat_l; [ nra | ]. apply Rmult_le_compat_l; [ nra | exact D4 ]. }
  nra.
Qed.

End Bounded.

Theorem direction : INR T * phi T
  <= rsum phi T + rsum (fun t => rsum (fun r => (h t r - a) * E t r) T) T.
Proof.
  assert (PT : 0 < INR T) by (apply INR_pos; lia).
  assert (Q : phi T <= theta).
  { destruct (one_bound (fun t K => forall s, (1 <= s <= T)%nat -> (t < s)%nat ->
      forall d, 0 < d <= 1 -> Rabs (difference h E T G d t s
        - (0 + rsum (fun r => (h s r - h t r) * E s r) T * d)) <= K * d ^ 2) T) as [K [HK Enough]].
    - intros t M N L Q s Hs Hts d Hd. specialize (L s Hs Hts d Hd).
      pose proof (square_le_one d Hd). nra.
    - intros t Ht. destruct (one_bound (fun s K => (t < s)%nat ->
        forall d, 0 < d <= 1 -> Rabs (difference h E T G d t s
          - (0 + rsum (fun r => (h s r - h t r) * E s r) T * d)) <= K * d ^ 2) T)
        as [K [HK B]].
      + intros s M N L Q Hts d Hd. specialize (L Hts d Hd). pose proof (square_le_one d Hd). nra.
      + intros s Hs. destruct (le_lt_dec s t) as [L | L].
        * exists 0. split; [ lra | intros; lia ].
        * destruct (difference_earlier h E T G T_two h_triangular E_triangular t s
            ltac:(lia) ltac:(lia)) as [M [HM B]]. exists M. split; [ exact HM | intros _; exact B ].
      + exists K. split; [ exact HK | ]. intros s Hs Hts. apply B; assumption.
    - apply (exceeded K HK). intros t s Ht Hs. apply Enough; lia. }
  unfold Tilted.theta in Q. apply (Rmult_le_compat_l (INR T)) in Q; [ | lra ].
  eapply Rle_trans; [ exact Q | right ].
  rewrite (rsum_ext (fun t => rsum (fun r => (h t r - a) * E t r) T)
    (fun t => moved h E T t - a * rsum (E t) T)).
  - rewrite rsum_minus, rsum_scal, total_turned. field. lra.
  - intros t Ht. unfold moved. rewrite <- rsum_scal, <- rsum_minus. apply rsum_ext. intros. ring.
Qed.

End Directions.
