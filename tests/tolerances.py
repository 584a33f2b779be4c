"""Named tolerances, each with the reason for its size.  A bare number in a test is a smell."""

# Parity of one arithmetic with Fractions after a handful of steps: a few hundred roundings of
# 2^-53 each (float64) or 2^-24 (float32), relative to values of order one.
PARITY_FLOAT64 = 1e-12
PARITY_FLOAT32 = 1e-5

# Two closed forms of the same number: a dozen roundings of 2^-53.
ROUNDING = 1e-14

# numeric: math.log1p(math.exp(m)) and x log x in floats, against 60 digits.  An argument m of size
# 40 is itself rounded, which e^m magnifies 40-fold.
LOGARITHM = 1e-13
# numeric: width of a proved eigenvalue enclosure, dominated by θ_{2n} |A|′|A| (measured: 1e-13).
SPECTRUM = 1e-11
# numeric: what a published minimum may leave open (measured: at most 5.0e-11, digits-lad on a box).
CERTIFIED_GAP = 1e-9

# Inner products of unit vectors after two Gram-Schmidt passes, times sums of up to 60 of them.
ORTHOGONAL = 1e-12

# GPA around a float64 torch optimizer against three explicit sequences: 20 to 50 steps of a few
# roundings each, amplified by the base (Rprop and Adagrad react to the last bit of a gradient).
PARITY_TORCH = 1e-9

# Relative drift of x in float32 storage: the random walk of one rounding per step, measured 1.3e-6
# after 5,000 steps.
DRIFT_FLOAT32 = 2e-6

# δ in bfloat16 with stochastic rounding: error of x relative to |x − z|.  One rounding is 2^-9 of δ
# uniformly spread, and 1/(1−μ_x²) of them add up: sqrt(50) · 2^-9 · 0.6 at μ_x = 0.99.
HALF_DELTA = 3e-2

# DiLoCo and GPA driven by the same given increments: μ^{1/H} to the power H, up to 80 steps of a
# few roundings each.
OPEN_LOOP = 1e-12

# Two float32 AdamW runs continued for ten steps in different storage, (y, z) and (y, δ): a few
# roundings of 2^-24 per step on weights of order one, amplified where a second moment is small.
CONTINUED_FLOAT32 = 1e-5

# Numbers quoted from elsewhere with three or four digits.
PUBLISHED = 1e-3

# A loss after 30 steps whose products were taken in bfloat16, 2^-9 each.
LOW_PRECISION = 3e-2

# Losses of two processes against one, float32, 50 steps: sums in another order, a few 2^-24 each
# (measured: 5e-7 on a small Llama).
TWO_RANKS = 1e-6

# GPAAdamW beside GPA around AdamW: 20 steps of a dozen roundings of 2^-53 (2^-24 in float32) on
# values of order one, in another order of operations (measured: 4e-15 and 2e-6).
FUSED_FLOAT64 = 1e-13
FUSED_FLOAT32 = 1e-5

# Two neighbors in bfloat16, relative: what one rounding to the other side makes of δ.
ONE_ROUNDING = 2**-7

# The same with weights and gradients in bfloat16: half a unit in the last place of weights below 1,
# for the image, and gradients that were summed in another order.
HALF_PRECISION_RANKS = 2**-7

# A bfloat16 δ whose shards round by other random bits than the whole: a few units of 2^-8 |δ|, and
# |δ| is below 0.1 after six steps of 0.01.
COARSE_SHARDS = 2e-3

# optim.audit: the identity of a step, relative to its largest term.  What is combined is float64;
# apart from rounding of the iterates, a dozen inner products of some hundred entries are left,
# multiplied by up to 1/(1−μ_x) (measured: 5e-12).
AUDIT_EXACT = 1e-10
# The same with rounding of float32 iterates, multiplied by ρ = 9 (measured: 3e-6).
AUDIT_FLOAT32 = 1e-5
# Terms of the audit against `numeric.identity`, float64: losses and inner products added in
# another order, times ρ = 9.
AUDIT_PARITY = 1e-12

# A regret of 40 float steps in 3 dimensions against its proved bound: sums of at most 200 products
# of order ten, 2^-53 each.
PROVED_IN_FLOATS = 1e-11

