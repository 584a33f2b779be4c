(** * Triangular systems are solved row by row

    Main results: [back_substitution], [forward_substitution] (a triangle whose entries next to the
    diagonal are not 0 takes every value, from either side); [multipliers_exist] (so every row
    of the triangular recursion has its multipliers). *)

From Coq Require Import Reals Lra Lia Arith.
From GPA Require Import Definitions Sums Flow.
Open Scope R_scope.

(** One entry changed. *)
Definition put (x : nat -> R) (k : nat) (v : R) (j : nat) : R := if Nat.eqb j k then v else x j.

Lemma put_there : forall x k v, put x k v k = v.
Proof. intros. unfold put. rewrite Nat.eqb_refl. reflexivity. Qed.

Lemma put_elsewhere : forall x k v j, j <> k -> put x k v j = x j.
Proof.
  intros x k v j N. unfold put. destruct (Nat.eqb_spec j k); [ contradiction | reflexivity ].
Qed.

Lemma rsum_put : forall x k v w n, (1 <= k <= n)%nat ->
  rsum (fun j => put x k v j * w j) n = rsum (fun j => x j * w j) n + (v - x k) * w k.
Proof.
  intros x k v w n Hk.
  rewrite (rsum_ext _ (fun j => x j * w j + (if Nat.eqb j k then (v - x k) * w k else 0))).
  - rewrite rsum_plus, (rsum_single (fun j => if Nat.eqb j k then _ else 0) n k Hk).
    + rewrite Nat.eqb_refl. ring.
    + intros t Ht N. destruct (Nat.eqb_spec t k); [ contradiction | reflexivity ].
  - intros j Hj. unfold put. destruct (Nat.eqb_spec j k); [ subst; ring | ring ].
Qed.

Section Substitution.
Variables (h : nat -> nat -> R) (T : nat).
Hypothesis h_triangular : triangular h.
Hypothesis beside : forall j, (1 <= j < T)%nat -> h (S j) j <> 0.

(** sum_{j <= n} x_j h_{jr} = c_r for r < n: x_n first. *)
Lemma back_substitution : forall n c, (1 <= n <= T)%nat -> exists x,
  (forall j, (j < 2 \/ n < j)%nat -> x j = 0)
  /\ forall r, (1 <= r < n)%nat -> rsum (fun j => x j * h j r) T = c r.
Proof.
  intros n c Hn.
  assert (Step : forall k, (k < n)%nat -> exists x,
    (forall j, (j <= n - k \/ n < j)%nat -> x j = 0)
    /\ forall r, (n - k <= r < n)%nat -> rsum (fun j => x j * h j r) T = c r).
  { induction k as [| k IH]; intros Hk.
    - exists (fun _ => 0). split; [ reflexivity | intros; lia ].
    - destruct (IH ltac:(lia)) as [x [Zero Eq]]. set (r := (n - S k)%nat).
      set (v := (c r - rsum (fun j => x j * h j r) T) / h (S r) r).
      assert (N : h (S r) r <> 0) by (apply beside; unfold r; lia).
      exists (put x (S r) v). split.
      + intros j Hj. rewrite put_elsewhere by (unfold r in *; lia). apply Zero. lia.
      + intros s Hs. rewrite (rsum_put x (S r) v (fun j => h j s)) by (unfold r in *; lia).
        rewrite (Zero (S r)) by (unfold r; lia). destruct (Nat.eq_dec s r) as [-> | Ns].
        * unfold v. field. exact N.
        * rewrite (h_triangular (S r) s) by (unfold r in *; lia).
          rewrite Eq by (unfold r in *; lia). ring. }
  destruct (Step (pred n) ltac:(lia)) as [x [Zero Eq]]. exists x.
  split; intros; [ apply Zero; lia | apply Eq; lia ].
Qed.

(** sum_r h_{jr} x_r = q_j for j <= n, if q_1 = 0: x_1 first. *)
Lemma forward_substitution : forall n q, (1 <= n <= T)%nat -> q 1%nat = 0 -> exists x,
  (forall r, (n <= r)%nat -> x r = 0)
  /\ forall j, (1 <= j <= n)%nat -> rsum (fun r => h j r * x r) T = q j.
