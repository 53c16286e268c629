"""Where names of persons stand: listed names, what spaCy took for a person, names behind a title."""

from dataclasses import dataclass
from typing import Final

from streams.coding.actors.lexicon import ActorLexicon
from streams.coding.actors.meanings import MeaningKind
from streams.coding.actors.names import fold
from streams.coding.actors.spotting import Hit
from streams.coding.actors.word_classes import HONORIFICS, NAME_PARTICLES, NAME_SUFFIXES
from streams.coding.actors.words import Words

LONGEST_NAME: Final = 8
_K = MeaningKind
_PLACE_KINDS: Final = (_K.COUNTRY, _K.CAPITAL, _K.REGION, _K.SEAT, _K.REGIONAL, _K.DEMONYM)
_BODY_KINDS: Final = (_K.ORGANISATION, _K.GROUP)


@dataclass(frozen=True, slots=True)
class NameSpan:
    """Tokens that spell a person's name; `listed` has the ids of those who bear exactly this name.

    Where spaCy tagged it or a title leads up to it, it names somebody, known or not.
    """

    start: int
    end: int
    pieces: tuple[str, ...]
    listed: tuple[str, ...] = ()
    tagged: bool = False
    titled: bool = False


def find_names(words: Words, hits: list[Hit], lexicon: ActorLexicon) -> tuple[list[NameSpan], list[Hit]]:
    """Find the names, and the hits that are left when towns inside a name are dropped."""
    hit_at = {token: hit for hit in hits for token in range(hit.start, hit.end)}
    found: dict[int, NameSpan] = {}
    for span in _tagged(words, hit_at):
        _put(found, span)
    for hit in hits:
        if hit.meaning(_K.PERSON) and not hit.meaning(*_PLACE_KINDS):
            _put_listed(found, _listed(words, hit))
    for hit in hits:
        titled = _behind_title(words, hit, hit_at, lexicon)
        if titled is not None:
            _put_titled(found, titled)
    left = [hit for hit in hits if hit.start not in found]
    return list(dict.fromkeys(found.values())), left


def _put(found: dict[int, NameSpan], span: NameSpan) -> None:
    for other in _overlapping(found, span):
        for token in range(other.start, other.end):
            del found[token]
    for token in range(span.start, span.end):
        found[token] = span


def _overlapping(found: dict[int, NameSpan], span: NameSpan) -> list[NameSpan]:
    return list(dict.fromkeys(found[token] for token in range(span.start, span.end) if token in found))


def _put_listed(found: dict[int, NameSpan], span: NameSpan) -> None:
    """Let a listed name stand unless a name goes on behind it: 'Donald Trump' in 'Donald Trump Jr.'.

    A listed surname also gives way to a longer name that ends in it: 'Trump' in 'Mary Trump'.
    """
    others = _overlapping(found, span)
    if any(span.end < other.end for other in others):
        return
    if len(span.pieces) > 1 or all(other.start == span.start for other in others):
        _put(found, span)


def _put_titled(found: dict[int, NameSpan], span: NameSpan) -> None:
    """Let a titled name stand unless a longer or listed one is there: 'Marina Lis' for 'Lis'."""
    others = _overlapping(found, span)
    if not any(other.listed or other.end - other.start > span.end - span.start for other in others):
        _put(found, span)


def _tagged(words: Words, hit_at: dict[int, Hit]) -> list[NameSpan]:
    spans = []
    for start, end, label in words.entities:
        if label != "PERSON":
            continue
        start, end = _trimmed(words, start, end, hit_at)
        start, end = _widened(words, start, end, hit_at)
        if start < end <= start + LONGEST_NAME and _is_name(words, start, end, hit_at):
            spans.append(_span(words, start, end, tagged=True))
    return spans


def _trimmed(words: Words, start: int, end: int, hit_at: dict[int, Hit]) -> tuple[int, int]:
    while start < end and (
        not words.is_proper(start) or _is_role(hit_at.get(start)) or is_honorific(words, start)
    ):
        start += 1
    while start < end and not words.is_proper(end - 1) and words.lower[end - 1] not in NAME_SUFFIXES:
        end -= 1
    return start, end


def _widened(words: Words, start: int, end: int, hit_at: dict[int, Hit]) -> tuple[int, int]:
    """Take in the name's other tokens where spaCy took only some of them."""
    if start == end:
        return start, end
    last = min(len(words), start + LONGEST_NAME + 1)
    while end < last and words.is_proper(end) and end not in hit_at and words.head[end - 1] == end:
        end += 1
    return start, _past_appendages(words, start, end)


