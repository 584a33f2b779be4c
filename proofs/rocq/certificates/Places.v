(** * Where the points of a GPA run lie: integer combinations of z_1 - u and the subgradients

    The base is subgradient descent with a constant step; the coefficients c_t, mu_y and gamma are
    fractions, given by integers.

    Main result: [located_correct]: what [located] computes for y_t, x_t, z_t or the mean of the x_t
    is that point minus u, times a denominator. *)

From Coq Require Import Reals ZArith Arith List Bool Lra Lia.
From GPA Require Import Definitions InnerSpace Sums Combinations.
Import ListNotations.
Open Scope R_scope.

(** ** What is computed *)
Record method := {
  c_num : nat -> Z; c_den : nat -> Z;   (** c_t, for t >= 2 *)
  y_num : Z; y_den : Z;                 (** mu_y *)
  step_num : Z; step_den : Z            (** gamma *)
}.

Definition exponential_method (mu_num mu_den yn yd sn sd : Z) : method :=
  {| c_num := fun _ => (mu_den - mu_num)%Z; c_den := fun _ => mu_den;
     y_num := yn; y_den := yd; step_num := sn; step_den := sd |}.

Definition uniform_method (yn yd sn sd : Z) : method :=
  {| c_num := fun _ => 1%Z; c_den := Z.of_nat;
     y_num := yn; y_den := yd; step_num := sn; step_den := sd |}.

Inductive point := AtY (t : nat) | AtX (t : nat) | AtZ (t : nat) | AtMean.

Section Computed.
Variable m : method.

Definition z_row (t : nat) : list Z := step_den m :: repeat (- step_num m)%Z (pred t).

