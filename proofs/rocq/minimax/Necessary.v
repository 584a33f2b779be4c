(** * The certificate is necessary: which fixed-step methods attain D G / sqrt T

    Main results: [minimax_necessary] (a method that attains D G / sqrt T on every convex
    G-Lipschitz function has positive steps, multipliers that are not negative, and the output row),
    [minimax_iff] (so its multipliers decide), [minimax_iff_Rn] (in R^T). *)

From Coq Require Import Reals Lra Lia Arith.
From GPA Require Import Definitions InnerSpace Sums Euclidean Flow Minimax Adversary Resisting
  Directions Substitution.
Open Scope R_scope.

Section Necessary.
Context {V : Type} `{InnerSpace V}.
Variables (h lam : nat -> nat -> R) (T : nat) (D G a : R) (e : nat -> V).
Hypothesis T_two : (2 <= T)%nat.
Hypothesis D_pos : 0 < D.
Hypothesis G_pos : 0 < G.
Hypothesis a_is : a = D / (G * sqrt (INR T)).
Hypothesis h_triangular : triangular h.
Hypothesis lam_triangular : triangular lam.
Hypothesis is_a : forall t s, (1 <= s < t)%nat -> (t <= T)%nat -> row h lam T t s = a.
Hypothesis e_orthonormal : orthonormal e T.
Hypothesis good : guaranteed h T D G.

Lemma every_step_positive : forall t s, (1 <= s < t)%nat -> (t <= T)%nat -> 0 < h t s.
Proof. exact (steps_positive h T G T_two G_pos h_triangular e D D_pos e_orthonormal good). Qed.

Lemma beside_diagonal : forall j, (1 <= j < T)%nat -> h (S j) j <> 0.
Proof. intros j Hj. pose proof (every_step_positive (S j) j ltac:(lia) ltac:(lia)). lra. Qed.

Lemma pays : forall E phi, triangular E ->
  (forall t s, (1 <= t < s)%nat -> (s <= T)%nat ->
    rsum (fun r => (h s r - h t r) * E s r) T <= phi t - phi s) ->
  INR T * phi T <= rsum phi T + rsum (fun t => rsum (fun r => (h t r - a) * E t r) T) T.
Proof.
  intros E phi Tri Below. exact (direction h E phi T D G a e T_two D_pos G_pos a_is h_triangular
    every_step_positive Tri Below e_orthonormal good).
Qed.

(** The rows turn what is paid into differences of values, weighted by the multipliers. *)
Lemma weighed : forall s x, (1 <= s <= T)%nat -> (forall r, (s <= r)%nat -> x r = 0) ->
  rsum (fun r => (h s r - a) * x r) T
  = - rsum (fun j => lam s j * (rsum (fun r => h s r * x r) T - rsum (fun r => h j r * x r) T)) T.
Proof.
  intros s x Hs Zero.
  assert (Rows : rsum (fun r => row h lam T s r * x r) T = a * rsum x T).
  { rewrite <- rsum_scal. apply rsum_ext. intros r Hr. destruct (le_lt_dec s r) as [L | L].
    - rewrite (Zero r L). ring.
    - rewrite is_a by lia. reflexivity. }
  unfold row in Rows.
  rewrite (rsum_ext _ (fun r => (1 + carried lam T s) * (h s r * x r)
    - rsum (fun j => lam s j * (h j r * x r)) T)) in Rows.
  2: { intros r Hr. rewrite Rmult_minus_distr_r, (Rmult_comm (rsum _ T) (x r)), <- rsum_scal.
       rewrite (rsum_ext (fun j => x r * (lam s j * h j r)) (fun j => lam s j * (h j r * x r)))
         by (intros; ring). ring. }
  rewrite rsum_minus, rsum_scal, (rsum_swap (fun r j => lam s j * (h j r * x r)) T T) in Rows.
  rewrite (rsum_ext (fun j => rsum (fun r => lam s j * (h j r * x r)) T)
    (fun j => lam s j * rsum (fun r => h j r * x r) T)) in Rows by (intros; apply rsum_scal).
  rewrite (rsum_ext (fun r => (h s r - a) * x r) (fun r => h s r * x r - a * x r))
    by (intros; ring).
  set (Q := rsum (fun r => h s r * x r) T) in *.
  rewrite (rsum_ext (fun j => lam s j * (Q - rsum (fun r => h j r * x r) T))
    (fun j => Q * lam s j - lam s j * rsum (fun r => h j r * x r) T)) by (intros; ring).
  rewrite !rsum_minus, !rsum_scal. fold (carried lam T s) Q. lra.
Qed.

(** One row is tilted, and only one difference in it is not 0: its multiplier is paid. *)
Lemma multiplier_nonneg : forall i j, (1 <= j < i)%nat -> (i <= T)%nat -> 0 <= lam i j.
Proof.
  intros i j Hj Hi.
  set (q := fun t => (if Nat.eqb t j then 1 else 0) - (if Nat.eqb j 1 then 1 else 0)).
  assert (Q1 : q 1%nat = 0) by (unfold q; rewrite (Nat.eqb_sym 1 j); destruct (Nat.eqb j 1); ring).
  destruct (forward_substitution h T h_triangular beside_diagonal i q ltac:(lia) Q1)
    as [x [Zero Eq]].
  pose proof (pays (fun s r => if Nat.eqb s i then x r else 0) (fun _ => 0)) as P.
  assert (Sum : rsum (fun t => rsum (fun r => (h t r - a) * (if Nat.eqb t i then x r else 0)) T) T
                = lam i j).
  { rewrite (rsum_single _ _ i); [ | lia | ].
    - rewrite Nat.eqb_refl, (weighed i x) by (lia || exact Zero).
      rewrite (rsum_single _ _ j); [ | lia | ].
      + rewrite !Eq by lia. unfold q. rewrite Nat.eqb_refl.
        destruct (Nat.eqb_spec i j); [ lia | ring ].
      + intros t Ht N. destruct (le_lt_dec i t) as [L | L].
        * rewrite (lam_triangular i t L). ring.
        * rewrite !Eq by lia. unfold q.
          destruct (Nat.eqb_spec i j), (Nat.eqb_spec t j); try lia. ring.
    - intros t Ht N. destruct (Nat.eqb_spec t i); [ contradiction | ].
      apply rsum_all_zero. intros. ring. }
  cbv beta in P. rewrite Sum, rsum_const in P. rewrite !Rmult_0_r, Rplus_0_l in P. apply P.
  - intros s r L. destruct (Nat.eqb_spec s i) as [-> | N]; [ apply Zero, L | reflexivity ].
  - intros t s Ht Hs. destruct (Nat.eqb_spec s i) as [-> | N].
    + rewrite (rsum_ext _ (fun r => h i r * x r - h t r * x r)) by (intros; ring).
      rewrite rsum_minus, !Eq by lia. unfold q.
      destruct (Nat.eqb_spec i j); [ lia | ]. destruct (Nat.eqb t j); lra.
    + rewrite rsum_all_zero; [ lra | ]. intros. ring.
Qed.

Let excess t := 1 + carried lam T t - taken lam T t.

(** All rows are tilted so that the differences are those of phi, which is free. *)
Lemma values_pay : forall phi, INR T * phi T <= rsum (fun t => phi t * excess t) T.
Proof.
  intros phi. set (q := fun t => phi 1%nat - phi t).
  destruct (forward_substitution h T h_triangular beside_diagonal T q ltac:(lia))
    as [x [Zero Eq]]; [ unfold q; ring | ].
  set (E := fun s r => if Nat.ltb r s then x r else 0).
  assert (At : forall t s, (1 <= t <= s)%nat -> (s <= T)%nat ->
    rsum (fun r => h t r * E s r) T = q t).
  { intros t s Ht Hs. rewrite <- Eq by lia. apply rsum_ext. intros r Hr. unfold E.
    destruct (Nat.ltb_spec r s); [ reflexivity | ]. rewrite (h_triangular t r) by lia. ring. }
  eapply Rle_trans; [ apply (pays E phi) | right ].
  - intros s r L. unfold E. destruct (Nat.ltb_spec r s); [ lia | reflexivity ].
  - intros t s Ht Hs. rewrite (rsum_ext _ (fun r => h s r * E s r - h t r * E s r))
      by (intros; ring).
    rewrite rsum_minus, !At by lia. unfold q. lra.
  - rewrite (rsum_ext (fun t => rsum (fun r => (h t r - a) * E t r) T)
      (fun t => phi t * carried lam T t - rsum (fun j => lam t j * phi j) T)).
    + rewrite rsum_minus, (rsum_swap (fun t j => lam t j * phi j) T T).
      rewrite (rsum_ext (fun j => rsum (fun t => lam t j * phi j) T)
        (fun j => phi j * taken lam T j)).
      * rewrite <- rsum_minus, <- rsum_plus. apply rsum_ext. intros t Ht. unfold excess. ring.
      * intros j Hj. unfold taken. rewrite <- rsum_scal. apply rsum_ext. intros. ring.
    + intros s Hs. rewrite (weighed s (E s) Hs).
      2: { intros r L. unfold E. destruct (Nat.ltb_spec r s); [ lia | reflexivity ]. }
      unfold carried. rewrite <- rsum_scal, <- rsum_minus, <- (Rmult_1_l (rsum _ T)),
        Ropp_mult_distr_l, <- rsum_scal.
      apply rsum_ext. intros j Hj. destruct (le_lt_dec s j) as [L | L].
      * rewrite (lam_triangular s j L). ring.
      * rewrite !At by lia. unfold q. ring.
Qed.

Lemma flow_necessary : forall k, (1 <= k <= T)%nat ->
  excess k = if Nat.eqb k T then INR T else 0.
Proof.
  intros k Hk.
  assert (One : forall c, c * (if Nat.eqb k T then INR T else 0) <= c * excess k).
  { intros c. pose proof (values_pay (fun t => if Nat.eqb t k then c else 0)) as P.
    rewrite (rsum_single _ _ k Hk) in P.
    - rewrite Nat.eqb_refl, (Nat.eqb_sym T k) in P. destruct (Nat.eqb k T); lra.
    - intros t Ht N. destruct (Nat.eqb_spec t k); [ contradiction | ring ]. }
  pose proof (One 1). pose proof (One (-1)). lra.
Qed.

Lemma output_necessary : forall s, (1 <= s < T)%nat -> h T s = a * (1 - INR s / INR T).
Proof.
  intros s Hs. assert (P : 0 < INR T) by (apply INR_pos; lia).
  pose proof (excess_sum h lam a T h_triangular lam_triangular is_a s ltac:(lia)) as S0.
  rewrite (rsum_single _ _ T) in S0; [ | lia | ].
  - pose proof (flow_necessary T ltac:(lia)) as F. rewrite Nat.eqb_refl in F. unfold excess in F.
    rewrite F in S0. apply (Rmult_eq_reg_r (INR T)); [ | lra ]. rewrite S0. field. lra.
  - intros t Ht N. pose proof (flow_necessary t Ht) as F. unfold excess in F. rewrite F.
    destruct (Nat.eqb_spec t T); [ contradiction | ring ].
Qed.

Theorem rows_necessary : minimax_rows h lam a T
  /\ forall t j, (1 <= j < t)%nat -> (t <= T)%nat -> 0 <= lam t j.
Proof.
  split; [ | exact multiplier_nonneg ].
  constructor; [ exact h_triangular | exact lam_triangular | exact is_a | exact output_necessary ].
Qed.

End Necessary.

Section Iff.
Context {V : Type} `{InnerSpace V}.
Variables (h : nat -> nat -> R) (T : nat) (D G a : R) (e : nat -> V).
Hypothesis T_two : (2 <= T)%nat.
Hypothesis D_pos : 0 < D.
Hypothesis G_pos : 0 < G.
Hypothesis a_is : a = D / (G * sqrt (INR T)).
Hypothesis h_triangular : triangular h.
(** The space has T dimensions or more. *)
Hypothesis e_orthonormal : orthonormal e T.

