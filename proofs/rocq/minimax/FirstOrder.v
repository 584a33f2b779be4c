(** * Functions of a small d > 0, up to d^2

    [first_order f p q]: f(d) = p + q d up to a multiple of d^2, for 0 < d <= 1.  Sums and products
    keep it.

    Main results: [first_order_mult], [first_order_rsum], [ultimately_neg] (p < 0 makes f negative
    for every small d), [nonpos_of_squares] (x d <= C d^2 for every small d makes x <= 0). *)

From Coq Require Import Reals Lra Lia Arith.
From GPA Require Import Definitions Sums.
Open Scope R_scope.

Definition first_order (f : R -> R) (p q : R) : Prop :=
  exists M, 0 <= M /\ forall d, 0 < d <= 1 -> Rabs (f d - (p + q * d)) <= M * d ^ 2.

Lemma square_le_one : forall d, 0 < d <= 1 -> 0 < d ^ 2 <= d.
Proof. intros d Hd. split; nra. Qed.

Lemma first_order_ext : forall f g p q p' q', first_order f p q ->
  (forall d, f d = g d) -> p = p' -> q = q' -> first_order g p' q'.
Proof.
  intros f g p q p' q' [M [HM B]] E <- <-. exists M. split; [ exact HM | ].
  intros d Hd. rewrite <- E. apply B, Hd.
Qed.

Lemma first_order_line : forall p q, first_order (fun d => p + q * d) p q.
Proof.
  intros p q. exists 0. split; [ lra | ]. intros d Hd.
  replace (p + q * d - (p + q * d)) with 0 by ring. rewrite Rabs_R0. lra.
Qed.

Lemma first_order_square : forall k, first_order (fun d => k * d ^ 2) 0 0.
Proof.
  intros k. exists (Rabs k). split; [ apply Rabs_pos | ]. intros d Hd.
  replace (k * d ^ 2 - (0 + 0 * d)) with (k * d ^ 2) by ring.
  rewrite Rabs_mult, (Rabs_right (d ^ 2)); [ lra | ].
  pose proof (square_le_one d Hd). lra.
Qed.

Lemma first_order_plus : forall f g p q r s, first_order f p q -> first_order g r s ->
  first_order (fun d => f d + g d) (p + r) (q + s).
Proof.
  intros f g p q r s [M [HM F]] [N [HN G]]. exists (M + N). split; [ lra | ]. intros d Hd.
  specialize (F d Hd). specialize (G d Hd).
  replace (f d + g d - (p + r + (q + s) * d))
    with ((f d - (p + q * d)) + (g d - (r + s * d))) by ring.
  eapply Rle_trans; [ apply Rabs_triang | lra ].
Qed.

Lemma first_order_mult : forall f g p q r s, first_order f p q -> first_order g r s ->
  first_order (fun d => f d * g d) (p * r) (p * s + q * r).
Proof.
  intros f g p q r s [M [HM F]] [N [HN G]].
  set (A := Rabs p + Rabs q). set (B := Rabs r + Rabs s).
  assert (PA : 0 <= A) by (unfold A; pose proof (Rabs_pos p); pose proof (Rabs_pos q); lra).
  assert (PB : 0 <= B) by (unfold B; pose proof (Rabs_pos r); pose proof (Rabs_pos s); lra).
  assert (Line : forall x y d, 0 < d <= 1 -> Rabs (x + y * d) <= Rabs x + Rabs y).
  { intros x y d Hd. eapply Rle_trans; [ apply Rabs_triang | ].
    rewrite Rabs_mult, (Rabs_right d) by lra. pose proof (Rabs_pos y). nra. }
  exists (Rabs (q * s) + M * (B + N) + A * N).
  assert (0 <= M * (B + N)) by (apply Rmult_le_pos; lra).
  assert (0 <= A * N) by (apply Rmult_le_pos; lra).
  split; [ pose proof (Rabs_pos (q * s)); lra | ]. intros d Hd.
  specialize (F d Hd). specialize (G d Hd). pose proof (square_le_one d Hd) as D2.
  set (u := f d - (p + q * d)) in *. set (v := g d - (r + s * d)) in *.
  assert (Gd : Rabs (g d) <= B + N).
  { replace (g d) with ((r + s * d) + v) by (unfold v; ring).
    eapply Rle_trans; [ apply Rabs_triang | ]. specialize (Line r s d Hd). fold B in Line. nra. }
  replace (f d * g d - (p * r + (p * s + q * r) * d))
    with ((q * s) * d ^ 2 + (u * g d + (p + q * d) * v)) by (unfold u, v; ring).
  eapply Rle_trans; [ apply Rabs_triang | ].
  rewrite (Rabs_mult (q * s)), (Rabs_right (d ^ 2)) by lra.
  eapply Rle_trans; [ apply Rplus_le_compat_l, Rabs_triang | ].
  rewrite !(Rabs_mult u), (Rabs_mult _ v).
  specialize (Line p q d Hd). fold A in Line.
  assert (Rabs u * Rabs (g d) <= (M * d ^ 2) * (B + N))
    by (apply Rmult_le_compat; try apply Rabs_pos; assumption).
  assert (Rabs (p + q * d) * Rabs v <= A * (N * d ^ 2))
    by (apply Rmult_le_compat; try apply Rabs_pos; assumption).
  nra.
Qed.

Lemma first_order_scal : forall k f p q, first_order f p q ->
  first_order (fun d => k * f d) (k * p) (k * q).