def _past_appendages(words: Words, start: int, end: int) -> int:
    """Take in what spaCy splits off: '-hwan' of 'Lee Myung-hwan', 'Jr.'; not '-era' of 'Merkel-era'."""
    while end + 1 < len(words) and words.tag[end] == "HYPH" and words.text[end + 1].isalpha():
        is_participle = words.tag[end + 1] in ("VBN", "VBD", "VBG")
        if is_participle or (end - start < 2 and words.text[end + 1].islower()):
            break
        end += 2
    return end + 1 if end < len(words) and words.lower[end] in NAME_SUFFIXES else end


def _is_role(hit: Hit | None) -> bool:
    return hit is not None and hit.meaning(_K.ROLE, _K.DEMONYM, *_BODY_KINDS) is not None


def is_honorific(words: Words, token: int) -> bool:
    """Whether a token is 'Mr.', 'Gen.' and the like."""
    return words.lower[token] in HONORIFICS


def _is_name(words: Words, start: int, end: int, hit_at: dict[int, Hit]) -> bool:
    for token in range(start, end):
        hit = hit_at.get(token)
        if hit is not None and hit.meaning(*_BODY_KINDS, _K.ROLE):
            return False
        if not _may_stand_in_name(words, token, first=start):
            return False
    alone = hit_at.get(start)
    return not (alone is not None and alone.end >= end and alone.meaning(*_PLACE_KINDS))


def _may_stand_in_name(words: Words, token: int, *, first: int) -> bool:
    if any(letter.isdigit() for letter in words.text[token]):
        return False
    if token > first and words.text[token - 1] == "-":
        return True
    if words.lower[token] in NAME_PARTICLES or words.lower[token] in NAME_SUFFIXES:
        return True
    return words.is_proper(token) and words.tag[token] != "NNPS"


def _listed(words: Words, hit: Hit) -> NameSpan:
    ids = tuple(dict.fromkeys(meaning.key for meaning in hit.meanings if meaning.kind is _K.PERSON))
    return _span(words, hit.start, hit.end, listed=ids)


def _behind_title(words: Words, hit: Hit, hit_at: dict[int, Hit], lexicon: ActorLexicon) -> NameSpan | None:
    """The proper tokens that follow a title: 'Foreign Minister Jan Kowal', 'Ambassador to France Ann Lee'."""
    if not _is_title(words, hit, lexicon):
        return None
    start = _past_complement(words, hit, hit_at)
    end = start
    while end < min(len(words), start + 5) and words.is_proper(end) and end not in hit_at:
        if not words.same_sentence(end, hit.start):
            break
        end += 1
    end = _past_appendages(words, start, end) if end > start else end
    return _span(words, start, end, titled=True) if end > start and not is_honorific(words, start) else None


def _is_title(words: Words, hit: Hit, lexicon: ActorLexicon) -> bool:
    meaning = hit.meaning(_K.ROLE)
    if meaning is None or (meaning.plural and words.tag[hit.end - 1] != "NNP"):
        return False
    role = lexicon.role(meaning)
    if "named" in role.traits and not words.text[hit.end - 1].endswith("."):
        return hit.end < len(words) and words.entity[hit.end] == "PERSON"
    loose = {"weak", "modified"} & set(role.traits)
    return role.kind == "person" and not loose and words.text[hit.end - 1][:1].isupper()


def _past_complement(words: Words, hit: Hit, hit_at: dict[int, Hit]) -> int:
    """Skip 'to the U.S.' between a title and the name."""
    at = hit.end
    if at + 2 < len(words) and words.lower[at] in ("to", "of", "for"):
        at += 1 + (words.lower[at + 1] == "the")
        other = hit_at.get(at)
        if other is not None and other.meaning(_K.COUNTRY, *_BODY_KINDS):
            return other.end
    return hit.end


def _span(
    words: Words,
    start: int,
    end: int,
    *,
    listed: tuple[str, ...] = (),
    tagged: bool = False,
    titled: bool = False,
) -> NameSpan:
    pieces = tuple(piece for token in range(start, end) for piece in fold(words.text[token]))
    return NameSpan(start, end, pieces, listed, tagged, titled)
