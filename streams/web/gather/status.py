"""The state of the whole service, put together from what its workers say of themselves."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from streams.web.answers import Standing
from streams.web.api.views import (
    DaySpan,
    Lag,
    Partitions,
    Rates,
    RecoveryStatus,
    Status,
    Totals,
    WorkerStatus,
)

State = Mapping[str, Any]


def status_of(states: Sequence[State], *, namespace: str, partitions: int) -> Status:
    """What the states of all workers make together."""
    standing = _standing(states, partitions)
    reached = [state for state in states if "lag" in state]
    return Status(
        ready=not standing.missing and all(state["phase"] == "open" for state in reached),
        namespace=namespace,
        partitions=Partitions(answered=standing.answered, missing=standing.missing, why=standing.why),
        days=_days(state["days"] for state in reached if state["days"]),
        totals=Totals(**{name: _sum(reached, "totals", name) or 0 for name in Totals.model_fields}),
        rates=Rates(articles_per_second=_rate(reached)),
        lag=Lag(**{name: _sum(reached, "lag", name) for name in Lag.model_fields}),
        seconds_behind=max(
            (s["seconds_behind"] for s in reached if s["seconds_behind"] is not None), default=None
        ),
        dead_letters=sum(state["dead_letters"] for state in reached),
        workers=tuple(WorkerStatus(**{**state, "role": state["role"] or "unknown"}) for state in states),
        recovery=RecoveryStatus(
            remaining_records=_sum(reached, "recovery", "remaining_records") or 0,
            total_records=_sum(reached, "recovery", "total_records") or 0,
        ),
    )


def _standing(states: Sequence[State], partitions: int) -> Standing:
    held = {number for state in states for number in state["partitions"]}
    missing = tuple(number for number in range(partitions) if number not in held)
    why = tuple(_why(states)) or ("no worker is known to hold them",)
    return Standing(tuple(sorted(held)), missing, why if missing else ())


def _why(states: Iterable[State]) -> Iterable[str]:
    for state in states:
        if state["phase"] != "open":
            yield state.get("why") or f"worker {state['url']}: is {state['phase']}"


def _days(spans: Iterable[tuple[str, str]]) -> DaySpan:
    known = list(spans)
    if not known:
        return DaySpan()
    return DaySpan(first=min(first for first, _ in known), last=max(last for _, last in known))


def _sum(states: Iterable[State], part: str, name: str) -> int | None:
    """The sum of a number over those that tell it, None where nobody does."""
    told = [state[part][name] for state in states if state[part].get(name) is not None]
    return sum(told) if told else None


def _rate(states: Iterable[State]) -> float:
    """Counted articles a second: the end of the way, which every article comes to."""
    return round(sum(float(state["articles_per_second"]["counted"]) for state in states), 2)
