"""The filters and the range of days: which there are, and how they become those of a question."""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from typing import Any, Final

from schemas.coding import ActorKind
from schemas.plover import MODES, EventType, Quad
from streams.coding.actors.tables import SECTORS, CountryRow, read_rows
from streams.counting.questions import DayRange, Filters
from streams.web.api import values
from streams.web.api.parameters import MOST_BYTES, Parameter, Values, catalogue, invalid

_TEXT: Final[Mapping[str, Any]] = {
    "type": "string",
    "minLength": 1,
    "maxLength": MOST_BYTES,
    "pattern": r"^[^\x00-\x1f\x7f]+$",
}
_DAY: Final[Mapping[str, Any]] = {"type": "string", "format": "date", "pattern": r"^\d{4}-\d{2}-\d{2}$"}

_WITH: Final = (
    "Only with this actor: on either side of an event or a pair; where actors are listed, those across from "
    "it in an event."
)
_COUNTRY: Final = (
    "Only actors of this country, ISO 3166 alpha-3; elsewhere events and pairs with such an actor on either "
    "side."
)

FROM: Final = Parameter(
    "from", "First UTC day, included. Example: `2012-07-31`.", values.day, _DAY, "2012-07-31"
)
TO: Final = Parameter("to", "Last UTC day, included. Example: `2012-08-06`.", values.day, _DAY, "2012-08-06")
DAYS: Final = (FROM, TO)


def chosen(name: str, description: str, known: tuple[str, ...], example: str, *, many: bool) -> Parameter:
    """A parameter of a closed set."""
    schema = {"type": "string", "enum": list(known)}
    return Parameter(name, description, values.one_of(known, name), schema, example, many=many)


def text(name: str, description: str, example: str, *, required: bool = False) -> Parameter:
    """A parameter that is a key or a name."""
    told = f"{description} Example: `{example}`."
    return Parameter(name, told, values.key, _TEXT, example, required=required)


def flag(name: str, description: str) -> Parameter:
    """A parameter that is true or false."""
    return Parameter(name, description, values.flag, {"type": "boolean", "default": False}, False)


@cache
def country_codes() -> tuple[str, ...]:
    """Every country that the coder knows, as ISO 3166 alpha-3."""
    return tuple(sorted({row.iso3 for row in read_rows("countries.tsv", CountryRow)}))


@cache
def all_filters() -> dict[str, Parameter]:
    """Every filter, by name."""
    modes = tuple(sorted(frozenset().union(*MODES.values())))
    types = tuple(kind.value for kind in EventType)
    certain = {"type": "number", "minimum": 0, "maximum": 1}
    return catalogue(
        chosen(
            "type",
            "Event type; several match any.",
            types,
            "ASSAULT",
            many=True,
        ),
        chosen("quad", "Quad class; several match any.", tuple(Quad), "material-conflict", many=True),
        chosen("mode", "Mode of the event type; several match any.", modes, "aerial", many=True),
        Parameter("least_confidence", "Only events at least this certain.", values.share, certain, 0.7),
        text("topic", "Only stories about this IPTC Media Topic; of topics, this one.", "medtop:20000056"),
        text("actor", _WITH, "country:SYR"),
        text("source", "Only events that this actor is the source of.", "country:SYR"),
        text("target", "Only events that this actor is the target of.", "country:TUR"),
        chosen("country", _COUNTRY, country_codes(), "SYR", many=False),
        chosen(
            "sector",
            "Only actors of this sector, as with `country`; of the same side.",
            tuple(sorted(SECTORS)),
            "GOV",
            many=False,
        ),
        chosen("kind", "Only actors of this kind.", tuple(ActorKind), "person", many=False),
    )


def filters_but(*left_out: str) -> tuple[Parameter, ...]:
    """All filters but these."""
    return tuple(parameter for name, parameter in all_filters().items() if name not in left_out)


def filters_of(asked: Values) -> Filters:
    """The filters of what was asked for."""
    return Filters(
        types=frozenset(map(EventType, asked.get("type", ()))),
        quads=frozenset(map(Quad, asked.get("quad", ()))),
        modes=frozenset(asked.get("mode", ())),
        least_confidence=asked.get("least_confidence"),
        topic=asked.get("topic"),
        actor=asked.get("actor"),
        source=asked.get("source"),
        target=asked.get("target"),
        country=asked.get("country"),
        sector=asked.get("sector"),
        kind=asked.get("kind"),
    )


def days_of(asked: Values) -> DayRange:
    """The range of days of what was asked for; raises Refused where it ends before it begins."""
    days = DayRange(asked.get("from"), asked.get("to"))
    if days.first and days.last and days.first > days.last:
        raise invalid("from", f"{days.first} is after to={days.last}")
    return days


def period_before(days: DayRange, wanted_for: str) -> DayRange:
    """The period of as many days that ends where this one begins."""
    if not days.first or not days.last:
        raise invalid(wanted_for, "needs both from and to: it compares with as many days before them")
    first, last = date.fromisoformat(days.first), date.fromisoformat(days.last)
    try:
        before = first - (last - first) - timedelta(days=1)
        return DayRange(before.isoformat(), (first - timedelta(days=1)).isoformat())
    except OverflowError as error:
        raise invalid("from", f"{first} has not as many days before it as {wanted_for} compares") from error
