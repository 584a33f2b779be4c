"""The worst case of a method in five lines, and the same question asked of PEPit beside it.

Gradient descent on convex 3-smooth functions, four steps of 1/3 from within 1 of a minimizer.
PEPit (pip install pepit) returns the value that a solver computed; `certify` an interval, certified
from both sides.
"""

import warnings

import gpa_theory as gpa


def gradient_descent(x, g, steps):
    """Return the last of T = `steps` points."""
    for _ in range(steps - 1):
        x = x - g(x) / 3
    return x


print(gpa.certify(gradient_descent, steps=5, of=gpa.FunctionClass(smoothness=3)).words)

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from PEPit import PEP
    from PEPit.functions import SmoothConvexFunction

problem = PEP()
f = problem.declare_function(SmoothConvexFunction, L=3)
minimizer = f.stationary_point()
x = problem.set_initial_point()
problem.set_initial_condition((x - minimizer) ** 2 <= 1)
for _ in range(4):
    x = x - f.gradient(x) / 3
problem.set_performance_metric(f(x) - f(minimizer))
print(f"by PEPit: {problem.solve(wrapper='cvxpy', solver='CLARABEL', verbose=0):.9g}")
