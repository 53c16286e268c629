"""From a parsed document to its actors: names, countries, bodies, roles and pronouns, in text order."""

from datetime import date

from spacy.tokens import Doc

from schemas.coding import Actor
from streams.coding.actors.bodies import resolve_entity, resolve_hit
from streams.coding.actors.lexicon import ActorLexicon, packaged_lexicon
from streams.coding.actors.people import identify
from streams.coding.actors.person_names import NameSpan, find_names
from streams.coding.actors.pronouns import resolve_pronouns
from streams.coding.actors.reading import Reading
from streams.coding.actors.roles import resolve_role
from streams.coding.actors.setting import dateline_country
from streams.coding.actors.spotting import Hit, spot
from streams.coding.actors.story import Story
from streams.coding.actors.stray_names import find_stray_names
from streams.coding.actors.titles import title_before
from streams.coding.actors.words import Words, read_words
from streams.coding.mentions import ActorMention, Resolution


class ActorResolver:
    """Finds who is meant; holds the lexicon, and no state between documents."""

    def __init__(self, lexicon: ActorLexicon | None = None) -> None:
        self._lexicon = lexicon or packaged_lexicon()

    def resolve(self, doc: Doc, *, on: date | None) -> Resolution:
        """Find all actor mentions of a document as of a day, on which offices depend."""
        words = read_words(doc)
        names, hits = find_names(words, spot(words, self._lexicon), self._lexicon)
        names = sorted([*names, *find_stray_names(words, names, hits)], key=lambda name: name.start)
        reading = Reading(words, self._lexicon, Story(self._lexicon, on))
        reading.hit_at = {token: hit for hit in hits for token in range(hit.start, hit.end)}
        reading.story.dateline = dateline_country(reading)
        _read_through(reading, names, hits)
        resolve_pronouns(reading)
        return _resolution(reading)


def _read_through(reading: Reading, names: list[NameSpan], hits: list[Hit]) -> None:
    """Go through names, hits and spaCy's organisations in text order; what is taken is not read again."""
    turns: list[tuple[int, int, NameSpan | Hit | tuple[int, int]]] = [
        *((name.start, 0, name) for name in names),
        *((hit.start, 1, hit) for hit in hits),
        *((start, 2, (start, end)) for start, end, label in reading.words.entities if label == "ORG"),
    ]
    for _, _, turn in sorted(_titles_after_names(reading, turns), key=lambda each: each[:2]):
        if isinstance(turn, NameSpan):
            _resolve_name(reading, turn)
        elif isinstance(turn, Hit):
            _resolve_hit(reading, turn)
        else:
            resolve_entity(reading, *turn)


def _titles_after_names(
    reading: Reading, turns: list[tuple[int, int, NameSpan | Hit | tuple[int, int]]]
) -> list[tuple[int, int, NameSpan | Hit | tuple[int, int]]]:
    """Let a name have its turn before the title that leads up to it."""
    return [
        (title_before(reading, turn.start).start, rank, turn)
        if isinstance(turn, NameSpan)
        else (at, rank, turn)
        for at, rank, turn in turns
    ]


def _resolve_name(reading: Reading, name: NameSpan) -> None:
    if not reading.is_free(name.start, name.end):
        return
    title = title_before(reading, name.start)
    actor = identify(reading, name, title)
    if actor is None:
        return
    start = title.start if reading.is_free(title.start, name.start) else name.start
    reading.add(start, name.end, _head(reading.words, name.start, name.end), actor)


def _resolve_hit(reading: Reading, hit: Hit) -> None:
    if reading.is_free(hit.start, hit.end) and not resolve_hit(reading, hit):
        resolve_role(reading, hit)


def _head(words: Words, start: int, end: int) -> int:
    """The token of a name that hangs on a word outside it; its last where spaCy is undecided."""
    outside = [token for token in range(start, end) if not start <= words.head[token] < end]
    return end - 1 if not outside or end - 1 in outside else outside[-1]


def _resolution(reading: Reading) -> Resolution:
    actors: dict[str, Actor] = reading.story.actors
    mentions = [
        ActorMention(each.start, each.end, each.head, actors.get(each.actor.id, each.actor))
        for each in sorted(reading.mentions, key=lambda each: (each.start, each.end))
    ]
    by_head = {mention.head: mention for mention in mentions}
    for mention in mentions:
        _add_loose_heads(reading.words, mention, by_head)
    return Resolution(mentions=tuple(mentions), by_head=by_head)


def _add_loose_heads(words: Words, mention: ActorMention, by_head: dict[int, ActorMention]) -> None:
    """Find a mention also by its other tokens that hang on outside words: the parser may err on names."""
    for token in range(mention.start, mention.end):
        if not mention.start <= words.head[token] < mention.end:
            by_head.setdefault(token, mention)
