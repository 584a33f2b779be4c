"""The training engine: plan, train, evaluate at the right sequence, checkpoint, resume."""

from experiments.engine.config import RunConfig as RunConfig
from experiments.engine.loop import train as train
