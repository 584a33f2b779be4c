"""The guided tour: five settings and what to look for.  No numbers: the page computes those."""

from __future__ import annotations

from gpa_theory.explore.setting import Setting

STOPS = (
    (
        "Where the bound goes",
        Setting(),
        "Read the waterfall: the EMA cost is large, and the Bregman terms, which every"
        " worst-case bound throws away, pay most of it back.",
    ),
    (
        "A short memory",
        Setting(mu_x=0.9, mu_y=0.9),
        "On the diagonal GPA is Nesterov momentum. The EMA cost has shrunk with the memory.",
    ),
    (
        "Gradient at the average",
        Setting(mu_x=0.98, mu_y=1.0, gamma=2.0),
        "On the top edge GPA is heavy ball: y is x, and only the paths know that z runs ahead.",
    ),
    (
        "Noise",
        Setting(mu_x=0.99, mu_y=0.0, gamma=0.5, noise=1.0, problem="bowl"),
        "On the bottom edge x is an average of an unchanged base run: compare x with the base.",
    ),
    (
        "Past the edge of stability",
        Setting(mu_x=0.5, mu_y=0.2, gamma=2.6, steps=300),
        "The step exceeds the stability limit. The assumption breaks first, then the run diverges;"
        " raise μ_y and watch the limit move.",
    ),
)


def links() -> list[dict[str, str]]:
    """Return title, link and sentence of every stop.

    >>> len(links()), links()[1]["link"].startswith("v=1&mux=0.9&muy=0.9")
    (5, True)
    """
    return [{"title": t, "link": setting.link(), "words": words} for t, setting, words in STOPS]
