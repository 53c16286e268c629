"""How many of the persons, countries and bodies that editors linked are resolved."""

import json
import sys
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from streams.coding.actors.names import fold

REPORTS = Path(__file__).resolve().parents[4].parent / "shared" / "corpora" / "wcep-2025-h1-linked.jsonl"
EVERY = 27
ENOUGH = {"country": 0.95, "person": 0.95, "body": 0.85}


def _kinds(lexicon):
    """The listed names by kind, as Wikipedia titles would spell them."""
    bodies = [*lexicon.organisations.values(), *(rows[0] for rows in lexicon.groups.values())]
    listed = {"country": lexicon.countries.values(), "person": lexicon.people.values(), "body": bodies}
    return {
        fold(name): kind for kind, rows in listed.items() for row in rows for name in (row.name, *row.aliases)
    }


def _linked(report):
    for link in report["mentions"]:
        title = (link["wikipedia"] or "").partition(" (")[0]
        yield fold(title.removeprefix("The ")), link["start"], link["end"]


@pytest.mark.skipif(not REPORTS.exists(), reason="no folder 'shared' beside the checkout")
def test_linked_actors_are_resolved(nlp, resolver):
    """Of the links to listed actors nearly all lie in a mention; `pytest -s` prints the shares."""
    kind_of = _kinds(resolver._lexicon)
    linked, resolved = Counter(), Counter()
    for line in REPORTS.read_text("utf-8").splitlines()[::EVERY]:
        report = json.loads(line)
        doc = nlp(report["text"])
        found = resolver.resolve(doc, on=date.fromisoformat(report["published_at"])).mentions
        spans = [(doc[each.start].idx, doc[each.end - 1].idx + len(doc[each.end - 1])) for each in found]
        for name, start, end in _linked(report):
            kind = kind_of.get(name)
            linked[kind] += 1
            resolved[kind] += any(first < end and last > start for first, last in spans)
    sys.stdout.write(f"{ {kind: f'{resolved[kind]} of {linked[kind]}' for kind in ENOUGH} }\n")
    assert all(resolved[kind] >= share * linked[kind] for kind, share in ENOUGH.items())
