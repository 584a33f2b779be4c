(** * Definitions: everything a reader has to accept

    A theorem of this development says what it says by these definitions and the standard library's
    real numbers; nothing else is assumed.  Steps count from t = 1.

    - the space: [InnerSpace], a real inner-product space of any dimension;
    - the loss: [convex_set], [convex_on], [subgrad], [breg];
    - the method: [gpa], the recursion; [convex_setting], what the theorems assume of loss and gradients;
    - the quantities: [regret], [q], [mean].

    The base optimizer is absent on purpose: [z] is an arbitrary sequence. *)

From Coq Require Import Reals Arith.
Open Scope R_scope.

(** ** A real inner-product space *)
Class InnerSpace (V : Type) := {
  vzero : V;
  vadd  : V -> V -> V;
  vscal : R -> V -> V;
  inner : V -> V -> R;
  vadd_comm  : forall a b, vadd a b = vadd b a;
  vadd_assoc : forall a b c, vadd a (vadd b c) = vadd (vadd a b) c;
  vadd_zero  : forall a, vadd a vzero = a;
  vadd_opp   : forall a, vadd a (vscal (-1) a) = vzero;
  vscal_one  : forall a, vscal 1 a = a;
  vscal_mul  : forall k l a, vscal k (vscal l a) = vscal (k * l) a;
  vscal_addl : forall k l a, vscal (k + l) a = vadd (vscal k a) (vscal l a);
  vscal_addr : forall k a b, vscal k (vadd a b) = vadd (vscal k a) (vscal k b);
  inner_sym  : forall a b, inner a b = inner b a;
  inner_addl : forall a b c, inner (vadd a b) c = inner a c + inner b c;
  inner_scall: forall k a b, inner (vscal k a) b = k * inner a b;
  inner_nonneg : forall a, 0 <= inner a a;
  inner_def  : forall a, inner a a = 0 -> a = vzero
}.

Definition vsub {V} `{InnerSpace V} (a b : V) : V := vadd a (vscal (-1) b).
Definition sqnorm {V} `{InnerSpace V} (a : V) : R := inner a a.

Declare Scope vec_scope.
Infix "+v" := vadd (at level 50, left associativity) : vec_scope.
Infix "-v" := vsub (at level 50, left associativity) : vec_scope.
Infix "*v" := vscal (at level 40, left associativity) : vec_scope.
Notation "<| a , b |>" := (inner a b) (at level 0, a at level 99, b at level 99) : vec_scope.
Open Scope vec_scope.

(** ** Sums and means over t = 1 .. n *)
Fixpoint rsum (a : nat -> R) (n : nat) : R :=
  match n with O => 0 | S m => rsum a m + a (S m) end.

Fixpoint vsum {V} `{InnerSpace V} (a : nat -> V) (n : nat) : V :=
  match n with O => vzero | S m => vsum a m +v a (S m) end.

Definition wmean {V} `{InnerSpace V} (w : nat -> R) (x : nat -> V) (n : nat) : V :=
  (/ rsum w n) *v vsum (fun t => w t *v x t) n.

Definition mean {V} `{InnerSpace V} (x : nat -> V) (n : nat) : V := (/ INR n) *v vsum x n.

(** ** Averaging coefficients c_t, and the weight of the past rho_t = (1 - c_t) / c_t *)
Definition exponential (mu_x : R) (t : nat) : R := if Nat.eqb t 1 then 1 else 1 - mu_x.
Definition uniform (t : nat) : R := 1 / INR t.
(** The moving average with a warm-up, and with its bias corrected. *)
Definition warmed (mu_x : R) (t : nat) : R := Rmax (1 / INR t) (1 - mu_x).
Definition bias_corrected (mu_x : R) (t : nat) : R := (1 - mu_x) / (1 - mu_x ^ t).
Definition rho (c : nat -> R) (t : nat) : R := (1 - c t) / c t.

(** mu / (1 - mu): rho for a constant mu_x, nu for mu_y. *)
Definition odds (mu : R) : R := mu / (1 - mu).

Section Setting.
Context {V : Type} `{InnerSpace V}.

