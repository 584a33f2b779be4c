(** * Matched decay: constant mu_x and gradients at z_t attain D G / sqrt T at the last iterate

    Main results: [matched_decay_rate] (gamma_t = a (1 - t/T) / (1 - mu_x^(T-t)), mu_x^(T-1) <= 1/T;
    mu_x = 0 is linear decay without averaging), [product_law_rate] (any steps that fall, but not
    too fast, with the output that completes them). *)

From Coq Require Import Reals Lra Lia Arith.
From GPA Require Import Definitions InnerSpace Sums Flow Minimax Family ProductLaw.
Open Scope R_scope.

Definition matched (mu_x a : R) (T t : nat) : R := a * (1 - INR t / INR T) / (1 - mu_x ^ (T - t)).

Lemma minimax_rows_ext : forall h h' lam a T, (forall t s, h t s = h' t s) ->
  minimax_rows h' lam a T -> minimax_rows h lam a T.
Proof.
  intros h h' lam a T E [H1 H2 H3 H4]. split.
  - intros t s L. rewrite E. apply H1. exact L.
  - exact H2.
  - intros t s Hs Ht. rewrite <- (H3 t s Hs Ht). unfold row. rewrite E. f_equal.
    apply rsum_ext. intros j Hj. rewrite E. reflexivity.
  - intros s Hs. rewrite E. apply H4. exact Hs.
Qed.

(** ** Powers of mu in [0, 1) *)
Section Powers.
Variable mu : R.
Hypothesis mu_range : 0 <= mu < 1.

Lemma pow_range : forall m, 0 <= mu ^ m <= 1.
Proof.
  induction m as [| m [L U]]; simpl; [ lra | ]. split.
  - apply Rmult_le_pos; lra.
  - rewrite <- (Rmult_1_r 1). apply Rmult_le_compat; lra.
Qed.

Lemma pow_below_one : forall m, (1 <= m)%nat -> mu ^ m < 1.
Proof.
  intros m Hm. destruct m; [ lia | ]. simpl. pose proof (pow_range m).
  apply (Rle_lt_trans _ (mu * 1)); [ apply Rmult_le_compat_l; lra | lra ].
Qed.

(** (1 - mu^m) / m falls in m: it is a mean of falling powers. *)
Lemma mean_power_falls : forall m,
  INR m * (1 - mu ^ S m) <= INR (S m) * (1 - mu ^ m).
Proof.
  intros m. assert (F : 0 <= 1 + INR m * mu ^ S m - INR (S m) * mu ^ m).
  { induction m as [| m IH]; [ simpl; lra | ].
    pose proof (pow_range m) as P. pose proof (pos_INR (S m)) as N.
    assert (Q : 0 <= INR (S m) * (mu ^ m * (1 - mu) ^ 2)).
    { apply Rmult_le_pos; [ exact N | ]. apply Rmult_le_pos; [ lra | apply pow2_ge_0 ]. }
    rewrite (S_INR (S m)). rewrite (S_INR m) in *. simpl pow in *. lra. }
  rewrite S_INR in *. simpl pow in *. lra.
Qed.

(** m (1 - mu^m)^(-1) m >= (m - 1) (m + 1) (1 - mu^(m+1))^(-1), without the quotients. *)
Lemma left_over_falls : forall m, (1 <= m)%nat ->
  (INR m - 1) * (INR m + 1) * (1 - mu ^ m) <= INR m * INR m * (1 - mu ^ S m).
Proof.
  intros m Hm. pose proof (pow_range m) as P. pose proof (pos_INR m) as N.
  assert (Q : 0 <= INR m * INR m * (mu ^ m * (1 - mu))).
  { apply Rmult_le_pos; apply Rmult_le_pos; lra. }
  simpl pow. lra.
Qed.

End Powers.

Section Matched.
Variables (mu_x a : R) (T : nat).
Hypothesis T_two : (2 <= T)%nat.
Hypothesis mu_range : 0 <= mu_x < 1.
Hypothesis a_pos : 0 < a.
Hypothesis window : mu_x ^ pred T <= / INR T.

Let T_pos : 0 < INR T.
Proof. apply INR_pos. lia. Qed.

Lemma matched_value : forall t, (1 <= t < T)%nat ->
  matched mu_x a T t = a / INR T * (INR (T - t) / (1 - mu_x ^ (T - t))).
Proof.
  intros t Ht. unfold matched. rewrite minus_INR by lia.
  pose proof (pow_below_one mu_x mu_range (T - t) ltac:(lia)). field. lra.
Qed.

Lemma matched_pos : forall t, (1 <= t < T)%nat -> 0 < matched mu_x a T t.
Proof.
  intros t Ht. rewrite matched_value by exact Ht.
  pose proof (pow_below_one mu_x mu_range (T - t) ltac:(lia)).
  apply Rmult_lt_0_compat; apply Rdiv_lt_0_compat; try lra. apply INR_pos. lia.
