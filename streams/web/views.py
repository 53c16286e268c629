"""What the API answers: the types behind its OpenAPI document."""

from pydantic import BaseModel, Field

from streams.web.queries import Total


class Partitions(BaseModel):
    """Which partitions the answer stands on."""

    answered: list[int] = Field(description="Partitions whose counts are in this answer")
    missing: list[int] = Field(description="Partitions held by other workers: their counts are not in it")


class Thing(BaseModel):
    """A counted thing with its counters over the range of days."""

    key: str
    label: dict[str, str | None]
    counters: dict[str, int]
    days: dict[str, dict[str, int]] | None = None

    @classmethod
    def of(cls, total: Total, *, with_days: bool) -> "Thing":
        """The view of a total."""
        days = dict(sorted(total.days.items())) if with_days else None
        return cls(key=total.key, label=total.label, counters=dict(sorted(total.counters.items())), days=days)


class TopList(BaseModel):
    """Things in the order asked for."""

    items: list[Thing]
    total: int = Field(description="How many things have counts in the range")
    partitions: Partitions


class OneThing(BaseModel):
    """A single thing, with its days."""

    item: Thing
    partitions: Partitions


class Problem(BaseModel):
    """An error as RFC 9457 has it."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str


class Readiness(BaseModel):
    """Whether this worker does its part, and if not, why."""

    ready: bool
    reasons: list[str]
