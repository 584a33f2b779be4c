(** * A quadratic form that is L L^T plus a diagonally dominant remainder is nonnegative

    Main result: [nonnegative]: if [is_nonnegative scale share rows factor] computes to [true], the
    form is >= 0 at any vectors e_0, e_1, ... of any inner-product space.  All numbers are integers;
    the factor may be rounded, for the remainder takes up what that loses. *)

From Coq Require Import Reals ZArith List Bool Lra Lia.
From GPA Require Import Definitions InnerSpace Combinations.
Import ListNotations.
Open Scope R_scope.

(** ** What is computed *)

(** The coefficients of |l_0 e_k + l_1 e_(k+1) + ...|^2. *)
Fixpoint outer (l : list Z) : list (list Z) :=
  match l with [] => [] | x :: l' => ((x * x)%Z :: lscale (2 * x) l') :: outer l' end.

(** The coefficients of L L^T, from the columns of L, each given from its diagonal entry on. *)
Fixpoint factor_squares (columns : list (list Z)) : list (list Z) :=
  match columns with
  | [] => []
  | l :: columns' =>
      match outer l with
      | [] => [] :: factor_squares columns'
      | r :: rows => r :: tadd rows (factor_squares columns')
      end
  end.

Definition lsum (a : list Z) : Z := fold_right Z.add 0%Z a.

(** Twice each diagonal entry covers its row and [debts], what the rows above left it to pay. *)
Fixpoint dominant (rows : list (list Z)) (debts : list Z) : bool :=
  match rows with
  | [] => forallb (fun d => Z.leb d 0) debts
  | r :: rows' =>
      let off := map Z.abs (tail r) in
      Z.leb (head debts + lsum off) (2 * head r) && dominant rows' (ladd (tail debts) off)
  end.

(** scale * rows - share * L L^T is diagonally dominant. *)
Definition is_nonnegative (scale share : Z) (rows factor : list (list Z)) : bool :=
  Z.ltb 0 scale && Z.leb 0 share
  && dominant (tadd (tscale scale rows) (tscale (- share) (factor_squares factor))) [].

(** ** What it proves *)
Section Values.
Context {V : Type} `{InnerSpace V}.
Variable e : nat -> V.

Lemma outer_correct : forall l k, form e (outer l) k = sqnorm (comb e l k).
Proof.
  unfold sqnorm. induction l as [| x l IH]; intros k; cbn [outer form comb]; [ inner_expand; ring | ].
  rewrite IH, comb_scale, !mult_IZR. inner_expand.
  rewrite (inner_sym (comb e l (S k)) (e k)). ring.
Qed.

Lemma factor_squares_nonneg : forall columns k, 0 <= form e (factor_squares columns) k.
Proof.
  induction columns as [| l columns IH]; intros k; simpl; [ lra | ].
  pose proof (sqnorm_nonneg (comb e l k)) as N. rewrite <- outer_correct in N.
  specialize (IH (S k)). destruct (outer l) as [| r rows]; simpl in *.
  - rewrite inner_zeror. lra.
  - rewrite form_add. lra.
Qed.

(** Sum of d_i |e_(k+i)|^2. *)
Fixpoint weighted_norms (d : list Z) (k : nat) : R :=
  match d with [] => 0 | x :: d' => IZR x * sqnorm (e k) + weighted_norms d' (S k) end.

Lemma weighted_norms_add : forall a b k,
  weighted_norms (ladd a b) k = weighted_norms a k + weighted_norms b k.
Proof.
  induction a as [| x a IH]; intros [| y b] k; simpl; [ ring .. | ].
  rewrite IH, plus_IZR. ring.
Qed.

Lemma weighted_norms_split : forall d k,
  weighted_norms d k = IZR (head d) * sqnorm (e k) + weighted_norms (tail d) (S k).
Proof. destruct d; intros; simpl; ring. Qed.

Lemma weighted_norms_nonpos : forall d k,
  forallb (fun x => Z.leb x 0) d = true -> weighted_norms d k <= 0.
Proof.
  induction d as [| x d IH]; intros k P; simpl in *; [ lra | ].
  apply andb_true_iff in P as [P Q]. apply Z.leb_le, IZR_le in P. specialize (IH (S k) Q).
  pose proof (Rmult_le_compat_r _ _ _ (sqnorm_nonneg (e k)) P). lra.
Qed.

(** 2 r <a, b> >= - |r| (|a|^2 + |b|^2) *)
Lemma entry_bound : forall (r : Z) (a b : V),
  - IZR (Z.abs r) * (sqnorm a + sqnorm b) <= 2 * (IZR r * <|a, b|>).
Proof.
  intros r a b. rewrite abs_IZR.
  pose proof (sqnorm_nonneg (a -v b)) as M. rewrite sqnorm_sub in M.
  pose proof (sqnorm_nonneg (a -v (-1) *v b)) as P. rewrite sqnorm_sub in P.
  rewrite inner_scalr in P.
  replace (sqnorm ((-1) *v b)) with (sqnorm b) in P by (inner_expand; ring).
  set (A := sqnorm a + sqnorm b) in *. set (i := <|a, b|>) in *.
  assert (B1 : 0 <= A - 2 * i) by (unfold A; lra).
  assert (B2 : 0 <= A + 2 * i) by (unfold A; lra).
  destruct (Rle_dec 0 (IZR r)) as [L | L].
  - rewrite Rabs_pos_eq by exact L. pose proof (Rmult_le_pos _ _ L B2). lra.
  - rewrite Rabs_left by lra.
    assert (L' : 0 <= - IZR r) by lra. pose proof (Rmult_le_pos _ _ L' B1). lra.
Qed.

Lemma row_bound : forall r (a : V) k,
  - IZR (lsum (map Z.abs r)) * sqnorm a - weighted_norms (map Z.abs r) k <= 2 * <|a, comb e r k|>.
Proof.
  induction r as [| x r IH]; intros a k; simpl; [ inner_expand; lra | ].
  rewrite plus_IZR, inner_addr, inner_scalr.
  specialize (IH a (S k)). pose proof (entry_bound x a (e k)). lra.
Qed.

Lemma dominant_correct : forall rows debts k,
  dominant rows debts = true -> weighted_norms debts k <= 2 * form e rows k.
Proof.
  induction rows as [| r rows IH]; intros debts k D; cbn [dominant form] in *.
  - pose proof (weighted_norms_nonpos debts k D). lra.
  - apply andb_true_iff in D as [D E]. apply Z.leb_le, IZR_le in D.
    rewrite plus_IZR, mult_IZR in D. specialize (IH _ (S k) E).
    rewrite weighted_norms_add in IH. rewrite weighted_norms_split, (comb_split e r k).
    pose proof (row_bound (tail r) (e k) (S k)) as B. inner_expand.
    fold (sqnorm (e k)). pose proof (Rmult_le_compat_r _ _ _ (sqnorm_nonneg (e k)) D). lra.
Qed.

Theorem nonnegative : forall scale share rows factor k,
  is_nonnegative scale share rows factor = true -> 0 <= form e rows k.
Proof.
  intros scale share rows factor k P. unfold is_nonnegative in P.
  apply andb_true_iff in P as [P D]. apply andb_true_iff in P as [S0 S1].
  apply Z.ltb_lt, IZR_lt in S0. apply Z.leb_le, IZR_le in S1.
  apply (dominant_correct _ _ k) in D. simpl in D.
  rewrite form_add, !form_scale, opp_IZR in D.
  pose proof (Rmult_le_pos _ _ S1 (factor_squares_nonneg factor k)).
  apply (Rmult_le_reg_l (IZR scale)); lra.
Qed.

End Values.
