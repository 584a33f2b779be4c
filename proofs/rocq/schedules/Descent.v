(** * Descent on gradients at z_t: every tail of a run, and any weights

    Main results: [descent_tail] (from any step on, against any point), [weighted_descent] (bound (E):
    weights whose tails grow relative to those of the steps), [tied_rate] (bound (S): c_t proportional
    to the steps so far, any mu_y), [balanced_value].  Step T is never taken, and g_T never computed. *)

From Coq Require Import Reals Lra Lia Psatz Arith.
From GPA Require Import Definitions InnerSpace Sums Jensen Conversions Rows GradientDescent Tails.
Open Scope R_scope.

Section Moves.
Context {V : Type} `{InnerSpace V}.
Variables (C : V -> Prop) (z g : nat -> V) (gamma : nat -> R) (T : nat).
Hypothesis C_convex : convex_set C.
Hypothesis T_pos : (1 <= T)%nat.
Hypothesis moves : ogd C gamma z g (pred T).

Definition step_noise (t : nat) : R := gamma t ^ 2 * sqnorm (g t) / 2.

(** The regret from step k on, for any vectors g_t. *)
Theorem regret_tail : forall v k, C v -> (1 <= k <= T)%nat ->
  rest (fun t => gamma t * step_regret g z v t) T k
  <= sqnorm (z k -v v) / 2 + rest step_noise T k.
Proof.
  intros v k Cv Hk. pattern k. apply (backward _ T); [ | | exact Hk ].
  - rewrite !(rest_step _ T T), !rest_end by lia. unfold step_noise, step_regret.
    pose proof (sqnorm_nonneg ((z T -v v) -v gamma T *v g T)) as N. rewrite sqnorm_sub in N.
    assert (E1 : <|z T -v v, gamma T *v g T|> = gamma T * <|g T, z T -v v|>)
      by (rewrite inner_sym; inner_expand; ring).
    assert (E2 : sqnorm (gamma T *v g T) = gamma T ^ 2 * sqnorm (g T)) by (inner_expand; ring).
    rewrite E1, E2 in N. lra.
  - intros j Hj IH. rewrite !(rest_step _ T j) by lia. unfold step_noise at 1.
    pose proof (ogd_step C z g v (pred T) C_convex Cv gamma j ltac:(lia) moves). lra.
Qed.

End Moves.

Section Descent.
Context {V : Type} `{InnerSpace V}.
Variables (C : V -> Prop) (f : V -> R) (z g : nat -> V) (gamma : nat -> R) (T : nat).
Hypothesis C_convex : convex_set C.
Hypothesis T_pos : (1 <= T)%nat.
Hypothesis gamma_pos : forall t, (1 <= t <= T)%nat -> 0 < gamma t.
Hypothesis base_inside : forall t, (1 <= t <= T)%nat -> C (z t).
Hypothesis gradient_at_z : forall t, (1 <= t <= T)%nat -> subgrad C f (z t) (g t).
Hypothesis moves : ogd C gamma z g (pred T).

Theorem descent_tail : forall v k, C v -> (1 <= k <= T)%nat ->
  rest (fun t => gamma t * (f (z t) - f v)) T k
  <= sqnorm (z k -v v) / 2 + rest (step_noise g gamma) T k.
Proof.
  intros v k Cv Hk.
  eapply Rle_trans; [ | exact (regret_tail C z g gamma T C_convex T_pos moves v k Cv Hk) ].
  apply rest_le; [ exact Hk | ]. intros t Ht.
  apply Rmult_le_compat_l; [ pose proof (gamma_pos t Ht); lra | ].
  pose proof (gradient_at_z t Ht v Cv) as S. unfold step_regret.
  assert (E : <|g t, z t -v v|> = - <|g t, v -v z t|>) by (inner_expand; ring). lra.
Qed.

Section Weights.
Variables (p : nat -> R) (u : V) (D : R).
Hypothesis u_inside : C u.
Hypothesis start_near : sqnorm (z 1%nat -v u) <= D ^ 2.
Hypothesis one_mass : rsum p T = 1.
Hypothesis shares_grow : forall t, (1 <= t < T)%nat -> share p gamma T t <= share p gamma T (S t).

Theorem weighted_descent :
  rsum (fun t => p t * (f (z t) - f u)) T
  <= D ^ 2 / (2 * rsum gamma T) + rsum (fun t => step_noise g gamma t * noise_factor p gamma T t) T.
