(** * The minimax certificate: D G / sqrt T, by multipliers alone

    Main results: [minimax_certificate] (nonnegative multipliers prove
    f(p_T) - f(u) <= (D^2/a + a sum |g_t|^2) / (2 T) for every convex f), [minimax_rate] (D G / sqrt T
    with a = D / (G sqrt T)). *)

From Coq Require Import Reals Lra Lia Arith.
From GPA Require Import Definitions InnerSpace Sums Flow.
Open Scope R_scope.

Lemma balanced : forall (a : R) T, (2 <= T)%nat -> forall (q : nat -> R) D G, 0 < D -> 0 < G ->
  (forall t, (1 <= t <= T)%nat -> q t <= G ^ 2) -> a = D / (G * sqrt (INR T)) ->
  (D ^ 2 / a + a * rsum q T) / (2 * INR T) <= D * G / sqrt (INR T).
Proof.
  intros a T HT q D G HD HG Lip Ea. assert (P : 0 < INR T) by (apply INR_pos; lia).
  assert (Ps : 0 < sqrt (INR T)) by (apply sqrt_lt_R0; exact P).
  assert (Es : INR T = sqrt (INR T) * sqrt (INR T)) by (symmetry; apply sqrt_sqrt; lra).
  assert (Pa : 0 < a).
  { rewrite Ea. unfold Rdiv. apply Rmult_lt_0_compat; [ lra | ].
    apply Rinv_0_lt_compat, Rmult_lt_0_compat; lra. }
  assert (Sq : rsum q T <= INR T * G ^ 2) by (rewrite <- rsum_const; apply rsum_le; exact Lip).
  apply (Rle_trans _ ((D ^ 2 / a + a * (INR T * G ^ 2)) / (2 * INR T))).
  - unfold Rdiv. apply Rmult_le_compat_r; [ left; apply Rinv_0_lt_compat; lra | ].
    apply Rplus_le_compat_l, Rmult_le_compat_l; [ lra | exact Sq ].
  - right. rewrite Ea. set (r := sqrt (INR T)) in *. rewrite Es. field. lra.
Qed.

