"""Noun phrases of a role: 'Turkish police', 'the president of Turkey', 'a UN spokesman', 'gunmen'."""

from dataclasses import replace
from typing import Final

from schemas.coding import Actor, ActorKind
from streams.coding.actors.codes import STATELESS
from streams.coding.actors.meanings import Meaning, MeaningKind
from streams.coding.actors.naming import resolve_name
from streams.coding.actors.owners import NOBODY, Owner, owner_after, owner_before, owner_of_hit
from streams.coding.actors.person_names import NameSpan
from streams.coding.actors.reading import Reading, is_adjective
from streams.coding.actors.setting import (
    country_meant,
    last_country,
    main_country,
    only_country,
    place_in_sentence,
)
from streams.coding.actors.spotting import Hit
from streams.coding.actors.tables import RoleRow
from streams.coding.actors.titles import Title, title_of
from streams.coding.actors.word_classes import DIPLOMATS, HOMES, INDEFINITE, PLACE_NOUNS, UNIQUE_OFFICES

_K = MeaningKind
_MODIFIERS: Final = frozenset({"GOV", "MIL", "COP", "REB", "PRM", "SEP", "OPP", "JUD", "LEG", "SPY"})
_SETTLED: Final = frozenset(
    {"CVL", "LAB", "EDU", "JRN", "REL", "HLH", "MED", "REB", "SEP", "OPP", "CRM", "ETH"}
)
_MEN_AT_ARMS: Final = frozenset({"REB", "MIL", "PRM", "SEP", "COP", "SPY", "GOV"})


def resolve_role(reading: Reading, hit: Hit) -> None:
    """Add the mention that a role makes, if it stands for somebody."""
    head = head_of(reading, hit)
    start = reading.phrase_start(hit.start, head)
    owner, end = _owner(reading, hit, start)
    meaning = _fitting_meaning(hit, owner)
    if meaning is None or not _names_somebody(reading, hit, head, reading.lexicon.role(meaning), owner):
        return
    start = _past_persons(reading, start, hit.start)
    title = title_of(reading, hit, start, owner)
    actor = _actor(reading, hit, meaning, title, head)
    if actor is None:
        return
    start = _without_partners(reading, start, hit, actor)
    reading.add(start, end, head, actor)


def _without_partners(reading: Reading, start: int, hit: Hit, actor: Actor) -> int:
    """Give each country of 'Russian and Ukrainian officials' its own mention; the last keeps the noun."""
    joint = next((at for at in range(hit.start - 1, start, -1) if reading.words.lower[at] == "and"), None)
    if joint is None or not actor.sector or actor.sector in STATELESS:
        return start
    for partner in reading.hits_between(start, joint):
        country = owner_of_hit(reading, partner).country
        if country and reading.is_free(partner.start, partner.end):
            reading.add(
                partner.start, partner.end, partner.end - 1, reading.story.role(country, actor.sector)
            )
    return joint + 1


def head_of(reading: Reading, hit: Hit) -> int:
    """The token that carries the phrase: 'secretary' in 'secretary of state'."""
    for token in range(hit.start + 1, hit.end):
        if reading.words.lower[token] == "of":
            return token - 1
    return hit.end - 1


def _owner(reading: Reading, hit: Hit, start: int) -> tuple[Owner, int]:
    before = owner_before(reading, start, hit.start)
    if before.body is None and _is_minority(reading, hit):
        before = _host_of_minority(reading, start, hit.start)
    if _is_diplomat(reading, hit) and before.start is not None and before.start not in reading.hit_at:
        before = NOBODY  # 'its San Francisco consulate'
    after = NOBODY if _is_elsewhere(reading, hit) else owner_after(reading, hit.end)
    end = after.start if after.start is not None else hit.end
    if before.body is None and (before.country is None or after.body is not None) and after != NOBODY:
        return replace(after, sector=before.sector, start=before.start), end
    return before, hit.end


