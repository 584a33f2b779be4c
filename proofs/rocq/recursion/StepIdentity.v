(** * The step identity: what one GPA step costs and gains

    Main results: [step_identity] (the loss is four Bregman divergences, mu_y < 1),
    [step_identity_at_y] (one gradient, at y; the loss ends in a Jensen gap; mu_y <= 1), both exact and
    for any function; [step_inequality] (convex f drops the losses). *)

From Coq Require Import Reals Lra Lia Psatz Arith.
From GPA Require Import Definitions InnerSpace Sums Recursion.
Open Scope R_scope.

Section Identities.
Context {V : Type} `{InnerSpace V}.
Variables (c mu_y : nat -> R) (z x y : nat -> V) (T : nat).
Hypothesis run : gpa c mu_y z x y T.

(** Everything that step t loses; [g], [h] are the gradients at y_t and x_t. *)
Definition bregman_terms (f : V -> R) (g h u : V) (t : nat) : R :=
  breg f g u (y t) + (1 + odds (mu_y t)) * breg f h (y t) (x t)
  + odds (mu_y t) * breg f g (x t) (y t) + rho c t * breg f h (x (pred t)) (x t).

(** No convexity and no differentiability: any function [f], any vectors [g], [h], any [u]. *)
Theorem step_identity : forall (f : V -> R) (g h u : V) t,
  (1 <= t <= T)%nat -> mu_y t < 1 ->
  f (x t) - f u + rho c t * (f (x t) - f (x (pred t)))
  = <|g, z t -v u|> - breg f g u (y t) - (1 + odds (mu_y t)) * breg f h (y t) (x t)
    - odds (mu_y t) * breg f g (x t) (y t) - rho c t * breg f h (x (pred t)) (x t).
Proof.
  intros f g h u t Ht Hm. pose proof (gpa_c _ _ _ _ _ _ run t Ht) as Hc. unfold breg.
  assert (E1 : <|g, y t|> = mu_y t * <|g, x t|> + (1 - mu_y t) * <|g, z t|>)
    by (rewrite (gpa_y _ _ _ _ _ _ run t Ht); inner_expand; ring).
  assert (E2 : <|h, y t|> = mu_y t * <|h, x t|> + (1 - mu_y t) * <|h, z t|>)
    by (rewrite (gpa_y _ _ _ _ _ _ run t Ht); inner_expand; ring).
  assert (E3 : <|h, z t|> = (<|h, x t|> - (1 - c t) * <|h, x (pred t)|>) / c t)
    by (rewrite (x_step _ _ _ _ _ _ run t Ht); inner_expand; field; lra).
  inner_expand. rewrite E1, E2, E3. unfold odds, rho. field. lra.
Qed.

(** k measures how far x_t sits from y_t on the segment to x_{t-1}. *)
Definition k (t : nat) : R := 1 + (1 - mu_y t) * rho c t.

Definition jensen_gap (f : V -> R) (t : nat) : R :=
  / k t * f (y t) + (1 - / k t) * f (x (pred t)) - f (x t).

Lemma k_ge_1 : forall t, (1 <= t <= T)%nat -> 1 <= k t.
Proof.
  intros t Ht. pose proof (gpa_mu_y _ _ _ _ _ _ run t Ht).
  pose proof (rho_nonneg c t (gpa_c _ _ _ _ _ _ run t Ht)). unfold k. nra.
Qed.

Theorem step_identity_at_y : forall (f : V -> R) (g u : V) t,
  (1 <= t <= T)%nat ->
  f (x t) - f u + rho c t * (f (x t) - f (x (pred t)))
  = <|g, z t -v u|> - breg f g u (y t) - mu_y t * rho c t / k t * breg f g (x (pred t)) (y t)
    - (1 + rho c t) * jensen_gap f t.
Proof.
  intros f g u t Ht. pose proof (gpa_c _ _ _ _ _ _ run t Ht) as Hc.
  pose proof (k_ge_1 t Ht) as Hk. unfold breg, jensen_gap.
  assert (E1 : <|g, y t|> = mu_y t * <|g, x t|> + (1 - mu_y t) * <|g, z t|>)
    by (rewrite (gpa_y _ _ _ _ _ _ run t Ht); inner_expand; ring).
  assert (E3 : <|g, z t|> = (1 + rho c t) * <|g, x t|> - rho c t * <|g, x (pred t)|>).
  { rewrite (x_step _ _ _ _ _ _ run t Ht). inner_expand. unfold rho. field. lra. }
  inner_expand. rewrite E1, E3. unfold k in *. field. lra.
Qed.

(** x_t is a convex combination of y_t and x_{t-1}: the last bracket above is a Jensen gap. *)
Lemma x_between : forall t, (1 <= t <= T)%nat ->
  0 < / k t <= 1 /\ x t = / k t *v y t +v (1 - / k t) *v x (pred t).
Proof.
  intros t Ht. pose proof (gpa_c _ _ _ _ _ _ run t Ht) as Hc. pose proof (k_ge_1 t Ht) as Hk.
  split.
  - split; [ apply Rinv_0_lt_compat; lra | ].
    rewrite <- Rinv_1. apply Rinv_le_contravar; lra.
  - apply inner_ext; intros w. inner_expand.
    assert (E1 : <|w, y t|> = mu_y t * <|w, x t|> + (1 - mu_y t) * <|w, z t|>)
      by (rewrite (gpa_y _ _ _ _ _ _ run t Ht); inner_expand; ring).
    assert (E3 : <|w, z t|> = (1 + rho c t) * <|w, x t|> - rho c t * <|w, x (pred t)|>).
    { rewrite (x_step _ _ _ _ _ _ run t Ht). inner_expand. unfold rho. field. lra. }
    rewrite E1, E3. unfold k in *. field. lra.
Qed.

Lemma k_first : k 1 = 1.
Proof. unfold k. rewrite (rho_first _ _ _ _ _ _ run). ring. Qed.

(** phi_t + rho_t (f(x_t) - f(x_{t-1})) <= r_t, the first step included. *)
Theorem step_inequality : forall C f (g : nat -> V) u t,
  convex_setting C f z y g T -> C u -> (1 <= t <= T)%nat ->
  f (x t) - f u + rho c t * (f (x t) - f (x (pred t))) <= step_regret g z u t.
Proof.
  intros C f g u t [Cc Cf Cz Sg] Cu Ht. unfold step_regret.
  rewrite (step_identity_at_y f (g t) u t Ht).
  pose proof (x_inside _ _ _ _ _ _ run C Cc Cz) as Cx.
  pose proof (y_inside _ _ _ _ _ _ run C Cc Cz) as Cy.
  pose proof (gpa_mu_y _ _ _ _ _ _ run t Ht) as Hm.
  pose proof (rho_nonneg c t (gpa_c _ _ _ _ _ _ run t Ht)) as Hr.
  assert (Du : 0 <= breg f (g t) u (y t)) by (pose proof (Sg t Ht u Cu); unfold breg; lra).
  destruct (x_between t Ht) as [Hk E].
  destruct (Nat.eq_dec t 1) as [-> | N].
  - (* x_0 means nothing, and its weights vanish *)
    revert E. unfold jensen_gap. rewrite (rho_first _ _ _ _ _ _ run), k_first, Rinv_1.
    intros E. assert (Exy : x 1%nat = y 1%nat) by (rewrite E; vec_eq ltac:(ring)).
    rewrite Exy. unfold Rdiv. lra.
  - assert (Cp : C (x (pred t))) by (apply Cx; lia).
    assert (Dp : 0 <= breg f (g t) (x (pred t)) (y t))
      by (pose proof (Sg t Ht _ Cp); unfold breg; lra).
    pose proof (Cf (y t) (x (pred t)) (/ k t) (Cy t Ht) Cp ltac:(lra)) as J. rewrite <- E in J.
    assert (0 <= mu_y t * rho c t / k t * breg f (g t) (x (pred t)) (y t)).
    { apply Rmult_le_pos; [ | exact Dp ]. unfold Rdiv.
      apply Rmult_le_pos; [ apply Rmult_le_pos; lra | lra ]. }
    assert (0 <= (1 + rho c t) * jensen_gap f t)
      by (apply Rmult_le_pos; unfold jensen_gap; lra).
    lra.
Qed.

End Identities.

Arguments step_identity {V _ c mu_y z x y T}.
Arguments step_identity_at_y {V _ c mu_y z x y T}.
Arguments step_inequality {V _ c mu_y z x y T} _ {C f g}.
