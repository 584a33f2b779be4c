(** * The first of the largest of finitely many numbers

    Main results: [first_top_max] (it is a largest), [first_top_first] (those before are smaller). *)

From Coq Require Import Reals Lra Lia Arith.
Open Scope R_scope.

(** The first index that attains the maximum of a_1 .. a_n. *)
Fixpoint first_top (a : nat -> R) (n : nat) : nat :=
  match n with
  | O => 1%nat
  | S m => match m with
           | O => 1%nat
           | S _ => if Rlt_dec (a (first_top a m)) (a n) then n else first_top a m
           end
  end.

Lemma first_top_S : forall a n, (1 <= n)%nat -> first_top a (S n)
  = if Rlt_dec (a (first_top a n)) (a (S n)) then S n else first_top a n.
Proof. intros a n Hn. destruct n; [ lia | reflexivity ]. Qed.

Lemma first_top_range : forall a n, (1 <= n)%nat -> (1 <= first_top a n <= n)%nat.
Proof.
  induction n as [| n IH]; intros Hn; [ lia | ]. destruct (Nat.eq_dec n 0) as [-> | N].
  - simpl. lia.
  - rewrite first_top_S by lia. specialize (IH ltac:(lia)). destruct (Rlt_dec _ _); lia.
Qed.

Lemma first_top_max : forall a n s, (1 <= s <= n)%nat -> a s <= a (first_top a n).
Proof.
  induction n as [| n IH]; intros s Hs; [ lia | ]. destruct (Nat.eq_dec n 0) as [-> | N].
  - replace s with 1%nat by lia. simpl. lra.
  - rewrite first_top_S by lia. destruct (Nat.eq_dec s (S n)) as [-> | M].
    + destruct (Rlt_dec _ _); lra.
    + specialize (IH s ltac:(lia)). destruct (Rlt_dec _ _); lra.
Qed.

Lemma first_top_first : forall a n s, (1 <= s < first_top a n)%nat -> a s < a (first_top a n).
Proof.
  induction n as [| n IH]; intros s Hs; [ simpl in Hs; lia | ].
  destruct (Nat.eq_dec n 0) as [-> | N]; [ simpl in Hs; lia | ].
  rewrite first_top_S in * by lia. destruct (Rlt_dec (a (first_top a n)) (a (S n))) as [L | L].
  - eapply Rle_lt_trans; [ apply (first_top_max a n); lia | exact L ].
  - apply IH. exact Hs.
Qed.
