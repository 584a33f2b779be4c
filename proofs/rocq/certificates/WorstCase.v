(** * Worst-case certificates as theorems: a checker that computes, and what it proves

    The class: [lipschitz_class], convex functions with a subgradient everywhere that are
    G-Lipschitz.  The method: [subgradient_run], GPA around subgradient descent with a constant step;
    the subgradient at y_T is never taken.

    Main results: [worst_case_sound] (if [check] computes to [true], the metric exceeds f(u) by at
    most the bound, for every f of the class, in every inner-product space), [class_convex].  What
    `gpa worst-case --rocq` writes is an instance. *)

From Coq Require Import Reals ZArith Arith List Bool Lra Lia.
From GPA Require Import Definitions InnerSpace Sums Jensen Combinations SquareSums Multipliers
  Places.
Import ListNotations.
Open Scope R_scope.

(** ** What is computed *)

(** Numbers are fractions of integers.  A metric is a sum of m f(a); [i] is the sample that lies
    where a does, so that its value is known. *)
Record question := {
  of_method : method;
  horizon : nat;
  metric : list (Z * point * nat);
  radius_num : Z; radius_den : Z;
  lipschitz_num : Z; lipschitz_den : Z;
  bound_num : Z; bound_den : Z
}.

(** The samples are y_1 .. y_(T-1) and [outputs]; [common] is a denominator of all their places. *)
Record evidence := { outputs : list point; common : Z; multipliers : certificate }.

Definition samples (q : question) (a : evidence) : list point :=
  map AtY (seq 1 (horizon q - 1)) ++ outputs a.

Definition brought (q : question) (a : evidence) (b : point) : list Z :=
  let (k, row) := located (of_method q) (horizon q) b in lscale (common a / k) row.

Definition fits (q : question) (a : evidence) (b : point) : bool :=
  let k := fst (located (of_method q) (horizon q) b) in
  within (horizon q) b && Z.eqb (common a / k * k) (common a).

Fixpoint weights (l : list (Z * point * nat)) : list Z :=
  match l with [] => [] | (w, _, i) :: l' => ladd (lunit i w) (weights l') end.

Definition covers (q : question) (a : evidence) : bool :=
  let c := multipliers a in
  let spent := (head (norms c) * radius_num q ^ 2 * lipschitz_den q ^ 2
    + lsum (tail (norms c)) * lipschitz_num q ^ 2 * radius_den q ^ 2)%Z in
  Z.ltb 0 (over c) && Z.ltb 0 (bound_den q) && Z.ltb 0 (radius_den q) && Z.ltb 0 (lipschitz_den q)
  && Z.leb (spent * bound_den q)
       (over c * bound_num q * radius_den q ^ 2 * lipschitz_den q ^ 2).

Definition check (q : question) (a : evidence) : bool :=
  let all := samples q a in
  let places := [] :: map (brought q a) all in
  Nat.leb 1 (horizon q)
  && forallb (fits q a) all
  && forallb (fun '(_, b, i) => fits q a b
       && forallb (Z.eqb 0) (ladd (brought q a b) (lscale (-1) (place places i)))) (metric q)
  && covers q a
  && proves (common a) places (length all) (weights (metric q)) (multipliers a).

