"""A process that forks training runs and has each kill itself with signal 9 at a named point.

Used as a script: `python -m tests.experiments.engine.killed FOLDER`; it makes one folder per
point, and "all", which is killed at every point in turn.
"""

import io
import json
import os
import signal
import sys
from pathlib import Path

import torch

from experiments.engine import checkpoints, journal
from experiments.engine.loop import Run
from tests.experiments.fake import Regression, Stream

CHANGES = {"checkpoint_every": 7}


def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)


def nth(count, original, instead):
    """Return `original` that does `instead` at the `count`-th call."""
    left = [count]

    def call(*args, **options):
        left[0] -= 1
        return (original if left[0] else instead)(*args, **options)

    return call


def half_a_checkpoint(content, file):
    """Write the first half of a checkpoint, as a kill in the middle of writing leaves it."""
    whole = io.BytesIO()
    real_save(content, whole)
    file.write(whole.getvalue()[: whole.tell() // 2])
    file.flush()
    die()


def half_a_line(self, line):
    with (self.folder / journal.METRICS).open("a") as file:
        file.write('{"step": 10, "val": [0.0')
    die()


def half_a_file(path, content):
    path.with_name(path.name + ".part").write_text('{"config"')
    die()


real_save, write, advance = torch.save, journal.write_json, Run._advance


def in_a_step():
    """Die between the backward pass and the optimizer's step, at step 13."""
    Run.observe = nth(13, Run.observe, die)


def before_the_first_step():
    Stream.batch = nth(1, Stream.batch, die)


def in_the_middle_of_a_checkpoint():
    torch.save = nth(2, torch.save, half_a_checkpoint)


def before_a_checkpoint_is_renamed():
    plain, renamed = Path.replace, nth(2, Path.replace, die)
    Path.replace = lambda own, to: (renamed if "checkpoint" in own.name else plain)(own, to)


def after_a_checkpoint():
    save = checkpoints.save
    checkpoints.save = lambda *args: (save(*args), die())


def in_a_line_of_metrics():
    journal.Journal.write = nth(2, journal.Journal.write, half_a_line)


def in_the_config():
    journal.write_json = half_a_file


def in_the_final_record():
    journal.write_json = nth(3, journal.write_json, half_a_file)


POINTS = {
    point.__name__: point
    for point in (
        in_the_config,
        before_the_first_step,
        in_a_step,
        in_a_line_of_metrics,
        in_the_middle_of_a_checkpoint,
        before_a_checkpoint_is_renamed,
        after_a_checkpoint,
        in_the_final_record,
    )
}


def trained(folder):
    from experiments.engine import train
    from tests.experiments.engine.test_engine import config

    options = {"progress": "none", "say": lambda line: None, "workload": Regression()}
    train(config(**CHANGES), folder, **options)


def killed_at(point, folder):
    """Fork a run that dies at `point`; return the signal that ended it, 0 if it came to its end."""
    child = os.fork()
    if child == 0:
        POINTS[point]()
        try:
            trained(folder)
        finally:
            os._exit(0)
    return os.WTERMSIG(os.waitpid(child, 0)[1])


if __name__ == "__main__":
    root, steps = Path(sys.argv[1]), {}
    trained(root / "warm")  # what is imported now need not be in every fork
    for name in POINTS:
        assert killed_at(name, root / name) == signal.SIGKILL, name
        assert killed_at(name, root / "all") == signal.SIGKILL, name
        kept = root / name / checkpoints.FILE
        steps[name] = torch.load(kept, weights_only=True)["step"] if kept.exists() else 0
    (root / "steps.json").write_text(json.dumps(steps))
