(** * With every term kept the bounds are equalities

    Main results: [summed_identity] (the sum of the gaps, constant mu_x), [last_iterate_identity],
    [schedule_free_identity], for any function and any vectors g_t, h_t (the slopes at y_t, x_t);
    [affine_equality]: for an affine loss nothing is lost, so the telescope term
    rho (f(x_1) - f(x_T)) cannot be dropped. *)

From Coq Require Import Reals Lra Lia Arith.
From GPA Require Import Definitions InnerSpace Sums Recursion StepIdentity Weighted Rows.
Open Scope R_scope.

Section Exact.
Context {V : Type} `{InnerSpace V}.
Variables (f : V -> R) (mu_y : nat -> R) (z x y g h : nat -> V) (T : nat) (u : V).
Hypothesis T_pos : (1 <= T)%nat.
Hypothesis mu_y_lt1 : forall t, (1 <= t <= T)%nat -> mu_y t < 1.

Definition lost (c : nat -> R) (t : nat) : R := bregman_terms c mu_y x y f (g t) (h t) u t.

Theorem summed_identity : forall mu_x, gpa (exponential mu_x) mu_y z x y T ->
  rsum (fun t => f (x t) - f u) T
  = regret g z u T + odds mu_x * (f (x 1%nat) - f (x T)) - rsum (lost (exponential mu_x)) T.
Proof.
  intros mu_x run.
  pose proof (weighted_identity run T_pos f g h u one mu_y_lt1) as W.
  rewrite (gaps_average mu_x (fun t => f (x t) - f u) T T_pos) in W.
  rewrite (rsum_ext (fun t => one t * step_regret g z u t) (step_regret g z u)) in W
    by (intros; unfold one; ring).
  rewrite (rsum_ext (fun t => one t * _) (lost (exponential mu_x))) in W
    by (intros; unfold one, lost; ring).
  unfold regret. lra.
Qed.

Theorem last_iterate_identity : forall mu_x, mu_x < 1 -> gpa (exponential mu_x) mu_y z x y T ->
  f (x T) - f u
  = mu_x ^ (T - 1) * (f (x 1%nat) - f u)
    + (1 - mu_x) * (discounted_regret mu_x g z u T
                    - rsum (fun t => discount mu_x T t * lost (exponential mu_x) t) T).
Proof.
  intros mu_x Hm run.
  pose proof (weighted_identity run T_pos f g h u (discount mu_x T) mu_y_lt1) as W.
  apply (f_equal (Rmult (1 - mu_x))) in W.
  rewrite (gaps_discounted mu_x (fun t => f (x t) - f u) T Hm T_pos) in W.
  unfold discounted_regret, weighted_regret, lost. lra.
Qed.

Theorem schedule_free_identity : forall w c, averages_by w c T -> gpa c mu_y z x y T ->
  rsum w T * (f (x T) - f u)
  = weighted_regret w g z u T - rsum (fun t => w t * lost c t) T.
Proof.
  intros w c A run.
  pose proof (weighted_identity run T_pos f g h u w mu_y_lt1) as W.
  rewrite (gaps_by_weights w c (fun t => f (x t) - f u) T A T_pos) in W. exact W.
Qed.

(** For f(a) = <p, a> + b, with slope p everywhere, the summed bound is an equality. *)
Theorem affine_equality : forall mu_x (p : V) (b : R),
  (forall a, f a = <|p, a|> + b) ->
  (forall t, g t = p) -> (forall t, h t = p) ->
  gpa (exponential mu_x) mu_y z x y T ->
  rsum (fun t => f (x t) - f u) T = regret g z u T + odds mu_x * (f (x 1%nat) - f (x T)).
Proof.
  intros mu_x p b Ef Eg Eh run. rewrite (summed_identity mu_x run).
  assert (B : forall a a', breg f p a a' = 0).
  { intros. unfold breg. rewrite !Ef. inner_expand. ring. }
  rewrite (rsum_ext (lost (exponential mu_x)) (fun _ => 0)).
  - rewrite rsum_const. ring.
  - intros t _. unfold lost, bregman_terms. rewrite Eg, Eh, !B. ring.
Qed.

End Exact.
