r"""The PyTorch optimizer against `core.run`, against textbook methods, and its own promises.

There are two kinds of comparison, neither with a tolerance of its own.  With dyadic data and few
steps float64 does not round, so equality with `core.run` in Fractions is exact.  On long runs every
step must obey the recursion up to what its few roundings can do, :math:`8 \cdot 2^{-53}` of the
largest number involved; and z must be where the base, run bare on the same gradients, puts it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING, Any

from gpa_theory.core.averaging import Averaging, Exponential, Uniform
from gpa_theory.core.labels import Label
from gpa_theory.core.recursion import GPA as Recursion
from gpa_theory.core.recursion import run
from gpa_theory.verify.claims import Check, Claim
from gpa_theory.verify.verdict import Result, compare, exactly

if TYPE_CHECKING:
    import torch

    from gpa_theory.optim.gpa import GPA

OURS = "this project"
UNIT = 2.0**-53
OPERATIONS = 8  # roundings on the way from (y, δ) to the next (y, δ); counted in optim.step.update
DYADIC_STEPS = 8  # with two or three bits per step the last number still has 53
STEPS = 200
CURVATURES = (Fraction(1), Fraction(1, 2), Fraction(-1, 4))
START = (Fraction(1), Fraction(-3, 4), Fraction(1, 2))
DYADIC = ((Fraction(1, 2), Fraction(3, 4)), (Fraction(1, 2), Fraction(1)), (Fraction(3, 4), 0))


def _parameter(start: Iterable[Any]) -> torch.nn.Parameter:
    import torch

    return torch.nn.Parameter(torch.tensor([float(v) for v in start], dtype=torch.float64))


def _around(base: Callable[..., Any], w: Any, averaging: Averaging, mu_y: float) -> GPA:
    from gpa_theory.optim.gpa import GPA

    return GPA(base([w]), averaging=averaging, mu_y=mu_y)


def _gradient(w: Any) -> Any:
    """Return the gradient of Σ h_i w_i²/2, h dyadic, one of them negative: nothing is convex."""
    h = w.detach().new_tensor([float(c) for c in CURVATURES])
    return h * w.detach()


def _fractions(mu_x: Fraction, mu_y: Fraction, gamma: Fraction) -> Iterator[tuple[list, list]]:
    """Yield (y_t, x_t) of the definition, coordinate by coordinate, in Fractions."""
    runs = []
    for h, w in zip(CURVATURES, START, strict=True):

        def base(t: int, z: Fraction, y: Fraction, h: Fraction = h) -> Fraction:
            return z - gamma * h * y

        runs.append(run(Recursion(Exponential(mu_x), mu_y), w, base, DYADIC_STEPS, Fraction))
    for steps in zip(*runs, strict=True):
        yield [y for y, _ in steps], [s.x for _, s in steps]


def check_exact(seed: int) -> Iterable[Result]:
    """Compare y and x of GPA(SGD) with `core.run` in Fractions: dyadic floats do not round."""
    import torch

    gamma = Fraction(1, 4)
    for mu_x, mu_y in DYADIC:
        w = _parameter(START)
        base = partial(torch.optim.SGD, lr=float(gamma))
        opt = _around(base, w, Exponential(float(mu_x)), float(mu_y))
        worst = Fraction(0)
        for y, x in _fractions(mu_x, Fraction(mu_y), gamma):
            worst = max(worst, _distance(w, y))
            with opt.averaged():
                worst = max(worst, _distance(w, x))
            w.grad = _gradient(w)
            opt.step()
        words = f"μ_x = {mu_x}, μ_y = {mu_y}, T = {DYADIC_STEPS}"
        yield exactly(f"largest difference from the definition: {words}", worst, 0)


def _distance(w: Any, exact: list[Fraction]) -> Fraction:
    floats = w.detach().tolist()
    return max(abs(Fraction(a) - b) for a, b in zip(floats, exact, strict=True))


def _bases() -> dict[str, Callable[..., Any]]:
    import torch

    o = torch.optim
    return {
        "SGD, momentum": partial(o.SGD, lr=0.05, momentum=0.5, weight_decay=0.1),
        "AdamW, decay": partial(o.AdamW, lr=0.02, weight_decay=0.1),
        "AdamW, fused": partial(o.AdamW, lr=0.02, weight_decay=0.1, fused=True),
        "RMSprop": partial(o.RMSprop, lr=0.01),
        "NAdam": partial(o.NAdam, lr=0.02),
        "Adagrad": partial(o.Adagrad, lr=0.1),
    }


def residuals(
    base: Callable[..., Any], averaging: Averaging, mu_y: float, seed: int, wrong: float = 0.0
) -> tuple[float, float]:
    """Return the largest residual of a step of x and of z, in units of what rounding allows.

    x and z are what (y, δ) stands for, in extended precision; the base is also run bare, on z.
    `wrong` is added to μ_y when they are read, which must be noticed.
    """
    import torch

    generator = torch.Generator().manual_seed(seed)
    w = _parameter(torch.randn(32, generator=generator).tolist())
    opt = _around(base, w, averaging, mu_y)
    bare = torch.nn.Parameter(w.detach().clone())
    alone = base([bare])
    x = z = _wide(w)
    worst_x = worst_z = 0.0
    for t in range(1, STEPS + 1):
        w.grad = w.detach() + torch.randn(32, generator=generator, dtype=torch.float64)
        bare.grad = w.grad.clone()
        with torch.no_grad():
            bare.copy_(torch.as_tensor(z.astype("float64")))
        opt.step()
        alone.step()
        delta, now = _wide(opt.state[w]["delta"]), _wide(w)
        z_next = now - (mu_y + wrong) * delta
        c = averaging.coefficient(float(t + 1))
        size = max(float(abs(v).max()) for v in (now, delta, z, x, z_next))
        miss_x = z_next + delta - ((1 - c) * x + c * z_next)
        worst_x = max(worst_x, float(abs(miss_x).max()) / (OPERATIONS * UNIT * size))
        miss_z = float(abs(z_next - _wide(bare)).max())
        worst_z = max(worst_z, miss_z / (OPERATIONS * UNIT * size))
        x, z = z_next + delta, z_next
    return worst_x, worst_z


def _wide(tensor: Any) -> Any:
    import numpy as np

    return tensor.detach().numpy().astype(np.longdouble)


def check_recursion(base: str, seed: int) -> Iterable[Result]:
    """Compare every step around one torch optimizer with the recursion and with the bare base."""
    make = _bases()[base]
    for averaging, mu_y in ((Exponential(0.97), 0.6), (Uniform(), 0.9), (Exponential(0.9), 0.0)):
        x, z = residuals(make, averaging, mu_y, seed)
        words = f"{base}, {averaging}, μ_y = {mu_y}, T = {STEPS}"
        yield compare(f"residual of x / rounding: {words}", x, 1.0, 0.0)
        yield compare(f"residual of z against the bare base / rounding: {words}", z, 1.0, 0.0)


def check_wrong(seed: int) -> Iterable[Result]:
    """Require that a μ_y misread by 1e-9 breaks the comparison."""
    make = _bases()["AdamW, decay"]
    found = max(residuals(make, Exponential(0.97), 0.6, seed, wrong=1e-9))
    yield compare("must fail: 1 ≤ residual with μ_y off by 1e-9", 1.0, found, 0.0)


def check_textbook(seed: int) -> Iterable[Result]:
    """Compare y with torch's own Nesterov (μ_x = μ_y) and heavy ball (μ_y = 1): bit for bit."""
    import torch

    mu, gamma = 0.5, 0.5
    for name, mu_y, options in (
        ("Nesterov momentum", mu, {"nesterov": True}),
        ("heavy ball", 1.0, {}),
    ):
        w, v = _parameter(START), _parameter(START)
        opt = _around(partial(torch.optim.SGD, lr=gamma), w, Exponential(mu), mu_y)
        theirs = torch.optim.SGD([v], lr=(1 - mu) * gamma, momentum=mu, **options)
        different = 0
        for _ in range(DYADIC_STEPS):
            w.grad, v.grad = _gradient(w), _gradient(v)
            opt.step()
            theirs.step()
            different += int((w != v).sum())
        words = f"μ_x = {mu}, μ_y = {mu_y}, T = {DYADIC_STEPS}"
        yield exactly(f"entries of y that differ from torch's {name}: {words}", different, 0)


