"""The folder of a record: there before the work begins, and known to take the record's files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from gpa_theory.core.validation import refuse
from gpa_theory.core.writing import check_target


def placed(call: str, folder: str | Path, names: Sequence[str]) -> Path:
    """Return the folder, made if need be, or raise if a file of one of these names cannot be there.

    >>> placed("worst_case.table", "/dev/null", ["data.json"])
    Traceback (most recent call last):
    ValueError: `worst_case.table`: FOLDER cannot be made: /dev/null is not a folder
    """
    target = Path(folder)
    try:
        target.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        raise refuse(call, "FOLDER", f"cannot be made: {target} is not a folder") from None
    except (OSError, ValueError) as error:  # a null byte is a ValueError
        reason = getattr(error, "strerror", None) or str(error)
        raise refuse(call, "FOLDER", f"cannot be made: {reason}") from None
    for name in names:
        check_target(call, "FOLDER", target / name)
    return target
