"""The event lexicon: patterns over a predicate and its arguments, each with the event that it tells."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from importlib.resources import files

from schemas.plover import EventType

_FILES = {"verbs.tsv": "verb", "nouns.tsv": "noun", "adjectives.tsv": "adjective"}
ANY_HEAD = "*"
MARKS = frozenset({"&who", "&money", "&place", "&time", "&joint", "&org"})
_COLUMNS = ("entry", "frame", "cameo", "type", "mode", "operator", "source")


class LexiconError(ValueError):
    """A lexicon row that cannot be read."""


class Operator(StrEnum):
    """What a predicate does to the act told in its complement."""

    DO = "do"  # carries it out: 'hold talks', 'begin to', 'say that'
    COMMIT = "commit"  # puts it in the future: 'agree to', 'plan to'
    REFUSE = "refuse"
    REQUEST = "request"
    WANT = "want"  # a request when somebody else is to act, else a wish
    THREATEN = "threaten"
    ACCUSE = "accuse"
    HALT = "halt"
    ALLOW = "allow"
    WISH = "wish"  # takes it out of the world of acts: 'hope', 'expect', 'must'
    TELL = "tell"  # a report: carries the act, or accuses another state of it
    UNDERGO = "undergo"  # carries it out with the subject at the receiving end: 'receive', 'face'


class Slot(StrEnum):
    """Which part of the predicate's neighbourhood a pattern element looks at."""

    PARTICLE = "particle"
    OBJECT = "object"
    PREPOSITION = "preposition"
    SUBJECT = "subject"
    COMPLEMENT = "complement"
    ADJECTIVE = "adjective"


@dataclass(frozen=True, slots=True)
class Element:
    """One demand of a pattern; no `words` means that the slot has only to be filled."""

    slot: Slot
    words: frozenset[str]
    prepositions: frozenset[str] = frozenset()
    forbidden: bool = False


