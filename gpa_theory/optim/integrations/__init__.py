"""Callbacks for training loops of others: they evaluate and save x, and train on at y.

Read in this order: `statistics` (BatchNorm between x and y), `trainer` (Hugging Face Trainer),
`lightning`.
Public names: `trainer_callback`, `lightning_callback`.  Each imports its framework when it is
called, so that neither is needed to import this room.
May be imported by whoever trains in such a loop (`experiments`); inside `optim` no other room needs
it.
"""

from gpa_theory.optim.integrations.lightning import lightning_callback as lightning_callback
from gpa_theory.optim.integrations.trainer import trainer_callback as trainer_callback