# Worst cases by another modeling layer (PEPit with Clarabel, 1e-8 on its own scaling), which
# returns one value, not an interval (measured: 3e-7 on values of order one).
OTHER_PEP = 1e-5
# Answers of `worst_case.questions` against closed forms, relative: their default width.
ANSWER = 1e-5
# PEPit where x* may be any distance away, values of 2 (measured: 1.3e-5 below one that is exact).
OPEN_PEP = 1e-4
# The zoo at T = 5 by PEPit with Clarabel, values below 1 (measured: at most 8e-9
# outside the interval, 22 settings).
ZOO_PEP = 1e-6

# Finite differences of a worst case over 1e-4 of a constant, each value solved to about 1e-9.
ENVELOPE = 1e-3

# A worst case that equals a closed form, both ends of a relative width of 1e-6.
CLOSED_FORM = 2e-6

# symbolic: a 2 × 2 Lyapunov equation solved by scipy at up to 95 % of the stability limit: 2^-53
# over (1 − spectral radius), times a dozen operations (measured: 2e-15).
LYAPUNOV = 1e-12
# symbolic: variance of 40,000 independent chains; one standard deviation is √(2/n) = 0.7 %, this
# is five.
SIMULATED_VARIANCE = 3.5e-2

# experiments: five Newton-Schulz iterations in bfloat16 whose products another kernel sums in
# another order: a few units of 2^-8 on entries below 1 (measured: 0 on one CPU).
NEWTON_SCHULZ = 5e-2
# Weights over the learning rate after 20 such steps, which add up at random.
NEWTON_SCHULZ_WEIGHTS = 0.2

# experiments.study: inner products of a step taken twice, from the run's own gradient and from the
# audit's, float64, relative (measured: 5e-14).
SAME_REGRET = 1e-10
# A lag that is zero but for rounding: float64 z is read off y and δ, and A = H/γ multiplies that.
NO_LAG = 1e-9
# A bound written twice, sums of some dozen terms, relative.
BOUND_TWICE = 1e-12
# Discounted sums of 30 identities of a quadratic run, float64 (measured: 3e-15).
DISCOUNTED = 1e-11
# Losses of 50 steps of Muon in an ensemble against the lone run: float32 gradients that differ in
# the last place round to other bfloat16 numbers (measured: 3e-5).
MUON_RUN = 1e-3

# explore: what JavaScript and Python find at one state, the same operations in the same order: some
# thousand roundings, 2^-53 each.  Also the residual of the identity, relative to its largest term.
TWO_LANGUAGES = 1e-12
# A constant set by a pointer in the square: one pixel of the 390 for s = 0 … 4 moves μ_x = 0.9
# by 0.0024, and μ_y by 0.0034 and its two decimals.
POINTED_MU_X, POINTED_MU_Y = 0.01, 0.02
# Relative width of the packaged worst cases: solved to 1e-4, rounded outward to six decimals.
PACKAGED_WIDTH = 1e-3
# Closed forms of smooth worst cases, relative: intervals hold the value, which is a float itself.
SMOOTH_CLOSED_FORM = 1e-9
# experiments.workloads: the loss at a midpoint against the mean of the ends, relative: float64 sums
# of some thousand terms (measured: below 0; a Llama or a ViT exceeds it by 0.01 or more).
CONVEX = 1e-12

# stats: the p value at an end of a confidence set that was solved for: the end is known to 2^-36 of
# the distance between two evaluations, which an interval of 1e-7 of it magnifies 1e7-fold.
SOLVED_END = 1e-3

# report: how far a recorded end of an interval, rounded outward, may be from the end found anew, in
# units of its last digit: a value near a multiple of the unit is rounded to either side.
LAST_DIGIT = 1

# GPA with DiLoCo's constants: x against the anchor on constant gradients after 100 blocks.  x is at
# most 1.4 blocks behind, and the anchor 9 blocks behind 100 (measured: 1.5 % at H = 16).
RULE_AFTER_TRANSIENTS = 2e-2
# The same on a small network after 20 blocks: distance relative to the way (measured: 5 to 8 %).
RULE_ON_A_NETWORK = 0.1

# A hostile command line may take this long, in seconds: a fuse, some hundred times what it takes.
HOSTILE_SECONDS = 60.0
