"""From a parsed document to its actors: names, countries, bodies, roles and pronouns, in text order."""

from collections.abc import Callable
from datetime import date
from functools import partial

from spacy.tokens import Doc

from schemas.coding import Actor
from streams.coding.actors.bodies import named_bodies, resolve_entity, resolve_hit
from streams.coding.actors.kin import named_countries
from streams.coding.actors.koreas import find_halves
from streams.coding.actors.lexicon import ActorLexicon, packaged_lexicon
from streams.coding.actors.naming import resolve_name
from streams.coding.actors.national_bodies import (
    acronyms,
    national_bodies,
    resolve_acronym,
    resolve_national_body,
)
from streams.coding.actors.person_names import find_names
from streams.coding.actors.places import country_of_town
from streams.coding.actors.pronouns import resolve_pronouns
from streams.coding.actors.reading import Reading
from streams.coding.actors.roles import resolve_role
from streams.coding.actors.setting import count_countries, dateline_country
from streams.coding.actors.short_forms import resolve_short_form, short_forms
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
        country_of_town()  # read before the first document rather than within it

    def resolve(self, doc: Doc, *, on: date | None) -> Resolution:
        """Find all actor mentions of a document as of a day, on which offices depend."""
        words = read_words(doc)
        names, hits = find_names(words, spot(words, self._lexicon), self._lexicon)
        hits += find_halves(words, hits, self._lexicon)
        names += find_stray_names(words, names, hits)
        reading = Reading(words, self._lexicon, Story(self._lexicon, on))
        reading.hit_at = {token: hit for hit in hits for token in range(hit.start, hit.end)}
        reading.name_at = {name.start: name for name in names}
        reading.story.named = named_countries(reading)
        reading.story.dateline = dateline_country(reading)
        reading.story.countries = count_countries(reading)
        _read_through(reading, hits)
        resolve_pronouns(reading)
        return _resolution(reading)


def _read_through(reading: Reading, hits: list[Hit]) -> None:
    """Go through names, hits and spaCy's organisations in text order; what is taken is not read again.

    A name has its turn where the title that leads up to it begins.
    """
    turns: list[tuple[int, int, int, Callable[[], object]]] = []
    for start, end in national_bodies(reading):
        turns.append((start, -1, start, partial(resolve_national_body, reading, start, end)))
    for token in acronyms(reading):
        turns.append((token, -1, token, partial(resolve_acronym, reading, token)))
    for name in reading.name_at.values():
        begin = title_before(reading, name).start
        turns.append((begin, 0, name.start, partial(resolve_name, reading, name)))
    for hit in hits:
        turns.append((hit.start, 1, hit.start, partial(_resolve_hit, reading, hit)))
    for token in short_forms(reading):
        turns.append((token, 0, token, partial(resolve_short_form, reading, token)))
    for start, end in named_bodies(reading.words):
        turns.append((start, 2, start, partial(resolve_entity, reading, start, end)))
    for *_, resolve in sorted(turns, key=lambda turn: turn[:3]):
        resolve()


def _resolve_hit(reading: Reading, hit: Hit) -> None:
    if reading.is_free(hit.start, hit.end) and not resolve_hit(reading, hit):
        resolve_role(reading, hit)


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