def _is_elsewhere(reading: Reading, hit: Hit) -> bool:
    """Whether the place behind a role does not tell whose it is: 'its ambassador in London'."""
    words = reading.words
    follows = words.lower[hit.end : hit.end + 1]
    return bool(follows) and follows != ["of"] and _is_diplomat(reading, hit)


def _is_diplomat(reading: Reading, hit: Hit) -> bool:
    return reading.words.lemma[hit.end - 1] in DIPLOMATS


def _is_minority(reading: Reading, hit: Hit) -> bool:
    return reading.words.lemma[hit.end - 1] in ("minority", "diaspora")


def _host_of_minority(reading: Reading, start: int, end: int) -> Owner:
    """The state that a minority lives in: in "Slovakia's Hungarian minority" not the adjective's."""
    hits = (hit for hit in reading.hits_between(start, end) if not is_adjective(hit))
    return next((owner for hit in hits if (owner := owner_of_hit(reading, hit)).country), NOBODY)


def _fitting_meaning(hit: Hit, owner: Owner) -> Meaning | None:
    """Hardware speaks for its country's forces only where the country is named beside it."""
    meanings = [meaning for meaning in hit.meanings if meaning.kind is _K.ROLE]
    hardware = [meaning for meaning in meanings if meaning.key.endswith("#hardware")]
    if (
        hardware
        and owner.start is not None
        and owner.country
        and (owner.body is None or owner.body.kind is ActorKind.COUNTRY)
    ):
        return hardware[0]
    return next((meaning for meaning in meanings if meaning not in hardware), None)


def _names_somebody(reading: Reading, hit: Hit, head: int, role: RoleRow, owner: Owner) -> bool:
    words, traits = reading.words, role.traits
    if _is_predicate(reading, head):
        return False
    if not words.tag[head].startswith("N") and (words.tag[head] != "JJ" or words.dep[head] == "amod"):
        return False
    if "named" in traits or ("the" in traits and owner == NOBODY and not _is_definite(reading, hit)):
        return False
    if ("modified" in traits or not role.sector) and owner == NOBODY:
        return False
    if "weak" in traits and owner.start is None:
        return False
    governor = words.head[head]
    if words.dep[head] in ("compound", "amod", "nmod") and governor > head:
        return words.lemma[governor] not in PLACE_NOUNS and role.sector in _MODIFIERS
    return True


def _is_definite(reading: Reading, hit: Hit) -> bool:
    return hit.start > 0 and reading.words.lower[hit.start - 1] == "the"


def _is_predicate(reading: Reading, head: int) -> bool:
    """Whether the phrase says what somebody is: 'was elected president', 'as mayor'."""
    words = reading.words
    as_what = words.dep[head] == "pobj" and words.lower[words.head[head]] == "as"
    return as_what or words.dep[head] in ("attr", "oprd")


def _past_persons(reading: Reading, start: int, first: int) -> int:
    """Begin behind a person who owns the role: 'spokesman' in "Merkel's spokesman"."""
    for token in range(first - 1, start - 1, -1):
        mention = reading.mention_at.get(token)
        if mention is not None:
            return min(first, mention.end + (reading.words.tag[min(mention.end, first)] == "POS"))
    return start


def _actor(reading: Reading, hit: Hit, meaning: Meaning, title: Title, head: int) -> Actor | None:
    role = reading.lexicon.role(meaning)
    if (named := _named_person(reading, hit, meaning, title, head)) is not None:
        return named
    body = title.owner.body
    if body is not None and _speaks_for(role, body):
        return body
    sector = title.sector if body is None or title.role is None else (role.sector or body.sector)
    country = title.country or HOMES.get(role.term) or _country_of_possessor(reading, hit)
    if country is None and not _is_of_several(meaning, role):
        country = _country_of_setting(reading, role, head)
    if not sector:
        return None
    return reading.story.role(country, sector, is_local=title.owner.is_region)


