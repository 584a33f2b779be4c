(** * When the averages beat the iterates of the base, on the same run

    Main results: [against_base] and [against_base_at_y] (by how much mean f(x_t) is below mean f(z_t):
    an identity, for any function), [beats_base] (so it is below if and only if the divergences
    outweigh the telescope), [moves_bound_drop] (what the telescope can cost, by how far the base
    moves: it stays finite as mu_x tends to 1, and needs no minimizer). *)

From Coq Require Import Reals Lra Lia Psatz Arith.
From GPA Require Import Definitions InnerSpace Sums Recursion StepIdentity Weighted Rows.
Open Scope R_scope.

Section Same_run.
Context {V : Type} `{InnerSpace V}.
Variables (f : V -> R) (mu_y : nat -> R) (z x y g h : nat -> V) (T : nat) (mu_x : R).
Hypothesis T_pos : (1 <= T)%nat.
Hypothesis run : gpa (exponential mu_x) mu_y z x y T.

(** The step identity with z_t itself for u: the regret term vanishes. *)
Definition gained (t : nat) : R :=
  bregman_terms (exponential mu_x) mu_y x y f (g t) (h t) (z t) t.

Lemma self_regret : forall (a b : V), <|a, b -v b|> = 0.
Proof. intros. inner_expand. ring. Qed.

Lemma telescoped : forall (lost : nat -> R),
  (forall t, (1 <= t <= T)%nat -> f (x t) - f (z t)
     + rho (exponential mu_x) t * (f (x t) - f (x (pred t))) = - lost t) ->
  rsum (fun t => f (z t) - f (x t)) T = rsum lost T - odds mu_x * (f (x 1%nat) - f (x T)).
Proof.
  intros lost E.
  pose proof (eq_trans (abel one (exponential mu_x) (fun t => f (x t)) T T_pos
                          (rho_exponential_1 mu_x))
                       (gaps_average mu_x (fun t => f (x t)) T T_pos)) as A.
  rewrite (rsum_ext _ (fun t => f (z t) - lost t)) in A.
  - rewrite rsum_minus in A. rewrite rsum_minus. lra.
  - intros t Ht. specialize (E t Ht). unfold one. simpl. lra.
Qed.

Theorem against_base : (forall t, (1 <= t <= T)%nat -> mu_y t < 1) ->
  rsum (fun t => f (z t) - f (x t)) T
  = rsum gained T - odds mu_x * (f (x 1%nat) - f (x T)).
Proof.
  intros Hm. apply telescoped. intros t Ht.
  rewrite (step_identity run f (g t) (h t) (z t) t Ht (Hm t Ht)), self_regret.
  unfold gained, bregman_terms. lra.
Qed.

(** The same with the gradient at y_t alone; mu_y = 1 included. *)
Definition gained_at_y (t : nat) : R :=
  breg f (g t) (z t) (y t)
  + mu_y t * rho (exponential mu_x) t / k (exponential mu_x) mu_y t * breg f (g t) (x (pred t)) (y t)
  + (1 + rho (exponential mu_x) t) * jensen_gap (exponential mu_x) mu_y x y f t.

Theorem against_base_at_y :
  rsum (fun t => f (z t) - f (x t)) T
  = rsum gained_at_y T - odds mu_x * (f (x 1%nat) - f (x T)).
Proof.
  apply telescoped. intros t Ht.
  rewrite (step_identity_at_y run f (g t) (z t) t Ht), self_regret.
  unfold gained_at_y. lra.
Qed.

(** Decided by measurement: both sides are what the run shows. *)
Theorem beats_base : (forall t, (1 <= t <= T)%nat -> mu_y t < 1) ->
  rsum (fun t => f (x t)) T / INR T < rsum (fun t => f (z t)) T / INR T
  <-> odds mu_x * (f (x 1%nat) - f (x T)) < rsum gained T.
Proof.
  intros Hm. pose proof (against_base Hm) as E. rewrite rsum_minus in E.
  pose proof (INR_pos T T_pos) as P. pose proof (Rinv_0_lt_compat _ P) as Q. unfold Rdiv.
  split; intros L.
  - apply Rmult_lt_reg_r in L; [ lra | exact Q ].
  - apply Rmult_lt_compat_r; [ exact Q | lra ].
Qed.

End Same_run.

(** ** What the telescope can cost *)
Section Moves.
Context {V : Type} `{InnerSpace V}.
Variables (C : V -> Prop) (f : V -> R) (mu_y : nat -> R) (z x y g : nat -> V) (T : nat).
Variables (mu_x slope moves : R).
Hypothesis setting : convex_setting C f z y g T.
Hypothesis T_pos : (1 <= T)%nat.
Hypothesis mu_x_share : 0 <= mu_x < 1.
Hypothesis run : gpa (exponential mu_x) mu_y z x y T.
Hypothesis slope_nonneg : 0 <= slope.
Hypothesis moves_nonneg : 0 <= moves.
Hypothesis first_slope : sqnorm (g 1%nat) <= slope ^ 2.
Hypothesis base_near : forall t, (1 <= t <= T)%nat -> sqnorm (z 1%nat -v z t) <= moves ^ 2.