(** ** The class and the run *)
Section Class.
Context {V : Type} `{InnerSpace V}.

Record lipschitz_class (G : R) (f : V -> R) : Prop := {
  has_slopes : forall v, exists g, subgrad full f v g;
  is_lipschitz : forall a b, (f a - f b) ^ 2 <= G ^ 2 * sqnorm (a -v b)
}.

Record subgradient_run (c : nat -> R) (mu_y gamma : R) (f : V -> R) (z x y g : nat -> V) (T : nat)
  : Prop := {
  run_averages : gpa c (fun _ => mu_y) z x y T;
  run_descends : forall t, (1 <= t < T)%nat -> z (S t) = z t -v gamma *v g t;
  run_slopes : forall t, (1 <= t < T)%nat -> subgrad full f (y t) (g t)
}.

Lemma class_convex : forall G f, lipschitz_class G f -> convex_on full f.
Proof.
  intros G f L. apply subgrad_convex; [ intros a b l _ _ _; exact I | ].
  intros b _. apply (has_slopes _ _ L).
Qed.

Lemma slope_bounded : forall G f v g,
  lipschitz_class G f -> subgrad full f v g -> sqnorm g <= G ^ 2.
Proof.
  intros G f v g L S. pose proof (S (v +v g) I) as P.
  pose proof (is_lipschitz _ _ L (v +v g) v) as Q.
  replace (v +v g -v v) with g in P, Q by vec_eq ltac:(ring).
  fold (sqnorm g) in P. pose proof (sqnorm_nonneg g) as N. pose proof (pow2_ge_0 G) as N2.
  destruct (Req_dec (sqnorm g) 0) as [E | E]; [ lra | ].
  apply (Rmult_le_reg_r (sqnorm g)); [ lra | ].
  eapply Rle_trans; [ | exact Q ].
  replace (sqnorm g * sqnorm g) with (sqnorm g ^ 2) by ring. apply pow_incr. lra.
Qed.

(** Subgradients at finitely many further points, after those of the run. *)
Lemma slopes_exist : forall G (f : V -> R) (p e : nat -> V) (T n : nat), lipschitz_class G f ->
  exists e', (forall j, (j < T)%nat -> e' j = e j)
    /\ (forall j, (T <= j <= n)%nat -> subgrad full f (p j) (e' j)).
Proof.
  intros G f p e T n L. induction n as [| n [e' [A B]]].
  - destruct (has_slopes _ _ L (p 0%nat)) as [g Hg].
    exists (fun j => if Nat.ltb j T then e j else g). split; intros j J.
    + destruct (Nat.ltb_spec j T); [ reflexivity | lia ].
    + destruct (Nat.ltb_spec j T); [ lia | ]. replace j with 0%nat by lia. exact Hg.
  - destruct (has_slopes _ _ L (p (S n))) as [g Hg].
    destruct (le_lt_dec T (S n)) as [K | K].
    + exists (fun j => if Nat.eqb j (S n) then g else e' j). split; intros j J.
      * destruct (Nat.eqb_spec j (S n)); [ lia | apply A; exact J ].
      * destruct (Nat.eqb_spec j (S n)) as [-> | ]; [ exact Hg | apply B; lia ].
    + exists e'. split; [ exact A | ]. intros j J. lia.
Qed.

(** ** Soundness *)
Variables (q : question) (a : evidence).
Variables (c : nat -> R) (mu_y gamma G D bound : R) (f : V -> R) (z x y g : nat -> V) (u : V).
Let T := horizon q.
Hypothesis checked : check q a = true.
Hypothesis same_method : described (of_method q) c mu_y gamma T.
Hypothesis same_radius : D * IZR (radius_den q) = IZR (radius_num q).
Hypothesis same_lipschitz : G * IZR (lipschitz_den q) = IZR (lipschitz_num q).
Hypothesis same_bound : bound * IZR (bound_den q) = IZR (bound_num q).
Hypothesis run : subgradient_run c mu_y gamma f z x y g T.
Hypothesis of_class : lipschitz_class G f.
Hypothesis minimal : forall v, f u <= f v.
Hypothesis near : sqnorm (z 1%nat -v u) <= D ^ 2.

Definition here (b : point) : V := at_ z x y T b.

Fixpoint metric_sum (l : list (Z * point * nat)) : R :=
  match l with [] => 0 | (w, b, _) :: l' => IZR w * f (here b) + metric_sum l' end.

Lemma covered : covers q a = true ->
  0 < IZR (over (multipliers a)) /\
  IZR (head (norms (multipliers a))) * D ^ 2 + IZR (lsum (tail (norms (multipliers a)))) * G ^ 2
    <= IZR (over (multipliers a)) * bound.
Proof.
  intros P. unfold covers in P. repeat (apply andb_true_iff in P as [P ?]).
  repeat match goal with N : Z.ltb _ _ = true |- _ => apply Z.ltb_lt, IZR_lt in N end.
  match goal with N : Z.leb _ _ = true |- _ => apply Z.leb_le, IZR_le in N; rename N into L end.
  split; [ exact P | ].
  set (s := IZR (over (multipliers a))) in *.
  revert L. rewrite ?mult_IZR, ?plus_IZR, ?mult_IZR.
  replace (IZR (radius_num q ^ 2)) with (IZR (radius_num q) ^ 2) by (rewrite pow_IZR; reflexivity).
  replace (IZR (radius_den q ^ 2)) with (IZR (radius_den q) ^ 2) by (rewrite pow_IZR; reflexivity).
  replace (IZR (lipschitz_num q ^ 2)) with (IZR (lipschitz_num q) ^ 2)
    by (rewrite pow_IZR; reflexivity).
  replace (IZR (lipschitz_den q ^ 2)) with (IZR (lipschitz_den q) ^ 2)
    by (rewrite pow_IZR; reflexivity).
  rewrite <- same_radius, <- same_lipschitz, <- same_bound. fold s. intros L.
  set (tau := IZR (head _)) in *. set (nu := IZR (lsum _)) in *.
  set (rd := IZR (radius_den q)) in *. set (ld := IZR (lipschitz_den q)) in *.
  set (bd := IZR (bound_den q)) in *.
  assert (W : 0 < bd * rd ^ 2 * ld ^ 2) by (repeat apply Rmult_lt_0_compat; lra).
  apply (Rmult_le_reg_r _ _ _ W). lra.
Qed.

Lemma brought_correct : forall e, gpa c (fun _ => mu_y) z x y T -> (1 <= T)%nat ->
  (forall t, (1 <= t < T)%nat -> z (S t) = z t -v gamma *v e t) -> e 0%nat = z 1%nat -v u ->
  forall b, fits q a b = true ->
  IZR (common a) *v (here b -v u) = comb e (brought q a b) 0.
Proof.
  intros e Run T1 St E0 b F. unfold fits in F. apply andb_true_iff in F as [W K].
  apply Z.eqb_eq in K.
  pose proof (located_correct (of_method q) c mu_y gamma z x y e u T T1 Run St E0 same_method b W)
    as L.
  unfold brought. fold T in K |- *. destruct (located (of_method q) T b) as [k row] eqn:E.
  cbn [fst snd] in *. rewrite comb_scale, <- L. rewrite <- K at 1. rewrite mult_IZR.
  unfold here. vec_eq ltac:(ring).
Qed.

Theorem worst_case_sound :
  0 < IZR (over (multipliers a))
  /\ metric_sum (metric q) <= IZR (over (multipliers a)) * (f u + bound).
Proof.
  unfold check in checked. cbv zeta in checked.
  apply andb_true_iff in checked as [P Proves]. apply andb_true_iff in P as [P Covers].
  apply andb_true_iff in P as [P Known]. apply andb_true_iff in P as [T1 Fits].
  apply Nat.leb_le in T1. fold T in T1.
  destruct (covered Covers) as [Upos Cov]. split; [ exact Upos | ].
  set (all := samples q a) in *. set (n := length all) in *.
  set (places := [] :: map (brought q a) all) in *.
  set (p := fun i => match i with O => u | S j => nth j (map here all) u end).
  destruct (slopes_exist G f p (fun j => match j with O => z 1%nat -v u | _ => g j end) T n
    of_class) as [e [E0 E1]].
  destruct run as [Run St Sl].
  assert (Eg : forall j, (1 <= j < T)%nat -> e j = g j).
  { intros j J. rewrite E0 by lia. destruct j; [ lia | reflexivity ]. }
  assert (Ez : e 0%nat = z 1%nat -v u) by (apply E0; lia).
  assert (St' : forall t, (1 <= t < T)%nat -> z (S t) = z t -v gamma *v e t).
  { intros t Ht. rewrite Eg by exact Ht. apply St, Ht. }
  pose proof (brought_correct e Run T1 St' Ez) as Br.
  assert (Den : 0 < IZR (common a)).
  { unfold proves in Proves. repeat (apply andb_true_iff in Proves as [Proves _]).
    apply IZR_lt, Z.ltb_lt, Proves. }
  assert (Placed : forall i, IZR (common a) *v (p i -v u) = comb e (place places i) 0).
  { intros [| j]; unfold place, places, p; cbn [nth].
    - cbn [comb]. vec_eq ltac:(ring).
    - destruct (lt_dec j n) as [J | J].
      + rewrite (nth_indep _ u (here AtMean)) by (rewrite map_length; exact J).
        rewrite map_nth. rewrite (nth_indep _ [] (brought q a AtMean))
          by (rewrite map_length; exact J). rewrite map_nth. apply Br.
        rewrite forallb_forall in Fits. apply Fits, nth_In, J.
      + rewrite !nth_overflow by (rewrite map_length; fold n; lia).
        cbn [comb]. vec_eq ltac:(ring). }
  assert (First : forall j, (1 <= j < T)%nat -> p j = y j).
  { intros [| j] J; [ lia | ]. cbn [p]. unfold all, samples. rewrite map_app, app_nth1
      by (rewrite !map_length, seq_length; fold T; lia).
    rewrite map_map. rewrite (nth_indep _ u (here (AtY 0)))
      by (rewrite map_length, seq_length; fold T; lia).
    rewrite (map_nth (fun t => here (AtY t))), seq_nth by (fold T; lia). reflexivity. }
  assert (Slopes : forall j, (1 <= j <= n)%nat -> subgrad full f (p j) (e j)).
  { intros j J. destruct (lt_dec j T) as [K | K]; [ | apply E1; lia ].
    rewrite First, Eg by lia. apply Sl. lia. }
  assert (Sub : forall j i, (1 <= j <= n)%nat -> f (p j) + <|e j, p i -v p j|> <= f (p i)).
  { intros j i J. apply (Slopes j J (p i) I). }
  pose proof (multipliers_sound e p (fun i => f (p i)) (common a) places u n Den Placed
    (multipliers a) (weights (metric q)) (D ^ 2) (G ^ 2) Proves (fun i => minimal (p i)) Sub) as B.
  cbn [p] in B. rewrite Ez in B. specialize (B near
    (fun j J => slope_bounded G f _ _ of_class (Slopes j J))).
  assert (M : metric_sum (metric q) = val (fun i => f (p i)) (weights (metric q)) 0).
  { clear -Known Br Placed Den. induction (metric q) as [| [[w b] i] l IH];
      cbn [metric_sum weights val forallb] in *; [ reflexivity | ].
    apply andb_true_iff in Known as [K Known]. apply andb_true_iff in K as [Fb Same].
    rewrite val_add, val_unit, Nat.add_0_r, IH by exact Known. f_equal. f_equal.
    f_equal. apply vsub_eq. apply sqnorm_zero.
    assert (Z0 : forall w k, forallb (Z.eqb 0) w = true -> comb e w k = vzero).
    { induction w0 as [| x0 w0 IHw]; intros k F; cbn [comb forallb] in *; [ reflexivity | ].
      apply andb_true_iff in F as [F F']. apply Z.eqb_eq in F. subst x0.
      rewrite IHw by exact F'. vec_eq ltac:(ring). }
    apply (Z0 _ 0%nat) in Same. rewrite comb_add, comb_scale, <- Placed, <- (Br b Fb) in Same.
    assert (N : IZR (common a) *v (here b -v p i) = vzero).
    { rewrite <- Same. vec_eq ltac:(ring). }
    pose proof (f_equal (fun v => <|v, here b -v p i|>) N) as N'. cbn beta in N'.
    rewrite inner_zerol, inner_scall in N'.
    apply Rmult_integral in N' as [N' | N']; [ lra | exact N' ]. }
  rewrite M. lra.
Qed.
End Class.
