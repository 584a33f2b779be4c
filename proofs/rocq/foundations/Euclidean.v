(** * Inner-product spaces exist: R, products, R^n with the dot product

    Main results: the instances [R_InnerSpace] and [Rn_InnerSpace]; [coord], the coordinates of R^n,
    with [Rn_inner]: the inner product is the dot product. *)

From Coq Require Import Reals Lra Lia Psatz Arith.
From GPA Require Import Definitions InnerSpace Sums.
Open Scope R_scope.

#[export] Instance R_InnerSpace : InnerSpace R.
Proof.
  refine {| vzero := 0; vadd := Rplus; vscal := Rmult; inner := Rmult |};
    intros; try ring; nra.
Defined.

#[export] Instance unit_InnerSpace : InnerSpace unit.
Proof.
  refine {| vzero := tt; vadd := fun _ _ => tt; vscal := fun _ _ => tt;
            inner := fun _ _ => 0 |}; intros; try (destruct a; reflexivity);
    try reflexivity; ring || lra.
Defined.

#[export] Instance prod_InnerSpace (U W : Type) `{InnerSpace U} `{InnerSpace W} :
  InnerSpace (U * W).
Proof.
  refine {| vzero := (vzero, vzero);
            vadd  := fun a b => (fst a +v fst b, snd a +v snd b);
            vscal := fun k a => (k *v fst a, k *v snd a);
            inner := fun a b => <|fst a, fst b|> + <|snd a, snd b|> |};
  intros; simpl;
  repeat match goal with p : (U * W)%type |- _ => destruct p end; simpl in *;
  try (f_equal; first [ apply vadd_comm | apply vadd_assoc | apply vadd_zero
       | apply vadd_opp | apply vscal_one | apply vscal_mul | apply vscal_addl
       | apply vscal_addr | apply inner_sym ]).
  - inner_expand; ring.
  - inner_expand; ring.
  - pose proof (inner_nonneg u); pose proof (inner_nonneg w); lra.
  - pose proof (inner_nonneg u); pose proof (inner_nonneg w).
    f_equal; apply inner_def; lra.
Defined.

Fixpoint Rn (n : nat) : Type := match n with O => unit | S m => (R * Rn m)%type end.

#[export] Instance Rn_InnerSpace (n : nat) : InnerSpace (Rn n).
Proof. induction n; simpl; [ exact unit_InnerSpace | exact (prod_InnerSpace R (Rn n)) ]. Defined.

(** Coordinate i = 1 .. n of a vector of R^n; 0 for any other i. *)
Fixpoint coord (n : nat) : Rn n -> nat -> R :=
  match n with
  | O => fun _ _ => 0
  | S m => fun a i => match i with O => 0 | 1%nat => fst a | S j => coord m (snd a) j end
  end.

Lemma rsum_shift : forall a n, rsum a (S n) = a 1%nat + rsum (fun t => a (S t)) n.
Proof.
  induction n as [| n IH]; [ simpl; ring | ].
  rewrite rsum_S, IH, (rsum_S (fun t => a (S t))). ring.
Qed.

Theorem Rn_inner : forall n (a b : Rn n), <|a, b|> = rsum (fun i => coord n a i * coord n b i) n.
Proof.
  induction n as [| n IH]; intros a b; [ reflexivity | ].
  rewrite rsum_shift. destruct a as [a1 a2], b as [b1 b2].
  change (<|(a1, a2), (b1, b2)|>) with (a1 * b1 + <|a2, b2|>). rewrite IH.
  simpl coord at 1 2. f_equal. apply rsum_ext. intros i Hi.
  destruct i; [ lia | reflexivity ].
Qed.

Lemma Rn_coord_sub : forall n (a b : Rn n) i, coord n (a -v b) i = coord n a i - coord n b i.
Proof.
  induction n as [| n IH]; intros a b i; simpl; [ ring | ].
  destruct i as [| [| i]]; [ ring | | ].
  - destruct a, b. simpl. ring.
  - destruct a, b. exact (IH _ _ (S i)).
Qed.