Lemma drop_along : forall t, (1 <= t <= T)%nat ->
  <|g 1%nat, x 1%nat -v x t|> <= (1 - mu_x ^ (t - 1)) * (slope * moves).
Proof.
  intros t Ht. induction t as [| n IH]; [ lia | ]. destruct n.
  - simpl. rewrite self_regret. lra.
  - specialize (IH ltac:(lia)).
    pose proof (cauchy_schwarz (g 1%nat) (z 1%nat -v z (S (S n))) slope moves slope_nonneg
                  moves_nonneg first_slope (base_near (S (S n)) Ht)) as CS.
    assert (E : <|g 1%nat, x 1%nat -v x (S (S n))|>
                = mu_x * <|g 1%nat, x 1%nat -v x (S n)|>
                  + (1 - mu_x) * <|g 1%nat, z 1%nat -v z (S (S n))|>).
    { rewrite (gpa_x _ _ _ _ _ _ run (S (S n))) by lia. rewrite (gpa_x1 _ _ _ _ _ _ run).
      rewrite exponential_later by lia. simpl pred. inner_expand. ring. }
    rewrite E. replace (S (S n) - 1)%nat with (S n) by lia.
    replace (S n - 1)%nat with n in IH by lia. simpl pow.
    pose proof (Rmult_le_compat_l mu_x _ _ ltac:(lra) IH).
    pose proof (Rmult_le_compat_l (1 - mu_x) _ _ ltac:(lra) CS). nra.
Qed.

(** f(x_1) - f(x_T) <= (1 - mu_x^(T-1)) |g_1| max_t |z_t - z_1|: no minimizer is asked for. *)
Theorem moves_bound_drop :
  f (x 1%nat) - f (x T) <= (1 - mu_x ^ (T - 1)) * (slope * moves).
Proof.
  destruct setting as [Cc Cf Cz Sg].
  pose proof (Sg 1%nat ltac:(lia) (x T) (x_inside _ _ _ _ _ _ run C Cc Cz T ltac:(lia))) as S.
  assert (Y : y 1%nat = x 1%nat).
  { rewrite (gpa_y _ _ _ _ _ _ run 1) by lia. rewrite (gpa_x1 _ _ _ _ _ _ run).
    vec_eq ltac:(ring). }
  rewrite Y in S. pose proof (drop_along T ltac:(lia)) as D.
  assert (E : <|g 1%nat, x 1%nat -v x T|> = - <|g 1%nat, x T -v x 1%nat|>) by (inner_expand; ring).
  lra.
Qed.

End Moves.

Arguments moves_bound_drop {V _ C f mu_y z x y g T mu_x slope moves}.
