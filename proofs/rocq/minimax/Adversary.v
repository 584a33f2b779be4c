(** * Adversaries: maxima of affine pieces, along orthonormal directions

    Main results: [pieces_convex], [pieces_lipschitz], [pieces_subgrad] (the slope of a piece that
    attains the maximum is a subgradient); [guaranteed], what it is to attain D G / sqrt T, and
    [instance], what it says of a maximum of T pieces with slopes a little above G. *)

From Coq Require Import Reals Lra Lia Arith.
From GPA Require Import Definitions InnerSpace Sums Flow.
Open Scope R_scope.

(** ** The largest of a_1 .. a_n, n >= 1 *)
Fixpoint top (a : nat -> R) (n : nat) : R :=
  match n with
  | O => a 1%nat
  | S m => match m with O => a 1%nat | S _ => Rmax (top a m) (a n) end
  end.

Lemma top_S : forall a n, (1 <= n)%nat -> top a (S n) = Rmax (top a n) (a (S n)).
Proof. intros a n Hn. destruct n; [ lia | reflexivity ]. Qed.

Lemma top_ge : forall a n t, (1 <= t <= n)%nat -> a t <= top a n.
Proof.
  induction n as [| n IH]; intros t Ht; [ lia | ]. destruct (Nat.eq_dec n 0) as [-> | N].
  - replace t with 1%nat by lia. simpl. lra.
  - rewrite top_S by lia. destruct (Nat.eq_dec t (S n)) as [-> | M]; [ apply Rmax_r | ].
    eapply Rle_trans; [ apply IH; lia | apply Rmax_l ].
Qed.

Lemma top_le : forall a n B, (1 <= n)%nat ->
  (forall t, (1 <= t <= n)%nat -> a t <= B) -> top a n <= B.
Proof.
  induction n as [| n IH]; intros B Hn E; [ lia | ]. destruct (Nat.eq_dec n 0) as [-> | N].
  - simpl. apply E. lia.
  - rewrite top_S by lia. apply Rmax_lub; [ apply IH; [ lia | ] | ]; intros; apply E; lia.
Qed.

Lemma top_is : forall a n t, (1 <= t <= n)%nat ->
  (forall s, (1 <= s <= n)%nat -> a s <= a t) -> top a n = a t.
Proof.
  intros a n t Ht E. apply Rle_antisym; [ apply top_le; [ lia | exact E ] | apply top_ge, Ht ].
Qed.

(** ** Maxima of affine pieces *)
Section Pieces.
Context {V : Type} `{InnerSpace V}.
Variables (g : nat -> V) (b : nat -> R) (n : nat).
Hypothesis some : (1 <= n)%nat.

Definition piece (x : V) (t : nat) : R := <|g t, x|> + b t.
Definition pieces (x : V) : R := top (piece x) n.

Lemma pieces_convex : convex_on full pieces.
Proof.
  intros p q l _ _ L. apply top_le; [ exact some | ]. intros t Ht.
  pose proof (top_ge (piece p) n t Ht) as P. pose proof (top_ge (piece q) n t Ht) as Q.
  unfold pieces. unfold piece at 1. rewrite inner_addr, !inner_scalr.
  apply (Rmult_le_compat_l l) in P; [ | lra ]. apply (Rmult_le_compat_l (1 - l)) in Q; [ | lra ].
  unfold piece at 1 in P. unfold piece at 1 in Q. lra.
Qed.

Lemma pieces_subgrad : forall p t, (1 <= t <= n)%nat ->
  (forall s, (1 <= s <= n)%nat -> piece p s <= piece p t) -> subgrad full pieces p (g t).
Proof.
  intros p t Ht E q _. unfold pieces. rewrite (top_is _ _ t Ht E).
  eapply Rle_trans; [ | apply (top_ge (piece q) n t Ht) ].
  unfold piece. rewrite inner_subr. lra.
Qed.

Lemma pieces_lipschitz : forall G, 0 <= G ->
  (forall t, (1 <= t <= n)%nat -> sqnorm (g t) <= G ^ 2) ->
  forall p q d, 0 <= d -> sqnorm (p -v q) <= d ^ 2 -> pieces p - pieces q <= G * d.
Proof.
  intros G HG Slopes p q d Hd Near.
  enough (pieces p <= pieces q + G * d) by lra. apply top_le; [ exact some | ]. intros t Ht.
  pose proof (top_ge (piece q) n t Ht) as Q. fold (pieces q) in Q.
  pose proof (cauchy_schwarz (g t) (p -v q) G d HG Hd (Slopes t Ht) Near) as C.
  rewrite inner_subr in C. unfold piece in *. lra.
Qed.

End Pieces.

(** ** What it is to attain the minimax rate *)
Section Guaranteed.
Context {V : Type} `{InnerSpace V}.

