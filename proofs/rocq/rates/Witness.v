(** * Runs exist, and the hypotheses are needed

    Main results: [run_exists] (any base sequence in a convex set has a run, with any averaging),
    [quadratic_run_Rn] (a whole instance of every hypothesis, in R^n), [telescope_needed] (an affine
    loss breaks the bound without the telescope term), [convexity_needed] (a concave one breaks it),
    [radius_not_enough] (discounted regret needs |z_t - u| <= R at every step, not only at the first). *)

From Coq Require Import Reals Lra Lia Psatz Arith.
From GPA Require Import Definitions InnerSpace Sums Jensen Recursion GradientDescent Euclidean.
Open Scope R_scope.

Section Exists.
Context {V : Type} `{InnerSpace V}.
Variables (c mu_y : nat -> R) (z : nat -> V).

Fixpoint xs (t : nat) : V :=
  match t with
  | O => z 1%nat
  | S s => match s with O => z 1%nat | S _ => (1 - c t) *v xs s +v c t *v z t end
  end.

Definition ys (t : nat) : V := mu_y t *v xs t +v (1 - mu_y t) *v z t.

Theorem run_exists : forall T, c 1%nat = 1 ->
  (forall t, (1 <= t <= T)%nat -> 0 < c t <= 1) ->
  (forall t, (1 <= t <= T)%nat -> 0 <= mu_y t <= 1) ->
  gpa c mu_y z xs ys T.
Proof.
  intros T E Hc Hm. constructor; auto.
  intros t Ht. destruct t as [| [| t]]; [ lia | lia | reflexivity ].
Qed.

End Exists.

Lemma exponential_range : forall mu_x t, 0 <= mu_x < 1 -> 0 < exponential mu_x t <= 1.
Proof. intros. unfold exponential. destruct (Nat.eqb t 1); lra. Qed.

Lemma uniform_range : forall t, (1 <= t)%nat -> 0 < uniform t <= 1.
Proof.
  intros t Ht. unfold uniform. pose proof (INR_pos t Ht) as P. pose proof (le_INR 1 t Ht) as L.
  simpl in L. unfold Rdiv. rewrite Rmult_1_l. split.
  - apply Rinv_0_lt_compat. exact P.
  - rewrite <- Rinv_1. apply Rinv_le_contravar; lra.
Qed.

(** ** Half the squared norm is convex, and its gradient is the identity, in any space *)
Lemma quadratic_subgrad : forall {V} `{InnerSpace V} (b : V),
  subgrad full (fun a => sqnorm a / 2) b b.
Proof.
  intros V HV b a _. pose proof (sqnorm_nonneg (a -v b)) as P. rewrite sqnorm_sub in P.
  rewrite inner_subr. unfold sqnorm in *. rewrite (inner_sym b a). lra.
Qed.

