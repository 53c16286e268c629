"""How far two readers agree: `python -m bench.label_agreement`, on the sentences that both labelled."""

import json
from collections import Counter
from collections.abc import Hashable, Sequence
from pathlib import Path
from typing import Any, Final

from schemas.plover import QUAD_OF, EventType
from streams.evaluation.countries import country_of

LABELS: Final = Path(__file__).parents[1] / "labels"
NONE: Final = "no event"

Row = dict[str, Any]


def main() -> None:
    """Print agreement on the main type and quad class, beyond chance too, and on country triples."""
    first = {(row["article"], row["start"]): row for row in _rows("gold")}
    pairs = [(first[row["article"], row["start"]], row) for row in _rows("second")]
    print(f"{len(pairs)} sentences, each labelled by two readers who did not see each other's labels")
    for name, of in {"event or none": _any, "type": _type, "quad class": _quad}.items():
        agreed, kappa = _agreement([(of(one), of(other)) for one, other in pairs])
        print(f"  {name:14} {agreed:6.1%}  kappa {kappa:.2f}")
    told = [(one, other) for one, other in pairs if one["events"] and other["events"]]
    agreed, _ = _agreement([(_type(one), _type(other)) for one, other in told])
    print(f"  type, where both see an event ({len(told)}): {agreed:.1%}")
    print(f"  country triples, F1 of one reader against the other: {_triples(pairs):.1%}")


def _rows(name: str) -> list[Row]:
    return [json.loads(line) for line in (LABELS / f"{name}.jsonl").read_text("utf-8").splitlines()]


def _type(row: Row) -> str:
    return row["events"][0]["type"] if row["events"] else NONE


def _any(row: Row) -> str:
    return "event" if row["events"] else NONE


def _quad(row: Row) -> str:
    return QUAD_OF[EventType(_type(row))].value if row["events"] else NONE


def _agreement(pairs: Sequence[tuple[Hashable, Hashable]]) -> tuple[float, float]:
    """The share agreed, and Cohen's kappa: how far that is beyond chance."""
    agreed = sum(one == other for one, other in pairs) / len(pairs)
    ones, others = Counter(one for one, _ in pairs), Counter(other for _, other in pairs)
    chance = sum(ones[kind] * others[kind] for kind in ones) / len(pairs) ** 2
    return agreed, (agreed - chance) / (1 - chance)


def _triples(pairs: Sequence[tuple[Row, Row]]) -> float:
    counted = [(_countries(one), _countries(other)) for one, other in pairs]
    shared = sum(len(one & other) for one, other in counted)
    return 2 * shared / sum(len(one) + len(other) for one, other in counted)


def _countries(row: Row) -> frozenset[tuple[str | None, str, str | None]]:
    return frozenset((_side(e["source"]), e["type"], _side(e["target"])) for e in row["events"])


def _side(party: Row | None) -> str | None:
    return country_of(party["code"]) if party is not None else None


if __name__ == "__main__":
    main()
