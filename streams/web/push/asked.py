"""What a reader may ask of the stream: its parameters, and how they are read."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from schemas.plover import EventType
from streams.counting.questions import ListName
from streams.web.api import filters, values
from streams.web.api.parameters import BadValue, Parameter, catalogue, invalid, near, read_query, shown
from streams.web.push.offsets import NotAnEventId, Place, place_of
from streams.web.push.told import Interest
from streams.web.push.watches import MOST_A_READER, Watch, Watched, watch_of

MOST_REPLAYED: Final = 200
_TRUE: Final = {"type": "boolean", "default": True}


@dataclass(frozen=True, slots=True)
class Asked:
    """What one reader wants; `after` is where it has read before."""

    interest: Interest
    events: bool
    status: bool
    watches: tuple[Watch, ...]
    replay: int
    after: Place | None


@cache
def parameters() -> dict[str, Parameter]:
    """Every parameter of the stream, by name."""
    return catalogue(
        *filters.DAYS,
        *filters.filters_but("kind"),
        Parameter(
            "watch",
            f"Something to tell changes of, at most {MOST_A_READER}: `actor:<id>`, `pair:<source|target>`, "
            "`type:<TYPE>`, or `top:<list>`, a list's first 20 under the stream's days and filters.",
            _watch,
            {"type": "string", "pattern": "^(actor|pair|type|top):.+$", "maxLength": 1024},
            "top:actors",
            many=True,
        ),
        Parameter("events", "Whether to tell events.", values.flag, _TRUE, True),
        Parameter("status", "Whether to tell the service's state every 2 s.", values.flag, _TRUE, True),
        Parameter(
            "replay",
            "So many of the last events first; left out where a stream resumes.",
            values.whole(0, MOST_REPLAYED),
            {"type": "integer", "minimum": 0, "maximum": MOST_REPLAYED, "default": 0},
            20,
        ),
        Parameter(
            "last_event_id",
            "The last id that was read, of any worker: the stream goes on after it. The header "
            "`Last-Event-ID` comes first.",
            str,  # read below, with the header; empty is none, as scripts write it that have none yet
            {"type": "string", "maxLength": 1024},
            "4.3c.0.2q",
        ),
    )


def asked_of(query: bytes, last_event_id: str | None, *, partitions: int) -> Asked:
    """What a request asks for; raises Refused."""
    told = read_query(query, parameters())
    interest = Interest(filters.filters_of(told), filters.days_of(told))
    watches = tuple(dict.fromkeys(told.get("watch", ())))
    if len(watches) > MOST_A_READER:
        raise invalid("watch", f"is given {len(watches)} times; {MOST_A_READER} at most")
    return Asked(
        interest,
        events=told.get("events", True),
        status=told.get("status", True),
        watches=tuple(watch_of(kind, name, interest) for kind, name in watches),
        replay=told.get("replay", 0),
        after=_after(told, last_event_id, partitions=partitions),
    )


def _after(told: Mapping[str, str], header: str | None, *, partitions: int) -> Place | None:
    event_id = header or told.get("last_event_id")
    try:
        return place_of(event_id, partitions=partitions) if event_id else None
    except NotAnEventId as error:
        raise invalid("last_event_id", str(error)) from error


def _watch(text: str) -> tuple[Watched, str]:
    kind, _, name = values.key(text).partition(":")
    if kind not in frozenset(Watched) or not name:
        raise BadValue(f"{shown(text)} is no watch; write actor:<id>, pair:<key>, type:<TYPE> or top:<list>")
    watched = Watched(kind)
    if watched is Watched.PAIR and "|" not in name:
        raise BadValue(f"{shown(text)} watches no pair; its key is <source>|<target>")
    known = _NAMES.get(watched)
    if known and name not in known:
        raise BadValue(f"{shown(text)} watches nothing that there is{near(name, known)}", known)
    return watched, name


_NAMES: Final = {
    Watched.TYPE: tuple(kind.value for kind in EventType),
    Watched.TOP: tuple(name.value for name in ListName),
}
