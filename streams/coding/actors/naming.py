"""Mentions by name: a person with the title that leads up to the name."""

from schemas.coding import Actor
from streams.coding.actors.people import identify
from streams.coding.actors.person_names import NameSpan
from streams.coding.actors.reading import Reading
from streams.coding.actors.titles import Title, title_around


def resolve_name(reading: Reading, span: NameSpan, title: Title | None = None) -> Actor | None:
    """Add the mention of a name, once; a title told elsewhere may be given."""
    if not reading.is_free(span.start, span.end):
        mention = reading.mention_at.get(span.start)
        return mention.actor if mention else None
    own = title_around(reading, span)
    actor = identify(reading, span, own if own.role is not None or title is None else title)
    if actor is None:
        return None
    head = reading.words.head_of(span.start, span.end)
    reading.add(_free_start(reading, own.start, span.start), span.end, head, actor)
    return actor


def _free_start(reading: Reading, start: int, first: int) -> int:
    """Begin behind other mentions in the title: 'spokesman' in "Merkel's spokesman Steffen Seibert"."""
    for token in range(first - 1, start - 1, -1):
        if token in reading.mention_at or (
            reading.words.tag[token] == "POS" and token - 1 in reading.mention_at
        ):
            return token + 1
    return start
