"""What can go wrong between a client and the service."""

from streams.client.things import Partitions


class TidingsError(Exception):
    """The service refused a question; the fields are those of its problem details (RFC 9457)."""

    def __init__(
        self, detail: str, *, status: int | None = None, title: str = "", kind: str = "about:blank"
    ) -> None:
        super().__init__(detail, status, title, kind)
        self.detail, self.status, self.title, self.type = detail, status, title, kind

    def __str__(self) -> str:
        """The problem in one line."""
        said = [str(self.status) if self.status else "", self.title]
        return ": ".join(part for part in (" ".join(filter(None, said)), self.detail) if part)


class Unreachable(TidingsError):
    """Nobody answers at the service's address, or not in time."""

    @property
    def why(self) -> str:
        """What the network, or a proxy, said."""
        return str(self.__cause__ or self.detail)


class NotFound(TidingsError):
    """Nothing is counted under this key in this range of days."""


class CursorGone(TidingsError):
    """The frozen list that a page belongs to is no longer there: ask for the list anew."""


class NotReady(TidingsError):
    """The service, or (with `complete=True`) a part of it, cannot answer now: ask again later."""

    def __init__(
        self,
        detail: str,
        *,
        retry_after: float | None = None,
        status: int | None = 503,
        title: str = "",
        kind: str = "about:blank",
    ) -> None:
        super().__init__(detail, status=status, title=title, kind=kind)
        self.retry_after = retry_after
        """Seconds after which the service asks to be asked again."""


class PartialAnswer(TidingsError):
    """Partitions are missing in an answer, and the client is strict."""

    def __init__(self, partitions: Partitions) -> None:
        missing = ", ".join(map(str, partitions.missing))
        why = "; ".join(partitions.why)
        super().__init__(f"the answer lacks partitions {missing}" + (f" ({why})" if why else ""))
        self.partitions = partitions


class Unreadable(TidingsError):
    """An answer is not what this client knows: another service, or another version of it."""