(** Changes by at most G per unit of distance. *)
Definition lipschitz (f : V -> R) (G : R) : Prop :=
  forall p q d, 0 <= d -> sqnorm (p -v q) <= d ^ 2 -> f p - f q <= G * d.

(** On every convex G-Lipschitz f, from every start, whatever subgradients are answered. *)
Definition guaranteed (h : nat -> nat -> R) (T : nat) (D G : R) : Prop :=
  forall (f : V -> R) (z1 u : V) (p g : nat -> V),
    convex_on full f -> lipschitz f G -> fixed_step h z1 p g T ->
    (forall t, (1 <= t <= T)%nat -> subgrad full f (p t) (g t)) ->
    sqnorm (z1 -v u) <= D ^ 2 -> f (p T) - f u <= D * G / sqrt (INR T).

Definition orthonormal (e : nat -> V) (n : nat) : Prop :=
  forall i j, (1 <= i <= n)%nat -> (1 <= j <= n)%nat ->
    <|e i, e j|> = if Nat.eqb i j then 1 else 0.

(** A vector by its coordinates. *)
Definition combined (e : nat -> V) (n : nat) (a : nat -> R) : V := vsum (fun i => a i *v e i) n.

Lemma inner_vsuml : forall (v : nat -> V) w n, <|vsum v n, w|> = rsum (fun t => <|v t, w|>) n.
Proof.
  intros. rewrite inner_sym, inner_vsum. apply rsum_ext. intros. apply inner_sym.
Qed.

Lemma combined_inner : forall e n, orthonormal e n -> forall a b,
  <|combined e n a, combined e n b|> = rsum (fun i => a i * b i) n.
Proof.
  intros e n O a b. unfold combined. rewrite inner_vsuml. apply rsum_ext. intros i Hi.
  rewrite inner_vsum, (rsum_single _ _ i); [ | exact Hi | ].
  - rewrite inner_scall, inner_scalr, O by assumption. rewrite Nat.eqb_refl. ring.
  - intros j Hj N. rewrite inner_scall, inner_scalr, O by assumption.
    destruct (Nat.eqb_spec i j); [ congruence | ring ].
Qed.

(** Points of a fixed-step method that starts at 0. *)
Definition from_zero (h : nat -> nat -> R) (g : nat -> V) (T t : nat) : V :=
  vzero -v vsum (fun s => h t s *v g s) T.

Lemma inner_from_zero : forall h g T t w,
  <|w, from_zero h g T t|> = - rsum (fun s => h t s * <|w, g s|>) T.
Proof.
  intros. unfold from_zero. rewrite inner_subr, inner_zeror, inner_vsum.
  rewrite (rsum_ext _ (fun s => h t s * <|w, g s|>)) by (intros; apply inner_scalr). ring.
Qed.

(** Slopes and distance may exceed their limits by a factor sqrt (1 + eta): all is scaled down. *)
Lemma instance : forall h T D G, (1 <= T)%nat -> 0 <= D -> 0 <= G -> guaranteed h T D G ->
  forall g b u eta, 0 <= eta ->
  (forall t, (1 <= t <= T)%nat -> sqnorm (g t) <= (1 + eta) * G ^ 2) ->
  sqnorm u <= (1 + eta) * D ^ 2 ->
  (forall t s, (1 <= t <= T)%nat -> (1 <= s <= T)%nat ->
    piece g b (from_zero h g T t) s <= piece g b (from_zero h g T t) t) ->
  pieces g b T (from_zero h g T T) - pieces g b T u
  <= (1 + eta) ^ 2 * (D * G / sqrt (INR T)).
