(** * Expectation as a positive linear functional

    [Expectation] lists the laws used; finite probability spaces are the instance
    [finite_Expectation], and the Lebesgue integral on integrable variables has the same laws.

    Main results: [E_ext], [E_rsum] (expectation commutes with finite sums), [E_weighted]. *)

From Coq Require Import Reals Lra Lia Arith.
From GPA Require Import Definitions Sums.
Open Scope R_scope.

Class Expectation (Om : Type) := {
  Int : (Om -> R) -> Prop;  (* integrable *)
  E   : (Om -> R) -> R;
  int_ext   : forall X Y, (forall o, X o = Y o) -> Int X -> Int Y;
  int_const : forall k, Int (fun _ => k);
  int_plus  : forall X Y, Int X -> Int Y -> Int (fun o => X o + Y o);
  int_scal  : forall k X, Int X -> Int (fun o => k * X o);
  E_const : forall k, E (fun _ => k) = k;
  E_plus  : forall X Y, Int X -> Int Y -> E (fun o => X o + Y o) = E X + E Y;
  E_scal  : forall k X, Int X -> E (fun o => k * X o) = k * E X;
  E_le    : forall X Y, Int X -> Int Y -> (forall o, X o <= Y o) -> E X <= E Y
}.

(** Outcomes [out 1], ..., [out n] with probabilities [p 1], ..., [p n]. *)
Definition finite_Expectation {Om : Type} (n : nat) (out : nat -> Om) (p : nat -> R)
  (Hp : forall t, (1 <= t <= n)%nat -> 0 <= p t) (H1 : rsum p n = 1) : Expectation Om.
Proof.
  refine {| Int := fun _ => True;
            E := fun X => rsum (fun i => p i * X (out i)) n |}; intros; auto.
  - rewrite (rsum_ext _ (fun i => k * p i)) by (intros; ring).
    rewrite rsum_scal, H1. ring.
  - rewrite <- rsum_plus. apply rsum_ext. intros. ring.
  - rewrite <- rsum_scal. apply rsum_ext. intros. ring.
  - apply rsum_le. intros t Ht. apply Rmult_le_compat_l; auto.
Defined.

Section Laws.
Context {Om : Type} `{Expectation Om}.

Lemma E_ext : forall X Y, Int X -> (forall o, X o = Y o) -> E X = E Y.
Proof.
  intros X Y IX Q. assert (Int Y) by (apply (int_ext X); assumption).
  apply Rle_antisym; apply E_le; auto; intros o; rewrite (Q o); lra.
Qed.

Lemma int_rsum : forall (X : nat -> Om -> R) n,
  (forall t, (1 <= t <= n)%nat -> Int (X t)) -> Int (fun o => rsum (fun t => X t o) n).
Proof.
  induction n; intros I; simpl; [ apply int_const | ].
  apply int_plus; [ apply IHn; intros; apply I; lia | apply I; lia ].
Qed.

Lemma E_rsum : forall (X : nat -> Om -> R) n,
  (forall t, (1 <= t <= n)%nat -> Int (X t)) ->
  E (fun o => rsum (fun t => X t o) n) = rsum (fun t => E (X t)) n.
Proof.
  induction n; intros I; simpl; [ apply E_const | ].
  rewrite E_plus, IHn.
  - reflexivity.
  - intros; apply I; lia.
  - apply int_rsum; intros; apply I; lia.
  - apply I; lia.
Qed.

Lemma int_weighted : forall w (X : nat -> Om -> R) n,
  (forall t, (1 <= t <= n)%nat -> Int (X t)) ->
  Int (fun o => rsum (fun t => w t * X t o) n).
Proof.
  intros w X n I. apply (int_rsum (fun t o => w t * X t o)).
  intros t Ht. apply int_scal, I, Ht.
Qed.

Lemma E_weighted : forall w (X : nat -> Om -> R) n,
  (forall t, (1 <= t <= n)%nat -> Int (X t)) ->
  E (fun o => rsum (fun t => w t * X t o) n) = rsum (fun t => w t * E (X t)) n.
Proof.
  intros w X n I. rewrite (E_rsum (fun t o => w t * X t o)).
  - apply rsum_ext. intros t Ht. apply E_scal, I, Ht.
  - intros t Ht. apply int_scal, I, Ht.
Qed.

End Laws.
