"""Argument vectors of somebody who means no good: each option of each command, each odd value."""

from __future__ import annotations

import os
from collections.abc import Iterator

VALUES = (
    *("C=inf", "C=1e400", "T**T**T", "C*T**(10**10)", "__import__('os')", "lambda: 0", "T" * 10**4),
    *("nan", "inf", "-inf", "-0", "0", "-1", "1e308", "1e-308", "5e-324", "1e400", "1e-400"),
    *("1e9999999", "1e400000000", "-1e-400000000", "1/0", "0/0", "1/3", "1_000", "0x10", "1,5"),
    *("٣", "½", "١٢", "", "  ", " 5 ", "+1", "1e", "e5", ".", "NaN()", "1.5", "True", "[]", "{}"),
    *(
        "\n",
        "a\nb",
        "\x1b[2J",
        "\udc80",
        "--",
        "-",
        "@file",
        "%s",
        "*",
        "/",
        "/dev/null",
        "a" * 10**4,
    ),
    *("1" * 400, "1" * 5000, f"0.{'1' * 400}", f"1/{'7' * 300}", f"1/{'7' * 10**6}"),
    *("1000000000", "2147483648", "9223372036854775808", "-9223372036854775809", "1e5000"),
)

GIVEN = {  # a command line that is right and quick; every option of the command is then set anew
    "bound": "bound --steps 5 --lipschitz 1 --radius 1 --mu-x .5 --json",
    "bound, last": "bound --steps 5 --metric last --lipschitz 1 --radius 1 --diameter 2",
    "bound, diagonal": "bound --steps 5 --base adagrad-diagonal --lipschitz 1 --mu-x .5"
    " --coordinate-diameter 2 --dimension 2",
    "bound, any base": "bound --steps 5 --mu-x .5 --lipschitz 1 --radius 1 --regret C*sqrt(T)"
    " --constant C=3",
    "bound, row of the atlas": "bound --steps 5 --base drawn-back --metric last --mu-x .5"
    " --lipschitz 1 --radius 1",
    "run": "run --problem max --steps 5 --json",
    "run, uniform": "run --problem quadratic --uniform --gamma .5 --steps 5",
    "run, own data": "run --csv no-such-file --target y --loss hinge --steps 5",
    "worst-case": "worst-case --steps 2 --mu-x .5 --mu-y .5 --gamma .5",
    "worst-case, smooth": "worst-case --steps 2 --mu-x .5 --mu-y .5 --gamma .5 --smoothness 1",
    "worst-case, more": "worst-case --steps 2 --mu-x .5 --mu-y .5 --gamma .5 --metric best",
    "worst-case, own": "worst-case --steps 2",
    "tune": "tune --steps 2 --family sgd",
    "minimax": "minimax --steps 5 --mu-x .5 --json",
    "check-certificate": "check-certificate no-such-file",
}
OPTIONS = {
    "bound": "domain base metric averaging mu-x mu-y steps lipschitz radius epsilon gamma",
    "bound, last": "mu-x steps lipschitz radius diameter epsilon gamma",
    "bound, diagonal": "steps lipschitz coordinate-diameter dimension gamma break-even",
    "bound, any base": "regret discounted-regret constant against steps",
    "bound, row of the atlas": "mu-x steps gamma radius",
    "run": "problem base mu-x mu-y steps gamma domain tune-for",
    "run, uniform": "mu-y steps gamma base",
    "run, own data": "csv target loss radius drop",
    "worst-case": "steps mu-x mu-y gamma metric lipschitz radius width solver certificate show"
    " rocq",
    "worst-case, more": "start-gap diameter constants radius mu-x metric width steps",
    "worst-case, own": "method steps",
    "worst-case, smooth": "gamma smoothness strong-convexity radius width",
    "tune": "steps metric family inner-steps lipschitz smoothness strong-convexity radius width",
    "minimax": "adversary steps mu-x mu-y schedule matrix radius lipschitz",
    "check-certificate": "seconds",
}


STRIDE = 1 if os.environ.get("HYPOTHESIS_PROFILE") == "nightly" else 31


def vectors(case: str) -> Iterator[list[str]]:
    """Yield the command line with each option set to odd values: all of them at night, else some.

    Which ones differs from option to option, so that every value meets every command.
    """
    for at, option in enumerate(OPTIONS[case].split()):
        for value in VALUES[at % STRIDE :: STRIDE]:
            yield [*GIVEN[case].split(), f"--{option}={value}"]
