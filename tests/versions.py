"""Run the suite's fast part with the least versions that pyproject.toml declares, or the newest.

`python tests/versions.py minimums` (or `newest`) makes an environment in .venv/, installs every
dependency, extra and build requirement in it, and runs pytest there; its exit code is pytest's.
What these do not pin is the newest that fits, as for anyone who installs today.

Builds of torch are gigabytes.  `--torch REQUIREMENT`, or GPA_TORCH, installs another one than the
declared least: then torch's own least version has not been tested, and the script says so.  Python
is the one that runs the script: run it with the least of `requires-python` to test that as well.
What follows `--` goes to pytest in place of the fast part.
"""

import argparse
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SLOW = ("explore", "proofs", "experiments", "verify", "laws", "gpu", "optim/distributed")
RANGE = re.compile(r"(?P<name>[\w.-]+) *>= *(?P<least>\d+(\.\d+)*)(?P<rest> *, *< *\d+(\.\d+)*)?")
# Least versions meet newer ones of what they need, and warn of each other: that is nobody's fault
# here.  With the newest, a warning is an error, as in the suite.
LENIENT = ("DeprecationWarning", "PendingDeprecationWarning", "FutureWarning")


def declared(project: dict) -> list[str]:
    """Return every requirement of a parsed pyproject.toml: to run, of every extra, to build."""
    extras = project["project"].get("optional-dependencies", {})
    lists = [project["project"]["dependencies"], *extras.values()]
    return [*(line for one in lists for line in one), *project["build-system"]["requires"]]


def least(requirement: str) -> str:
    """Return the requirement of exactly the least version; ValueError if it states none.

    >>> least("numpy>=2.0"), least("scipy >= 1.13, < 3")
    ('numpy==2.0', 'scipy==1.13')
    """
    found = RANGE.fullmatch(requirement.strip())
    if found is None:
        raise ValueError(
            f"{requirement!r}: must be written name>=version or name>=version,<version"
        )
    return f"{found['name']}=={found['least']}"


def wanted(project: dict, kind: str, torch: str | None) -> list[str]:
    """Return what to install: the least versions, or whatever the declared ranges allow."""
    every = declared(project)
    chosen = [least(one) if kind == "minimums" else one for one in every]
    return [torch if torch and name_of(one) == "torch" else one for one in chosen]


def name_of(requirement: str) -> str:
    """Return the package that a requirement is of.

    >>> name_of("torch==2.8")
    'torch'
    """
    return re.split(r"[^\w.-]", requirement, maxsplit=1)[0].lower()


def install(python: Path, kind: str, requirements: list[str]) -> None:
    """Install the requirements in an environment that exists, then the package without its own."""
    pip = [str(python), "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    newest = ["--upgrade", "--upgrade-strategy", "eager"] if kind == "newest" else []
    subprocess.run([*pip, *newest, *requirements], check=True)
    subprocess.run([*pip, "--no-deps", "--no-build-isolation", "-e", str(ROOT)], check=True)


def fast() -> list[str]:
    """Return pytest's arguments for the fast part: minutes, no browser, no prover, no training."""
    return [*("gpa_theory", "tests"), *(f"--ignore=tests/{folder}" for folder in SLOW)]


def asked(arguments: list[str]) -> tuple[argparse.Namespace, list[str]]:
    """Return the options, and what goes to pytest: what follows `--`, or the fast part."""
    own, rest = arguments, fast()
    if "--" in arguments:
        place = arguments.index("--")
        own, rest = arguments[:place], arguments[place + 1 :]
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("kind", choices=("minimums", "newest"))
    parser.add_argument("--torch", default=os.environ.get("GPA_TORCH"), metavar="REQUIREMENT")
    parser.add_argument("--folder", type=Path, help="instead of .venv/KIND")
    parser.epilog = "what follows -- goes to pytest in place of the fast part"
    return parser.parse_args(own), rest


def main() -> int:
    """Make the environment, say what is in it, and run the tests."""
    options, tests = asked(sys.argv[1:])
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    requirements = wanted(project, options.kind, options.torch)
    folder = (options.folder or ROOT / ".venv" / options.kind).resolve()
    python = folder / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    install(python, options.kind, requirements)
    subprocess.run([str(python), "-m", "pip", "--disable-pip-version-check", "list"], check=True)
    if options.torch:
        print(f"torch is {options.torch}, as asked: what pyproject.toml declares is not tested")
    lenient = LENIENT if options.kind == "minimums" else ()
    warnings = [argument for name in lenient for argument in ("-W", f"default::{name}")]
    command = [str(python), "-m", "pytest", "-q", "-p", "no:cacheprovider", *warnings]
    return subprocess.run([*command, *tests], cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
