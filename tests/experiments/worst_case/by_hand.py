"""The zoo once more, by hand: sums with explicit weights, or another form of the same method.

Each takes (start, slopes, constants …) and returns the points y_1 … y_{T−1} and the output, if the
t-th subgradient is `slopes[t]`, whatever the point: a method is linear in its gradients, so points
that agree for all slopes are the same method.  Nothing is taken from the package.
"""

from fractions import Fraction
from itertools import accumulate

F = Fraction
NO_MEMORY = F(0)


def iterates(start, slopes, steps):
    """Return z_1 … z_T of descent."""
    return [*accumulate((-s * g for s, g in zip(steps, slopes, strict=True)), initial=start)]


def mean(values, shares=None):
    """Return a weighted mean, or the plain one."""
    if shares is None:
        return sum(values) / F(len(values))
    return sum(w * v for w, v in zip(shares, values, strict=True))


def descent(start, slopes, gamma):
    return iterates(start, slopes, [gamma] * len(slopes))


def linear_decay(start, slopes, gamma):
    T = len(slopes) + 1
    return iterates(start, slopes, [gamma - gamma * F(t, T) for t in range(1, T)])


def stable_decay(start, slopes, stable, gamma):
    T, last = len(slopes) + 1, 1 - stable
    steps = [gamma if t <= stable * T else gamma * (T - t) / (T * last) for t in range(1, T)]
    return iterates(start, slopes, steps)


def averaged(start, slopes, mu_x, mu_y, gamma):
    """Return GPA with one step or a list of steps, the average written with explicit weights."""
    steps = gamma if isinstance(gamma, list) else [gamma] * len(slopes)
    x, z, points = start, [start], []
    for n in range(1, len(slopes) + 2):
        weights = [mu_x ** (n - 1)] + [(1 - mu_x) * mu_x ** (n - t) for t in range(2, n + 1)]
        x = mean(z, weights)
        points.append(mu_y * x + (1 - mu_y) * z[-1])
        if n <= len(slopes):
            z.append(z[-1] - steps[n - 1] * slopes[n - 1])
    return [*points[:-1], x]


def schedule_free(start, slopes, mu_y, gamma):
    z = descent(start, slopes, gamma)
    means = [mean(z[:n]) for n in range(1, len(z) + 1)]
    queries = [mu_y * m + (1 - mu_y) * here for m, here in zip(means, z, strict=True)]
    return [*queries[:-1], means[-1]]


def matched_decay(start, slopes, mu_x, mu_y, gamma):
    T = len(slopes) + 1
    steps = [gamma * F(T - t, T) / (1 - mu_x ** (T - t)) for t in range(1, T)]
    return averaged(start, slopes, mu_x, mu_y, steps)


def tail_average(start, slopes, share, gamma):
    z = descent(start, slopes, gamma)
    length = 1 + share * (len(z) - 1)
    weights = [min(F(1), max(F(0), length - back)) for back in range(len(z))][::-1]
    return [*z[:-1], mean(z, [w / length for w in weights])]


def ftrl_momentum(start, slopes, gamma):
    sums = [*accumulate(slopes)]
    later = [start - gamma / F(t**0.5) * total for t, total in enumerate(sums, 1)]
    z = [start, *later]
    return [mean(z[:n]) for n in range(1, len(z) + 1)]


def rounds(slopes):
    """Return the slopes in pairs: two inner steps each."""
    return list(zip(slopes[::2], slopes[1::2], strict=True))


def lookahead(start, slopes, alpha, gamma):
    x, points = start, []
    for one, two in rounds(slopes):
        points += [x, x - gamma * one]
        x = x - alpha * gamma * (one + two)
    return [*points, x]


def snoo(start, slopes, mu, outer, gamma):
    """Return the outer step as torch's SGD with nesterov=True takes it."""
    x, buffer, points = start, F(0), []
    for one, two in rounds(slopes):
        points += [x, x - gamma * one]
        change = gamma * (one + two)
        buffer = mu * buffer + change
        x = x - outer * (change + mu * buffer)
    return [*points, x]


def ema_nesterov(start, slopes, beta, decay, gamma):
    """Return x_{t+1} = x_t + βm_t − γg_t, with m_t summed from all moves."""
    moves, points = [], []
    for g in slopes:
        n = len(moves)
        m = sum(((1 - decay) * decay ** (n - i) * v for i, v in enumerate(moves, 1)), F(0))
        points.append(start + sum(moves, F(0)) + beta * m)
        moves.append(beta * m - gamma * g)
    return [*points, start + sum(moves, F(0))]


def kernel(slopes, weight):
    """Return Σ_s weight(t − s) g_s for every t."""
    return [sum(weight(t - s) * slopes[s] for s in range(t + 1)) for t in range(len(slopes))]


def ademamix(start, slopes, decay, alpha, gamma, beta=NO_MEMORY):
    fast = kernel(slopes, lambda age: (1 - beta) * beta**age)
    slow = kernel(slopes, lambda age: (1 - decay) * decay**age)
    moves = [
        f / (1 - beta**t) + alpha * s for t, (f, s) in enumerate(zip(fast, slow, strict=True), 1)
    ]
    return iterates(start, moves, [gamma] * len(slopes))


def pair(decay, share):
    """Return the weights of a mixture of averages with decays `decay` and `decay`²."""
    fast = decay * decay
    return lambda age: share * (1 - decay) * decay**age + (1 - share) * (1 - fast) * fast**age


def two_maxwell(start, slopes, decay, share, gamma):
    moves = kernel(slopes, pair(decay, share))
    return iterates(start, moves, [gamma] * len(slopes))


def two_ema(start, slopes, decay, share, gamma):
    z, T, weight = descent(start, slopes, gamma), len(slopes) + 1, pair(decay, share)
    shares = [weight(T - t) for t in range(2, T + 1)]
    return [*z[:-1], mean(z, [1 - sum(shares), *shares])]


def ac_sa(start, slopes, gamma):
    """Return the averages with Lan's weights: x_{t+1}^ag is Σ s x_{s+1} over t(t+1)/2."""
    x, averages, points = [start], [start], []
    for t, g in enumerate(slopes, 1):
        points.append((1 - F(2, t + 1)) * averages[-1] + F(2, t + 1) * x[-1])
        x.append(x[-1] - gamma * F(t + 1, 2) * g)
        averages.append(sum(s * x[s] for s in range(1, t + 1)) / F(t * (t + 1), 2))
    return [*points, averages[-1]]


def three_sequences(start, slopes, gamma, factor, last):
    """Return x = (1 − 1/θ)y + z/θ with z moved by factor · θγg, and θ's last factor `last`."""
    theta, z, y, x, points = F(1), start, start, start, []
    for t, g in enumerate(slopes):
        points.append(x)
        y, z = x - gamma * g, z - factor * theta * gamma * g
        under = last if t == len(slopes) - 1 else 4
        theta = (1 + F(float(1 + under * theta**2) ** 0.5)) / 2
        x = (1 - 1 / theta) * y + z / theta
    return [*points, x if factor == 2 else y]


def accelerated(start, slopes, gamma):
    return three_sequences(start, slopes, gamma, 1, 4)


def optimized(start, slopes, gamma):
    return three_sequences(start, slopes, gamma, 2, 8)


def silver(start, slopes, gamma):
    """Return descent with steps h, then 1 + ρ^{k−1}, then h again, doubled until long enough."""
    rho, steps = 1 + F(2**0.5), []
    for k in range(len(slopes).bit_length()):
        steps = [*steps, 1 + rho ** (k - 1), *steps]
    return iterates(start, slopes, [gamma * h for h in steps[: len(slopes)]])
