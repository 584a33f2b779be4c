(** * GPA around plain gradient steps is momentum

    With z_{t+1} = z_t - gamma g_t and constant mu_x, mu_y; g_t is any vector, so the equalities hold
    with gradients in the loop.

    Main results: [extrapolated_momentum] (any mu_x, mu_y) and its cases [nesterov] (mu_x = mu_y, in
    x) and [heavy_ball] (mu_y = 1); [quasi_hyperbolic] (in y); [torch_nesterov] (mu_x = mu_y, in y)
    and [diloco_one_worker]. *)

From Coq Require Import Reals Lra Lia Arith.
From GPA Require Import Definitions InnerSpace Sums Recursion.
Open Scope R_scope.

Section Momentum.
Context {V : Type} `{InnerSpace V}.
Variables (mu_x mu_y gamma : R) (z x y g : nat -> V) (T : nat).
Hypothesis mu_x_lt1 : mu_x < 1.
Hypothesis run : gpa (exponential mu_x) (fun _ => mu_y) z x y T.
Hypothesis descent : forall t, (1 <= t < T)%nat -> z (S t) = z t -v gamma *v g t.

(** x_t - x_{t-1}, and 0 at the first step. *)
Definition displacement (t : nat) : V := if Nat.eqb t 1 then vzero else x t -v x (pred t).

Lemma z_ahead : forall w t, (1 <= t <= T)%nat ->
  <|w, z t|> = <|w, x t|> + odds mu_x * <|w, displacement t|>.
Proof.
  intros w t Ht. unfold displacement. destruct (Nat.eqb_spec t 1) as [-> | N].
  - rewrite (gpa_x1 _ _ _ _ _ _ run). inner_expand. ring.
  - pose proof (z_minus_x _ _ _ _ _ _ run t Ht) as E. rewrite rho_exponential in E by lia.
    apply (f_equal (inner w)) in E. revert E. inner_expand. lra.
Qed.

Lemma x_next : forall w t, (1 <= t < T)%nat ->
  <|w, x (S t)|> = mu_x * <|w, x t|> + (1 - mu_x) * (<|w, z t|> - gamma * <|w, g t|>).
Proof.
  intros w t Ht. rewrite (gpa_x _ _ _ _ _ _ run (S t)), exponential_later by lia.
  rewrite (descent t Ht). simpl pred. inner_expand. ring.
Qed.

(** Momentum mu_x and step (1 - mu_x) gamma; the gradient is taken (1 - mu_y) rho displacements ahead. *)
Theorem extrapolated_momentum :
  (forall t, (1 <= t < T)%nat ->
     x (S t) = x t +v mu_x *v displacement t -v ((1 - mu_x) * gamma) *v g t)
  /\ (forall t, (1 <= t <= T)%nat ->
     y t = x t +v ((1 - mu_y) * odds mu_x) *v displacement t).
Proof.
  split; intros t Ht; apply inner_ext; intros w.
  - rewrite x_next, z_ahead by lia. inner_expand. unfold odds. field. lra.
  - rewrite (gpa_y _ _ _ _ _ _ run t Ht). inner_expand. rewrite z_ahead by exact Ht. ring.
Qed.

(** mu_y = 1: x = y is the heavy ball. *)
Theorem heavy_ball : mu_y = 1 ->
  (forall t, (1 <= t < T)%nat ->
     x (S t) = x t +v mu_x *v displacement t -v ((1 - mu_x) * gamma) *v g t)
  /\ (forall t, (1 <= t <= T)%nat -> y t = x t).
Proof.
  intros E. destruct extrapolated_momentum as [Xm Ym]. split; [ exact Xm | ].
  intros t Ht. rewrite (Ym t Ht), E. vec_eq ltac:(ring).
Qed.

(** mu_x = mu_y: x is Nesterov's method, its gradient at the extrapolated point. *)
Theorem nesterov : mu_y = mu_x ->
  forall t, (1 <= t < T)%nat ->
    y t = x t +v mu_x *v displacement t /\ x (S t) = y t -v ((1 - mu_x) * gamma) *v g t.
Proof.
  intros E t Ht. destruct extrapolated_momentum as [Xm Ym].
  assert (Y : y t = x t +v mu_x *v displacement t).
  { rewrite (Ym t ltac:(lia)), E. unfold odds. vec_eq ltac:(field; lra). }
  split; [ exact Y | ]. rewrite Y. apply Xm. exact Ht.
Qed.

(** y is quasi-hyperbolic momentum: beta = mu_x, nu = mu_y, alpha = gamma. *)
Theorem quasi_hyperbolic : forall m : nat -> V,
  m 1%nat = vzero ->
  (forall t, (1 <= t < T)%nat -> m (S t) = mu_x *v m t +v (1 - mu_x) *v g t) ->
  forall t, (1 <= t < T)%nat ->
    y (S t) = y t -v gamma *v ((1 - mu_y) *v g t +v mu_y *v m (S t)).
Proof.
  intros m M1 Ms.
  assert (B : forall w t, (1 <= t <= T)%nat ->
    <|w, x t|> - <|w, z t|> = gamma * odds mu_x * <|w, m t|>).
  { intros w t Ht. induction t as [| t IH]; [ lia | ]. destruct t.
    - rewrite (gpa_x1 _ _ _ _ _ _ run), M1. inner_expand. ring.
    - specialize (IH ltac:(lia)). rewrite x_next, (descent (S t)), (Ms (S t)) by lia. inner_expand.
      replace (<|w, x (S t)|>) with (gamma * odds mu_x * <|w, m (S t)|> + <|w, z (S t)|>) by lra.
      unfold odds. field. lra. }
  intros t Ht. apply inner_ext; intros w.
  rewrite (gpa_y _ _ _ _ _ _ run (S t)), (gpa_y _ _ _ _ _ _ run t) by lia. inner_expand.
  rewrite x_next, descent, Ms by lia. inner_expand.
  replace (<|w, x t|>) with (gamma * odds mu_x * <|w, m t|> + <|w, z t|>)
    by (rewrite <- (B w t) by lia; ring).
  unfold odds. field. lra.
Qed.

(** One DiLoCo (SNOO) worker with H = 1: the outer optimizer is torch's Nesterov momentum on the
    pseudo-gradient gamma_in g_t, and y is its parameter. *)
Theorem diloco_one_worker : forall (gamma_in gamma_out : R) (m : nat -> V),
  mu_y = mu_x -> gamma = gamma_in * gamma_out / (1 - mu_x) ->
  m 1%nat = vzero ->
  (forall t, (1 <= t < T)%nat -> m (S t) = mu_x *v m t +v gamma_in *v g t) ->
  forall t, (1 <= t < T)%nat ->
    y (S t) = y t -v gamma_out *v (gamma_in *v g t +v mu_x *v m (S t)).
Proof.
  intros gamma_in gamma_out m Em Eg M1 Ms.
  assert (B : forall w t, (1 <= t <= T)%nat ->
    <|w, x t|> - <|w, z t|> = gamma_out * odds mu_x * <|w, m t|>).
  { intros w t Ht. induction t as [| t IH]; [ lia | ]. destruct t.
    - rewrite (gpa_x1 _ _ _ _ _ _ run), M1. inner_expand. ring.
    - specialize (IH ltac:(lia)).
      rewrite x_next, (descent (S t)), (Ms (S t)), Eg by lia. inner_expand.
      replace (<|w, x (S t)|>) with (gamma_out * odds mu_x * <|w, m (S t)|> + <|w, z (S t)|>)
        by lra.
      unfold odds. field. lra. }
  intros t Ht. apply inner_ext; intros w.
  rewrite (gpa_y _ _ _ _ _ _ run (S t)), (gpa_y _ _ _ _ _ _ run t), Em by lia. inner_expand.
  rewrite x_next, descent, Ms, Eg by lia. inner_expand.
  replace (<|w, x t|>) with (gamma_out * odds mu_x * <|w, m t|> + <|w, z t|>)
    by (rewrite <- (B w t) by lia; ring).
  unfold odds. field. lra.
Qed.

(** torch's SGD(nesterov=True, momentum=mu_x, lr=(1-mu_x) gamma): y is its parameter. *)
Theorem torch_nesterov : forall m : nat -> V,
  mu_y = mu_x -> m 1%nat = vzero ->
  (forall t, (1 <= t < T)%nat -> m (S t) = mu_x *v m t +v g t) ->
  forall t, (1 <= t < T)%nat ->
    y (S t) = y t -v ((1 - mu_x) * gamma) *v (g t +v mu_x *v m (S t)).
Proof.
  intros m Em M1 Ms t Ht.
  pose proof (diloco_one_worker 1 ((1 - mu_x) * gamma) m Em ltac:(field; lra) M1) as P.
  rewrite (P ltac:(intros s Hs; rewrite (Ms s Hs), vscal_one; reflexivity) t Ht), vscal_one.
  reflexivity.
Qed.

End Momentum.