Proof.
  intros n q. induction n as [| n IH]; intros Hn Q; [ lia | ].
  destruct (Nat.eq_dec n 0) as [-> | N].
  - exists (fun _ => 0). split; [ reflexivity | ]. intros j Hj. replace j with 1%nat by lia.
    rewrite Q. apply rsum_all_zero. intros. ring.
  - destruct (IH ltac:(lia) Q) as [x [Zero Eq]].
    set (v := (q (S n) - rsum (fun r => h (S n) r * x r) T) / h (S n) n).
    assert (B : h (S n) n <> 0) by (apply beside; lia).
    assert (At : forall j, rsum (fun r => h j r * put x n v r) T
                           = rsum (fun r => h j r * x r) T + v * h j n).
    { intros j. rewrite (rsum_ext _ (fun r => put x n v r * h j r)) by (intros; ring).
      rewrite rsum_put by lia. rewrite (Zero n) by lia.
      rewrite (rsum_ext (fun r => x r * h j r) (fun r => h j r * x r)) by (intros; ring). ring. }
    exists (put x n v). split.
    + intros r Hr. rewrite put_elsewhere by lia. apply Zero. lia.
    + intros j Hj. rewrite At. destruct (Nat.eq_dec j (S n)) as [-> | Nj].
      * unfold v. field. exact B.
      * rewrite (h_triangular j n) by lia. rewrite Eq by lia. ring.
Qed.

(** Every row has its multipliers. *)
Lemma row_multipliers : forall a t, (1 <= t <= T)%nat -> exists lam_t,
  (forall j, (t <= j)%nat -> lam_t j = 0)
  /\ forall s, (1 <= s < t)%nat ->
       (1 + rsum lam_t T) * h t s - rsum (fun j => lam_t j * h j s) T = a.
Proof.
  intros a t Ht. destruct (Nat.eq_dec t 1) as [-> | N].
  { exists (fun _ => 0). split; [ reflexivity | intros; lia ]. }
  destruct (back_substitution t (fun _ => a) Ht) as [x [Zero Eq]].
  set (m := put (fun j => - x j) t 0).
  exists (put m 1 (x t - 1 - rsum m T)).
  assert (m1 : m 1%nat = 0) by (unfold m; rewrite put_elsewhere, Zero by lia; ring).
  assert (Total : rsum (put m 1 (x t - 1 - rsum m T)) T = x t - 1).
  { rewrite (rsum_ext _ (fun j => put m 1 (x t - 1 - rsum m T) j * 1)) by (intros; ring).
    rewrite (rsum_put m 1 _ (fun _ => 1)) by lia.
    rewrite (rsum_ext (fun j => m j * 1) m) by (intros; ring). rewrite m1. ring. }
  split.
  - intros j Hj. rewrite put_elsewhere by lia. unfold m. destruct (Nat.eq_dec j t) as [-> | Nj].
    + apply put_there.
    + rewrite put_elsewhere, Zero by lia. ring.
  - intros s Hs. rewrite Total, rsum_put by lia. rewrite (h_triangular 1%nat s) by lia.
    unfold m at 1. rewrite rsum_put by lia.
    rewrite (rsum_ext (fun j => - x j * h j s) (fun j => -1 * (x j * h j s))) by (intros; ring).
    rewrite rsum_scal, Eq by exact Hs. ring.
Qed.

Theorem multipliers_exist : forall a, exists lam, triangular lam
  /\ forall t s, (1 <= s < t)%nat -> (t <= T)%nat -> row h lam T t s = a.
Proof.
  intros a.
  assert (Rows : forall n, (n <= T)%nat -> exists lam, triangular lam
    /\ forall t s, (1 <= s < t)%nat -> (t <= n)%nat -> row h lam T t s = a).
  { induction n as [| n IH]; intros Hn.
    - exists (fun _ _ => 0). split; [ intros t s _; reflexivity | intros; lia ].
    - destruct (IH ltac:(lia)) as [lam [Tri Eq]].
      destruct (row_multipliers a (S n) ltac:(lia)) as [x [Zero Row]].
      exists (fun t => if Nat.eqb t (S n) then x else lam t). split.
      + intros t s L. destruct (Nat.eqb_spec t (S n)) as [-> | N]; [ apply Zero, L | apply Tri, L ].
      + intros t s Hs Ht. unfold row, carried. destruct (Nat.eqb_spec t (S n)) as [-> | N].
        * apply Row, Hs.
        * apply Eq; lia. }
  apply Rows. lia.
Qed.

End Substitution.
