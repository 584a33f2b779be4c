(** * GPA matches its base: regret C sqrt T becomes C / sqrt T

    Main results, for any base whose regret inside GPA is at most C sqrt T: [matches_last] (c_t = 1/t, the
    last iterate), [matches_mean] (constant mu_x: within a factor 1 + eta from a stated T on), and
    [moves_rate] (constant mu_x, no minimizer: the cost of averaging by how far the base moves). *)

From Coq Require Import Reals Lra Lia Psatz Arith.
From GPA Require Import Definitions InnerSpace Sums Recursion Conversions Exceed.
Open Scope R_scope.

Section Matching.
Context {V : Type} `{InnerSpace V}.
Variables (C : V -> Prop) (f : V -> R) (mu_y : nat -> R) (z x y g : nat -> V) (T : nat) (u : V).
Hypothesis setting : convex_setting C f z y g T.
Hypothesis u_inside : C u.
Hypothesis T_pos : (1 <= T)%nat.

Lemma root_T : 0 < sqrt (INR T) /\ INR T = sqrt (INR T) * sqrt (INR T).
Proof.
  pose proof (INR_pos T T_pos). split; [ apply sqrt_lt_R0; lra | ].
  symmetry. apply sqrt_sqrt. lra.
Qed.

Section Root.
Variable K : R.
Hypothesis K_pos : 0 < K.
Hypothesis regret_le : regret g z u T <= K * sqrt (INR T).

Theorem matches_last : gpa uniform mu_y z x y T -> f (x T) - f u <= K / sqrt (INR T).
Proof.
  intros run. destruct root_T as [P E]. pose proof (INR_pos T T_pos) as PT.
  eapply Rle_trans; [ exact (schedule_free C f mu_y z x y g T u setting u_inside T_pos run) | ].
  apply Rle_trans with (K * sqrt (INR T) / INR T).
  - unfold Rdiv. apply Rmult_le_compat_r; [ left; apply Rinv_0_lt_compat; lra | exact regret_le ].
  - right. set (s := sqrt (INR T)) in *. rewrite E. field. lra.
Qed.

Theorem matches_mean : forall mu_x eta, 0 <= mu_x < 1 -> 0 < eta ->
  gpa (exponential mu_x) mu_y z x y T -> f u <= f (x T) ->
  odds mu_x * (f (x 1%nat) - f u) / (eta * K) <= sqrt (INR T) ->
  rsum (fun t => f (x t) - f u) T / INR T <= (1 + eta) * (K / sqrt (INR T)).
Proof.
  intros mu_x eta Hm He run Above Late. destruct root_T as [P E].
  pose proof (INR_pos T T_pos) as PT. pose proof (odds_nonneg mu_x Hm) as Ho.
  eapply Rle_trans; [ exact (mean_gap C f mu_y z x y g T u setting u_inside T_pos mu_x run) | ].
  assert (EK : 0 < eta * K) by (apply Rmult_lt_0_compat; lra).
  assert (L : odds mu_x * (f (x 1%nat) - f u) <= eta * K * sqrt (INR T)).
  { apply (Rmult_le_compat_l (eta * K)) in Late; [ | lra ].
    replace (eta * K * (odds mu_x * (f (x 1%nat) - f u) / (eta * K)))
      with (odds mu_x * (f (x 1%nat) - f u)) in Late by (field; lra). exact Late. }
  assert (M : odds mu_x * (f (x 1%nat) - f (x T)) <= odds mu_x * (f (x 1%nat) - f u))
    by (apply Rmult_le_compat_l; lra).
  set (s := sqrt (INR T)) in *. apply Rle_trans with (((1 + eta) * K * s) / INR T).
  - unfold Rdiv. rewrite <- Rmult_plus_distr_r.
    apply Rmult_le_compat_r; [ left; apply Rinv_0_lt_compat; lra | lra ].
  - right. rewrite E. field. lra.
Qed.

End Root.

(** The base stays within [moves] of its start: the cost is bounded whatever mu_x, and [u] is any
    point, minimizer or not. *)
Theorem moves_rate : forall mu_x slope moves B, 0 <= mu_x < 1 -> 0 <= slope -> 0 <= moves ->
  gpa (exponential mu_x) mu_y z x y T -> regret g z u T <= B ->
  sqnorm (g 1%nat) <= slope ^ 2 ->
  (forall t, (1 <= t <= T)%nat -> sqnorm (z 1%nat -v z t) <= moves ^ 2) ->
  f (mean x T) - f u
  <= rsum (fun t => f (x t) - f u) T / INR T
  <= B / INR T + odds mu_x * ((1 - mu_x ^ (T - 1)) * (slope * moves)) / INR T.
Proof.
  intros mu_x slope moves B Hm Hs Hd run RB G1 Near.
  destruct (average_iterate C f mu_y z x y g T u setting u_inside T_pos mu_x run) as [A1 A2].
  split; [ exact A1 | ]. eapply Rle_trans; [ exact A2 | ].
  pose proof (INR_pos T T_pos) as PT. pose proof (odds_nonneg mu_x Hm) as Ho.
  pose proof (moves_bound_drop setting T_pos Hm run Hs Hd G1 Near) as Fall.
  assert (Q : 0 <= / INR T) by (left; apply Rinv_0_lt_compat; lra).
  unfold Rdiv. apply Rplus_le_compat; (apply Rmult_le_compat_r; [ exact Q | ]).
  - exact RB.
  - apply Rmult_le_compat_l; [ exact Ho | exact Fall ].
Qed.

End Matching.
