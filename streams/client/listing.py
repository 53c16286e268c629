"""Lists that fetch their pages as they are read."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from importlib import import_module
from typing import Any, Generic

from streams.client.requests import ListRequest, after
from streams.client.things import ItemT, Page, Partitions

Sends = Callable[[ListRequest[ItemT]], Page[ItemT]]
SendsLater = Callable[[ListRequest[ItemT]], Awaitable[Page[ItemT]]]


class PandasMissing(ImportError):
    """A table was asked for as a data frame, and pandas is not installed."""


class _Seen(Generic[ItemT]):
    """What the pages read so far say of the list."""

    def __init__(self) -> None:
        self.first: Page[ItemT] | None = None
        self.missing: set[int] = set()

    def add(self, page: Page[ItemT], *, is_first: bool) -> None:
        if is_first:
            self.first = page
        self.missing |= set(page.partitions.missing)


class Listing(Generic[ItemT]):
    """A list of the service: iterating walks its pages, each fetched when it is needed.

    The list is frozen with its first page, which is kept; raises CursorGone where the service has let go of
    it meanwhile.
    """

    def __init__(self, send: Sends[ItemT], request: ListRequest[ItemT]) -> None:
        self._send, self._request = send, request
        self._seen = _Seen[ItemT]()

    def __iter__(self) -> Iterator[ItemT]:
        """All items, from the first page to the last (or of as many pages as were asked for)."""
        for page in self.pages():
            yield from page.items

    def pages(self) -> Iterator[Page[ItemT]]:
        """The pages."""
        page, walked = self.page(), 1
        yield page
        while page.next and _goes_on(self._request, walked):
            page, walked = self._send(after(self._request, page.next)), walked + 1
            self._seen.add(page, is_first=False)
            yield page

    def page(self) -> Page[ItemT]:
        """The first page."""
        if self._seen.first is None:
            self._seen.add(self._send(self._request), is_first=True)
        return _fetched(self._seen)

    def first(self) -> ItemT | None:
        """The first item, None where there is none."""
        return next(iter(self.page().items), None)

    @property
    def total(self) -> int | None:
        """How many items all pages have; None where the service does not count them."""
        return self.page().total

    @property
    def partitions(self) -> Partitions:
        """What the first page stands on."""
        return self.page().partitions

    @property
    def missing(self) -> tuple[int, ...]:
        """The partitions that any page read so far lacks; empty where the answer is whole."""
        self.page()
        return tuple(sorted(self._seen.missing))

    def frame(self) -> Any:
        """All items as a pandas data frame; raises PandasMissing."""
        return frame_of(list(self))


class AsyncListing(Generic[ItemT]):
    """The same for `async for`; `total` and `missing` tell of the pages fetched so far."""

    def __init__(self, send: SendsLater[ItemT], request: ListRequest[ItemT]) -> None:
        self._send, self._request = send, request
        self._seen = _Seen[ItemT]()

    async def __aiter__(self) -> AsyncIterator[ItemT]:
        """All items, from the first page to the last (or of as many pages as were asked for)."""
        async for page in self.pages():
            for item in page.items:
                yield item

    async def pages(self) -> AsyncIterator[Page[ItemT]]:
        """The pages."""
        page, walked = await self.page(), 1
        yield page
        while page.next and _goes_on(self._request, walked):
            page, walked = await self._send(after(self._request, page.next)), walked + 1
            self._seen.add(page, is_first=False)
            yield page

    async def page(self) -> Page[ItemT]:
        """The first page."""
        if self._seen.first is None:
            self._seen.add(await self._send(self._request), is_first=True)
        return _fetched(self._seen)

    async def first(self) -> ItemT | None:
        """The first item, None where there is none."""
        return next(iter((await self.page()).items), None)

    @property
    def total(self) -> int | None:
        """How many items all pages have; None where the service does not count them."""
        return _fetched(self._seen).total

    @property
    def partitions(self) -> Partitions:
        """What the first page stands on."""
        return _fetched(self._seen).partitions

    @property
    def missing(self) -> tuple[int, ...]:
        """The partitions that any page read so far lacks; empty where the answer is whole."""
        _fetched(self._seen)
        return tuple(sorted(self._seen.missing))

    async def frame(self) -> Any:
        """All items as a pandas data frame; raises PandasMissing."""
        return frame_of([item async for item in self])


def _goes_on(request: ListRequest[ItemT], walked: int) -> bool:
    return request.pages is None or walked < request.pages


def _fetched(seen: _Seen[ItemT]) -> Page[ItemT]:
    if seen.first is None:
        raise RuntimeError("no page was fetched yet: await page(), or iterate, first")
    return seen.first


def frame_of(items: list[Any]) -> Any:
    """Items as a pandas data frame, one row each; raises PandasMissing."""
    try:
        pandas = import_module("pandas")
    except ImportError as error:
        raise PandasMissing("frame() needs pandas: 'pip install pandas', or take flat() of each") from error
    return pandas.DataFrame([item.flat() for item in items])
