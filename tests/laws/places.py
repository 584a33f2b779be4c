"""Where a new row has to appear beside its own table: one message lists every place it lacks."""

import re


def missing(rows, places, excused=()):
    """Return "row: place" for each place that lacks a row.

    `places` maps a place, in words that name its file, to a test of one row.  `excused` holds the
    pairs (row, place) that may stay empty; an excuse that is no longer needed is listed too.
    """
    found = []
    for row in rows:
        for place, holds in places.items():
            pardoned = (row, place) in excused
            if holds(row) == pardoned:
                found.append(f"{row}: {place}{' (excused, but there)' if pardoned else ''}")
    return found


def ready(rows, *tables):
    """Return the rows that stand in all `tables`: those that the laws can be asked of.

    What another row lacks is then said once, by the test of its places, not by every law.
    """
    return [row for row in rows if all(row in table for table in tables)]


def named_in(text, name):
    """Return whether `name` stands in `text` as a word of its own."""
    return re.search(rf"\b{re.escape(name)}\b", text) is not None


def text_of(found):
    """Return the message of a failed test: one missing place per line."""
    return "missing:\n" + "\n".join(f"  {line}" for line in found)
