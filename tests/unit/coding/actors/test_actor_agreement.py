"""How many of the persons, countries and bodies that editors linked are resolved."""

import json
import sys
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from streams.coding.actors.codes import code_of, standing
from streams.coding.actors.names import fold

REPORTS = Path(__file__).resolve().parents[4].parent / "shared" / "corpora" / "wcep-2025-h1-linked.jsonl"
EVERY = 9
ENOUGH = {"country": 0.9, "person": 0.9, "body": 0.8}


def _listed(lexicon):
    """Kind and id by name, as Wikipedia titles would spell it; a country's id is its code."""
    bodies = {**lexicon.organisations, **{key: rows[0] for key, rows in lexicon.groups.items()}}
    rows_of = {"country": lexicon.countries, "person": lexicon.people, "body": bodies}
    return {
        fold(name): (kind, key)
        for kind, rows in rows_of.items()
        for key, row in rows.items()
        for name in (row.name, *row.aliases)
    }


def _agrees(actor, kind, key):
    """Whether an actor is the linked one; for a country, whether it is of that country."""
    return actor.country == key if kind == "country" else actor.id.partition(":")[2] == key


def _code(lexicon, key):
    """The code of a listed body: 'Israeli troops', linked to their army, may be ISRMIL by another id."""
    row = lexicon.organisations.get(key) or lexicon.groups[key][-1]
    return code_of(*standing(row.country, row.sector))


def _linked(report):
    for link in report["mentions"]:
        title = (link["wikipedia"] or "").partition(" (")[0]
        yield fold(title.removeprefix("The ")), link["start"], link["end"]


@pytest.mark.skipif(not REPORTS.exists(), reason="no folder 'shared' beside the checkout")
def test_linked_actors_are_resolved(nlp, resolver):
    """Most links to listed actors lie in a mention of that actor or its code; `pytest -s` prints shares."""
    listed = _listed(resolver._lexicon)
    linked, resolved = Counter(), Counter()
    for line in REPORTS.read_text("utf-8").splitlines()[::EVERY]:
        report = json.loads(line)
        doc = nlp(report["text"])
        found = resolver.resolve(doc, on=date.fromisoformat(report["published_at"])).mentions
        for name, start, end in _linked(report):
            kind, key = listed.get(name, (None, ""))
            here = (each for each in found if doc[each.start].idx < end and doc[each.end - 1].idx >= start)
            linked[kind] += 1
            actors = [each.actor for each in here]
            code = _code(resolver._lexicon, key) if kind == "body" else None
            resolved[kind] += any(
                _agrees(actor, kind, key) or (code is not None and actor.code == code) for actor in actors
            )
    sys.stdout.write(f"{ {kind: f'{resolved[kind]} of {linked[kind]}' for kind in ENOUGH} }\n")
    assert all(resolved[kind] >= share * linked[kind] for kind, share in ENOUGH.items())