Proof.
  apply tails_to_weights; auto.
  - intros k Hk. pose proof (descent_tail (z k) k (base_inside k ltac:(lia)) ltac:(lia)) as Q.
    assert (Z : sqnorm (z k -v z k) = 0) by (inner_expand; ring). rewrite Z in Q.
    assert (E : rest (fun t => gamma t * (f (z t) - f u)) T k - rest gamma T k * (f (z k) - f u)
                = rest (fun t => gamma t * (f (z t) - f (z k))) T k).
    { pattern k at 1 2 5. apply (backward _ T); [ | | lia ].
      - rewrite !(rest_step _ T T), !rest_end by lia. ring.
      - intros j Hj E. rewrite !(rest_step _ T j) by lia. lra. }
    rewrite E. lra.
  - pose proof (descent_tail u 1 u_inside ltac:(lia)) as Q. rewrite !rest_all in Q. lra.
Qed.

End Weights.
End Descent.

(** ** Bound (S): the averages follow the steps, c_t = gamma_t / gamma_{1:t}; gradients at any y_t *)
Theorem tied_rate : forall {V} `{InnerSpace V} C f mu_y (z x y g : nat -> V) gamma c T u D,
  convex_setting C f z y g T -> C u -> (1 <= T)%nat ->
  averages_by gamma c T -> gpa c mu_y z x y T -> ogd C gamma z g (pred T) ->
  sqnorm (z 1%nat -v u) <= D ^ 2 ->
  f (x T) - f u
  <= (D ^ 2 + rsum (fun t => gamma t ^ 2 * sqnorm (g t)) T) / (2 * rsum gamma T).
Proof.
  intros V H C f mu_y z x y g gamma c T u D set Cu HT A run O Start.
  pose proof (weights_pos gamma c T A T ltac:(lia)) as P.
  eapply Rle_trans;
    [ exact (schedule_free_weighted C f mu_y z x y g T u set Cu HT gamma c A run) | ].
  destruct set as [Cc _ _ _].
  pose proof (regret_tail C z g gamma T Cc HT O u 1 Cu ltac:(lia)) as Q.
  rewrite !rest_all in Q. unfold step_noise in Q.
  rewrite (rsum_ext (fun t => gamma t ^ 2 * sqnorm (g t) / 2)
             (fun t => / 2 * (gamma t ^ 2 * sqnorm (g t)))) in Q by (intros; field).
  rewrite rsum_scal in Q. fold (weighted_regret gamma g z u T) in Q.
  apply Rle_trans with ((D ^ 2 / 2 + / 2 * rsum (fun t => gamma t ^ 2 * sqnorm (g t)) T)
                        / rsum gamma T).
  - unfold Rdiv. apply Rmult_le_compat_r; [ left; apply Rinv_0_lt_compat; lra | lra ].
  - right. field. lra.
Qed.

(** gamma = D / (G sqrt (T S)) balances what the start costs and what the steps cost. *)
Definition balanced_step (D G : R) (T : nat) (S : R) : R := D / (G * sqrt (INR T * S)).

Lemma balanced_step_pos : forall D G T S, 0 < D -> 0 < G -> (1 <= T)%nat -> 0 < S ->
  0 < balanced_step D G T S.
Proof.
  intros D G T S HD HG HT HS. pose proof (INR_pos T HT) as PT. unfold balanced_step, Rdiv.
  apply Rmult_lt_0_compat; [ lra | ].
  apply Rinv_0_lt_compat, Rmult_lt_0_compat; [ lra | ].
  apply sqrt_lt_R0, Rmult_lt_0_compat; lra.
Qed.

Lemma balanced_value : forall D G T S, 0 < D -> 0 < G -> (1 <= T)%nat -> 0 < S ->
  D ^ 2 / (2 * balanced_step D G T S * INR T) + balanced_step D G T S * G ^ 2 / 2 * S
  = D * G * sqrt (S / INR T).
Proof.
  intros D G T S HD HG HT HS. pose proof (INR_pos T HT) as PT. unfold balanced_step.
  assert (PTS : 0 < INR T * S) by (apply Rmult_lt_0_compat; lra).
  pose proof (sqrt_lt_R0 _ PTS) as Pr. pose proof (sqrt_sqrt (INR T * S) ltac:(lra)) as Er.
  set (r := sqrt (INR T * S)) in *.
  assert (E : sqrt (S / INR T) = r / INR T).
  { apply sqrt_lem_1.
    - unfold Rdiv. apply Rmult_le_pos; [ lra | left; apply Rinv_0_lt_compat; lra ].
    - unfold Rdiv. apply Rmult_le_pos; [ lra | left; apply Rinv_0_lt_compat; lra ].
    - replace (r / INR T * (r / INR T)) with (r * r / (INR T * INR T)) by (field; lra).
      rewrite Er. field. lra. }
  rewrite E. assert (F : S = r * r / INR T) by (rewrite Er; field; lra).
  rewrite F. field. lra.
Qed.