Lemma quadratic_convex : forall {V} `{InnerSpace V},
  convex_on full (fun a : V => sqnorm a / 2).
Proof.
  intros. apply subgrad_convex; [ exact convex_full | ].
  intros b _. exists b. apply quadratic_subgrad.
Qed.

(** In R^n every base sequence has a run, and a convex setting, for all constants in range. *)
Theorem quadratic_run_Rn : forall (n : nat) (z : nat -> Rn n) (mu_x mu_y : R) (T : nat),
  0 <= mu_x < 1 -> 0 <= mu_y <= 1 ->
  exists x y, gpa (exponential mu_x) (fun _ => mu_y) z x y T
              /\ convex_setting full (fun a : Rn n => sqnorm a / 2) z y y T.
Proof.
  intros n z mu_x mu_y T Hx Hy.
  exists (xs (exponential mu_x) z), (ys (exponential mu_x) (fun _ => mu_y) z). split.
  - apply run_exists; [ reflexivity | | auto ]. intros. apply exponential_range. exact Hx.
  - constructor; auto using convex_full, quadratic_convex, quadratic_subgrad.
    intros; exact I.
Qed.

(** ** Counterexamples on the line *)

(** f(a) = -a: the sum of the gaps is larger than the regret alone. *)
Theorem telescope_needed :
  exists (f : R -> R) (z x y g : nat -> R) (u mu_x mu_y : R),
    0 <= mu_x < 1 /\ 0 <= mu_y < 1
    /\ gpa (exponential mu_x) (fun _ => mu_y) z x y 2 /\ convex_setting full f z y g 2
    /\ rsum (fun t => f (x t) - f u) 2 > regret g z u 2.
Proof.
  exists (fun a => - a), (fun t => INR t), (fun t => match t with 2%nat => 3 / 2 | _ => 1 end),
    (fun t => INR t), (fun _ => -1), 0, (1 / 2), 0.
  repeat split; try lra.
  - apply exponential_range. lra.
  - apply exponential_range. lra.
  - intros t Ht. replace t with 2%nat by lia. unfold exponential. simpl. lra.
  - intros t Ht. simpl. ring.
  - intros a b l _ _ _. simpl. lra.
  - intros t _ a _. unfold vsub. simpl. lra.
  - unfold regret, step_regret, vsub. simpl. lra.
Qed.

(** f(a) = -a^2/2 with its gradient -a: the bound fails, telescope term included. *)
Theorem convexity_needed :
  exists (f : R -> R) (z x y g : nat -> R) (u mu_x mu_y : R),
    (forall a b, breg f (- b) a b = - (a - b) ^ 2 / 2)  (* so -b is the gradient of f at b *)
    /\ (forall t, g t = - y t) /\ 0 <= mu_x < 1 /\ 0 <= mu_y < 1
    /\ gpa (exponential mu_x) (fun _ => mu_y) z x y 2
    /\ rsum (fun t => f (x t) - f u) 2
       > regret g z u 2 + odds mu_x * (f (x 1%nat) - f (x 2%nat)).
Proof.
  exists (fun a => - a ^ 2 / 2), (fun t => match t with 2%nat => 2 | _ => 0 end),
    (fun t => match t with 2%nat => 1 | _ => 0 end),
    (fun t => match t with 2%nat => 2 | _ => 0 end),
    (fun t => match t with 2%nat => -2 | _ => 0 end), 0, (1 / 2), 0.
  repeat split; try lra.
  - intros a b. unfold breg, vsub. simpl. field.
  - intros t. destruct t as [| [| [| t]]]; simpl; lra.
  - apply exponential_range. lra.
  - apply exponential_range. lra.
  - intros t Ht. replace t with 2%nat by lia. unfold exponential. simpl. lra.
  - intros t Ht. destruct t as [| [| [| t]]]; simpl; lra.
  - unfold regret, step_regret, odds, vsub. simpl. lra.
Qed.

(** Unprojected descent from 1, u = 0: two steps away first, and D in place of R bounds nothing. *)
Theorem radius_not_enough :
  exists (z g : nat -> R) (u D G gamma mu : R),
    0 < gamma /\ 0 <= mu < 1 /\ ogd full (fun _ => gamma) z g 3
    /\ sqnorm (z 1%nat -v u) <= D ^ 2 /\ (forall t, sqnorm (g t) <= G ^ 2)
    /\ discounted_regret mu g z u 3 > D ^ 2 / (2 * gamma) + gamma * G ^ 2 / (2 * (1 - mu)).
Proof.
  exists (fun t => match t with 2%nat => 3 / 2 | 4%nat => 1 / 2 | _ => 1 end),
    (fun t => match t with 1%nat => -1 | _ => 1 end), 0, 1, 1, (1 / 2), (1 / 2).
  split; [ lra | split; [ lra | split; [ | split; [ | split ] ] ] ].
  - apply ogd_plain. intros t Ht.
    destruct t as [| [| [| [| t]]]]; try lia; unfold vsub; simpl; lra.
  - unfold sqnorm, vsub. simpl. lra.
  - intros t. unfold sqnorm. destruct t as [| [| t]]; simpl; lra.
  - unfold discounted_regret, weighted_regret, discount, step_regret, vsub. simpl. lra.
Qed.
