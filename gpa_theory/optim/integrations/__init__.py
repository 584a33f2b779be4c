"""Callbacks for training loops that one does not own; each imports its framework when asked for."""

from gpa_theory.optim.integrations.lightning import lightning_callback as lightning_callback
from gpa_theory.optim.integrations.trainer import trainer_callback as trainer_callback