(** ** The loss *)
Definition convex_set (C : V -> Prop) : Prop :=
  forall a b l, C a -> C b -> 0 <= l <= 1 -> C (l *v a +v (1 - l) *v b).

Definition convex_on (C : V -> Prop) (f : V -> R) : Prop :=
  forall a b l, C a -> C b -> 0 <= l <= 1 ->
    f (l *v a +v (1 - l) *v b) <= l * f a + (1 - l) * f b.

(** [g] is a subgradient of [f] at [b], relative to [C]. *)
Definition subgrad (C : V -> Prop) (f : V -> R) (b g : V) : Prop :=
  forall a, C a -> f b + <|g, a -v b|> <= f a.

(** Bregman divergence B(a, b), with [g] for the (sub)gradient at [b]. *)
Definition breg (f : V -> R) (g a b : V) : R := f a - f b - <|g, a -v b|>.

(** The whole space. *)
Definition full : V -> Prop := fun _ => True.

(** ** Generalized Primal Averaging around an arbitrary base sequence [z], for T steps *)
Record gpa (c mu_y : nat -> R) (z x y : nat -> V) (T : nat) : Prop := {
  gpa_c1   : c 1%nat = 1;
  gpa_c    : forall t, (1 <= t <= T)%nat -> 0 < c t <= 1;
  gpa_mu_y : forall t, (1 <= t <= T)%nat -> 0 <= mu_y t <= 1;
  gpa_x1   : x 1%nat = z 1%nat;
  gpa_x    : forall t, (2 <= t <= T)%nat -> x t = (1 - c t) *v x (pred t) +v c t *v z t;
  gpa_y    : forall t, (1 <= t <= T)%nat -> y t = mu_y t *v x t +v (1 - mu_y t) *v z t
}.

(** What the inequalities assume of the loss: convexity, and one subgradient per step, at y_t. *)
Record convex_setting (C : V -> Prop) (f : V -> R) (z y g : nat -> V) (T : nat) : Prop := {
  set_convex  : convex_set C;
  loss_convex : convex_on C f;
  base_inside : forall t, (1 <= t <= T)%nat -> C (z t);
  gradient_at_y : forall t, (1 <= t <= T)%nat -> subgrad C f (y t) (g t)
}.

(** ** Linearized regret against [u] *)
Definition step_regret (g z : nat -> V) (u : V) (t : nat) : R := <|g t, z t -v u|>.

Definition regret (g z : nat -> V) (u : V) (T : nat) : R := rsum (step_regret g z u) T.

Definition weighted_regret (p : nat -> R) (g z : nat -> V) (u : V) (T : nat) : R :=
  rsum (fun t => p t * step_regret g z u t) T.

(** Weights mu^(T-t) for 2 <= t <= T: no weight on the first step. *)
Definition discount (mu : R) (T t : nat) : R := if Nat.eqb t 1 then 0 else mu ^ (T - t).

Definition discounted_regret (mu : R) (g z : nat -> V) (u : V) (T : nat) : R :=
  weighted_regret (discount mu T) g z u T.

(** The weight that ends up on the gap of x_t when r_t is weighted by p_t. *)
Definition q (p c : nat -> R) (T t : nat) : R :=
  p t * (1 + rho c t) - (if Nat.eqb t T then 0 else p (S t) * rho c (S t)).

(** ** Projections, for the base optimizers *)
Definition is_projection (C : V -> Prop) (v p : V) : Prop :=
  C p /\ forall a, C a -> sqnorm (v -v p) <= sqnorm (v -v a).

(** (Projected) online gradient descent with steps gamma_t; [full] means no projection. *)
Definition ogd (C : V -> Prop) (gamma : nat -> R) (z g : nat -> V) (T : nat) : Prop :=
  forall t, (1 <= t <= T)%nat -> is_projection C (z t -v gamma t *v g t) (z (S t)).

End Setting.
