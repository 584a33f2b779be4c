"""Every key of a preset is checked before anything is spent; one line says what is wrong."""

import pytest

from experiments.study.preset.preset import FOLDER, load

WHOLE = """title = "mine"
workload = "vit-digits"
tuning_seeds = [0]
fresh_seeds = [1, 2]
members = 2
budget = "1s"
horizons = [5]

[run]
steps = 10
batch_size = 8

[arms.adamw]
lr = [0.01, 0.02, 0.04]

[ranks]
seeds = [5]

[audit]
arms = ["adamw"]
seeds = [7]
every = 2
controls = ["fp64"]

[prior]
sigma = 0.1
drop = [[0.1, 0.2]]
"""
MANY = "\n".join(f"{k} = {[i / 1000 for i in range(101)]}" for k in ("lr", "beta1"))


def loaded(tmp_path, text):
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return load(str(path))


def test_the_whole_preset_is_taken(tmp_path):
    """The one that every case below breaks in one place."""
    made = loaded(tmp_path, WHOLE)
    assert (made.tuning_seeds, made.fresh_seeds, made.horizons) == ((0,), (1, 2), (5,))
    assert loaded(tmp_path, "\ufeff" + WHOLE) == made  # with the mark that some editors write


def test_an_unknown_key_is_named_with_the_keys_there_are(tmp_path):
    """In our words; a missing one too."""
    with pytest.raises(ValueError, match="wheel must be one of title, workload, run") as found:
        loaded(tmp_path, "wheel = 1\n" + WHOLE)
    assert "__init__" not in str(found.value)
    with pytest.raises(ValueError, match="title must be there"):
        loaded(tmp_path, WHOLE.replace('title = "mine"\n', ""))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('title = "mine"', "title = 3", "title must be a text"),
        ('budget = "1s"', "budget = 1", "budget must be a text"),
        ("tuning_seeds = [0]", "tuning_seeds = 0", "tuning_seeds must be a list"),
        ("tuning_seeds = [0]", 'tuning_seeds = "0"', "tuning_seeds must be a list"),
        ("tuning_seeds = [0]", "tuning_seeds = [-1]", "tuning_seeds must be an integer ≥ 0"),
        ("tuning_seeds = [0]", "tuning_seeds = [0.5]", "tuning_seeds must be an integer"),
        ("tuning_seeds = [0]", "tuning_seeds = [true]", "tuning_seeds must be an integer"),
        ("fresh_seeds = [1, 2]", "fresh_seeds = [1, 1]", "must be different integers, not 1 twice"),
        ("fresh_seeds = [1, 2]", "fresh_seeds = [1, 10000000000000]", "must be an integer ≤"),
        ("members = 2", "members = 0", "members must be an integer ≥ 1"),
        ("members = 2", "members = 2.5", "members must be an integer ≥ 1"),
        ("horizons = [5]", "horizons = [0]", "horizons must be an integer ≥ 1"),
        ("horizons = [5]", "horizons = 5", "horizons must be a list"),
        ("steps = 10", "steps = 10.5", "steps must be an integer"),
        ("steps = 10", 'steps = "ten"', "steps must be an integer"),
        ("steps = 10", "", "run.steps must be there"),
        ("steps = 10", 'steps = 10\ndevice = "tpu"', "device must be cpu, cuda"),
        ("steps = 10", 'steps = 10\nschedule = "step"', "schedule must be one of"),
        ("steps = 10", "steps = 10\nwarmup = -1", "warmup must be an integer ≥ 0"),
        ("steps = 10", 'steps = 10\ncompile = "no"', "compile must be true or false"),
        ("lr = [0.01, 0.02, 0.04]", "lr = []", "arms.adamw.lr must hold one value or more"),
        ("lr = [0.01, 0.02, 0.04]", "lr = [0.1, 0.1]", "arms.adamw.lr must hold one value or more"),
        ("lr = [0.01, 0.02, 0.04]", 'lr = "big"', "lr must be a number"),
        ("lr = [0.01, 0.02, 0.04]", "lr = [nan]", "lr must be a finite number"),
        ("lr = [0.01, 0.02, 0.04]", "lr = [inf]", "lr must be a finite number"),
        ("lr = [0.01, 0.02, 0.04]", "lr = [-1]", "lr must lie in"),
        ("lr = [0.01, 0.02, 0.04]", "lr = [[1]]", "lr must be a number"),
        ("lr = [0.01, 0.02, 0.04]", "lr = {a = 1}", "lr must be a number"),
        ("lr = [0.01, 0.02, 0.04]", "lr = [true]", "lr must be a number"),
        ("lr = [0.01, 0.02, 0.04]", "beta1 = [1.0]", "beta1 must lie in"),
        ("lr = [0.01, 0.02, 0.04]", MANY, "arms.adamw must give at most 10,000 settings"),
        ("lr = [0.01, 0.02, 0.04]", "mu_z = 1", "mu_z must be one of lr"),
        ("[arms.adamw]", "[arms.adam]", "arm must be one of adamw"),
        ("[arms.adamw]", "[arms]\ngpa = 3\n[arms.adamw]", "arms.gpa must be a table"),
        ("[ranks]\nseeds = [5]", "[ranks]\nseeds = [-5]", "ranks.seeds must be an integer ≥ 0"),
        ("seeds = [7]", "seeds = [7, 7]", "audit.seeds must be different"),
        ("every = 2", "every = 0", "audit.every must be an integer ≥ 1"),
        ("every = 2", "", "audit.every must be there"),
        ("every = 2", "every = 2\noften = 1", "audit.often must be one of arms"),
        ('arms = ["adamw"]', 'arms = ["gpa"]', "audit.arms must be among adamw"),
        ('arms = ["adamw"]', 'arms = "adamw"', "audit.arms must be a list"),
        ('controls = ["fp64"]', 'controls = ["fp32"]', "audit.controls must be among"),
        ("sigma = 0.1", "sigma = 0", "prior.sigma must lie in"),
        ("sigma = 0.1", "slope = 0.1", "prior.slope must be one of sigma, pairs, drop"),
        ("drop = [[0.1, 0.2]]", "drop = [0.1]", "prior.drop must be a list of pairs"),
        ("drop = [[0.1, 0.2]]", "drop = [[0.1]]", "prior.drop must be a list of pairs"),
        ("[prior]", "[schedules]\ngpa = 'linear'\n[prior]", "schedules.gpa must be one of adamw"),
        ("[prior]", "[schedules]\nadamw = 'odd'\n[prior]", "schedule must be one of"),
        ("[prior]", "[overrides]\nwidth = [1]\n[prior]", "overrides.width must be a number"),
        ("[run]", "overrides = 3\n[run]", "overrides must be a table"),
        ("[run]\nsteps = 10\nbatch_size = 8", "run = 3", "run must be a table"),
    ],
)
def test_what_is_wrong_is_said_by_name(old, new, message, tmp_path):
    """A `ValueError` that names the key and the rule."""
    assert WHOLE.count(old) == 1
    with pytest.raises(ValueError, match=message) as found:
        loaded(tmp_path, WHOLE.replace(old, new))
    assert "\n" not in str(found.value)


