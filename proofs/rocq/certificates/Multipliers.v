(** * Multipliers of subgradient inequalities prove a worst-case bound

    The samples are u (number 0) and points p_1 .. p_n; e_0 = z_1 - u and e_j is a subgradient at
    p_j; p_i - u is row i of [places] over e_0, e_1, ..., divided by [den].

    Main result: [multipliers_sound]: if [proves] computes to [true], then
    sum_i w_i f(p_i) <= over f(u) + tau D2 + (sum of nu_j) G2. *)

From Coq Require Import Reals ZArith List Bool Lra Lia.
From GPA Require Import Definitions InnerSpace Combinations SquareSums.
Import ListNotations.
Open Scope R_scope.

(** ** What is computed *)

(** Nonnegative integers: multipliers are these over [over]. *)
Record certificate := {
  over : Z; 
  (** row j holds pairs (i, m), for m (f(p_i) - f(p_j) - <e_j, p_i - p_j>) *)
  arcs : list (list (nat * Z));
  norms : list Z;                (** for D2 - |e_0|^2, then for G2 - |e_j|^2 *)
  scale : Z;                     (** scale * what is left = share * L L^T + dominant *)
  share : Z;
  factor : list (list Z)         (** the columns of L *)
}.

Section Computed.
Variables (den : Z) (places : list (list Z)).

Definition place (i : nat) : list Z := nth i places [].

Fixpoint pull (here : list Z) (row : list (nat * Z)) : list Z :=
  match row with
  | [] => []
  | (i, m) :: row' => ladd (lscale m (ladd (place i) (lscale (-1) here))) (pull here row')
  end.

Fixpoint carry (j : nat) (row : list (nat * Z)) : list Z :=
  match row with
  | [] => []
  | (i, m) :: row' => ladd (ladd (lunit i m) (lunit j (- m))) (carry j row')
  end.

Fixpoint all_carried (j : nat) (rows : list (list (nat * Z))) : list Z :=
  match rows with [] => [] | row :: rows' => ladd (carry j row) (all_carried (S j) rows') end.

Fixpoint all_pulled (j : nat) (rows : list (list (nat * Z))) (nu : list Z) : list (list Z) :=
  match rows with
  | [] => []
  | row :: rows' =>
      ladd (pull (place j) row) (lunit j (den * head nu)) :: all_pulled (S j) rows' (tail nu)
  end.

(** What the premises leave: a quadratic form, times [den]. *)
Definition left_over (c : certificate) : list (list Z) :=
  lunit 0 (den * head (norms c)) :: all_pulled 1 (tl (arcs c)) (tail (norms c)).

Definition proves (n : nat) (weights : list Z) (c : certificate) : bool :=
  Z.ltb 0 den
  && Nat.eqb (length (arcs c)) (S n) && Nat.eqb (length (norms c)) (S n)
  && forallb (fun row => forallb (fun a => Z.leb 0 (snd a)) row) (arcs c)
  && forallb (Z.leb 0) (norms c)
  && forallb (Z.eqb 0) (ladd (all_carried 0 (arcs c)) (ladd weights (lunit 0 (- over c))))
  && is_nonnegative (scale c) (share c) (tri (S n) (left_over c)) (factor c).

End Computed.

