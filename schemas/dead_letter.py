"""Why a record could not be processed, and where it came from: the headers of a dead letter."""

from dataclasses import dataclass
from enum import StrEnum

from pydantic import Field

from schemas.article import Moment
from schemas.base import Record


class Reason(StrEnum):
    """Why a record became a dead letter: a closed set, fit for a metric's label."""

    NOT_UTF8 = "not-utf8"
    NOT_JSON = "not-json"
    TOO_DEEP = "too-deep"
    WRONG_SHAPE = "wrong-shape"
    EMPTY_TEXT = "empty-text"
    TEXT_TOO_LONG = "text-too-long"
    LANGUAGE = "language"
    DATE_OUT_OF_RANGE = "date-out-of-range"
    NO_KEY = "no-key"
    KEY_MISMATCH = "key-mismatch"
    UNREADABLE_SOURCE = "unreadable-source"
    CODER_CRASHED = "coder-crashed"
    CODED_TOO_LARGE = "coded-too-large"
    CODER_TIMEOUT = "coder-timeout"
    NOT_A_CODED_ARTICLE = "not-a-coded-article"
    NOT_A_TALLY = "not-a-tally"
    LYING_COORDINATES = "lying-coordinates"
    DAY_OUT_OF_RANGE = "day-out-of-range"
    IMPLAUSIBLE_COUNTS = "implausible-counts"
    BELOW_ZERO = "below-zero"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a record cannot be processed."""

    reason: Reason
    error: str


class FirstFailure(Record):
    """Where and why a record failed first, kept through every replay."""

    kafka_topic: str
    partition: int = Field(ge=0)
    offset: int = Field(ge=0)
    time: Moment
    reason: Reason


class DeadLetter(Record):
    """The story of a record that was set aside; its bytes are the dead letter's own key and value.

    `attempts` counts every try to process it, those before a replay too; `first` is None until it has been
    replayed, and failed again.
    """

    kafka_topic: str
    partition: int = Field(ge=0)
    offset: int = Field(ge=0)
    reason: Reason
    error: str
    time: Moment
    attempts: int = 1
    replays: int = 0
    first: FirstFailure | None = None

    @property
    def first_failure(self) -> FirstFailure:
        """Where the record failed first: here, unless it has been replayed."""
        return self.first or FirstFailure(
            kafka_topic=self.kafka_topic,
            partition=self.partition,
            offset=self.offset,
            time=self.time,
            reason=self.reason,
        )
