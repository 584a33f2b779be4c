(** * One theorem, every averaging scheme: weighted regret becomes convergence

    For weights p_t >= 0 let q_t = p_t (1 + rho_t) - p_{t+1} rho_{t+1} and q_T = p_T (1 + rho_T).

    Main results: [weighted_theorem] (the sum of q_t phi_t is at most that of p_t r_t, phi_t being
    f(x_t) - f(u)), [weighted_identity] and [weighted_identity_at_y] (the same as equalities, every
    lost term kept), [equal_mass] (the q_t sum to what the p_t sum to), [weighted_average] (f at the
    q-weighted mean). *)

From Coq Require Import Reals Lra Lia Arith.
From GPA Require Import Definitions InnerSpace Sums Jensen Recursion StepIdentity.
Open Scope R_scope.

Section Weighted.
Context {V : Type} `{InnerSpace V}.
Variables (c mu_y : nat -> R) (z x y : nat -> V) (T : nat).
Hypothesis run : gpa c mu_y z x y T.
Hypothesis T_pos : (1 <= T)%nat.

Lemma gaps_by_parts : forall (f : V -> R) u p,
  rsum (fun t => q p c T t * (f (x t) - f u)) T
  = rsum (fun t => p t * (f (x t) - f u + rho c t * (f (x t) - f (x (pred t))))) T.
Proof.
  intros f u p.
  rewrite <- (abel p c (fun t => f (x t) - f u) T T_pos (rho_first _ _ _ _ _ _ run)).
  apply rsum_ext. intros. ring.
Qed.

Theorem weighted_theorem : forall C f (g : nat -> V) u p,
  convex_setting C f z y g T -> C u ->
  (forall t, (1 <= t <= T)%nat -> 0 <= p t) ->
  rsum (fun t => q p c T t * (f (x t) - f u)) T <= rsum (fun t => p t * step_regret g z u t) T.
Proof.
  intros C f g u p setting Cu Hp. rewrite gaps_by_parts. apply rsum_le. intros t Ht.
  apply Rmult_le_compat_l; [ apply Hp; exact Ht | ].
  apply (step_inequality run u t setting Cu Ht).
Qed.

(** Exact, for any function [f] and any vectors g_t, h_t; of either sign, for any weights. *)
Theorem weighted_identity : forall (f : V -> R) (g h : nat -> V) u p,
  (forall t, (1 <= t <= T)%nat -> mu_y t < 1) ->
  rsum (fun t => q p c T t * (f (x t) - f u)) T
  = rsum (fun t => p t * step_regret g z u t) T
    - rsum (fun t => p t * bregman_terms c mu_y x y f (g t) (h t) u t) T.
Proof.
  intros f g h u p Hm. rewrite gaps_by_parts, <- rsum_minus. apply rsum_ext. intros t Ht.
  rewrite (step_identity run f (g t) (h t) u t Ht (Hm t Ht)).
  unfold bregman_terms, step_regret. ring.
Qed.

Theorem weighted_identity_at_y : forall (f : V -> R) (g : nat -> V) u p,
  rsum (fun t => q p c T t * (f (x t) - f u)) T
  = rsum (fun t => p t * step_regret g z u t) T
    - rsum (fun t => p t * (breg f (g t) u (y t)
        + mu_y t * rho c t / k c mu_y t * breg f (g t) (x (pred t)) (y t)
        + (1 + rho c t) * jensen_gap c mu_y x y f t)) T.
Proof.
  intros f g u p. rewrite gaps_by_parts, <- rsum_minus. apply rsum_ext. intros t Ht.
  rewrite (step_identity_at_y run f (g t) u t Ht). unfold step_regret. ring.
Qed.

Theorem equal_mass : forall p, rsum (q p c T) T = rsum p T.
Proof.
  intros p. rewrite (rsum_ext _ (fun t => q p c T t * 1)) by (intros; ring).
  rewrite <- (abel p c (fun _ => 1) T T_pos (rho_first _ _ _ _ _ _ run)).
  apply rsum_ext. intros. ring.
Qed.

(** Where no q_t is negative, Jensen's inequality moves the mean inside f. *)
Theorem weighted_average : forall C f (g : nat -> V) u p,
  convex_setting C f z y g T -> C u ->
  (forall t, (1 <= t <= T)%nat -> 0 <= p t) ->
  (forall t, (1 <= t <= T)%nat -> 0 <= q p c T t) ->
  0 < rsum p T ->
  f (wmean (q p c T) x T) - f u <= weighted_regret p g z u T / rsum p T.
Proof.
  intros C f g u p setting Cu Hp Hq Pos.
  pose proof (weighted_theorem C f g u p setting Cu Hp) as W.
  destruct setting as [Cc Cf Cz Sg].
  destruct (jensen C f (q p c T) x T Cc Cf) as [_ J].
  - intros t Ht. split; [ apply Hq; exact Ht | ].
    apply (x_inside _ _ _ _ _ _ run C Cc Cz t Ht).
  - rewrite equal_mass. exact Pos.
  - rewrite equal_mass in J.
    rewrite (rsum_ext _ (fun t => q p c T t * f (x t) - f u * q p c T t)) in W
      by (intros; ring).
    rewrite rsum_minus, rsum_scal, equal_mass in W.
    unfold weighted_regret. apply (Rmult_le_reg_r (rsum p T)); [ exact Pos | ].
    unfold Rdiv. rewrite Rmult_assoc, Rinv_l, Rmult_1_r by lra. lra.
Qed.

End Weighted.

Arguments weighted_theorem {V _ c mu_y z x y T} run T_pos {C f g}.
Arguments weighted_identity {V _ c mu_y z x y T} run T_pos.
Arguments weighted_average {V _ c mu_y z x y T} run T_pos {C f g}.
