"""Why a record could not be processed, and where it came from: the headers of a dead letter."""

from datetime import datetime
from enum import StrEnum

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
    CODER_CRASHED = "coder-crashed"
    CODED_TOO_LARGE = "coded-too-large"
    CODER_TIMEOUT = "coder-timeout"
    NOT_A_CODED_ARTICLE = "not-a-coded-article"
    NOT_A_TALLY = "not-a-tally"


class DeadLetter(Record):
    """The story of a record that was set aside; its bytes are the dead letter's own key and value."""

    kafka_topic: str
    partition: int
    offset: int
    reason: Reason
    error: str
    time: datetime
    attempts: int = 1
