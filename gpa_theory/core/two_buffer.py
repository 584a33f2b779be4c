r"""The recursion with two stored vectors: what a training loop keeps beside the model.

The base optimizer may be any, as long as its step Δ_t = z_{t+1} − z_t is passed whole, weight
decay included.  Both forms are exact.  With c = c_{t+1} and δ = x − z:

.. math::
    (y, z):\quad & y^+ = (1-c)\,y + c\,z + (1 - \mu_y(1-c))\,\Delta, \quad z^+ = z + \Delta \\
    (y, \delta):\quad & \delta^+ = (1-c)(\delta - \Delta), \quad
        y^+ = y + \Delta + \mu_y(\delta^+ - \delta)

The first needs μ_y > 0 to recover x = (y − (1−μ_y) z)/μ_y; the second divides by nothing and so
covers μ_y = 0 (x = y + (1−μ_y) δ, z = y − μ_y δ).  This is the recursion written a second time;
`tests/core/test_two_buffer.py` ties both forms to `core.recursion`, exactly.
"""

from __future__ import annotations

from gpa_theory.core.averaging import Scalar
from gpa_theory.core.recursion import Iterates, V
from gpa_theory.core.validation import check_range


def _check_mu_y(call: str, mu_y: Scalar, *, open_low: bool = False) -> None:
    # These run at every step of a training loop: no message is built for an ordinary float.
    if not (isinstance(mu_y, float) and 0 < mu_y <= 1):
        check_range(f"{call}(mu_y={mu_y})", "mu_y", mu_y, 0, 1, open_low=open_low)


def advance_yz(y: V, z: V, base_step: V, c: Scalar, mu_y: Scalar) -> tuple[V, V]:
    """Return (y_{t+1}, z_{t+1}) when z moves by `base_step` = Δ_t and `c` = c_{t+1}; 0 < μ_y ≤ 1.

    >>> advance_yz(y=3.0, z=0.0, base_step=2.0, c=0.5, mu_y=0.75)
    (2.75, 2.0)
    """
    _check_mu_y("advance_yz", mu_y, open_low=True)
    return (1 - c) * y + c * z + (1 - mu_y * (1 - c)) * base_step, z + base_step


def iterates_yz(y: V, z: V, mu_y: Scalar) -> Iterates[V]:
    """Return (x_t, z_t) from the stored (y_t, z_t); needs μ_y > 0.

    >>> iterates_yz(y=2.75, z=2.0, mu_y=0.75)
    Iterates(x=3.0, z=2.0)
    """
    _check_mu_y("iterates_yz", mu_y, open_low=True)
    return Iterates(x=(1 / mu_y) * (y - (1 - mu_y) * z), z=z)


def advance_y_delta(y: V, delta: V, base_step: V, c: Scalar, mu_y: Scalar) -> tuple[V, V]:
    """Return (y_{t+1}, δ_{t+1}) when z moves by `base_step` = Δ_t and `c` = c_{t+1}; 0 ≤ μ_y ≤ 1.

    >>> advance_y_delta(y=3.0, delta=4.0, base_step=2.0, c=0.5, mu_y=0.75)
    (2.75, 1.0)
    """
    _check_mu_y("advance_y_delta", mu_y)
    delta_next = (1 - c) * (delta - base_step)
    return y + base_step + mu_y * (delta_next - delta), delta_next


def iterates_y_delta(y: V, delta: V, mu_y: Scalar) -> Iterates[V]:
    """Return (x_t, z_t) from the stored (y_t, δ_t), for every 0 ≤ μ_y ≤ 1.

    >>> iterates_y_delta(y=2.75, delta=1.0, mu_y=0.75)
    Iterates(x=3.0, z=2.0)
    """
    _check_mu_y("iterates_y_delta", mu_y)
    return Iterates(x=y + (1 - mu_y) * delta, z=y - mu_y * delta)