@dataclass(frozen=True, slots=True)
class Frame:
    """Where source and target stand, best place first; `mutual` events are written both ways."""

    source: tuple[str, ...]
    target: tuple[str, ...]
    mutual: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the lexicon for one head word; `type` None marks a mere operator."""

    entry: str
    part: str
    head: str
    elements: tuple[Element, ...]
    frame: Frame
    type: EventType | None
    mode: str | None
    cameo: str | None
    operator: Operator | None
    source: str
    weak: bool = False
    bound: bool = False
    voice: str | None = None

    @property
    def specificity(self) -> float:
        """How much of a sentence the pattern pins down: the longest match wins."""
        if self.voice == "conditional":
            return -1.0  # what a condition makes of any verb, after all that is known of the verb
        demands = [each for each in self.elements if not each.forbidden]
        weight = sum(_WEIGHTS[each.slot] + _narrowness(each.words) for each in demands)
        return weight - (0.6 if self.head == ANY_HEAD else 0.0) + (0.5 if self.voice else 0.0)


def _narrowness(words: frozenset[str]) -> float:
    """Prefer 'refuse food' to 'refuse any kind of aid'."""
    if not words:
        return 0.0
    return 0.9 if words & MARKS else 1.0 + 0.4 / len(words)


_WEIGHTS = {
    Slot.PARTICLE: 1.5,
    Slot.OBJECT: 1.0,
    Slot.PREPOSITION: 1.0,
    Slot.SUBJECT: 1.0,
    Slot.COMPLEMENT: 1.5,
    Slot.ADJECTIVE: 1.5,
}
_SIGILS = {"+": Slot.OBJECT, "^": Slot.SUBJECT, ">": Slot.COMPLEMENT, "=": Slot.ADJECTIVE}


class Lexicon:
    """Entries by head word, and the word classes that patterns and rules refer to."""

    def __init__(self, entries: Iterable[Entry], classes: Mapping[str, frozenset[str]]):
        self.classes = classes
        entries = tuple(entries)
        self._entries = entries
        self.verbs = frozenset(entry.head for entry in entries if entry.part == "verb" and entry.type)
        self._by_head: dict[tuple[str, str], list[Entry]] = {}
        for entry in entries:
            self._by_head.setdefault((entry.part, entry.head), []).append(entry)
        for (part, head), rows in self._by_head.items():
            if head != ANY_HEAD:
                rows.extend(self._by_head.get((part, ANY_HEAD), ()))
            rows.sort(key=lambda row: (-row.specificity, row.type is None))

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._entries)

    def rows(self, part: str, head: str) -> list[Entry]:
        """The entries for a head word, most specific first; entries for any head serve where it has none."""
        return self._by_head.get((part, head)) or self._by_head.get((part, ANY_HEAD), [])

    @classmethod
    @lru_cache(maxsize=1)
    def packaged(cls) -> Lexicon:
        """The lexicon that ships with the package, read once."""
        folder = files("streams.coding.events") / "data"
        classes = read_classes((folder / "classes.tsv").read_text("utf-8"))
        entries = [
            entry
            for name, part in _FILES.items()
            for entry in read_entries((folder / name).read_text("utf-8"), part, classes)
        ]
        acts = frozenset(entry.head for entry in entries if entry.part == "noun" and entry.type)
        return cls(entries, {**classes, "act": acts})


def read_classes(text: str) -> dict[str, frozenset[str]]:
    """Read word classes, one a line: name, tab, words; a class may name earlier ones with '&'."""
    classes: dict[str, frozenset[str]] = {}
    for line in _lines(text):
        name, _, words = line.partition("\t")
        classes[name] = _expand(words.split(), classes)
    return classes


def read_entries(text: str, part: str, classes: Mapping[str, frozenset[str]]) -> Iterator[Entry]:
    """Read lexicon rows; a head with alternatives ('ban|outlaw') gives an entry for each."""
    rows = list(_lines(text))
    for row in rows[1:]:
        cells = row.split("\t")
        if len(cells) != len(_COLUMNS):
            raise LexiconError(f"{part} {row!r}: {len(cells)} columns; want {', '.join(_COLUMNS)}")
        try:
            yield from _read_row(dict(zip(_COLUMNS, cells, strict=True)), part, classes)
        except (KeyError, ValueError) as fault:
            raise LexiconError(f"{part} {cells[0]!r}: {fault}; see docs/coding.md, 'The lexicon'") from fault


def _read_row(row: Mapping[str, str], part: str, classes: Mapping[str, frozenset[str]]) -> Iterator[Entry]:
    head, *elements = row["entry"].split()
    flags = row["frame"].split()
    entry = Entry(
        entry=row["entry"],
        part=part,
        head="",
        elements=tuple(_read_element(element, classes) for element in elements),
        frame=read_frame(flags[0]),
        type=EventType(row["type"]) if row["type"] != "-" else None,
        mode=row["mode"] if row["mode"] != "-" else None,
        cameo=row["cameo"] if row["cameo"] != "-" else None,
        operator=Operator(row["operator"]) if row["operator"] != "-" else None,
        source=row["source"],
        weak="weak" in flags,
        bound="bound" in flags,
        voice=next((flag for flag in flags if flag in ("active", "passive", "conditional")), None),
    )
    for word in sorted(_expand(head.split("|"), classes)):
        yield replace(entry, head=word)


def _read_element(text: str, classes: Mapping[str, frozenset[str]]) -> Element:
    forbidden = text.startswith("-")
    text = text.removeprefix("-")
    if text[0] in _SIGILS:
        return Element(_SIGILS[text[0]], _expand_all(text[1:], classes), forbidden=forbidden)
    preposition, colon, words = text.partition(":")
    if colon:
        prepositions = frozenset(preposition.split("|"))
        return Element(Slot.PREPOSITION, _expand_all(words, classes), prepositions, forbidden)
    return Element(Slot.PARTICLE, frozenset(text.split("|")), forbidden=forbidden)


def _expand_all(words: str, classes: Mapping[str, frozenset[str]]) -> frozenset[str]:
    return _expand(words.split("|"), classes) if words else frozenset()


def _expand(words: Iterable[str], classes: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """Replace '&class' by its words; the marks '&who', '&money', '&place' stand for kinds of phrases."""
    found: set[str] = set()
    for word in words:
        if word.startswith("&") and word not in MARKS:
            found |= classes[word[1:]]
        else:
            found.add(word)
    return frozenset(found)


def read_frame(text: str) -> Frame:
    """Read a frame such as `subj>obj,to`; `<>` marks a mutual act."""
    mutual = "<>" in text
    source, target = text.split("<>" if mutual else ">")
    return Frame(_roles(source), _roles(target), mutual)


def _roles(text: str) -> tuple[str, ...]:
    return tuple(role for role in text.split(",") if role)


def _lines(text: str) -> Iterator[str]:
    return (line for line in text.splitlines() if line.strip() and not line.startswith("#"))
