"""Bytes to one item: the article in them, or what keeps them from being one."""

from collections.abc import Callable, Mapping

from streams.replay.fields import article_of
from streams.replay.items import ArticleUnreadableError, Item, Note, Origin, Reason, Sourced, Unreadable

LARGEST_ARTICLE_BYTES = 32 * 1024 * 1024
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_KEPT_OF_TOO_LARGE_BYTES = 64 * 1024

Found = tuple[Mapping[str, object], Note | None]


def item_of(raw: bytes, origin: Origin, find: Callable[[bytes], Found]) -> Item:
    """Make an item of bytes in which `find` finds the fields of an article."""
    try:
        fields, note = find(raw)
        article = article_of(fields)
    except ArticleUnreadableError as fault:
        return unreadable(raw, origin, fault)
    return Sourced(article, origin, note or (None if article.published_at else Note.NO_DATE))


def unreadable(raw: bytes, origin: Origin, fault: ArticleUnreadableError) -> Unreadable:
    """Keep bytes that are no article, with what is wrong and where."""
    return Unreadable(raw, origin, fault.reason, f"{origin}: {fault}")


def too_large(raw: bytes, origin: Origin, *, limit_bytes: int, remedy: str) -> Unreadable:
    """Keep only the beginning of bytes beyond the limit."""
    message = f"larger than {limit_bytes // 1024**2} MiB; {remedy}"
    return unreadable(
        raw[:_KEPT_OF_TOO_LARGE_BYTES], origin, ArticleUnreadableError(Reason.TOO_LARGE, message)
    )


def decoded(raw: bytes) -> str:
    """Decode UTF-8, with or without a byte order mark."""
    try:
        return raw.removeprefix(BYTE_ORDER_MARK).decode("utf-8")
    except UnicodeDecodeError as fault:
        encoding = "UTF-16" if raw.startswith((b"\xff\xfe", b"\xfe\xff")) else "WINDOWS-1252"
        raise ArticleUnreadableError(
            Reason.NOT_UTF8,
            f"byte {fault.start + 1} is not UTF-8; convert it, for example with iconv -f {encoding} -t UTF-8",
        ) from fault


def empty() -> ArticleUnreadableError:
    """Say that there is nothing to read."""
    return ArticleUnreadableError(Reason.EMPTY, "empty; write an article into it, or remove it")
