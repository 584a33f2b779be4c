(** * The minimax certificate in expectation

    [g] is the true subgradient at p_t, [noisy] what the steps use; z_1, u, h and the multipliers are
    free of the noise.  Every multiplier compares a point with an earlier one, so unbiased gradients
    are enough.

    Main results: [expected_certificate] (E f(p_T) - f(u) <= (D^2/a + a sum E|noisy_t|^2) / (2 T)),
    [expected_minimax_rate] (D G / sqrt T). *)

From Coq Require Import Reals Lra Lia Arith.
From GPA Require Import Definitions InnerSpace Sums Expectation Flow Minimax.
Open Scope R_scope.

Section Noisy.
Context {Om : Type} {EX : Expectation Om} {V : Type} {IS : InnerSpace V}.
Variables (C : V -> Prop) (f : V -> R) (h lam : nat -> nat -> R) (a : R) (z1 u : V).
Variables (p g noisy : nat -> Om -> V) (T : nat).
Hypothesis T_two : (2 <= T)%nat.
Hypothesis a_pos : 0 < a.
Hypothesis rows : minimax_rows h lam a T.
Hypothesis lam_nonneg : forall t j, (1 <= j < t)%nat -> (t <= T)%nat -> 0 <= lam t j.
Hypothesis each_run : forall o, fixed_step h z1 (fun t => p t o) (fun t => noisy t o) T.
Hypothesis u_inside : C u.
Hypothesis inside : forall o t, (1 <= t <= T)%nat -> C (p t o).
Hypothesis slopes : forall o t, (1 <= t <= T)%nat -> subgrad C f (p t o) (g t o).
(* Both follow from E[noisy_t | noisy_1, ..., noisy_{t-1}] = g_t, as p_t is a function of these. *)
Hypothesis unbiased_to_u : forall t, (1 <= t <= T)%nat ->
  E (fun o => <|noisy t o, p t o -v u|>) = E (fun o => <|g t o, p t o -v u|>).
Hypothesis unbiased_back : forall t j, (1 <= j < t)%nat -> (t <= T)%nat ->
  E (fun o => <|noisy t o, p t o -v p j o|>) = E (fun o => <|g t o, p t o -v p j o|>).
Hypothesis int_value : forall t, (1 <= t <= T)%nat -> Int (fun o => f (p t o)).

Definition integrable (v : nat -> Om -> V) : Prop := forall t, (1 <= t <= T)%nat ->
  Int (fun o => <|v t o, p t o -v u|>) /\
  forall j, (1 <= j <= T)%nat -> Int (fun o => <|v t o, p t o -v p j o|>).

Hypothesis int_true : integrable g.
Hypothesis int_noisy : integrable noisy.

Definition met_by (v : nat -> Om -> V) (t : nat) (o : Om) : R :=
  met lam u (fun s => p s o) T (v t o) t.

Lemma int_met : forall v, integrable v -> forall t, (1 <= t <= T)%nat -> Int (met_by v t).
Proof.
  intros v Iv t Ht. destruct (Iv t Ht) as [Iu Ij]. unfold met_by, met.
  apply int_plus; [ exact Iu | ].
  apply (int_weighted (lam t) (fun j o => <|v t o, p t o -v p j o|>)). exact Ij.
Qed.

Lemma E_met : forall v, integrable v -> forall t, (1 <= t <= T)%nat ->
  E (met_by v t) = E (fun o => <|v t o, p t o -v u|>)
    + rsum (fun j => lam t j * E (fun o => <|v t o, p t o -v p j o|>)) T.
Proof.
  intros v Iv t Ht. destruct (Iv t Ht) as [Iu Ij]. unfold met_by, met. rewrite E_plus.
  - f_equal. apply (E_weighted (lam t) (fun j o => <|v t o, p t o -v p j o|>)). exact Ij.
  - exact Iu.
  - apply (int_weighted (lam t) (fun j o => <|v t o, p t o -v p j o|>)). exact Ij.
Qed.

Lemma met_unbiased : forall t, (1 <= t <= T)%nat -> E (met_by g t) = E (met_by noisy t).
Proof.
  intros t Ht. rewrite (E_met g int_true t Ht), (E_met noisy int_noisy t Ht).
  rewrite (unbiased_to_u t Ht). f_equal. apply rsum_ext. intros j Hj.
  destruct (le_lt_dec t j) as [L | L].
  - rewrite (lam_triangular _ _ _ _ rows t j L). ring.
  - rewrite (unbiased_back t j) by lia. reflexivity.
