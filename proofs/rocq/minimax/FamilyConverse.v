(** * All schedules of subgradient descent that some averaging makes minimax

    Gradients at z_t, steps gamma_s > 0 and any linear output: at most one output attains
    D G / sqrt T, and it does if and only if the steps fall, but never too fast.

    Main results: [descent_minimax_iff] (outputs of any sign), [weights_minimax_iff] (outputs that
    are averages of z_1 .. z_T: never faster than linear decay). *)

From Coq Require Import Reals Lra Lia Arith.
From GPA Require Import Definitions InnerSpace Sums Flow Minimax Adversary Necessary ProductLaw.
Open Scope R_scope.

Section Converse.
Context {V : Type} `{InnerSpace V}.
Variables (gamma : nat -> R) (h : nat -> nat -> R) (T : nat) (D G a : R) (e : nat -> V).
Hypothesis T_three : (3 <= T)%nat.
Hypothesis D_pos : 0 < D.
Hypothesis G_pos : 0 < G.
Hypothesis a_is : a = D / (G * sqrt (INR T)).
Hypothesis gamma_pos : forall t, (1 <= t < T)%nat -> 0 < gamma t.
Hypothesis e_orthonormal : orthonormal e T.
Hypothesis h_triangular : triangular h.
(** Gradients at z_t; row T, the output, is any. *)
Hypothesis descent : forall t s, (1 <= s < t)%nat -> (t < T)%nat -> h t s = gamma s.

(** gamma_1 lies in [a (T-2)/(T-1), a]; the steps fall, by (T-1-t)/(T-t) at the fastest. *)
Definition falls_slowly : Prop :=
  gamma 1%nat <= a /\ (INR T - 2) * a <= (INR T - 1) * gamma 1%nat
  /\ (forall t, (2 <= t)%nat -> (S t < T)%nat -> gamma t <= gamma (pred t))
  /\ (forall t, (2 <= t < T)%nat ->
        (INR T - 1 - INR t) * gamma (pred t) <= (INR T - INR t) * gamma t).

Lemma a_positive : 0 < a.
Proof.
  rewrite a_is. apply Rdiv_lt_0_compat; [ lra | ]. apply Rmult_lt_0_compat; [ lra | ].
  apply sqrt_lt_R0, INR_pos. lia.
Qed.

Lemma multipliers_fall :
  (forall t j, (1 <= j < t)%nat -> (t <= T)%nat -> 0 <= product_multipliers gamma a T t j) ->
  falls_slowly.
Proof.
  intros N. pose proof a_positive as Pa.
  assert (Before : forall t j, (1 <= j < t)%nat -> (t < T)%nat ->
    0 <= inverse_step gamma a j - inverse_step gamma a (pred j)).
  { intros t j Hj Ht. specialize (N t j Hj ltac:(lia)). unfold product_multipliers in N.
    destruct (Nat.ltb_spec 0 j), (Nat.ltb_spec j t), (Nat.eqb_spec t T); try lia. exact N. }
  assert (Last : forall j, (1 <= j < T)%nat ->
    0 <= remaining gamma a T (pred j) - remaining gamma a T j).
  { intros j Hj. specialize (N T j Hj ltac:(lia)). unfold product_multipliers in N.
    rewrite Nat.eqb_refl in N. destruct (Nat.ltb_spec 0 j), (Nat.ltb_spec j T); try lia.
    simpl andb in N. cbv iota in N. lra. }
  assert (G1 : 0 < gamma 1%nat) by (apply gamma_pos; lia).
  unfold inverse_step in Before. unfold remaining in Last. repeat split.
  - specialize (Before 2%nat 1%nat ltac:(lia) ltac:(lia)). simpl in Before.
    apply (Rmult_le_compat_r (gamma 1%nat)) in Before; [ | lra ].
    replace ((a / gamma 1%nat - 1) * gamma 1%nat) with (a - gamma 1%nat) in Before by (field; lra).
    lra.
  - specialize (Last 1%nat ltac:(lia)). simpl in Last.
    apply (Rmult_le_compat_r (gamma 1%nat)) in Last; [ | lra ].
    replace ((INR T - 1 - (INR T - 1 - 1) * (a / gamma 1%nat)) * gamma 1%nat)
      with ((INR T - 1) * gamma 1%nat - (INR T - 2) * a) in Last by (field; lra). lra.
  - intros t Ht HtT. specialize (Before (S t) t ltac:(lia) ltac:(lia)).
    destruct (Nat.eqb_spec t 0), (Nat.eqb_spec (pred t) 0); try lia.
    assert (0 < gamma t) by (apply gamma_pos; lia).
    assert (0 < gamma (pred t)) by (apply gamma_pos; lia).
    apply (Rmult_le_compat_r (gamma t * gamma (pred t))) in Before; [ | nra ].
    replace ((a / gamma t - a / gamma (pred t)) * (gamma t * gamma (pred t)))
      with (a * (gamma (pred t) - gamma t)) in Before by (field; lra).
    rewrite Rmult_0_l in Before. apply (Rmult_le_reg_l a); lra.
  - intros t Ht. specialize (Last t ltac:(lia)).
    destruct (Nat.eqb_spec t 0), (Nat.eqb_spec (pred t) 0); try lia.
    assert (0 < gamma t) by (apply gamma_pos; lia).
    assert (0 < gamma (pred t)) by (apply gamma_pos; lia).
    replace (INR (pred t)) with (INR t - 1) in Last
      by (rewrite <- (Nat.succ_pred t) at 1 by lia; rewrite S_INR; ring).
    apply (Rmult_le_compat_r (gamma t * gamma (pred t))) in Last; [ | nra ].
    replace (((INR T - 1 - (INR t - 1)) * (a / gamma (pred t))
              - (INR T - 1 - INR t) * (a / gamma t)) * (gamma t * gamma (pred t)))
      with (a * ((INR T - INR t) * gamma t - (INR T - 1 - INR t) * gamma (pred t))) in Last
      by (field; lra).
    rewrite Rmult_0_l in Last. apply (Rmult_le_reg_l a); lra.
Qed.

Lemma completed : (forall s, (1 <= s < T)%nat -> h T s = a * (1 - INR s / INR T)) ->
  forall t s, (1 <= t <= T)%nat -> (1 <= s <= T)%nat -> h t s = completed_steps gamma a T t s.
Proof.
  intros Out t s Ht Hs. unfold completed_steps. destruct (Nat.ltb_spec s t).
  - destruct (Nat.eqb_spec t T) as [-> | N]; [ apply Out; lia | apply descent; lia ].
  - apply h_triangular. lia.
Qed.

(** Steps are asked of points 1 .. T only. *)
Lemma guaranteed_ext : forall h' : nat -> nat -> R,
  (forall t s, (1 <= t <= T)%nat -> (1 <= s <= T)%nat -> h t s = h' t s) ->
  guaranteed (V := V) h T D G <-> guaranteed (V := V) h' T D G.
Proof.
  intros h' E.
  assert (Run : forall z1 (p g : nat -> V), fixed_step h z1 p g T <-> fixed_step h' z1 p g T).
  { intros z1 p g.
    assert (Sum : forall t, (1 <= t <= T)%nat ->
      vsum (fun s => h t s *v g s) T = vsum (fun s => h' t s *v g s) T).
    { intros t Ht. apply inner_ext. intros w. rewrite !inner_vsum. apply rsum_ext. intros s Hs.
      rewrite E by assumption. reflexivity. }
    split; intros F t Ht; rewrite F by exact Ht; rewrite Sum by exact Ht; reflexivity. }
  split; intros Good f z1 u p g Conv Lip R0; apply Good; try assumption; apply Run; assumption.
Qed.

Theorem descent_minimax_iff : guaranteed (V := V) h T D G
  <-> (forall s, (1 <= s < T)%nat -> h T s = a * (1 - INR s / INR T)) /\ falls_slowly.
Proof.
  pose proof a_positive as Pa. split.
  - intros good.
    assert (Out : forall s, (1 <= s < T)%nat -> h T s = a * (1 - INR s / INR T)).
    { destruct (minimax_necessary h T D G a e ltac:(lia) D_pos G_pos a_is h_triangular
        e_orthonormal good) as [_ [lam [rows _]]]. apply (output_row _ _ _ _ rows). }
    split; [ exact Out | ]. apply multipliers_fall.
    pose proof (proj1 (guaranteed_ext _ (completed Out)) good) as good'.
    destruct (product_rows gamma a T ltac:(lia) gamma_pos) as [Ht Hl Ha _].
    apply (rows_necessary (completed_steps gamma a T) _ T D G a e ltac:(lia) D_pos G_pos a_is
      Ht Hl Ha e_orthonormal good').
  - intros [Out [F1 [F2 [F3 F4]]]]. apply (guaranteed_ext _ (completed Out)).
    destruct (product_rows gamma a T ltac:(lia) gamma_pos) as [Ht Hl Ha Ho].
    apply (minimax_iff _ T D G a e ltac:(lia) D_pos G_pos a_is Ht e_orthonormal).
    exists (product_multipliers gamma a T). split; [ constructor; assumption | ].
    apply product_law_nonneg; try assumption; lia.
Qed.

(** ** Outputs that are averages *)

(** [share s] is the part of the output that lies on z_{s+1} .. z_T; its weights are the drops. *)
Variable share : nat -> R.
Hypothesis share_0 : share 0%nat = 1.
Hypothesis output : forall s, (1 <= s < T)%nat -> h T s = gamma s * share s.

(** Falls, but never faster than linear decay. *)
Definition at_most_linear_decay : Prop :=
  a * (1 - 1 / INR T) <= gamma 1%nat <= a
  /\ (forall t, (2 <= t)%nat -> (S t < T)%nat -> gamma t <= gamma (pred t))
  /\ (forall t, (2 <= t < T)%nat ->
        (INR T - INR t) * gamma (pred t) <= (INR T - INR t + 1) * gamma t).

Theorem weights_minimax_iff :
  guaranteed (V := V) h T D G /\ (forall t, (1 <= t < T)%nat -> share t <= share (pred t))
  <-> (forall t, (1 <= t < T)%nat -> gamma t * share t = a * (1 - INR t / INR T))
      /\ at_most_linear_decay.
Proof.
  pose proof a_positive as Pa. assert (PT : 0 < INR T) by (apply INR_pos; lia).
  assert (T3 : 3 <= INR T) by (replace 3 with (INR 3) by (simpl; ring); apply le_INR; lia).
  assert (Steeper : (forall t, (1 <= t < T)%nat -> gamma t * share t = a * (1 - INR t / INR T)) ->
    (a * (1 - 1 / INR T) <= gamma 1%nat <-> share 1%nat <= share 0%nat)
    /\ (forall t, (2 <= t < T)%nat ->
          ((INR T - INR t) * gamma (pred t) <= (INR T - INR t + 1) * gamma t
           <-> share t <= share (pred t)))).
  { intros Law.
    assert (Is : forall t, (1 <= t < T)%nat ->
      share t = a / INR T * ((INR T - INR t) / gamma t)).
    { intros t Ht. pose proof (gamma_pos t Ht). specialize (Law t Ht).
      apply (Rmult_eq_reg_l (gamma t)); [ rewrite Law; field; lra | lra ]. }
    split.
    - rewrite share_0, (Is 1%nat) by lia. pose proof (gamma_pos 1%nat ltac:(lia)) as G1. simpl INR.
      replace (a / INR T * ((INR T - 1) / gamma 1%nat))
        with (a * (1 - 1 / INR T) / gamma 1%nat) by (field; lra).
      split; intros L.
      + apply (Rmult_le_reg_r (gamma 1%nat)); [ exact G1 | ]. unfold Rdiv at 1.
        rewrite Rmult_assoc, Rinv_l by lra. lra.
      + apply (Rmult_le_compat_r (gamma 1%nat)) in L; [ | lra ]. unfold Rdiv at 1 in L.
        rewrite Rmult_assoc, Rinv_l in L by lra. lra.
    - intros t Ht. rewrite (Is t), (Is (pred t)) by lia.
      pose proof (gamma_pos t ltac:(lia)) as Gt. pose proof (gamma_pos (pred t) ltac:(lia)) as Gp.
      replace (INR (pred t)) with (INR t - 1)
        by (rewrite <- (Nat.succ_pred t) at 1 by lia; rewrite S_INR; ring).
      assert (PA : 0 < a / INR T) by (apply Rdiv_lt_0_compat; lra).
      assert (Cross : (INR T - INR t) / gamma t * (gamma t * gamma (pred t))
                      = (INR T - INR t) * gamma (pred t)) by (field; lra).
      assert (Cross' : (INR T - (INR t - 1)) / gamma (pred t) * (gamma t * gamma (pred t))
                       = (INR T - INR t + 1) * gamma t) by (field; lra).
      assert (PP : 0 < gamma t * gamma (pred t)) by (apply Rmult_lt_0_compat; assumption).
      split; intros L.
      + apply Rmult_le_compat_l; [ lra | ].
        apply (Rmult_le_reg_r (gamma t * gamma (pred t))); [ exact PP | ]. lra.
      + apply Rmult_le_reg_l in L; [ | exact PA ].
        apply (Rmult_le_compat_r (gamma t * gamma (pred t))) in L; [ | lra ]. lra. }
  rewrite descent_minimax_iff. unfold falls_slowly, at_most_linear_decay. split.
  - intros [[Out [F1 [F2 [F3 F4]]]] Down].
    assert (Law : forall t, (1 <= t < T)%nat -> gamma t * share t = a * (1 - INR t / INR T))
      by (intros t Ht; rewrite <- output, Out by exact Ht; reflexivity).
    destruct (Steeper Law) as [First Others]. repeat split.
    + exact Law.
    + apply First, (Down 1%nat). lia.
    + exact F1.
    + exact F3.
    + intros t Ht. apply (Others t Ht), Down. lia.
  - intros [Law [[L1 L2] [L3 L4]]]. destruct (Steeper Law) as [First Others]. repeat split.
    + intros s Hs. rewrite output, Law by exact Hs. reflexivity.
    + exact L2.
    + assert (B : a * (INR T - 1) <= gamma 1%nat * INR T).
      { replace (a * (INR T - 1)) with (a * (1 - 1 / INR T) * INR T) by (field; lra).
        apply Rmult_le_compat_r; lra. }
      nra.
    + exact L3.
    + intros t Ht. pose proof (L4 t Ht) as L. pose proof (gamma_pos t ltac:(lia)).
      assert (B : INR t + 1 <= INR T) by (rewrite <- S_INR; apply le_INR; lia).
      set (m := INR T - INR t) in *. assert (1 <= m) by (unfold m; lra).
      replace (INR T - 1 - INR t) with (m - 1) by (unfold m; ring).
      assert ((m - 1) * (m * gamma (pred t)) <= (m - 1) * ((m + 1) * gamma t))
        by (apply Rmult_le_compat_l; lra).
      apply (Rmult_le_reg_l m); nra.
    + intros t Ht. destruct (Nat.eq_dec t 1) as [-> | N].
      * apply First. exact L1.
      * apply (Others t ltac:(lia)). apply L4. lia.
Qed.

End Converse.