Qed.

Theorem matched_nonneg : forall t j, (1 <= j < t)%nat -> (t <= T)%nat ->
  0 <= product_multipliers (matched mu_x a T) a T t j.
Proof.
  assert (Pa : 0 < a / INR T) by (apply Rdiv_lt_0_compat; lra).
  apply (product_law_nonneg _ a T T_two a_pos matched_pos).
  - rewrite matched_value by lia. replace (T - 1)%nat with (pred T) by lia.
    pose proof (pow_below_one mu_x mu_range (pred T) ltac:(lia)) as B.
    replace (INR (pred T)) with (INR T - 1)
      by (rewrite <- (Nat.succ_pred T) at 1 by lia; rewrite S_INR; ring).
    apply (Rmult_le_reg_r (INR T * (1 - mu_x ^ pred T))); [ apply Rmult_lt_0_compat; lra | ].
    replace (a / INR T * ((INR T - 1) / (1 - mu_x ^ pred T)) * (INR T * (1 - mu_x ^ pred T)))
      with (a * (INR T - 1)) by (field; lra).
    apply (Rmult_le_compat_l (INR T)) in window; [ | lra ].
    rewrite Rinv_r in window by lra. apply Rmult_le_compat_l; lra.
  - rewrite matched_value by lia. replace (T - 1)%nat with (pred T) by lia.
    pose proof (pow_below_one mu_x mu_range (pred T) ltac:(lia)) as B.
    pose proof (pow_range mu_x mu_range (pred T)) as P.
    replace (INR (pred T)) with (INR T - 1)
      by (rewrite <- (Nat.succ_pred T) at 1 by lia; rewrite S_INR; ring).
    assert (Two : 2 <= INR T) by (change 2 with (INR 2); apply le_INR; exact T_two).
    apply (Rmult_le_reg_r (INR T * (1 - mu_x ^ pred T))); [ apply Rmult_lt_0_compat; lra | ].
    replace ((INR T - 1) * (a / INR T * ((INR T - 1) / (1 - mu_x ^ pred T)))
             * (INR T * (1 - mu_x ^ pred T)))
      with (a * ((INR T - 1) * (INR T - 1))) by (field; lra).
    replace ((INR T - 2) * a * (INR T * (1 - mu_x ^ pred T)))
      with (a * ((INR T - 2) * INR T * (1 - mu_x ^ pred T))) by ring.
    apply Rmult_le_compat_l; [ lra | ].
    apply (Rle_trans _ ((INR T - 2) * INR T * 1)); [ | lra ].
    apply Rmult_le_compat_l; [ apply Rmult_le_pos; lra | lra ].
  - intros t Ht Hl. rewrite !matched_value by lia.
    apply Rmult_le_compat_l; [ lra | ].
    replace (T - pred t)%nat with (S (T - t)) by lia. set (m := (T - t)%nat).
    pose proof (pow_below_one mu_x mu_range m ltac:(unfold m; lia)) as B.
    pose proof (pow_below_one mu_x mu_range (S m) ltac:(lia)) as B'.
    apply (Rmult_le_reg_r ((1 - mu_x ^ m) * (1 - mu_x ^ S m))); [ apply Rmult_lt_0_compat; lra | ].
    replace (INR m / (1 - mu_x ^ m) * ((1 - mu_x ^ m) * (1 - mu_x ^ S m)))
      with (INR m * (1 - mu_x ^ S m)) by (field; lra).
    replace (INR (S m) / (1 - mu_x ^ S m) * ((1 - mu_x ^ m) * (1 - mu_x ^ S m)))
      with (INR (S m) * (1 - mu_x ^ m)) by (field; lra).
    apply mean_power_falls. exact mu_range.
  - intros t Ht. rewrite !matched_value by lia.
    replace (T - pred t)%nat with (S (T - t)) by lia.
    replace (INR T - 1 - INR t) with (INR (T - t) - 1) by (rewrite minus_INR by lia; ring).
    replace (INR T - INR t) with (INR (T - t)) by (rewrite minus_INR by lia; ring).
    set (m := (T - t)%nat).
    pose proof (pow_below_one mu_x mu_range m ltac:(unfold m; lia)) as B.
    pose proof (pow_below_one mu_x mu_range (S m) ltac:(lia)) as B'.
    pose proof (left_over_falls mu_x mu_range m ltac:(unfold m; lia)) as L.
    replace ((INR m - 1) * (a / INR T * (INR (S m) / (1 - mu_x ^ S m))))
      with (a / INR T * ((INR m - 1) * (INR (S m) / (1 - mu_x ^ S m)))) by ring.
    replace (INR m * (a / INR T * (INR m / (1 - mu_x ^ m))))
      with (a / INR T * (INR m * (INR m / (1 - mu_x ^ m)))) by ring.
    apply Rmult_le_compat_l; [ lra | ].
    apply (Rmult_le_reg_r ((1 - mu_x ^ m) * (1 - mu_x ^ S m))); [ apply Rmult_lt_0_compat; lra | ].
    replace ((INR m - 1) * (INR (S m) / (1 - mu_x ^ S m)) * ((1 - mu_x ^ m) * (1 - mu_x ^ S m)))
      with ((INR m - 1) * INR (S m) * (1 - mu_x ^ m)) by (field; lra).
    replace (INR m * (INR m / (1 - mu_x ^ m)) * ((1 - mu_x ^ m) * (1 - mu_x ^ S m)))
      with (INR m * INR m * (1 - mu_x ^ S m)) by (field; lra).
    rewrite (S_INR m) at 1. exact L.