def check_switching(seed: int) -> Iterable[Result]:
    """Count the bits of y that a hundred evaluations at x change: none may."""
    import torch

    for dtype in (torch.float64, torch.float32, torch.bfloat16):
        generator = torch.Generator().manual_seed(seed)
        w = torch.nn.Parameter(torch.randn(1000, generator=generator).to(dtype))
        opt = _around(partial(torch.optim.AdamW, lr=1e-2), w, Exponential(0.9), 0.7)
        changed = at_x = 0
        for _ in range(100):
            w.grad = torch.randn(1000, generator=generator).to(dtype)
            opt.step()
            y = w.detach().clone()
            with opt.averaged():
                at_x += int((w != y).sum())
            changed += int((w != y).sum())
        words = f"{dtype}, n = 100 × 1000"
        yield exactly(f"entries of y changed by an evaluation: {words}", changed, 0)
        yield exactly(f"must fail: 1 ≤ entries in which x is not y: {words}", 1, at_x)


def claims() -> list[Claim]:
    """Return what is claimed of `gpa_theory.optim.GPA`."""
    exact: dict[str, Check] = {"dyadic runs": check_exact, "must fail": check_wrong}
    names = ("SGD, momentum", "AdamW, decay", "AdamW, fused", "RMSprop", "NAdam", "Adagrad")
    around: dict[str, Check] = {f"around {name}": partial(check_recursion, name) for name in names}
    return [
        Claim(
            "torch-follows-the-recursion",
            "gpa_theory.optim.GPA stores (y, δ) and follows the recursion: exactly around SGD on"
            " dyadic data, 8 steps at three settings; to 8 roundings a step around SGD with"
            " momentum, AdamW (plain and fused, with weight decay), RMSprop, NAdam and Adagrad, 200"
            " steps in float64 at (μ_x, μ_y) = (0.97, 0.6), (0.9, 0) and c_t = 1/t, μ_y = 0.9",
            OURS,
            Label.MEASURED,
            exact | around,
        ),
        Claim(
            "torch-textbook-methods",
            "y of GPA around torch's SGD is, bit for bit, torch's own Nesterov momentum"
            " (μ_x = μ_y = 1/2) and heavy ball (μ_x = 1/2, μ_y = 1), γ = 1/2, 8 steps on dyadic"
            " data",
            OURS,
            Label.MEASURED,
            {"against torch.optim.SGD": check_textbook},
        ),
        Claim(
            "torch-evaluation-leaves-no-trace",
            "putting x in place and y back changed no bit of y in 100 evaluations of 1000 weights"
            " around AdamW with μ_x = 0.9, μ_y = 0.7, in float64, float32 and bfloat16",
            OURS,
            Label.MEASURED,
            {"a hundred evaluations": check_switching},
        ),
    ]
