(** * Convexity: means, subgradients, derivatives

    Main results: [jensen] and [jensen_mean] (f at a weighted mean is at most the mean of f),
    [subgrad_convex] and [gateaux_subgrad] (having subgradients is convexity, and a directional
    derivative of a convex function is a subgradient: the hypotheses are the usual ones). *)

From Coq Require Import Reals Lra Lia Psatz Arith.
From GPA Require Import Definitions InnerSpace Sums.
Open Scope R_scope.

Section Convex.
Context {V : Type} `{InnerSpace V}.

Lemma convex_full : convex_set (full : V -> Prop).
Proof. unfold convex_set, full; auto. Qed.

Lemma breg_nonneg : forall C f g (a b : V), subgrad C f b g -> C a -> 0 <= breg f g a b.
Proof. intros C f g a b S Ca. pose proof (S a Ca). unfold breg. lra. Qed.

(** ** Jensen's inequality *)
Lemma vsum_zero : forall (a : nat -> R) (x : nat -> V) n,
  (forall t, (1 <= t <= n)%nat -> a t = 0) -> vsum (fun t => a t *v x t) n = vzero.
Proof.
  induction n; intros E; simpl; [ reflexivity | ].
  rewrite IHn by (intros; apply E; lia). rewrite (E (S n)) by lia.
  rewrite vscal_zero. apply vadd_zero.
Qed.

Theorem jensen : forall (C : V -> Prop) f w x n,
  convex_set C -> convex_on C f ->
  (forall t, (1 <= t <= n)%nat -> 0 <= w t /\ C (x t)) ->
  0 < rsum w n ->
  C (wmean w x n) /\ rsum w n * f (wmean w x n) <= rsum (fun t => w t * f (x t)) n.
Proof.
  intros C f a x n Cc Cf. induction n; intros P Hpos; [ simpl in Hpos; lra | ].
  assert (Pn : forall t, (1 <= t <= n)%nat -> 0 <= a t) by (intros; apply P; lia).
  pose proof (rsum_nonneg a n Pn) as H0.
  destruct (P (S n) ltac:(lia)) as [Ha Cx].
  destruct (Req_dec (rsum a n) 0) as [Ez | Enz].
  - (* all earlier weights vanish: the mean is x_{n+1} *)
    pose proof (rsum_zero_all a n Pn Ez) as Az.
    assert (Em : wmean a x (S n) = x (S n)).
    { unfold wmean. simpl. simpl in Hpos. rewrite vsum_zero by exact Az. rewrite Ez in *.
      vec_eq ltac:(field; lra). }
    assert (Es : rsum (fun t => a t * f (x t)) n = 0).
    { rewrite (rsum_ext _ (fun _ => 0)); [ rewrite rsum_const; ring | ].
      intros t Ht. simpl. rewrite (Az t Ht). ring. }
    rewrite Em. split; [ exact Cx | ]. simpl. rewrite Ez, Es. lra.
  - assert (Hn : 0 < rsum a n) by lra.
    destruct IHn as [IC IJ]; [ intros; apply P; lia | exact Hn | ].
    set (A := rsum a n) in *. set (b := a (S n)) in *.
    set (l := A / (A + b)).
    assert (Hl : 0 <= l <= 1).
    { unfold l. split.
      - apply Rmult_le_pos; [ lra | left; apply Rinv_0_lt_compat; lra ].
      - apply (Rmult_le_reg_r (A + b)); [ lra | ].
        unfold Rdiv. rewrite Rmult_assoc, Rinv_l by lra. lra. }
    assert (Em : wmean a x (S n) = l *v wmean a x n +v (1 - l) *v x (S n)).
    { unfold wmean. simpl. fold A b. unfold l. vec_eq ltac:(field; lra). }
    rewrite Em. split; [ apply Cc; assumption | ].
    pose proof (Cf _ _ l IC Cx Hl) as Hc. simpl. fold A b.
    assert (E1 : (A + b) * l = A) by (unfold l; field; lra).
    assert (E2 : (A + b) * (1 - l) = b) by (unfold l; field; lra).
    apply Rle_trans with ((A + b) * (l * f (wmean a x n) + (1 - l) * f (x (S n)))).
    + apply Rmult_le_compat_l; [ lra | exact Hc ].
    + replace ((A + b) * (l * f (wmean a x n) + (1 - l) * f (x (S n))))
        with ((A + b) * l * f (wmean a x n) + (A + b) * (1 - l) * f (x (S n))) by ring.
      rewrite E1, E2. lra.
Qed.

Lemma mean_wmean : forall x n, mean x n = wmean (fun _ => 1) x n.
Proof.
  intros. unfold mean, wmean. rewrite rsum_const, Rmult_1_r. f_equal.
  induction n; simpl; [ reflexivity | ]. rewrite IHn, vscal_one. reflexivity.
Qed.

Corollary jensen_mean : forall (C : V -> Prop) f x n,
  convex_set C -> convex_on C f -> (1 <= n)%nat ->
  (forall t, (1 <= t <= n)%nat -> C (x t)) ->
  INR n * f (mean x n) <= rsum (fun t => f (x t)) n.
Proof.
  intros C f x n Cc Cf Hn P. pose proof (INR_pos n Hn) as Hp.
  destruct (jensen C f (fun _ => 1) x n Cc Cf) as [_ J].
  - intros t Ht. split; [ lra | apply P; exact Ht ].
  - rewrite rsum_const. lra.
  - rewrite <- mean_wmean, rsum_const in J.
    rewrite (rsum_ext (fun t => 1 * f (x t)) (fun t => f (x t))) in J
      by (intros; ring). lra.
Qed.

(** ** The hypotheses are the usual ones *)

(** A function with a subgradient at every point of a convex set is convex there. *)
Theorem subgrad_convex : forall (C : V -> Prop) f,
  convex_set C -> (forall b, C b -> exists g, subgrad C f b g) -> convex_on C f.
Proof.
  intros C f Cc S a b l Ca Cb Hl.
  set (m := l *v a +v (1 - l) *v b).
  destruct (S m) as [g Hg]; [ apply Cc; assumption | ].
  pose proof (Hg a Ca) as Ha. pose proof (Hg b Cb) as Hb.
  assert (E : l * <|g, a -v m|> + (1 - l) * <|g, b -v m|> = 0).
  { unfold m. inner_expand. ring. }
  nra.
Qed.

(** Only a one-sided directional (Gateaux) derivative is needed; no continuity, no norm. *)
Definition gateaux (C : V -> Prop) (f : V -> R) (b g : V) : Prop :=
  forall a, C a -> forall eps, 0 < eps -> exists delta, 0 < delta /\
    forall h, 0 < h < delta -> h <= 1 ->
      Rabs ((f (h *v a +v (1 - h) *v b) - f b) / h - <|g, a -v b|>) < eps.

Theorem gateaux_subgrad : forall (C : V -> Prop) f b g,
  convex_on C f -> C b -> gateaux C f b g -> subgrad C f b g.
Proof.
  intros C f b g Cf Cb D a Ca.
  apply Rnot_lt_le; intros Hlt.
  set (eps := f b + <|g, a -v b|> - f a) in *.
  assert (He : 0 < eps) by (unfold eps; lra).
  destruct (D a Ca eps He) as [delta [Hd Hh]].
  set (h := Rmin (delta / 2) 1).
  assert (Hh0 : 0 < h) by (unfold h; apply Rmin_glb_lt; lra).
  assert (Hh1 : h <= 1) by apply Rmin_r.
  assert (Hhd : h <= delta / 2) by apply Rmin_l.
  specialize (Hh h ltac:(lra) Hh1).
  pose proof (Cf a b h Ca Cb ltac:(lra)) as Hc.
  assert (Hq : (f (h *v a +v (1 - h) *v b) - f b) / h <= f a - f b).
  { apply (Rmult_le_reg_r h); [ exact Hh0 | ].
    unfold Rdiv. rewrite Rmult_assoc, Rinv_l, Rmult_1_r by lra. nra. }
  apply Rabs_def2 in Hh. destruct Hh as [_ Hh]. unfold eps in Hh. lra.
Qed.

End Convex.
