"""Where an act takes place: whose the 'ten people' are that were killed in Lima."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from schemas.coding import ActorKind
from streams.coding.actors.names import fold
from streams.coding.actors.places import country_of_town
from streams.coding.events.candidates import Candidate
from streams.coding.events.sentence import Sentence, Word

_AT = frozenset({"in", "at", "near", "across", "outside", "around", "inside", "on", "off", "from", "of"})
_HERE = frozenset({"in", "at", "near", "across", "outside", "around", "inside", "off"})
_BEFORE_PLACES = _HERE | {"of", "on"}
_BEFORE_TOWNS = frozenset({"in", "near", "outside", "on"})
_BEFORE_NESTED = _BEFORE_PLACES | {""}
_WITHIN_NAMES = frozenset({",", "the", "of", "and", "-"})
_PLACES = frozenset({"GPE", "LOC", "FAC", ""})
_BLOWS = frozenset({"attack", "strike", "airstrike", "raid", "assault", "bombardment"})
_MAX_DEPTH = 4
_LONGEST_TOWN = 4


@dataclass(frozen=True, slots=True)
class Ground:
    """The places that a sentence names, by word, and the countries where it and its text set their acts.

    `named` are the countries that the sentence names in any way, `told_of` those of the whole text.
    """

    countries: Mapping[int, str] = field(default_factory=dict)
    here: frozenset[str] = frozenset()
    around: frozenset[str] = frozenset()
    named: frozenset[str] = frozenset()
    told_of: frozenset[str] = frozenset()

    def only_country(self) -> str | None:
        """The country that the sentence, else the whole text, is about: it names that one only."""
        for countries in (self.named, self.told_of):
            if countries:
                return next(iter(countries)) if len(countries) == 1 else None
        return None

    def country_of(self, word: Word) -> str | None:
        """The country of the place that a word names or whose name hangs on it: 'the town of Gao'."""
        inner = (each for prep in word.childs("prep") if prep.lower == "of" for each in prep.childs("pobj"))
        near = (word, *word.childs("compound", "appos"), *inner)
        return next((self.countries[each.index] for each in near if each.index in self.countries), None)


def survey_all(sentences: Sequence[Sentence]) -> list[Ground]:
    """Find the places of a text, sentence by sentence."""
    grounds = [_survey(sentence) for sentence in sentences]
    around = frozenset(country for ground in grounds for country in ground.here)
    named = [
        _countries_named(sentence) | frozenset(ground.countries.values())
        for sentence, ground in zip(sentences, grounds, strict=True)
    ]
    told_of = frozenset[str]().union(*named)
    return [
        replace(ground, around=around, named=here, told_of=told_of)
        for ground, here in zip(grounds, named, strict=True)
    ]


def _countries_named(sentence: Sentence) -> frozenset[str]:
    actors = (word.mention.actor for word in sentence.words if word.mention is not None)
    return frozenset(actor.country for actor in actors if actor.country is not None)


def _survey(sentence: Sentence) -> Ground:
    """Find the places that a sentence names; a chain such as 'Cusco, Peru' is one place."""
    countries: dict[int, str] = {}
    here: set[str] = set()
    for before, chain in _chains(sentence.words):
        country = _country_of_chain(chain)
        if country is None:
            continue
        countries.update((word.index, country) for word in chain if word.pos == "PROPN")
        if (
            before in _HERE
            or _is_struck(sentence.words, chain)
            or (before in _BEFORE_NESTED and _is_nested(chain))
        ):
            here.add(country)
    return Ground(countries, frozenset(here))


def _chains(words: tuple[Word, ...]) -> Iterator[tuple[str, list[Word]]]:
    """The runs of names that begin with a place, each with the preposition before it."""
    at = 0
    while at < len(words):
        end = at + 1 if _is_place(words[at]) else _end_of_town(words, at)
        if end == at:
            at += 1
            continue
        while end < len(words) and _goes_on(words, end):
            end += 1
        start = _begin(words, at)
        yield _preposition_before(words, start), list(words[start:end])
        at = end


def _begin(words: tuple[Word, ...], at: int) -> int:
    """Where a chain begins whose first names were not known for places: 'in Kolokani, Mali'."""
    start = at - 1
    if start < 1 or words[start].text != ",":
        return at
    while start > 0 and words[start - 1].pos == "PROPN" and at - start <= _LONGEST_TOWN:
        start -= 1
    named = start < at - 1 and _preposition_before(words, start) in _BEFORE_PLACES
    return start if named else at


def _goes_on(words: tuple[Word, ...], at: int) -> bool:
    """Whether a chain goes on at a word: with a name, or with 'of the' or a comma before a place."""
    word = words[at]
    if word.pos == "PROPN" and word.entity in _PLACES:
        return True
    follows = words[at + 1 : at + 3]
    return word.lower in _WITHIN_NAMES and any(
        _is_place(each) and (each is follows[0] or follows[0].lower == "the") for each in follows
    )


def _is_place(word: Word) -> bool:
    if word.pos != "PROPN":
        return False
    return word.entity in _PLACES or (_mentioned(word) is not None and word.entity != "NORP")


def _end_of_town(words: tuple[Word, ...], at: int) -> int:
    """Where a town's name in a place's position ends, whatever else the parser took it for; `at` if none."""
    if at == 0 or words[at - 1].lower not in _BEFORE_TOWNS:
        return at
    end = at
    while end < min(len(words), at + _LONGEST_TOWN) and words[end].pos == "PROPN":
        end += 1
    owns = end < len(words) and words[end].pos == "PART"
    name = tuple(piece for word in words[at:end] for piece in fold(word.text))
    return end if not owns and name in country_of_town() else at


def _preposition_before(words: tuple[Word, ...], at: int) -> str:
    """The preposition before a place, its article and adjectives skipped: 'in the northern Sahel'."""
    for word in reversed(words[max(0, at - 3) : at]):
        if word.pos == "ADP":
            return word.lower
        if word.pos not in ("DET", "ADJ"):
            break
    return ""


def _is_struck(words: tuple[Word, ...], chain: list[Word]) -> bool:
    """Whether a place is what an attack is on: 'a strike on Kharkiv'."""
    at = chain[0].index - words[0].index
    return at > 1 and words[at - 1].lower == "on" and words[at - 2].lemma in _BLOWS


def _is_nested(chain: list[Word]) -> bool:
    """Whether a chain tells which country a place lies in: 'Cusco, Peru'."""
    commas = [at for at, word in enumerate(chain) if word.text == ","]
    return bool(commas) and any(_mentioned(word) is not None for word in chain[commas[0] :])


def _mentioned(word: Word) -> str | None:
    mention = word.mention
    return mention.actor.country if mention is not None and mention.actor.kind is ActorKind.COUNTRY else None


def _country_of_chain(chain: list[Word]) -> str | None:
    """The one country that a chain of places names; without one, that of the last town in it.

    Where one lies in another ('Colorado, Mexico'), the last counts.
    """
    named = [country for word in chain if (country := _mentioned(word)) is not None]
    if named:
        listed = any(word.lower == "and" for word in chain) or not _is_nested(chain)
        return None if listed and len(set(named)) > 1 else named[-1]
    return _country_of_towns(chain)


def _country_of_towns(chain: list[Word]) -> str | None:
    """The country of the last town in a chain, which in 'Leon, Guanajuato' is that of the state."""
    towns, at, country = country_of_town(), 0, None
    while at < len(chain):
        ends = range(min(len(chain), at + _LONGEST_TOWN), at, -1) if chain[at].pos == "PROPN" else ()
        names = {end: tuple(piece for each in chain[at:end] for piece in fold(each.text)) for end in ends}
        end = next((end for end, name in names.items() if name in towns), None)
        country, at = (country, at + 1) if end is None else (towns[names[end]], end)
    return country


def find_country(candidate: Candidate, ground: Ground) -> str | None:
    """The one country in which a clause, else its sentence, else the text sets its act; None for several."""
    clause = frozenset(country for word in _settings(candidate) for country in _countries(word, ground))
    found = clause or ground.here or ground.around
    return next(iter(found)) if len(found) == 1 else None


def _settings(candidate: Candidate) -> Iterator[Word]:
    predicates = [candidate.predicate, *candidate.lenders]
    if candidate.means is not None:
        predicates.append(candidate.means.predicate)
    for predicate in predicates:
        for each in predicate.complements:
            if each.preposition in _HERE:
                yield each.head
        for noun in (predicate.word, *predicate.objects):
            yield from (
                word for prep in noun.childs("prep") if prep.lower in _HERE for word in prep.childs("pobj")
            )


def _countries(word: Word, ground: Ground, depth: int = 0) -> Iterator[str]:
    """The countries that a phrase of place names, its apposition and what it lies in among them."""
    own = ground.countries.get(word.index) or _mentioned(word)
    if own is not None:
        yield own
        return
    if depth == _MAX_DEPTH:
        return
    for child in word.children:
        if child.dep in ("appos", "conj", "npadvmod"):
            yield from _countries(child, ground, depth + 1)
        elif child.dep == "prep" and child.lower in _AT:
            for inner in child.childs("pobj"):
                yield from _countries(inner, ground, depth + 1)