@pytest.mark.parametrize(
    ("only", "without", "message"),
    [
        ("", "arms.adamw", "arms must hold one arm or more"),
        ("instrument", "audit", "audit must be there if nothing else"),
        ("horizon", "audit", "horizon must be there if nothing else"),
        ("grid", "arms.adamw", "arms must hold one arm or more"),
    ],
)
def test_a_preset_without_anything_to_do_is_refused(only, without, message, tmp_path):
    """Or without the only thing that is to be done."""
    parts = WHOLE.replace("horizons = [5]", f'only = "{only}"').split("\n[")
    kept = [p for p in parts if not p.startswith((without, "audit" if "arms" in without else "-"))]
    with pytest.raises(ValueError, match=message):
        loaded(tmp_path, "\n[".join(kept))


HORIZON = (FOLDER / "horizon.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("mu_x = [0.8, 0.95, 0.98]", "mu_x = 0.8", "horizon.mu_x must be a list"),
        ("mu_x = [0.8, 0.95, 0.98]", "mu_x = []", "horizon.mu_x must hold one value"),
        ("steps = [40, 80, 160, 320]", "steps = [40, 40]", "horizon.steps must be different"),
        ("steps = [40, 80, 160, 320]", "steps = 40", "horizon.steps must be a list"),
        ("lr = 8e-3", "lr = nan", "horizon.lr must be a finite number"),
        ("mu_y = 0.9", "mu_y = 1.5", "horizon.mu_y must lie in"),
        ("every = 2", "every = 0", "horizon.every must be an integer ≥ 1"),
        ("seeds = [100, 101", "seeds = [-100, 101", "horizon.seeds must be an integer ≥ 0"),
    ],
)
def test_a_wrong_horizon_table_is_said_by_name(old, new, message, tmp_path):
    """The same for the keys of the horizon prediction."""
    assert old in HORIZON
    with pytest.raises(ValueError, match=message):
        loaded(tmp_path, HORIZON.replace(old, new))