Qed.

Theorem expected_certificate : forall D2, sqnorm (z1 -v u) <= D2 ->
  (forall t, (1 <= t <= T)%nat -> Int (fun o => sqnorm (noisy t o))) ->
  E (fun o => f (p T o)) - f u
  <= (D2 / a + a * rsum (fun t => E (fun o => sqnorm (noisy t o))) T) / (2 * INR T).
Proof.
  intros D2 Near Iq. assert (P : 0 < INR T) by (apply INR_pos; lia).
  assert (Ig : Int (fun o => INR T * (f (p T o) + - f u)))
    by (apply int_scal, int_plus; [ apply int_value; lia | apply int_const ]).
  assert (It : Int (fun o => rsum (fun t => met_by g t o) T))
    by (apply int_rsum; intros; apply (int_met g int_true); assumption).
  assert (In : Int (fun o => rsum (fun t => met_by noisy t o) T))
    by (apply int_rsum; intros; apply (int_met noisy int_noisy); assumption).
  assert (Upper : E (fun o => INR T * (f (p T o) + - f u)) <= E (fun o => rsum (fun t => met_by g t o) T)).
  { apply E_le; [ exact Ig | exact It | ]. intros o.
    replace (f (p T o) + - f u) with (f (p T o) - f u) by ring.
    rewrite <- (charged_sum f h lam a u (fun t => p t o) T T_two a_pos rows).
    apply rsum_le. intros t Ht.
    exact (charged_le C f h lam a u (fun s => p s o) (fun s => g s o) T T_two rows lam_nonneg
             (conj u_inside (inside o)) (slopes o) t Ht). }
  assert (Same : E (fun o => rsum (fun t => met_by g t o) T)
                 = E (fun o => rsum (fun t => met_by noisy t o) T)).
  { rewrite (E_rsum (met_by g)), (E_rsum (met_by noisy))
      by (intros; (apply (int_met g int_true) || apply (int_met noisy int_noisy)); assumption).
    apply rsum_ext. exact met_unbiased. }
  assert (Is : Int (fun o => / 2 * (D2 / a) + a / 2 * rsum (fun t => sqnorm (noisy t o)) T)).
  { apply int_plus; [ apply int_const | apply int_scal ].
    apply (int_rsum (fun t o => sqnorm (noisy t o))). exact Iq. }
  assert (Lower : E (fun o => rsum (fun t => met_by noisy t o) T)
    <= E (fun o => / 2 * (D2 / a) + a / 2 * rsum (fun t => sqnorm (noisy t o)) T)).
  { apply E_le; [ exact In | exact Is | ]. intros o.
    pose proof (met_sum h lam a z1 u (fun t => p t o) (fun t => noisy t o) T T_two rows
                  (each_run o) D2 a_pos Near) as Q. unfold met_by. lra. }
  rewrite Same in Upper. rewrite E_scal, E_plus, E_const in Upper
    by (apply int_value || apply int_const || (apply int_plus; [ apply int_value | apply int_const ]); lia).
  rewrite E_plus, E_const, E_scal, (E_rsum (fun t o => sqnorm (noisy t o))) in Lower;
    [ | exact Iq | apply (int_rsum (fun t o => sqnorm (noisy t o))); exact Iq | apply int_const
      | apply int_scal, (int_rsum (fun t o => sqnorm (noisy t o))); exact Iq ].
  set (S0 := rsum (fun t => E (fun o => sqnorm (noisy t o))) T) in *.
  apply (Rmult_le_reg_l (INR T)); [ exact P | ].
  replace (INR T * ((D2 / a + a * S0) / (2 * INR T))) with (/ 2 * (D2 / a) + a / 2 * S0)
    by (field; lra). lra.
Qed.

Theorem expected_minimax_rate : forall D G, 0 < D -> 0 < G -> sqnorm (z1 -v u) <= D ^ 2 ->
  (forall t, (1 <= t <= T)%nat -> Int (fun o => sqnorm (noisy t o))) ->
  (forall t, (1 <= t <= T)%nat -> E (fun o => sqnorm (noisy t o)) <= G ^ 2) ->
  a = D / (G * sqrt (INR T)) ->
  E (fun o => f (p T o)) - f u <= D * G / sqrt (INR T).
Proof.
  intros D G HD HG Near Iq Lip Ea. eapply Rle_trans; [ apply (expected_certificate _ Near Iq) | ].
  apply (balanced a T T_two); assumption.
Qed.

End Noisy.
