(** * The product law: schedule and averaging are one thing

    Gradients at z_t.  The output row of the minimax methods, a (1 - t/T), is what the share of the
    future makes of step t; so each schedule has one averaging that completes it.

    Main results: [product_rows] (the multipliers in closed form), [product_law_nonneg] (they are
    >= 0 for steps that fall, but not too fast). *)

From Coq Require Import Reals Lra Lia Arith.
From GPA Require Import Definitions InnerSpace Sums Flow.
Open Scope R_scope.

(** A telescope cut out of a sum. *)
Lemma rsum_between : forall (c : nat -> R) T s t, (s < t)%nat -> (t <= S T)%nat ->
  rsum (fun j => if andb (Nat.ltb s j) (Nat.ltb j t) then c j - c (pred j) else 0) T
  = c (pred t) - c s.
Proof.
  intros c T s t Hs Ht.
  assert (Cut : forall n, rsum (fun j => if andb (Nat.ltb s j) (Nat.ltb j t)
      then c j - c (pred j) else 0) n = c (Nat.max s (Nat.min n (pred t))) - c s).
  { induction n as [| n IH].
    - simpl. replace (Nat.max s 0) with s by lia. ring.
    - rewrite rsum_S, IH. destruct (Nat.ltb_spec s (S n)), (Nat.ltb_spec (S n) t); simpl andb;
        cbv iota.
      + replace (Nat.max s (Nat.min n (pred t))) with n by lia.
        replace (Nat.max s (Nat.min (S n) (pred t))) with (S n) by lia. simpl pred. ring.
      + replace (Nat.max s (Nat.min (S n) (pred t))) with (Nat.max s (Nat.min n (pred t))) by lia.
        ring.
      + replace (Nat.max s (Nat.min n (pred t))) with s by lia.
        replace (Nat.max s (Nat.min (S n) (pred t))) with s by lia. ring.
      + replace (Nat.max s (Nat.min (S n) (pred t))) with (Nat.max s (Nat.min n (pred t))) by lia.
        ring. }
  rewrite Cut. replace (Nat.max s (Nat.min T (pred t))) with (pred t) by lia. reflexivity.
Qed.

Section ProductLaw.
Variables (gamma : nat -> R) (a : R) (T : nat).
Hypothesis T_two : (2 <= T)%nat.
Hypothesis a_pos : 0 < a.
Hypothesis gamma_pos : forall t, (1 <= t < T)%nat -> 0 < gamma t.

(** Gradients at z_t, and the output row of the minimax methods. *)
Definition completed_steps (t s : nat) : R :=
  if Nat.ltb s t then (if Nat.eqb t T then a * (1 - INR s / INR T) else gamma s) else 0.

Definition inverse_step (s : nat) : R := if Nat.eqb s 0 then 1 else a / gamma s.
Definition remaining (s : nat) : R :=
  if Nat.eqb s 0 then INR T - 1 else (INR T - 1 - INR s) * (a / gamma s).

Definition product_multipliers (t j : nat) : R :=
  if andb (Nat.ltb 0 j) (Nat.ltb j t)
  then if Nat.eqb t T then - (remaining j - remaining (pred j))
       else inverse_step j - inverse_step (pred j)
  else 0.

Lemma product_carried : forall t, (1 <= t <= T)%nat ->
  carried product_multipliers T t
  = if Nat.eqb t T then INR T - 1 else inverse_step (pred t) - 1.
Proof.
  intros t Ht. unfold carried, product_multipliers. destruct (Nat.eqb_spec t T) as [-> | N].
  - rewrite (rsum_ext _ (fun j => (-1) * (if andb (Nat.ltb 0 j) (Nat.ltb j T)
      then remaining j - remaining (pred j) else 0))).
    2: { intros j Hj. destruct (andb _ _); ring. }
    rewrite rsum_scal, rsum_between by lia. unfold remaining at 2. simpl Nat.eqb. cbv iota.
    unfold remaining. destruct (Nat.eqb_spec (pred T) 0); [ lia | ].
    replace (INR (pred T)) with (INR T - 1)
      by (rewrite <- (Nat.succ_pred T) at 1 by lia; rewrite S_INR; ring). ring.
  - rewrite rsum_between by lia. unfold inverse_step at 2. simpl Nat.eqb. cbv iota. reflexivity.
Qed.