Proof.
  intros k f p q F.
  apply (first_order_ext _ _ _ _ _ _ (first_order_mult _ _ _ _ _ _ (first_order_line k 0) F));
    intros; ring.
Qed.

Lemma first_order_rsum : forall (f : nat -> R -> R) p q n,
  (forall t, (1 <= t <= n)%nat -> first_order (f t) (p t) (q t)) ->
  first_order (fun d => rsum (fun t => f t d) n) (rsum p n) (rsum q n).
Proof.
  induction n as [| n IH]; intros F.
  - apply (first_order_ext _ _ _ _ _ _ (first_order_line 0 0)); intros; simpl; ring.
  - simpl. apply first_order_plus; [ apply IH; intros; apply F; lia | apply F; lia ].
Qed.

(** ** What holds for every small d *)
Definition ultimately (P : R -> Prop) : Prop :=
  exists d0, 0 < d0 <= 1 /\ forall d, 0 < d <= d0 -> P d.

Lemma ultimately_and : forall P Q, ultimately P -> ultimately Q ->
  ultimately (fun d => P d /\ Q d).
Proof.
  intros P Q [c [Hc A]] [d [Hd B]]. exists (Rmin c d).
  pose proof (Rmin_l c d). pose proof (Rmin_r c d).
  split; [ split; [ apply Rmin_glb_lt; lra | lra ] | ].
  intros x Hx. split; [ apply A; lra | apply B; lra ].
Qed.

Lemma ultimately_all : forall (P : nat -> R -> Prop) n,
  (forall t, (1 <= t <= n)%nat -> ultimately (P t)) ->
  ultimately (fun d => forall t, (1 <= t <= n)%nat -> P t d).
Proof.
  induction n as [| n IH]; intros U.
  - exists 1. split; [ lra | ]. intros. lia.
  - destruct (ultimately_and _ _ (IH ltac:(intros; apply U; lia)) (U (S n) ltac:(lia)))
      as [c [Hc A]].
    exists c. split; [ exact Hc | ]. intros d Hd t Ht. destruct (A d Hd) as [L R].
    destruct (Nat.eq_dec t (S n)) as [-> | N]; [ exact R | apply L; lia ].
Qed.

Lemma ultimately_neg : forall f p q, first_order f p q -> p < 0 -> ultimately (fun d => f d <= 0).
Proof.
  intros f p q [M [HM F]] Hp. pose proof (Rabs_pos q) as Q.
  set (d0 := Rmin 1 (- p / (M + Rabs q + 1))).
  assert (0 < - p / (M + Rabs q + 1)) by (apply Rdiv_lt_0_compat; lra).
  assert (R1 : d0 <= 1) by apply Rmin_l.
  assert (R2 : d0 <= - p / (M + Rabs q + 1)) by apply Rmin_r.
  exists d0. split; [ split; [ apply Rmin_glb_lt; lra | exact R1 ] | ]. intros d Hd.
  specialize (F d ltac:(lra)). pose proof (square_le_one d ltac:(lra)) as D2.
  assert (S1 : d * (M + Rabs q + 1) <= - p).
  { apply (Rmult_le_reg_r (/ (M + Rabs q + 1))); [ apply Rinv_0_lt_compat; lra | ].
    rewrite Rmult_assoc, Rinv_r by lra. unfold Rdiv in R2. lra. }
  pose proof (Rle_abs (f d - (p + q * d))) as A. pose proof (Rle_abs q) as B.
  assert (q * d <= Rabs q * d) by nra. assert (M * d ^ 2 <= M * d) by nra. nra.
Qed.

Lemma nonpos_of_squares : forall x C, 0 <= C -> ultimately (fun d => x * d <= C * d ^ 2) -> x <= 0.
Proof.
  intros x C HC [c [Hc A]]. destruct (Rle_lt_dec x 0) as [L | L]; [ exact L | exfalso ].
  set (d := Rmin c (x / (C + 1) / 2)).
  assert (P : 0 < x / (C + 1)) by (apply Rdiv_lt_0_compat; lra).
  assert (R1 : d <= c) by apply Rmin_l. assert (R2 : d <= x / (C + 1) / 2) by apply Rmin_r.
  assert (Pd : 0 < d) by (apply Rmin_glb_lt; lra).
  specialize (A d (conj Pd R1)).
  assert (x <= C * d) by (apply (Rmult_le_reg_r d); nra).
  assert (d * (C + 1) <= x / 2).
  { replace (x / 2) with (x / (C + 1) / 2 * (C + 1)) by (field; lra).
    apply Rmult_le_compat_r; lra. }
  nra.
Qed.

(** One bound for finitely many functions. *)
Lemma one_bound : forall (P : nat -> R -> Prop) n,
  (forall t M N, P t M -> M <= N -> P t N) ->
  (forall t, (1 <= t <= n)%nat -> exists M, 0 <= M /\ P t M) ->
  exists M, 0 <= M /\ forall t, (1 <= t <= n)%nat -> P t M.
Proof.
  intros P n Up. induction n as [| n IH]; intros E.
  - exists 0. split; [ lra | intros; lia ].
  - destruct IH as [M [HM A]]; [ intros; apply E; lia | ].
    destruct (E (S n) ltac:(lia)) as [N [HN B]]. exists (Rmax M N).
    split; [ eapply Rle_trans; [ exact HM | apply Rmax_l ] | ]. intros t Ht.
    destruct (Nat.eq_dec t (S n)) as [-> | Ne].
    + apply (Up _ N); [ exact B | apply Rmax_r ].
    + apply (Up _ M); [ apply A; lia | apply Rmax_l ].
Qed.