(** ** What it proves *)
Section Values.
Context {V : Type} `{InnerSpace V}.
Variables (e p : nat -> V) (F : nat -> R) (den : Z) (places : list (list Z)) (u : V) (n : nat).
Hypothesis den_pos : 0 < IZR den.
Hypothesis placed : forall i, IZR den *v (p i -v u) = comb e (place places i) 0.

Fixpoint val (w : list Z) (k : nat) : R :=
  match w with [] => 0 | x :: w' => IZR x * F k + val w' (S k) end.

Lemma val_add : forall a b k, val (ladd a b) k = val a k + val b k.
Proof.
  induction a as [| x a IH]; intros [| y b] k; cbn [ladd val]; [ ring .. | ].
  rewrite IH, plus_IZR. ring.
Qed.

Lemma val_unit : forall i m k, val (lunit i m) k = IZR m * F (i + k).
Proof.
  induction i as [| i IH]; intros m k; cbn [lunit val]; [ simpl; ring | ].
  rewrite IH, <- plus_n_Sm. simpl. ring.
Qed.

Lemma val_zero : forall w k, forallb (Z.eqb 0) w = true -> val w k = 0.
Proof.
  induction w as [| x w IH]; intros k P; cbn [forallb val] in *; [ reflexivity | ].
  apply andb_true_iff in P as [P Q]. apply Z.eqb_eq in P. subst x. rewrite IH by exact Q. ring.
Qed.

Lemma row_sound : forall j g row,
  (forall i, F j + <|g, p i -v p j|> <= F i) ->
  forallb (fun a => Z.leb 0 (snd a)) row = true ->
  <|g, comb e (pull places (place places j) row) 0|> <= IZR den * val (carry j row) 0.
Proof.
  intros j g row S. induction row as [| [i m] row IH]; intros P;
    cbn [pull carry val comb forallb] in *.
  - rewrite inner_zeror. lra.
  - apply andb_true_iff in P as [P Q]. apply Z.leb_le, IZR_le in P. cbn [snd] in P.
    specialize (IH Q). rewrite !val_add, !val_unit, comb_add, comb_scale, comb_add, comb_scale.
    rewrite !Nat.add_0_r, opp_IZR, <- !placed. pose proof (S i) as G. revert G IH.
    inner_expand. intros G IH.
    pose proof (Rmult_le_pos _ _ (Rlt_le _ _ den_pos) P) as M.
    assert (N : 0 <= F i - F j - (<|g, p i|> - <|g, p j|>)) by lra.
    pose proof (Rmult_le_pos _ _ M N). lra.
Qed.

Lemma rows_sound : forall rows j nu,
  (forall k i, (j <= k < j + length rows)%nat -> F k + <|e k, p i -v p k|> <= F i) ->
  forallb (fun row => forallb (fun a => Z.leb 0 (snd a)) row) rows = true ->
  length nu = length rows ->
  square_form e (all_pulled den places j rows nu) j 0
    <= IZR den * (val (all_carried j rows) 0 + weighted_norms e nu j).
Proof.
  induction rows as [| row rows IH]; intros j nu S P L.
  - destruct nu; [ | discriminate ]. simpl. lra.
  - destruct nu as [| x nu]; [ discriminate | ]. cbn [forallb] in P.
    apply andb_true_iff in P as [P Q].
    cbn [all_carried all_pulled square_form weighted_norms head tail].
    rewrite val_add, comb_add, comb_unit, Nat.add_0_r, inner_addr, inner_scalr, mult_IZR.
    fold (sqnorm (e j)).
    assert (R0 := row_sound j (e j) row (fun i => S j i ltac:(simpl; lia)) P).
    assert (R1 := IH (Datatypes.S j) nu
      ltac:(intros k i K; apply S; simpl; lia) Q ltac:(injection L; trivial)).
    lra.
Qed.

Lemma norms_sound : forall (G2 : R) nu k,
  (forall i, (k <= i < k + length nu)%nat -> sqnorm (e i) <= G2) ->
  forallb (Z.leb 0) nu = true -> weighted_norms e nu k <= IZR (lsum nu) * G2.
Proof.
  intros G2. induction nu as [| x nu IH]; intros k S P;
    cbn [weighted_norms lsum fold_right forallb] in *.
  - lra.
  - apply andb_true_iff in P as [P Q]. apply Z.leb_le, IZR_le in P. fold (lsum nu).
    specialize (IH (Datatypes.S k) ltac:(intros i I; apply S; simpl; lia) Q). rewrite plus_IZR.
    pose proof (Rmult_le_compat_l _ _ _ P (S k ltac:(simpl; lia))). lra.
Qed.

Theorem multipliers_sound : forall (c : certificate) (weights : list Z) (D2 G2 : R),
  proves den places n weights c = true ->
  (forall i, F 0%nat <= F i) ->
  (forall j i, (1 <= j <= n)%nat -> F j + <|e j, p i -v p j|> <= F i) ->
  sqnorm (e 0%nat) <= D2 -> (forall j, (1 <= j <= n)%nat -> sqnorm (e j) <= G2) ->
  val weights 0 <= IZR (over c) * F 0%nat
    + (IZR (head (norms c)) * D2 + IZR (lsum (tail (norms c))) * G2).
Proof.
  intros [un ar no sc sh fa] weights D2 G2 P Min Sub Near Lip. unfold proves in P.
  cbn [over arcs norms scale share factor] in *.
  repeat (apply andb_true_iff in P as [P ?]).
  match goal with N : is_nonnegative _ _ _ _ = true |- _ => rename N into Psd end.
  match goal with N : forallb (Z.eqb 0) _ = true |- _ =>
    apply (val_zero _ 0) in N; rename N into Flow end.
  destruct ar as [| row0 rows]; [ discriminate | ]. destruct no as [| tau nu]; [ discriminate | ].
  repeat match goal with N : Nat.eqb _ _ = true |- _ => apply Nat.eqb_eq in N; simpl in N end.
  cbn [forallb head tail tl] in *.
  repeat match goal with N : (_ && _)%bool = true |- _ => apply andb_true_iff in N as [? ?] end.
  assert (Tau : 0 <= IZR tau) by (apply IZR_le, Z.leb_le; assumption).
  apply (nonnegative e) with (k := 0%nat) in Psd. unfold left_over in Psd.
  cbn [arcs norms tl head tail] in Psd.
  assert (E : IZR den * IZR tau * sqnorm (e 0%nat)
      + square_form e (all_pulled den places 1 rows nu) 1 0 =
    form e (tri (S n) (lunit 0 (den * tau) :: all_pulled den places 1 rows nu)) 0).
  { rewrite <- tri_correct.
    - cbn [square_form]. rewrite comb_unit, inner_scalr, mult_IZR. unfold sqnorm. simpl. ring.
    - simpl. apply le_n_S.
      assert (LP : forall r j x, length (all_pulled den places j r x) = length r)
        by (induction r; intros; simpl; [ reflexivity | rewrite IHr; reflexivity ]).
      rewrite LP. lia. }
  rewrite <- E in Psd.
  assert (Rows := rows_sound rows 1 nu ltac:(intros k i K; apply Sub; lia)
    ltac:(assumption) ltac:(lia)).
  assert (Row0 : 0 <= IZR den * val (carry 0 row0) 0).
  { pose proof (row_sound 0 vzero row0) as Z0. rewrite inner_zerol in Z0.
    apply Z0; [ | assumption ].
    intros i. rewrite inner_zerol. pose proof (Min i). lra. }
  assert (Norms := norms_sound G2 nu 1 ltac:(intros i I; apply Lip; lia) ltac:(assumption)).
  rewrite val_add in Flow. cbn [all_carried] in Flow. rewrite !val_add, val_unit in Flow.
  simpl (0 + 0)%nat in Flow. rewrite opp_IZR in Flow.
  pose proof (Rmult_le_compat_l _ _ _ Tau Near).
  assert (K : 0 <= IZR den * (IZR tau * sqnorm (e 0%nat) + val (carry 0 row0) 0
    + val (all_carried 1 rows) 0 + weighted_norms e nu 1)) by lra.
  assert (K' : 0 <= IZR tau * sqnorm (e 0%nat) + val (carry 0 row0) 0
    + val (all_carried 1 rows) 0 + weighted_norms e nu 1)
    by (apply (Rmult_le_reg_l (IZR den)); lra).
  lra.
Qed.

End Values.