Lemma product_rows : minimax_rows completed_steps product_multipliers a T.
Proof.
  assert (P : 0 < INR T) by (apply INR_pos; lia). split.
  - intros t s Hs. unfold completed_steps. destruct (Nat.ltb_spec s t); [ lia | reflexivity ].
  - intros t s Hs. unfold product_multipliers.
    destruct (Nat.ltb_spec s t); [ lia | ]. rewrite Bool.andb_false_r. reflexivity.
  - intros t s Hs Ht. unfold row. rewrite product_carried by lia.
    assert (Gs : 0 < gamma s) by (apply gamma_pos; lia).
    assert (Rest : rsum (fun j => product_multipliers t j * completed_steps j s) T
      = if Nat.eqb t T then (remaining s - remaining (pred t)) * gamma s
        else (inverse_step (pred t) - inverse_step s) * gamma s).
    { destruct (Nat.eqb_spec t T) as [E | N].
      - rewrite (rsum_ext _ (fun j => (- gamma s) * (if andb (Nat.ltb s j) (Nat.ltb j t)
          then remaining j - remaining (pred j) else 0))).
        + rewrite rsum_scal, rsum_between by lia. ring.
        + intros j Hj. unfold product_multipliers, completed_steps.
          destruct (Nat.eqb_spec t T); [ | lia ].
          destruct (Nat.ltb_spec s j), (Nat.ltb_spec j t), (Nat.ltb_spec 0 j),
            (Nat.eqb_spec j T); simpl andb; cbv iota; try lia; ring.
      - rewrite (rsum_ext _ (fun j => gamma s * (if andb (Nat.ltb s j) (Nat.ltb j t)
          then inverse_step j - inverse_step (pred j) else 0))).
        + rewrite rsum_scal, rsum_between by lia. ring.
        + intros j Hj. unfold product_multipliers, completed_steps.
          destruct (Nat.eqb_spec t T); [ contradiction | ].
          destruct (Nat.ltb_spec s j), (Nat.ltb_spec j t), (Nat.ltb_spec 0 j),
            (Nat.eqb_spec j T); simpl andb; cbv iota; try lia; ring. }
    rewrite Rest. unfold completed_steps. destruct (Nat.ltb_spec s t); [ | lia ].
    destruct (Nat.eqb_spec t T) as [-> | N].
    + unfold remaining. destruct (Nat.eqb_spec s 0), (Nat.eqb_spec (pred T) 0); try lia.
      replace (INR (pred T)) with (INR T - 1)
        by (rewrite <- (Nat.succ_pred T) at 1 by lia; rewrite S_INR; ring).
      generalize (a / gamma (pred T)). intros last. field. lra.
    + set (i := inverse_step (pred t)). unfold inverse_step.
      destruct (Nat.eqb_spec s 0); [ lia | ]. field. lra.
  - intros s Hs. unfold completed_steps. destruct (Nat.ltb_spec s T); [ | lia ].
    rewrite Nat.eqb_refl. reflexivity.
Qed.

(** The steps fall, and what is left falls too: (T-1-s) a / gamma_s. *)
Theorem product_law_nonneg :
  gamma 1%nat <= a -> (INR T - 2) * a <= (INR T - 1) * gamma 1%nat ->
  (forall t, (2 <= t)%nat -> (S t < T)%nat -> gamma t <= gamma (pred t)) ->
  (forall t, (2 <= t < T)%nat ->
    (INR T - 1 - INR t) * gamma (pred t) <= (INR T - INR t) * gamma t) ->
  forall t j, (1 <= j < t)%nat -> (t <= T)%nat -> 0 <= product_multipliers t j.
Proof.
  intros Small Large Fall Slow t j Hj Ht. unfold product_multipliers.
  destruct (Nat.ltb_spec 0 j), (Nat.ltb_spec j t); try lia. simpl andb. cbv iota.
  assert (Gj : 0 < gamma j) by (apply gamma_pos; lia).
  destruct (Nat.eqb_spec t T) as [-> | N].
  - unfold remaining. destruct (Nat.eqb_spec j 0); [ lia | ].
    destruct (Nat.eqb_spec (pred j) 0) as [E | E].
    + replace j with 1%nat in * by lia. simpl INR.
      apply (Rmult_le_reg_r (gamma 1%nat)); [ assumption | ].
      replace (- ((INR T - 1 - 1) * (a / gamma 1%nat) - (INR T - 1)) * gamma 1%nat)
        with ((INR T - 1) * gamma 1%nat - (INR T - 2) * a) by (field; lra). lra.
    + assert (Gp : 0 < gamma (pred j)) by (apply gamma_pos; lia).
      replace (INR (pred j)) with (INR j - 1)
        by (rewrite <- (Nat.succ_pred j) at 1 by lia; rewrite S_INR; ring).
      pose proof (Slow j ltac:(lia)) as Sj.
      apply (Rmult_le_reg_r (gamma j * gamma (pred j))); [ apply Rmult_lt_0_compat; assumption | ].
      replace (- ((INR T - 1 - INR j) * (a / gamma j)
                  - (INR T - 1 - (INR j - 1)) * (a / gamma (pred j))) * (gamma j * gamma (pred j)))
        with (a * ((INR T - INR j) * gamma j - (INR T - 1 - INR j) * gamma (pred j)))
        by (field; lra).
      rewrite Rmult_0_l. apply Rmult_le_pos; lra.
  - unfold inverse_step. destruct (Nat.eqb_spec j 0); [ lia | ].
    destruct (Nat.eqb_spec (pred j) 0) as [E | E].
    + replace j with 1%nat in * by lia. apply (Rmult_le_reg_r (gamma 1%nat)); [ assumption | ].
      replace ((a / gamma 1%nat - 1) * gamma 1%nat) with (a - gamma 1%nat) by (field; lra). lra.
    + assert (Gp : 0 < gamma (pred j)) by (apply gamma_pos; lia).
      pose proof (Fall j ltac:(lia) ltac:(lia)) as Fj.
      apply (Rmult_le_reg_r (gamma j * gamma (pred j))); [ apply Rmult_lt_0_compat; assumption | ].
      replace ((a / gamma j - a / gamma (pred j)) * (gamma j * gamma (pred j)))
        with (a * (gamma (pred j) - gamma j)) by (field; lra).
      rewrite Rmult_0_l. apply Rmult_le_pos; lra.
Qed.

End ProductLaw.
