"""A run in memory, for instruments: silent, written nowhere, with weights that can be read."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from torch import Tensor

from experiments.engine.config import RunConfig
from experiments.engine.journal import Journal
from experiments.engine.loop import Run
from experiments.engine.ranks import Ranks
from gpa_theory.optim.audit.weights import trained_parameters
from gpa_theory.optim.gpa import GPA


class Plain(Run):
    """A run without budget, checkpoints or evaluations.

    An arm without averaging is wrapped in GPA with μ_x = μ_y = 0, which is the arm bit for bit.
    """

    def __init__(self, config: RunConfig) -> None:
        alone = replace(config, budget_s=None, checkpoint_every=0, eval_every=0, eval_dense=0)
        ranks = Ranks(0, 1, config.device, "single")
        super().__init__(alone, None, ranks, Journal(None, alone), None)
        if not isinstance(self.opt, GPA):
            self.opt = GPA(self.opt, mu_x=0.0, mu_y=0.0)
        self.gpa: GPA = self.opt

    def finish(self) -> None:
        """Train to the end, silently."""
        self.to_the_end("none", lambda line: None)

    def nats(self) -> np.ndarray:
        """Return every member's validation loss now."""
        return (self._evaluate()["val"] / self.work.scale).double().cpu().numpy()

    def point(self) -> dict[str, Tensor]:
        """Return x on the CPU, one tensor per parameter, members first."""
        with self.gpa.averaged():
            trained = trained_parameters(self.gpa, self.inner)
            return {name: p.detach().to("cpu", copy=True) for name, p in trained.items()}
