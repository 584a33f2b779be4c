(** * Combinations of vectors with integer coefficients, as lists that compute

    A list [l] stands for l_0 e_k + l_1 e_(k+1) + ..., where e_0, e_1, ... are any vectors; a list of
    rows of decreasing length stands for a quadratic form, row k holding the coefficients of
    <e_k, e_k>, <e_k, e_(k+1)>, ...

    Main results: [comb_add], [comb_scale], [tri_correct] (a square array and its triangular
    reading are the same form). *)

From Coq Require Import Reals ZArith List Lra Lia.
From GPA Require Import Definitions InnerSpace.
Import ListNotations.
Open Scope R_scope.

(** ** What is computed *)
Fixpoint ladd (a b : list Z) : list Z :=
  match a, b with
  | [], _ => b
  | _, [] => a
  | x :: a', y :: b' => (x + y)%Z :: ladd a' b'
  end.

Definition lscale (c : Z) (a : list Z) : list Z := map (Z.mul c) a.

(** v at place k, and 0 elsewhere. *)
Fixpoint lunit (k : nat) (v : Z) : list Z :=
  match k with O => [v] | S k' => 0%Z :: lunit k' v end.

Fixpoint tadd (a b : list (list Z)) : list (list Z) :=
  match a, b with
  | [], _ => b
  | _, [] => a
  | x :: a', y :: b' => ladd x y :: tadd a' b'
  end.

Definition tscale (c : Z) (a : list (list Z)) : list (list Z) := map (lscale c) a.

Definition head (a : list Z) : Z := match a with [] => 0%Z | x :: _ => x end.
Definition tail (a : list Z) : list Z := match a with [] => [] | _ :: a' => a' end.

(** Fold the entries below the diagonal onto those above it; [n] is the number of rows. *)
Fixpoint tri (n : nat) (rows : list (list Z)) : list (list Z) :=
  match n, rows with
  | S n', r :: rows' =>
      (head r :: ladd (tail r) (map head rows')) :: tri n' (map tail rows')
  | _, _ => []
  end.

Section Values.
Context {V : Type} `{InnerSpace V}.
Variable e : nat -> V.

(** ** What it means *)
Fixpoint comb (a : list Z) (k : nat) : V :=
  match a with [] => vzero | x :: a' => IZR x *v e k +v comb a' (S k) end.

(** Rows that start at the diagonal. *)
Fixpoint form (rows : list (list Z)) (k : nat) : R :=
  match rows with [] => 0 | r :: rows' => <|e k, comb r k|> + form rows' (S k) end.

(** Rows that all start at place [j]. *)
Fixpoint square_form (rows : list (list Z)) (k j : nat) : R :=
  match rows with [] => 0 | r :: rows' => <|e k, comb r j|> + square_form rows' (S k) j end.

Lemma comb_add : forall a b k, comb (ladd a b) k = comb a k +v comb b k.
Proof.
  induction a as [| x a IH]; intros [| y b] k; simpl; [ vec_eq ltac:(ring) .. | ].
  rewrite IH, plus_IZR. vec_eq ltac:(ring).
Qed.

Lemma comb_scale : forall c a k, comb (lscale c a) k = IZR c *v comb a k.
Proof.
  intros c. induction a as [| x a IH]; intros k; simpl; [ vec_eq ltac:(ring) | ].
  fold (lscale c a). rewrite IH, mult_IZR. vec_eq ltac:(ring).
Qed.

Lemma comb_unit : forall i v k, comb (lunit i v) k = IZR v *v e (i + k).
Proof.
  induction i as [| i IH]; intros v k; simpl; [ vec_eq ltac:(ring) | ].
  rewrite IH, <- plus_n_Sm. vec_eq ltac:(ring).
Qed.

Lemma form_add : forall a b k, form (tadd a b) k = form a k + form b k.
Proof.
  induction a as [| x a IH]; intros [| y b] k; simpl; [ ring .. | ].
  rewrite IH, comb_add, inner_addr. ring.
Qed.

Lemma form_scale : forall c a k, form (tscale c a) k = IZR c * form a k.
Proof.
  intros c. induction a as [| x a IH]; intros k; simpl; [ ring | ].
  fold (tscale c a). rewrite IH, comb_scale, inner_scalr. ring.
Qed.

Lemma comb_split : forall r j, comb r j = IZR (head r) *v e j +v comb (tail r) (S j).
Proof. destruct r; intros; simpl; [ vec_eq ltac:(ring) | reflexivity ]. Qed.

Lemma square_split : forall rows k j,
  square_form rows k j = <|e j, comb (map head rows) k|> + square_form (map tail rows) k (S j).
Proof.
  induction rows as [| r rows IH]; intros k j; simpl; [ inner_expand; ring | ].
  rewrite IH, (comb_split r j). inner_expand. rewrite (inner_sym (e k) (e j)). ring.
Qed.

Lemma tri_correct : forall n rows k, (length rows <= n)%nat ->
  square_form rows k k = form (tri n rows) k.
Proof.
  induction n as [| n IH]; intros [| r rows] k L; simpl in *; try lia; [ reflexivity .. | ].
  rewrite square_split, <- (IH (map tail rows) (S k)) by (rewrite map_length; lia).
  rewrite comb_add, (comb_split r k). inner_expand. ring.
Qed.

End Values.