def _is_of_several(meaning: Meaning, role: RoleRow) -> bool:
    """Whether holders of one office meet: 'foreign ministers in Oslo' are not all Norway's."""
    return meaning.plural and role.kind == "person" and role.office in UNIQUE_OFFICES


def _speaks_for(role: RoleRow, body: Actor) -> bool:
    """Whether a body's people are the body: 'UN officials', 'FBI agents'; not 'Labour voters'."""
    if "inherit" in role.traits or body.sector in STATELESS:
        return True
    if body.kind is ActorKind.GROUP:
        return role.sector in _MEN_AT_ARMS
    return body.sector in _MEN_AT_ARMS and role.sector in _MEN_AT_ARMS


def _country_of_setting(reading: Reading, role: RoleRow, head: int) -> str | None:
    """Police and voters are those of where it happens; soldiers and tourists may be foreign."""
    if "local" in role.traits:
        return place_in_sentence(reading, head) or main_country(reading)
    if role.sector not in _SETTLED or "abroad" in role.traits:
        return None
    return place_in_sentence(reading, head) or only_country(reading)


def _country_of_possessor(reading: Reading, hit: Hit) -> str | None:
    """The country of who is named just before: "Lukashenko's police", "the country's army"."""
    words = reading.words
    for token in range(hit.start - 1, max(-1, hit.start - 4), -1):
        if words.lower[token] in ("country", "nation") and words.tag[token + 1] == "POS":
            return last_country(reading, token)
        if words.tag[token] == "PRP$":
            return country_meant(reading, token)
        if words.dep[token] == "poss" and (mention := reading.mention_at.get(token)):
            return mention.actor.country
    return None


def _named_person(reading: Reading, hit: Hit, meaning: Meaning, title: Title, head: int) -> Actor | None:
    """Who holds the office: told beside it by a comma, known from the story, or from the files."""
    apposed = _apposed(reading, hit, title, head)
    if apposed is not None:
        return apposed
    if meaning.plural or not title.office or title.role is None or title.role.kind != "person":
        return None
    if _is_indefinite(reading, title.start):
        return None
    story = reading.story
    told = story.actors.get(story.office_of.get(title.office, ""))
    if told is not None and title.country in (None, told.country):
        return told
    if title.office not in UNIQUE_OFFICES or story.on is None:
        return None
    if title.owner.body is not None:
        holder = reading.lexicon.offices.holder(title.owner.body.id, title.office, story.on)
        return story.person(holder) if holder else None
    country = title.country or (main_country(reading) if "local" in title.role.traits else None)
    if country is None:
        return None
    holder = reading.lexicon.offices.holder(country, title.office, story.on)
    return story.person(holder) if holder else None


def _apposed(reading: Reading, hit: Hit, title: Title, head: int) -> Actor | None:
    """'Jan Kowal, the prime minister,' and 'the prime minister, Jan Kowal,'."""
    words = reading.words
    if words.dep[head] in ("appos", "conj") and (mention := reading.mention_at.get(words.head[head])):
        is_beside = mention.end < hit.start and words.text[mention.end] == ","
        if is_beside and words.dep[head] == "appos" and mention.actor.kind is ActorKind.PERSON:
            return mention.actor
    name = _name_behind(reading, hit.end)
    if name is not None and head in (words.head[words.head_of(name.start, name.end)], words.head[name.start]):
        return resolve_name(reading, name, title)
    return None


def _name_behind(reading: Reading, end: int) -> NameSpan | None:
    """The name behind the next comma, if the phrase goes no further: 'of Turkey' may stand between."""
    words = reading.words
    for token in range(end, min(end + 5, len(words) - 1)):
        if words.text[token] == ",":
            return reading.name_at.get(token + 1)
        if words.tag[token].startswith("VB"):
            return None
    return None


def _is_indefinite(reading: Reading, start: int) -> bool:
    return start > 0 and reading.words.lower[start - 1] in INDEFINITE
