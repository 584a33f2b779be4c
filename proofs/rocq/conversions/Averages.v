(** * Special averagings: the base optimizer, an EMA of its weights, Schedule-Free

    Main results, for any base optimizer: [no_averaging] (mu_x = 0), [gradient_at_base] and
    [gradient_at_average] (mu_y = 0, mu_y = 1), [x_is_ema] (constant mu_x), [x_is_mean] (c_t = 1/t),
    [package_mean] and [package_one_step_later] (the convention of the schedulefree package). *)

From Coq Require Import Reals Lra Lia Arith.
From GPA Require Import Definitions InnerSpace Sums Recursion Rows Conversions.
Open Scope R_scope.

Section Averages.
Context {V : Type} `{InnerSpace V}.
Variables (mu_y : nat -> R) (z x y : nat -> V) (T : nat).

(** mu_x = 0: x = y = z. *)
Theorem no_averaging : gpa (exponential 0) mu_y z x y T ->
  forall t, (1 <= t <= T)%nat -> x t = z t /\ y t = z t.
Proof.
  intros run t Ht. assert (X : x t = z t).
  { rewrite (x_step _ _ _ _ _ _ run t Ht). unfold exponential.
    destruct (Nat.eqb t 1); vec_eq ltac:(ring). }
  split; [ exact X | ]. rewrite (gpa_y _ _ _ _ _ _ run t Ht), X. vec_eq ltac:(ring).
Qed.

(** mu_y = 0: gradients at the base iterate, x is an averaged copy. *)
Theorem gradient_at_base : forall c, gpa c mu_y z x y T ->
  forall t, (1 <= t <= T)%nat -> mu_y t = 0 -> y t = z t.
Proof.
  intros c run t Ht E. rewrite (gpa_y _ _ _ _ _ _ run t Ht), E. vec_eq ltac:(ring).
Qed.

(** mu_y = 1: gradients at the average. *)
Theorem gradient_at_average : forall c, gpa c mu_y z x y T ->
  forall t, (1 <= t <= T)%nat -> mu_y t = 1 -> y t = x t.
Proof.
  intros c run t Ht E. rewrite (gpa_y _ _ _ _ _ _ run t Ht), E. vec_eq ltac:(ring).
Qed.

(** Constant mu_x: the exponential moving average
    x_n = mu_x^(n-1) z_1 + (1 - mu_x) (z_n + mu_x z_{n-1} + ... + mu_x^(n-2) z_2). *)
Theorem x_is_ema : forall mu_x, gpa (exponential mu_x) mu_y z x y T ->
  forall n, (1 <= n <= T)%nat ->
  x n = mu_x ^ (n - 1) *v z 1%nat +v (1 - mu_x) *v vsum (fun t => discount mu_x n t *v z t) n.
Proof.
  intros mu_x run n Hn. apply inner_ext; intros w.
  rewrite inner_addr, !inner_scalr, inner_vsum.
  rewrite (rsum_ext (fun t => <|w, discount mu_x n t *v z t|>)
             (fun t => discount mu_x n t * <|w, z t|>)) by (intros; apply inner_scalr).
  induction n as [| n IH]; [ lia | ]. destruct n.
  - rewrite discount_first, (gpa_x1 _ _ _ _ _ _ run). simpl. ring.
  - rewrite discount_step by lia. rewrite (x_step _ _ _ _ _ _ run), exponential_later by lia.
    simpl pred. rewrite inner_addr, !inner_scalr, IH by lia.
    replace (S (S n) - 1)%nat with (S n) by lia. replace (S n - 1)%nat with n by lia.
    simpl pow. ring.
Qed.

(** c_t = 1/t: the uniform mean of the base iterates. *)
Theorem x_is_mean : gpa uniform mu_y z x y T -> forall n, (1 <= n <= T)%nat ->
  x n = mean z n.
Proof.
  intros run n Hn. pose proof (INR_pos n ltac:(lia)) as P.
  rewrite (x_weighted_mean _ _ _ _ _ _ run one n).
  - unfold wmean, mean, one. rewrite rsum_const, Rmult_1_r. f_equal.
    clear. induction n as [| n IH]; [ reflexivity | ]. simpl. rewrite IH, vscal_one. reflexivity.
  - intros t Ht. unfold one. rewrite rsum_const. pose proof (INR_pos t ltac:(lia)). lra.
  - intros t Ht. destruct (uniform_averages T t Ht) as [_ E]. exact E.
  - exact Hn.
Qed.

End Averages.

(** ** The schedulefree package gives z_1 weight 0: c_1 = 1 and c_t = 1/(t-1) *)
Definition package (t : nat) : R := if Nat.eqb t 1 then 1 else uniform (pred t).

Section Package.
Context {V : Type} `{InnerSpace V}.
Variables (mu_y : nat -> R) (z x y : nat -> V) (T : nat).

(** A run of the package, seen from its second step on, is a run with c_t = 1/t. *)
Theorem package_one_step_later : gpa package mu_y z x y (S T) -> (1 <= T)%nat ->
  gpa uniform (fun t => mu_y (S t)) (fun t => z (S t)) (fun t => x (S t)) (fun t => y (S t)) T.
Proof.
  intros run HT. constructor.
  - unfold uniform. simpl. field.
  - intros t Ht. pose proof (gpa_c _ _ _ _ _ _ run (S t) ltac:(lia)) as Hc.
    unfold package in Hc. destruct (Nat.eqb_spec (S t) 1); [ lia | exact Hc ].
  - intros t Ht. apply (gpa_mu_y _ _ _ _ _ _ run). lia.
  - rewrite (gpa_x _ _ _ _ _ _ run 2) by lia. unfold package, uniform. simpl.
    vec_eq ltac:(field).
  - intros t Ht. rewrite (gpa_x _ _ _ _ _ _ run (S t)) by lia. unfold package.
    destruct (Nat.eqb_spec (S t) 1); [ lia | ]. destruct t; [ lia | reflexivity ].
  - intros t Ht. apply (gpa_y _ _ _ _ _ _ run). lia.
Qed.

Theorem package_mean : gpa package mu_y z x y (S T) -> forall n, (1 <= n <= T)%nat ->
  x (S n) = mean (fun t => z (S t)) n.
Proof.
  intros run n Hn. exact (x_is_mean _ _ _ _ _ (package_one_step_later run ltac:(lia)) n Hn).
Qed.

End Package.
