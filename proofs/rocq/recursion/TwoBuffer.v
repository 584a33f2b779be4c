(** * Two stored vectors: what a training loop keeps

    With Delta = z_{t+1} - z_t, the whole base step, and c = c_{t+1}; for a constant mu_y.

    Main results: [yz_form] and [x_from_yz] (y and z are stored; needs mu_y > 0),
    [y_delta_form] and [xz_from_y_delta] (y and delta = x - z are stored; no division). *)

From Coq Require Import Reals Lra Lia Arith.
From GPA Require Import Definitions InnerSpace Sums Recursion.
Open Scope R_scope.

Section TwoBuffer.
Context {V : Type} `{InnerSpace V}.
Variables (c : nat -> R) (mu_y : R) (z x y : nat -> V) (T : nat).
Hypothesis run : gpa c (fun _ => mu_y) z x y T.

Theorem yz_form : forall t Delta, (1 <= t < T)%nat -> z (S t) = z t +v Delta ->
  y (S t) = (1 - c (S t)) *v y t +v c (S t) *v z t +v (1 - mu_y * (1 - c (S t))) *v Delta.
Proof.
  intros t Delta Ht E.
  rewrite (gpa_y _ _ _ _ _ _ run (S t)), (gpa_y _ _ _ _ _ _ run t) by lia.
  rewrite (x_step _ _ _ _ _ _ run (S t)), E by lia. simpl pred. vec_eq ltac:(ring).
Qed.

Theorem x_from_yz : forall t, (1 <= t <= T)%nat -> 0 < mu_y ->
  x t = (/ mu_y) *v (y t -v (1 - mu_y) *v z t).
Proof.
  intros t Ht P. rewrite (gpa_y _ _ _ _ _ _ run t Ht). vec_eq ltac:(field; lra).
Qed.

Definition delta (t : nat) : V := x t -v z t.

Theorem y_delta_form : forall t Delta, (1 <= t < T)%nat -> z (S t) = z t +v Delta ->
  delta (S t) = (1 - c (S t)) *v (delta t -v Delta)
  /\ y (S t) = y t +v Delta +v mu_y *v (delta (S t) -v delta t).
Proof.
  intros t Delta Ht E. unfold delta. split.
  - rewrite (x_step _ _ _ _ _ _ run (S t)), E by lia. simpl pred. vec_eq ltac:(ring).
  - rewrite (gpa_y _ _ _ _ _ _ run (S t)), (gpa_y _ _ _ _ _ _ run t), E by lia.
    vec_eq ltac:(ring).
Qed.

Theorem xz_from_y_delta : forall t, (1 <= t <= T)%nat ->
  x t = y t +v (1 - mu_y) *v delta t /\ z t = y t -v mu_y *v delta t.
Proof.
  intros t Ht. unfold delta. rewrite (gpa_y _ _ _ _ _ _ run t Ht).
  split; vec_eq ltac:(ring).
Qed.

End TwoBuffer.
