(** * Inner products: from equalities of vectors to equalities of real numbers

    Main results: [inner_ext] (two vectors with the same inner product against every vector are
    equal), the tactics [inner_expand] and [vec_eq] built on it, [cauchy_schwarz]. *)

From Coq Require Import Reals Lra.
From GPA Require Import Definitions.
Open Scope R_scope.

Section Basics.
Context {V : Type} `{InnerSpace V}.

Lemma inner_addr : forall a b c : V, <|a, b +v c|> = <|a, b|> + <|a, c|>.
Proof. intros. rewrite inner_sym, inner_addl, (inner_sym b), (inner_sym c). ring. Qed.

Lemma inner_scalr : forall k (a b : V), <|a, k *v b|> = k * <|a, b|>.
Proof. intros. rewrite inner_sym, inner_scall, (inner_sym b). ring. Qed.

Lemma inner_subl : forall a b c : V, <|a -v b, c|> = <|a, c|> - <|b, c|>.
Proof. intros. unfold vsub. rewrite inner_addl, inner_scall. ring. Qed.

Lemma inner_subr : forall a b c : V, <|a, b -v c|> = <|a, b|> - <|a, c|>.
Proof. intros. unfold vsub. rewrite inner_addr, inner_scalr. ring. Qed.

Lemma vscal_zero : forall a : V, 0 *v a = vzero.
Proof.
  intros a. replace 0 with (1 + -1) by ring.
  rewrite vscal_addl, vscal_one. apply vadd_opp.
Qed.

Lemma inner_zerol : forall a : V, <|vzero, a|> = 0.
Proof. intros a. rewrite <- (vscal_zero a), inner_scall. ring. Qed.

Lemma inner_zeror : forall a : V, <|a, vzero|> = 0.
Proof. intros a. rewrite inner_sym. apply inner_zerol. Qed.

Lemma vsub_eq : forall a b : V, a -v b = vzero -> a = b.
Proof.
  intros a b Hab.
  assert (E : (a -v b) +v b = b).
  { rewrite Hab, vadd_comm. apply vadd_zero. }
  rewrite <- E. unfold vsub. rewrite <- vadd_assoc, (vadd_comm _ b), vadd_opp.
  symmetry. apply vadd_zero.
Qed.

Lemma inner_ext : forall a b : V, (forall w, <|w, a|> = <|w, b|>) -> a = b.
Proof.
  intros a b Hw. apply vsub_eq, inner_def.
  rewrite inner_subr, (Hw (a -v b)). ring.
Qed.

End Basics.

(** Push every inner product down to inner products of atoms. *)
Ltac inner_expand :=
  unfold sqnorm;
  repeat first
    [ rewrite inner_subl | rewrite inner_subr | rewrite inner_addl
    | rewrite inner_addr | rewrite inner_scall | rewrite inner_scalr
    | rewrite inner_zerol | rewrite inner_zeror ].

(** Prove an equality of vectors by testing it against an arbitrary vector. *)
Ltac vec_eq tac :=
  apply inner_ext; let w := fresh "w" in intros w; inner_expand; tac.

Section Norm.
Context {V : Type} `{InnerSpace V}.

Lemma sqnorm_nonneg : forall a : V, 0 <= sqnorm a.
Proof. exact inner_nonneg. Qed.

Lemma sqnorm_zero : forall a : V, sqnorm a = 0 -> a = vzero.
Proof. exact inner_def. Qed.

(** |a - b|^2 written out: what one step of a descent method does to a distance. *)
Lemma sqnorm_sub : forall a b : V, sqnorm (a -v b) = sqnorm a - 2 * <|a, b|> + sqnorm b.
Proof. intros. inner_expand. rewrite (inner_sym b a). ring. Qed.

Lemma cauchy_schwarz : forall (a b : V) (A B : R),
  0 <= A -> 0 <= B -> sqnorm a <= A ^ 2 -> sqnorm b <= B ^ 2 -> <|a, b|> <= A * B.
Proof.
  intros a b A B HA HB Ha Hb.
  pose proof (sqnorm_nonneg (B *v a -v A *v b)) as P.
  rewrite sqnorm_sub in P. unfold sqnorm in *. revert P. inner_expand. intros P.
  destruct (Req_dec (A * B) 0) as [E | N].
  - assert (Z : <|a, b|> = 0); [ | lra ].
    destruct (Rmult_integral _ _ E) as [-> | ->].
    + rewrite (inner_def a), inner_zerol; [ reflexivity | ].
      pose proof (inner_nonneg a). lra.
    + rewrite (inner_def b), inner_zeror; [ reflexivity | ].
      pose proof (inner_nonneg b). lra.
  - assert (Hp : 0 < A * B) by (pose proof (Rmult_le_pos A B HA HB); lra).
    apply (Rmult_le_reg_l (2 * (A * B))); [ lra | ].
    assert (B * B * <|a, a|> <= B * B * A ^ 2)
      by (apply Rmult_le_compat_l; [ apply Rmult_le_pos; assumption | exact Ha ]).
    assert (A * A * <|b, b|> <= A * A * B ^ 2)
      by (apply Rmult_le_compat_l; [ apply Rmult_le_pos; assumption | exact Hb ]).
    lra.
Qed.

End Norm.