Theorem minimax_necessary : guaranteed h T D G ->
  (forall t s, (1 <= s < t)%nat -> (t <= T)%nat -> 0 < h t s)
  /\ exists lam, minimax_rows h lam a T
       /\ forall t j, (1 <= j < t)%nat -> (t <= T)%nat -> 0 <= lam t j.
Proof.
  intros good.
  pose proof (steps_positive h T G T_two G_pos h_triangular e D D_pos e_orthonormal good) as Pos.
  split; [ exact Pos | ].
  destruct (multipliers_exist h T h_triangular
    ltac:(intros j Hj; pose proof (Pos (S j) j ltac:(lia) ltac:(lia)); lra) a) as [lam [Tri Is]].
  exists lam. exact (rows_necessary h lam T D G a e T_two D_pos G_pos a_is h_triangular Tri Is
    e_orthonormal good).
Qed.

(** The slopes of a G-Lipschitz function are at most G long. *)
Lemma slopes_le : forall f (p g : V), lipschitz f G -> subgrad full f p g -> sqnorm g <= G ^ 2.
Proof.
  intros f p g L S0. pose proof (sqnorm_nonneg g) as N. set (d := sqrt (sqnorm g)).
  assert (Ed : d * d = sqnorm g) by (apply sqrt_sqrt; exact N).
  assert (Pd : 0 <= d) by apply sqrt_pos.
  specialize (S0 (p +v g) I).
  assert (Step : sqnorm ((p +v g) -v p) <= d ^ 2).
  { replace (sqnorm ((p +v g) -v p)) with (sqnorm g); [ nra | ].
    inner_expand. rewrite (inner_sym g p). ring. }
  specialize (L (p +v g) p d Pd Step).
  replace (<|g, (p +v g) -v p|>) with (sqnorm g) in S0
    by (unfold sqnorm; rewrite inner_subr, inner_addr; ring).
  nra.