(** The product of the denominators of c_2 .. c_t. *)
Fixpoint x_den (t : nat) : Z :=
  match t with
  | O => 1%Z
  | S t' => match t' with O => 1%Z | _ => (c_den m t * x_den t')%Z end
  end.

Fixpoint x_row (t : nat) : list Z :=
  match t with
  | O => []
  | S t' =>
      match t' with
      | O => z_row 1
      | _ => ladd (lscale (c_den m t - c_num m t) (x_row t'))
                  (lscale (c_num m t * x_den t') (z_row t))
      end
  end.

Fixpoint sum_row (t : nat) : list Z :=
  match t with O => [] | S t' => ladd (lscale (c_den m t) (sum_row t')) (x_row t) end.

(** The denominator of a point of a run of T steps, and its row. *)
Definition located (T : nat) (a : point) : Z * list Z :=
  match a with
  | AtY t => ((y_den m * (step_den m * x_den t))%Z,
            ladd (lscale (y_num m) (x_row t))
                 (lscale ((y_den m - y_num m) * x_den t) (z_row t)))
  | AtX t => ((step_den m * x_den t)%Z, x_row t)
  | AtZ t => (step_den m, z_row t)
  | AtMean => ((Z.of_nat T * (step_den m * x_den T))%Z, sum_row T)
  end.

Definition within (T : nat) (a : point) : bool :=
  match a with
  | AtY t | AtX t | AtZ t => Nat.leb 1 t && Nat.leb t T
  | AtMean => true
  end.

End Computed.

(** ** What it means *)
Section Run.
Context {V : Type} `{InnerSpace V}.
Variables (m : method) (c : nat -> R) (mu_y gamma : R) (z x y e : nat -> V) (u : V) (T : nat).

(** The integers of [m] are those of the method. *)
Record described : Prop := {
  c_fraction : forall t, (2 <= t <= T)%nat ->
    (0 < c_den m t)%Z /\ c t * IZR (c_den m t) = IZR (c_num m t);
  mu_y_fraction : (0 < y_den m)%Z /\ mu_y * IZR (y_den m) = IZR (y_num m);
  step_fraction : (0 < step_den m)%Z /\ gamma * IZR (step_den m) = IZR (step_num m)
}.

Hypothesis T_one : (1 <= T)%nat.
Hypothesis run : gpa c (fun _ => mu_y) z x y T.
Hypothesis steps : forall t, (1 <= t < T)%nat -> z (S t) = z t -v gamma *v e t.
Hypothesis origin : e 0%nat = z 1%nat -v u.
Hypothesis fractions : described.

Definition at_ (a : point) : V :=
  match a with AtY t => y t | AtX t => x t | AtZ t => z t | AtMean => mean x T end.

Lemma comb_snoc : forall l v k, comb e (l ++ [v]) k = comb e l k +v IZR v *v e (length l + k)%nat.
Proof.
  induction l as [| a l IH]; intros v k; cbn [app comb length]; [ vec_eq ltac:(simpl; ring) | ].
  rewrite IH. replace (length l + S k)%nat with (S (length l) + k)%nat by lia. vec_eq ltac:(ring).
Qed.

Lemma repeat_snoc : forall (v : Z) n, repeat v (S n) = repeat v n ++ [v].
Proof.
  intros v. induction n as [| n IH]; [ reflexivity | ]. simpl in *. rewrite <- IH. reflexivity.
Qed.

Lemma z_located : forall t, (1 <= t <= T)%nat ->
  IZR (step_den m) *v (z t -v u) = comb e (z_row m t) 0.
Proof.
  induction t as [| t IH]; intros Ht; [ lia | ]. destruct t as [| t].
  - unfold z_row. simpl. rewrite origin. vec_eq ltac:(ring).
  - unfold z_row in *. cbn [pred]. rewrite repeat_snoc, app_comm_cons, comb_snoc.
    cbn [pred] in IH. rewrite <- IH by lia. cbn [length]. rewrite repeat_length, Nat.add_0_r.
    rewrite (steps (S t)) by lia. destruct fractions as [_ _ [_ E]].
    rewrite opp_IZR, <- E. vec_eq ltac:(ring).
Qed.

Lemma x_located : forall t, (1 <= t <= T)%nat ->
  IZR (step_den m * x_den m t) *v (x t -v u) = comb e (x_row m t) 0.
Proof.
  induction t as [| t IH]; intros Ht; [ lia | ]. destruct t as [| t].
  - change (x_row m 1) with (z_row m 1). rewrite <- z_located by lia.
    rewrite (gpa_x1 _ _ _ _ _ _ run). cbn [x_den]. rewrite Z.mul_1_r. reflexivity.
  - specialize (IH ltac:(lia)).
    change (x_den m (S (S t))) with (c_den m (S (S t)) * x_den m (S t))%Z.
    change (x_row m (S (S t))) with
      (ladd (lscale (c_den m (S (S t)) - c_num m (S (S t))) (x_row m (S t)))
        (lscale (c_num m (S (S t)) * x_den m (S t)) (z_row m (S (S t))))).
    rewrite comb_add, !comb_scale, <- IH, <- z_located by lia.
    rewrite (gpa_x _ _ _ _ _ _ run (S (S t))) by lia. cbn [pred].
    destruct (c_fraction fractions (S (S t)) ltac:(lia)) as [_ E].
    rewrite minus_IZR, !mult_IZR, <- E. vec_eq ltac:(ring).
Qed.

Lemma sum_located : forall t, (1 <= t <= T)%nat ->
  IZR (step_den m * x_den m t) *v (vsum x t -v INR t *v u) = comb e (sum_row m t) 0.
Proof.
  induction t as [| t IH]; intros Ht; [ lia | ]. cbn [sum_row].
  rewrite comb_add, comb_scale, <- x_located by lia. destruct t as [| t].
  - simpl. vec_eq ltac:(ring).
  - rewrite <- IH by lia.
    change (x_den m (S (S t))) with (c_den m (S (S t)) * x_den m (S t))%Z.
    rewrite (S_INR (S t)). cbn [vsum]. rewrite !mult_IZR. vec_eq ltac:(ring).
Qed.

Lemma located_correct : forall a, within T a = true ->
  IZR (fst (located m T a)) *v (at_ a -v u) = comb e (snd (located m T a)) 0.
Proof.
  destruct a as [t | t | t | ]; intros W; cbn [within located fst snd at_] in *;
    try (apply andb_true_iff in W as [W1 W2]; apply Nat.leb_le in W1, W2).
  - rewrite comb_add, !comb_scale, <- x_located, <- z_located by lia.
    rewrite (gpa_y _ _ _ _ _ _ run t) by lia. destruct fractions as [_ [_ E] _].
    rewrite !mult_IZR, minus_IZR, <- E. vec_eq ltac:(ring).
  - apply x_located. lia.
  - apply z_located. lia.
  - rewrite <- sum_located by lia. unfold mean. rewrite !mult_IZR, <- INR_IZR_INZ.
    assert (P : 0 < INR T) by (apply INR_pos; lia). vec_eq ltac:(field; lra).
Qed.

End Run.

(** ** The two kinds of averaging *)
Definition fraction (v : R) (num den : Z) : Prop := (0 < den)%Z /\ v * IZR den = IZR num.

Lemma exponential_described : forall mu_x mu_y gamma a b yn yd sn sd T,
  fraction mu_x a b -> fraction mu_y yn yd -> fraction gamma sn sd ->
  described (exponential_method a b yn yd sn sd) (exponential mu_x) mu_y gamma T.
Proof.
  intros mu_x mu_y gamma a b yn yd sn sd T [Hb Ex] Ey Es. split; [ | exact Ey | exact Es ].
  intros t Ht. cbn. split; [ exact Hb | ]. unfold exponential.
  destruct (Nat.eqb_spec t 1); [ lia | ]. rewrite minus_IZR, <- Ex. ring.
Qed.

Lemma uniform_described : forall mu_y gamma yn yd sn sd T,
  fraction mu_y yn yd -> fraction gamma sn sd ->
  described (uniform_method yn yd sn sd) uniform mu_y gamma T.
Proof.
  intros mu_y gamma yn yd sn sd T Ey Es. split; [ | exact Ey | exact Es ].
  intros t Ht. cbn. split; [ lia | ]. unfold uniform. rewrite <- INR_IZR_INZ. field.
  apply not_0_INR. lia.
Qed.
