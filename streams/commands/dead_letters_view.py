"""Dead letters as people and programs read them."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import orjson
from rich.cells import set_cell_size
from rich.markup import escape

from streams.dead_letters.kept import Letter
from streams.dead_letters.story import NAMES

_INDENT: Final = "    "


def lines_of(letters: Sequence[Letter], *, width: int | None) -> Iterator[str]:
    """Two lines a letter, in rich's markup: where and why; errors are cut at `width` where one is given."""
    ids = max(len(letter.id) for letter in letters)
    reasons = max(len(letter.story.reason.value) for letter in letters)
    for letter in letters:
        story = letter.story
        where = f"{story.kafka_topic} {story.partition}:{story.offset}"
        head = f"{letter.id:<{ids}}  {story.time:%Y-%m-%d %H:%M}  {story.reason.value:<{reasons}}  {where}"
        yield f"[bold]{escape(_cut(head, width))}[/]"
        yield f"{_INDENT}{escape(_cut(_said(letter), width and width - len(_INDENT)))}"


def _said(letter: Letter) -> str:
    remarks = []
    if letter.settled:
        remarks.append(f"{letter.settled.fate.value} {letter.settled.time:%Y-%m-%d %H:%M}")
    if letter.story.replays:
        remarks.append(f"failed again after replay {letter.story.replays}")
    return "; ".join([*remarks, _one_line(letter.story.error)])


def _one_line(words: str) -> str:
    shown = "".join(character if character.isprintable() else " " for character in words)
    return " ".join(shown.split())


def _cut(words: str, width: int | None) -> str:
    cut = words if width is None else set_cell_size(words, max(width, 1)).rstrip()
    return cut if len(cut) == len(words.rstrip()) else f"{cut[:-1]}…"


def counted_by_reason(letters: Iterable[Letter]) -> str:
    """How many in all and by reason, the most frequent first: '3 dead letters: 2 not-json, 1 language'."""
    counts = Counter(letter.story.reason.value for letter in letters)
    total = counts.total()
    by_reason = ", ".join(f"{count:,} {reason}" for reason, count in counts.most_common())
    return f"{total:,} dead letter{'' if total == 1 else 's'}" + (f": {by_reason}" if by_reason else "")


def json_line_of(letter: Letter) -> str:
    """A letter as one JSON object; the key with escapes where it is not UTF-8."""
    story = letter.story.model_dump(mode="json", exclude={"first"})
    first = letter.story.first_failure.model_dump(mode="json")
    settled = letter.settled and {"fate": letter.settled.fate.value, "time": letter.settled.time.isoformat()}
    own = {"id": letter.id, "key": _shown(letter.key), "bytes": letter.size_bytes}
    return orjson.dumps({**own, **story, "first": first, "settled": settled}).decode()


def story_lines_of(letter: Letter) -> Iterator[tuple[str, str]]:
    """Every part of a letter's story with its name: the fields, the key, then the headers of others."""
    yield "id", letter.id
    if len(letter.ids) > 1:
        yield "the same as", ", ".join(sorted(letter.ids - {letter.id}))
    if letter.settled:
        yield letter.settled.fate.value, letter.settled.time.isoformat()
    for name, value in letter.story.model_dump(mode="json", exclude={"first"}).items():
        yield name, str(value)
    if letter.story.first:
        for name, value in letter.story.first.model_dump(mode="json").items():
            yield f"first {name}", str(value)
    yield "key", "none" if letter.key is None else str(_shown(letter.key))
    yield "bytes", "none: a withdrawal" if letter.size_bytes is None else f"{letter.size_bytes:,}"
    for name, raw in letter.headers:
        if name not in NAMES:
            yield f"header {name}", str(_shown(raw))


def _shown(raw: bytes | None) -> str | None:
    return None if raw is None else raw.decode("utf-8", "backslashreplace")