Qed.

Theorem minimax_iff : guaranteed h T D G <-> exists lam, minimax_rows h lam a T
  /\ forall t j, (1 <= j < t)%nat -> (t <= T)%nat -> 0 <= lam t j.
Proof.
  split; [ apply minimax_necessary | ]. intros [lam [rows nonneg]] f z1 u p g Conv Lip Run Sub Near.
  assert (Pa : 0 < a).
  { rewrite a_is. apply Rdiv_lt_0_compat; [ lra | ]. apply Rmult_lt_0_compat; [ lra | ].
    apply sqrt_lt_R0, INR_pos. lia. }
  apply (minimax_rate full f h lam a z1 u p g T T_two Pa rows nonneg Run); try assumption.
  - split; [ exact I | intros; exact I ].
  - intros t Ht. apply (slopes_le f (p t) (g t) Lip), Sub, Ht.
Qed.

End Iff.

(** ** R^T has T orthonormal vectors *)
Fixpoint with_coords (n : nat) (c : nat -> R) : Rn n :=
  match n with O => tt | S m => (c 1%nat, with_coords m (fun j => c (S j))) end.

Lemma with_coords_coord : forall n c i, (1 <= i <= n)%nat -> coord n (with_coords n c) i = c i.
Proof.
  induction n as [| n IH]; intros c i Hi; [ lia | ].
  simpl. destruct i as [| [| i]]; [ lia | reflexivity | ].
  apply (IH (fun j => c (S j))). lia.
Qed.

Definition unit_vector (n k : nat) : Rn n := with_coords n (fun i => if Nat.eqb i k then 1 else 0).

Lemma Rn_orthonormal : forall n, orthonormal (unit_vector n) n.
Proof.
  intros n i j Hi Hj. unfold unit_vector. rewrite Rn_inner, (rsum_single _ _ i Hi).
  - rewrite !with_coords_coord, Nat.eqb_refl by exact Hi. destruct (Nat.eqb i j); ring.
  - intros t Ht N. rewrite !with_coords_coord by exact Ht.
    destruct (Nat.eqb_spec t i); [ contradiction | ring ].
Qed.

Theorem minimax_iff_Rn : forall h T D G, (2 <= T)%nat -> 0 < D -> 0 < G -> triangular h ->
  guaranteed (V := Rn T) h T D G <-> exists lam, minimax_rows h lam (D / (G * sqrt (INR T))) T
  /\ forall t j, (1 <= j < t)%nat -> (t <= T)%nat -> 0 <= lam t j.
Proof.
  intros h T D G HT HD HG Tri.
  exact (minimax_iff h T D G _ _ HT HD HG eq_refl Tri (Rn_orthonormal T)).
Qed.