Section Certificate.
Context {V : Type} `{InnerSpace V}.

Lemma gram_half : forall (g : nat -> V) T,
  2 * rsum (fun t => rsum (fun s => if Nat.ltb s t then <|g t, g s|> else 0) T) T
  = sqnorm (vsum g T) - rsum (fun t => sqnorm (g t)) T.
Proof.
  intros g T.
  assert (E : forall n, (n <= T)%nat ->
    2 * rsum (fun t => rsum (fun s => if Nat.ltb s t then <|g t, g s|> else 0) T) n
    = sqnorm (vsum g n) - rsum (fun t => sqnorm (g t)) n).
  { induction n as [| n IH]; intros Hn.
    - simpl. inner_expand. ring.
    - rewrite !rsum_S, Rmult_plus_distr_l, IH by lia. simpl vsum.
      assert (I : rsum (fun s => if Nat.ltb s (S n) then <|g (S n), g s|> else 0) T
                  = <|g (S n), vsum g n|>).
      { rewrite inner_vsum. clear IH.
        assert (Cut : forall m, (n <= m)%nat ->
          rsum (fun s => if Nat.ltb s (S n) then <|g (S n), g s|> else 0) m
          = rsum (fun s => <|g (S n), g s|>) n).
        { induction m as [| m IHm]; intros Hm.
          - replace n with 0%nat by lia. reflexivity.
          - rewrite rsum_S. destruct (Nat.ltb_spec (S m) (S n)).
            + replace n with (S m) by lia. rewrite rsum_S. f_equal.
              apply rsum_ext. intros s Hs. destruct (Nat.ltb_spec s (S (S m))); [ reflexivity | lia ].
            + rewrite IHm by lia. ring. }
        apply Cut. lia. }
      rewrite I. inner_expand. rewrite (inner_sym (vsum g n) (g (S n))). ring. }
  apply E. lia.
Qed.

(** ** The steps, whatever the vectors are *)
Section Moves.
Variables (h lam : nat -> nat -> R) (a : R) (z1 u : V) (p g : nat -> V) (T : nat).
Hypothesis T_two : (2 <= T)%nat.
Hypothesis rows : minimax_rows h lam a T.
Hypothesis run : fixed_step h z1 p g T.

(** What vector t meets: the way to u, and the ways back to earlier points. *)
Definition met (w : V) (t : nat) : R :=
  <|w, p t -v u|> + rsum (fun j => lam t j * <|w, p t -v p j|>) T.

Lemma point_moves : forall t w, (1 <= t <= T)%nat ->
  <|w, p t|> = <|w, z1|> - rsum (fun s => h t s * <|w, g s|>) T.
Proof.
  intros t w Ht. rewrite run by exact Ht. rewrite inner_subr, inner_vsum. f_equal.
  apply rsum_ext. intros s Hs. apply inner_scalr.
Qed.

Lemma met_is : forall t, (1 <= t <= T)%nat ->
  met (g t) t
  = <|g t, z1 -v u|> - a * rsum (fun s => if Nat.ltb s t then <|g t, g s|> else 0) T.
Proof.
  intros t Ht. unfold met.
  assert (Rows : a * rsum (fun s => if Nat.ltb s t then <|g t, g s|> else 0) T
                 = rsum (fun s => row h lam T t s * <|g t, g s|>) T).
  { rewrite <- rsum_scal. apply rsum_ext. intros s Hs. destruct (Nat.ltb_spec s t).
    - rewrite (row_is_a _ _ _ _ rows) by lia. ring.
    - rewrite (row_zero h lam T (steps_triangular _ _ _ _ rows) (lam_triangular _ _ _ _ rows)) by lia. ring. }
  rewrite Rows, inner_subr, (inner_subr _ _ u), point_moves by exact Ht.
  rewrite (rsum_ext (fun j => lam t j * <|g t, p t -v p j|>)
    (fun j => rsum (fun s => lam t j * h j s * <|g t, g s|>) T
              - lam t j * rsum (fun s => h t s * <|g t, g s|>) T)).
  2: { intros j Hj. rewrite inner_subr, !point_moves by assumption.
       rewrite (rsum_ext (fun s => lam t j * h j s * <|g t, g s|>)
                  (fun s => lam t j * (h j s * <|g t, g s|>))) by (intros; ring).
       rewrite rsum_scal. ring. }
  rewrite rsum_minus, rsum_swap.
  rewrite (rsum_ext (fun j => lam t j * rsum (fun s => h t s * <|g t, g s|>) T)
    (fun j => rsum (fun s => h t s * <|g t, g s|>) T * lam t j)) by (intros; ring).
  rewrite rsum_scal. fold (carried lam T t).
  unfold row.
  rewrite (rsum_ext (fun s => ((1 + carried lam T t) * h t s - rsum (fun j => lam t j * h j s) T)
                              * <|g t, g s|>)
    (fun s => (1 + carried lam T t) * (h t s * <|g t, g s|>)
              - rsum (fun j => lam t j * h j s * <|g t, g s|>) T)).
  2: { intros s Hs. rewrite (rsum_ext (fun j => lam t j * h j s * <|g t, g s|>)
         (fun j => <|g t, g s|> * (lam t j * h j s))) by (intros; ring).
       rewrite rsum_scal. ring. }
  rewrite rsum_minus, rsum_scal. ring.
Qed.

(** All of it at once: a square is left out. *)
Lemma met_sum : forall D2, 0 < a -> sqnorm (z1 -v u) <= D2 ->
  rsum (fun t => met (g t) t) T <= (D2 / a + a * rsum (fun t => sqnorm (g t)) T) / 2.
Proof.
  intros D2 Ha Near.
  assert (Sum : rsum (fun t => met (g t) t) T
    = <|vsum g T, z1 -v u|> - a / 2 * (sqnorm (vsum g T) - rsum (fun t => sqnorm (g t)) T)).
  { rewrite <- gram_half, (rsum_ext _ _ T met_is), rsum_minus, rsum_scal.
    rewrite (inner_sym (vsum g T)), inner_vsum.
    rewrite (rsum_ext (fun t => <|g t, z1 -v u|>) (fun t => <|z1 -v u, g t|>))
      by (intros; apply inner_sym). field. }
  rewrite Sum.
  assert (Square : 2 * a * <|vsum g T, z1 -v u|> <= D2 + a ^ 2 * sqnorm (vsum g T)).
  { pose proof (sqnorm_nonneg ((z1 -v u) -v a *v vsum g T)) as N. rewrite sqnorm_sub in N.
    rewrite inner_scalr, (inner_sym (z1 -v u)) in N.
    replace (sqnorm (a *v vsum g T)) with (a ^ 2 * sqnorm (vsum g T)) in N
      by (inner_expand; ring). lra. }
  set (S0 := rsum (fun t => sqnorm (g t)) T) in *. set (I := <|vsum g T, z1 -v u|>) in *.
  set (Q := sqnorm (vsum g T)) in *. apply (Rmult_le_reg_l (2 * a)); [ lra | ].
  replace (2 * a * ((D2 / a + a * S0) / 2)) with (D2 + a ^ 2 * S0) by (field; lra).
  replace (2 * a * (I - a / 2 * (Q - S0))) with (2 * a * I - a ^ 2 * Q + a ^ 2 * S0) by field. lra.
Qed.

End Moves.

Variables (C : V -> Prop) (f : V -> R) (h lam : nat -> nat -> R) (a : R) (z1 u : V).
Variables (p g : nat -> V) (T : nat).
Hypothesis T_two : (2 <= T)%nat.
Hypothesis a_pos : 0 < a.
Hypothesis rows : minimax_rows h lam a T.
Hypothesis lam_nonneg : forall t j, (1 <= j < t)%nat -> (t <= T)%nat -> 0 <= lam t j.
Hypothesis run : fixed_step h z1 p g T.
Hypothesis inside : C u /\ forall t, (1 <= t <= T)%nat -> C (p t).
Hypothesis slopes : forall t, (1 <= t <= T)%nat -> subgrad C f (p t) (g t).

(** What point t is charged: its own gap, and its differences to earlier points. *)
Definition charged (t : nat) : R := f (p t) - f u + rsum (fun j => lam t j * (f (p t) - f (p j))) T.

Lemma charged_le : forall t, (1 <= t <= T)%nat -> charged t <= met lam u p T (g t) t.
Proof.
  intros t Ht. destruct inside as [Cu Cp]. unfold charged, met. apply Rplus_le_compat.
  - pose proof (slopes t Ht u Cu) as S0. revert S0. inner_expand. intros. lra.
  - apply rsum_le. intros j Hj. destruct (le_lt_dec t j) as [L | L].
    + rewrite (lam_triangular _ _ _ _ rows) by lia. lra.
    + apply Rmult_le_compat_l; [ apply lam_nonneg; lia | ].
      pose proof (slopes t Ht (p j) (Cp j Hj)) as S0. revert S0. inner_expand. intros. lra.
Qed.

(** Every value but the last cancels: the flow ends at p_T. *)
Lemma charged_sum : rsum charged T = INR T * (f (p T) - f u).
Proof.
  unfold charged. rewrite rsum_plus, rsum_minus, rsum_const.
  rewrite (rsum_ext (fun t => rsum (fun j => lam t j * (f (p t) - f (p j))) T)
    (fun t => f (p t) * carried lam T t - rsum (fun j => lam t j * f (p j)) T)).
  2: { intros t Ht. unfold carried. rewrite <- rsum_scal, <- rsum_minus. apply rsum_ext.
       intros. ring. }
  rewrite rsum_minus, (rsum_swap (fun t j => lam t j * f (p j)) T T).
  rewrite (rsum_ext (fun j => rsum (fun i => lam i j * f (p j)) T)
    (fun j => f (p j) * taken lam T j)).
  2: { intros j Hj. unfold taken. rewrite <- rsum_scal. apply rsum_ext. intros. ring. }
  replace (rsum (fun t => f (p t)) T - INR T * f u +
    (rsum (fun t => f (p t) * carried lam T t) T - rsum (fun j => f (p j) * taken lam T j) T))
    with (rsum (fun t => f (p t) * (1 + carried lam T t - taken lam T t)) T - INR T * f u).
  2: { rewrite (rsum_ext (fun t => f (p t) * (1 + carried lam T t - taken lam T t))
         (fun t => f (p t) + f (p t) * carried lam T t - f (p t) * taken lam T t))
         by (intros; ring). rewrite rsum_minus, rsum_plus. ring. }
  rewrite (rsum_single _ _ T).
  - rewrite (output_row_flow h lam a T T_two a_pos rows T) by lia. rewrite Nat.eqb_refl. ring.
  - lia.
  - intros t Ht N. rewrite (output_row_flow h lam a T T_two a_pos rows t) by lia.
    destruct (Nat.eqb_spec t T); [ contradiction | ring ].
Qed.

Theorem minimax_certificate : forall D, sqnorm (z1 -v u) <= D ^ 2 ->
  f (p T) - f u <= (D ^ 2 / a + a * rsum (fun t => sqnorm (g t)) T) / (2 * INR T).
Proof.
  intros D Near. assert (P : 0 < INR T) by (apply INR_pos; lia).
  pose proof (met_sum h lam a z1 u p g T T_two rows run (D ^ 2) a_pos Near) as Q.
  pose proof (rsum_le _ _ T charged_le) as L. rewrite charged_sum in L.
  apply (Rmult_le_reg_l (INR T)); [ exact P | ].
  set (B := D ^ 2 / a + a * rsum (fun t => sqnorm (g t)) T) in *.
  replace (INR T * (B / (2 * INR T))) with (B / 2) by (field; lra). lra.
Qed.

(** With a = D / (G sqrt T) that is D G / sqrt T. *)
Theorem minimax_rate : forall D G, 0 < D -> 0 < G -> sqnorm (z1 -v u) <= D ^ 2 ->
  (forall t, (1 <= t <= T)%nat -> sqnorm (g t) <= G ^ 2) -> a = D / (G * sqrt (INR T)) ->
  f (p T) - f u <= D * G / sqrt (INR T).
Proof.
  intros D G HD HG Near Lip Ea. eapply Rle_trans; [ apply (minimax_certificate D Near) | ].
  apply (balanced a T T_two); assumption.
Qed.

End Certificate.