Proof.
  intros h T D G HT HD HG Good g b u eta He Slopes Near Top.
  set (c := / (1 + eta)). assert (Pc : 0 < c) by (apply Rinv_0_lt_compat; lra).
  assert (Ec : c * (1 + eta) = 1) by (unfold c; field; lra).
  set (g' := fun t => c *v g t). set (b' := fun t => c ^ 2 * b t).
  assert (Pieces : forall x t, piece g' b' (c *v x) t = c ^ 2 * piece g b x t).
  { intros. unfold piece, g', b'. rewrite inner_scall, inner_scalr. ring. }
  assert (Max : forall x, pieces g' b' T (c *v x) = c ^ 2 * pieces g b T x).
  { intros x. apply Rle_antisym.
    - apply top_le; [ exact HT | ]. intros t Ht. rewrite Pieces.
      apply Rmult_le_compat_l; [ nra | apply top_ge; exact Ht ].
    - apply (Rmult_le_reg_l ((1 + eta) ^ 2)); [ nra | ].
      replace ((1 + eta) ^ 2 * (c ^ 2 * pieces g b T x)) with (pieces g b T x).
      2: { replace ((1 + eta) ^ 2 * (c ^ 2 * pieces g b T x))
             with ((c * (1 + eta)) ^ 2 * pieces g b T x) by ring. rewrite Ec. ring. }
      apply top_le; [ exact HT | ]. intros t Ht.
      pose proof (top_ge (piece g' b' (c *v x)) T t Ht) as P. rewrite Pieces in P.
      apply (Rmult_le_compat_l ((1 + eta) ^ 2)) in P; [ | nra ].
      replace ((1 + eta) ^ 2 * (c ^ 2 * piece g b x t))
        with ((c * (1 + eta)) ^ 2 * piece g b x t) in P by ring.
      rewrite Ec in P. unfold pieces. lra. }
  assert (Points : forall t, from_zero h g' T t = c *v from_zero h g T t).
  { intros t. apply inner_ext. intros w. rewrite inner_scalr, !inner_from_zero. unfold g'.
    rewrite (rsum_ext _ (fun s => c * (h t s * <|w, g s|>)))
      by (intros; rewrite inner_scalr; ring). rewrite rsum_scal. ring. }
  assert (Small : forall v B, sqnorm v <= (1 + eta) * B ^ 2 -> sqnorm (c *v v) <= B ^ 2).
  { intros v B Hv. replace (sqnorm (c *v v)) with (c ^ 2 * sqnorm v) by (inner_expand; ring).
    apply (Rmult_le_compat_l (c ^ 2)) in Hv; [ | nra ].
    replace (c ^ 2 * ((1 + eta) * B ^ 2)) with (c * B ^ 2) in Hv
      by (replace (c ^ 2 * ((1 + eta) * B ^ 2)) with (c * (c * (1 + eta)) * B ^ 2) by ring;
          rewrite Ec; ring).
    assert (c <= 1) by (apply (Rmult_le_reg_r (1 + eta)); lra).
    pose proof (pow2_ge_0 B). nra. }
  assert (Slopes' : forall t, (1 <= t <= T)%nat -> sqnorm (g' t) <= G ^ 2)
    by (intros; apply Small, Slopes; assumption).
  pose proof (Good (pieces g' b' T) vzero (c *v u) (from_zero h g' T) g') as Q.
  rewrite Points, !Max in Q.
  assert (R1 : c ^ 2 * pieces g b T (from_zero h g T T) - c ^ 2 * pieces g b T u
               <= D * G / sqrt (INR T)).
  { apply Q.
    - apply pieces_convex. exact HT.
    - intros p q d Hd Hp. apply pieces_lipschitz; assumption.
    - intros t Ht. reflexivity.
    - intros t Ht. apply pieces_subgrad; [ exact Ht | ]. intros s Hs. rewrite Points, !Pieces.
      apply Rmult_le_compat_l; [ nra | apply Top; assumption ].
    - replace (sqnorm (vzero -v c *v u)) with (sqnorm (c *v u)) by (inner_expand; ring).
      apply Small, Near. }
  apply (Rmult_le_compat_l ((1 + eta) ^ 2)) in R1; [ | nra ].
  eapply Rle_trans; [ | exact R1 ]. apply Req_le.
  replace ((1 + eta) ^ 2 * (c ^ 2 * pieces g b T (from_zero h g T T) - c ^ 2 * pieces g b T u))
    with ((c * (1 + eta)) ^ 2 * (pieces g b T (from_zero h g T T) - pieces g b T u)) by ring.
  rewrite Ec. ring.
Qed.

End Guaranteed.