Qed.

Lemma matched_rows :
  minimax_rows (gpa_steps mu_x 0 (matched mu_x a T) T) (product_multipliers (matched mu_x a T) a T)
    a T.
Proof.
  apply (minimax_rows_ext _ (completed_steps (matched mu_x a T) a T)).
  - intros t s. unfold gpa_steps, completed_steps. destruct (Nat.ltb_spec s t); [ | reflexivity ].
    destruct (Nat.eqb_spec t T) as [-> | N]; [ | ring ].
    unfold matched. pose proof (pow_below_one mu_x mu_range (T - s) ltac:(lia)). field. lra.
  - exact (product_rows _ a T T_two matched_pos).
Qed.

End Matched.

Section Rates.
Context {V : Type} `{InnerSpace V}.
Variables (C : V -> Prop) (f : V -> R) (z x y g : nat -> V) (T : nat) (u : V) (D G : R).
Hypothesis T_two : (2 <= T)%nat.
Hypothesis D_pos : 0 < D.
Hypothesis G_pos : 0 < G.
Hypothesis lipschitz : forall t, (1 <= t <= T)%nat -> sqnorm (g t) <= G ^ 2.

Let a := D / (G * sqrt (INR T)).

Lemma a_is_pos : 0 < a.
Proof.
  unfold a. apply Rdiv_lt_0_compat; [ exact D_pos | ]. apply Rmult_lt_0_compat; [ exact G_pos | ].
  apply sqrt_lt_R0, INR_pos. lia.
Qed.

Theorem matched_decay_rate : forall mu_x, 0 <= mu_x < 1 -> mu_x ^ pred T <= / INR T ->
  subgradient_steps (matched mu_x a T) z g T ->
  gpa (exponential mu_x) (fun _ => 0) z x y T ->
  (C u /\ C (x T) /\ forall t, (1 <= t < T)%nat -> C (y t)) ->
  (forall t, (1 <= t < T)%nat -> subgrad C f (y t) (g t)) -> subgrad C f (x T) (g T) ->
  sqnorm (z 1%nat -v u) <= D ^ 2 ->
  f (x T) - f u <= D * G / sqrt (INR T).
Proof.
  intros mu_x Hm Window steps run inside slopes last near.
  refine (gpa_minimax C f mu_x 0 (matched mu_x a T) z x y g T u D G T_two D_pos G_pos steps run
    inside slopes last lipschitz near (product_multipliers (matched mu_x a T) a T) _ _).
  - apply matched_rows; [ exact T_two | exact Hm | exact a_is_pos ].
  - apply matched_nonneg; [ exact T_two | exact Hm | exact a_is_pos | exact Window ].
Qed.

(** Any steps that fall, but not too fast, with the output that completes them. *)
Theorem product_law_rate : forall gamma p z1,
  (forall t, (1 <= t < T)%nat -> 0 < gamma t) ->
  gamma 1%nat <= a -> (INR T - 2) * a <= (INR T - 1) * gamma 1%nat ->
  (forall t, (2 <= t)%nat -> (S t < T)%nat -> gamma t <= gamma (pred t)) ->
  (forall t, (2 <= t < T)%nat ->
    (INR T - 1 - INR t) * gamma (pred t) <= (INR T - INR t) * gamma t) ->
  fixed_step (completed_steps gamma a T) z1 p g T ->
  (C u /\ forall t, (1 <= t <= T)%nat -> C (p t)) ->
  (forall t, (1 <= t <= T)%nat -> subgrad C f (p t) (g t)) ->
  sqnorm (z1 -v u) <= D ^ 2 ->
  f (p T) - f u <= D * G / sqrt (INR T).
Proof.
  intros gamma p z1 Pos Small Large Fall Slow run inside slopes near.
  refine (minimax_rate C f (completed_steps gamma a T) (product_multipliers gamma a T) a z1 u p g T
    T_two a_is_pos _ _ run inside slopes D G D_pos G_pos near lipschitz eq_refl).
  - exact (product_rows gamma a T T_two Pos).
  - apply product_law_nonneg; try assumption. exact a_is_pos.
Qed.

End Rates.
