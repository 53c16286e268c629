"""A typed client: `from streams.client import Tidings`. It needs httpx and nothing else of this project."""

from streams.client.asynchronous import AsyncTidings
from streams.client.blocking import Tidings
from streams.client.faults import (
    CursorGone,
    NotFound,
    NotReady,
    PartialAnswer,
    TidingsError,
    Unreachable,
    Unreadable,
)
from streams.client.listing import AsyncListing, Listing, PandasMissing
from streams.client.messages import (
    Change,
    Corrected,
    EventTold,
    Gap,
    Message,
    Started,
    StatusTold,
    Withdrawn,
)
from streams.client.state import Codebook, Status
from streams.client.things import Event, Page, Partitions, Thing

__all__ = [
    "AsyncListing",
    "AsyncTidings",
    "Change",
    "Codebook",
    "Corrected",
    "CursorGone",
    "Event",
    "EventTold",
    "Gap",
    "Listing",
    "Message",
    "NotFound",
    "NotReady",
    "Page",
    "PandasMissing",
    "PartialAnswer",
    "Partitions",
    "Started",
    "Status",
    "StatusTold",
    "Thing",
    "Tidings",
    "TidingsError",
    "Unreachable",
    "Unreadable",
    "Withdrawn",
]
