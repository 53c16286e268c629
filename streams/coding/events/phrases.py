"""Noun phrases: the keys that patterns match, whether they name somebody, and their words."""

from collections.abc import Iterator, Mapping

from streams.coding.events.sentence import MAX_CONJUNCTS, Word, conjuncts, first_conjunct
from streams.coding.mentions import ActorMention

WHO_ENTITIES = frozenset({"PERSON", "ORG", "GPE", "NORP"})
PLACE_ENTITIES = frozenset({"GPE", "LOC", "FAC"})
PRONOUNS = frozenset({"he", "she", "they", "him", "her", "them", "it", "who", "whom"})
_OWNER_ENTITIES = frozenset({"NORP", "GPE", "ORG"})
_MODIFIERS = ("poss", "compound", "amod", "nmod", "nummod")
_NOUNS = frozenset({"NOUN", "PROPN", "PRON", "NUM", "ADJ", "X"})
_CURRENCIES = frozenset({"$", "dollar", "euro", "pound"})
_SHARED = frozenset(
    {"joint", "combined", "shared", "bilateral", "trilateral", "multinational", "coordinated", "common"}
)
_LOOSE = ("prep", "advmod", "neg", "agent", "prt")
_LEFT_OUT = frozenset({"relcl", "acl", "appos", "punct", "cc", "conj", "advcl", "parataxis", "dep", "case"})


class Phrases:
    """What a noun phrase is, seen from its head; each phrase is read once a sentence."""

    def __init__(self, classes: Mapping[str, frozenset[str]]):
        self._people = classes["who"]
        self._joint_acts = classes["joint_act"]
        self._quantities = classes["quantity"]
        self._keys: dict[int, frozenset[str]] = {}

    def keys(self, head: Word) -> frozenset[str]:
        """The words by which patterns know a phrase: 'strike', 'hunger_strike', '&who'."""
        keys = self._keys.get(head.index)
        if keys is None:
            keys = frozenset(self._read_keys(head))
            self._keys[head.index] = keys
        return keys

    def _read_keys(self, head: Word) -> Iterator[str]:
        for noun in (head, *self.counted(head)):
            for member in conjuncts(noun):
                yield from self._own_keys(member)
        if self.names_somebody(head):
            yield "&who"

    def _own_keys(self, noun: Word) -> Iterator[str]:
        yield noun.lemma
        if noun.compound:
            yield noun.compound
        yield from _marks(noun)
        for child in noun.children:
            if child.dep in _MODIFIERS:
                yield from self._modified(noun, child)
            elif child.dep == "prep" and child.lower == "of":
                yield from (f"{noun.lemma}_of_{inner.lemma}" for inner in child.childs("pobj"))

    def _modified(self, noun: Word, modifier: Word) -> Iterator[str]:
        if modifier.lemma in _SHARED and noun.lemma in self._joint_acts:
            yield "&joint"
        yield f"{modifier.lemma}_{noun.lemma}"
        if noun.pos == "PROPN" and modifier.pos == "NOUN":
            yield modifier.lemma  # 'bloc' in 'the regional bloc Mercosur'

    def counted(self, head: Word) -> list[Word]:
        """What a quantity counts: 'troops' in 'thousands of troops'."""
        money = head.lemma in _CURRENCIES
        if head.lemma not in self._quantities and head.pos != "NUM" and not money:
            return []
        linking = ("of", "in") if money else ("of",)
        inner = [
            word for prep in head.childs("prep") if prep.lower in linking for word in prep.childs("pobj")
        ]
        return [deeper for word in inner for deeper in (word, *self.counted(word))]

    def names_somebody(self, head: Word) -> bool:
        """Whether the phrase stands for a person, a body, a people or a country."""
        return any(self._is_somebody(word) for word in (head, *self.counted(head)))

    def names_party(self, head: Word) -> bool:
        """Whether the phrase can take part in an act: somebody, a place, or what an actor owns."""
        keys = self.keys(head)
        return "&who" in keys or "&place" in keys or self.mention(head) is not None

    def _is_somebody(self, word: Word) -> bool:
        if word.mention is not None or word.lower in PRONOUNS:
            return True
        if word.entity in WHO_ENTITIES and word.pos in ("PROPN", "NOUN", "ADJ"):
            return True
        if word.pos == "ADJ":
            return False
        return word.lemma in self._people or (word.pos == "NUM" and word.entity in ("CARDINAL", ""))

    def mention(self, head: Word) -> ActorMention | None:
        """The actor that the phrase names, at its head or in a possessive, compound, adjective or 'of'."""
        for noun in (head, *self.counted(head)):
            found = noun.mention or self._modifier_mention(noun)
            if found is not None:
                return found
        return _covering_mention(head) or _wider_place_mention(head) or self._shared_mention(head)

    def _shared_mention(self, noun: Word) -> ActorMention | None:
        """The actor whose name the first of joined things bears for all: 'Israeli tanks and drones'."""
        first = first_conjunct(noun)
        bare = noun.pos == "NOUN" and noun.child("det", "poss", "nummod", "prep") is None
        if first is noun or not bare or first.pos != "NOUN" or self._is_somebody(noun):
            return None
        return self._modifier_mention(first)

    def owner(self, head: Word) -> ActorMention | None:
        """The actor that a possessive, compound, adjective or 'of' within the phrase names."""
        return self._modifier_mention(head)

    def _modifier_mention(self, noun: Word) -> ActorMention | None:
        for modifier in sorted(noun.childs(*_MODIFIERS), key=lambda word: word.dep != "poss"):
            if modifier.mention is not None:
                return modifier.mention
            inner = next((word.mention for word in modifier.childs(*_MODIFIERS) if word.mention), None)
            if inner is not None:
                return inner
        return self._owner_mention(noun)

    def _owner_mention(self, noun: Word) -> ActorMention | None:
        """The actor in 'the government of Chad', 'a soldier from Mali'."""
        for prep in noun.childs("prep"):
            if prep.lower in ("of", "from", "in") and noun.lemma in self._people:
                for inner in prep.childs("pobj"):
                    if inner.mention is not None:
                        return inner.mention
        return None

    def parties(self, head: Word) -> list[Word]:
        """The parties that one phrase names: 'Chinese' and 'Russian' in 'Chinese and Russian bombers'."""
        owners = self._owners(head) if head.pos == "NOUN" and "&who" in self.keys(head) else []
        if len(owners) > 1:
            return owners
        nations = self._nations(head)
        if len(nations) > 1:
            return nations
        if head.mention is not None or head.entity in WHO_ENTITIES:
            return [head]
        for child in head.childs("amod", "compound", "poss", "nmod"):
            joined = [each for each in conjuncts(child) if each.entity in ("NORP", "GPE") or each.mention]
            if len(joined) > 1:
                return joined
        return [head]

    def _nations(self, head: Word) -> list[Word]:
        """Those whose names are joined before one noun: 'Chinese and Indian soldiers'."""
        if head.pos != "NOUN":
            return []
        for child in head.childs("amod", "nmod", "compound"):
            joined = [each for each in conjuncts(child) if each.mention or _covers(head.mention, each)]
            if len(joined) > 1 and joined[0].mention is not None:
                return [head if _covers(head.mention, each) else each for each in joined]
        return []

    def _owners(self, head: Word) -> list[Word]:
        """Those whom a joint phrase belongs to: 'the leaders of Kenya, Mali and Chad'."""
        for prep in head.childs("prep"):
            if prep.lower in ("of", "from"):
                listed = [each for child in prep.childs("pobj") for each in _listed(child)]
                named = [each for each in listed if each.entity in _OWNER_ENTITIES or each.mention]
                return [head if _covers(head.mention, each) else each for each in named]
        return []


def _listed(word: Word) -> list[Word]:
    """A list, whose commas the parser may have taken for appositions; without an 'and' it is none."""
    found = [word]
    for member in found:
        found.extend(member.childs("conj", "appos"))
        if len(found) >= MAX_CONJUNCTS:
            break
    joined = any(member.child("cc") is not None for member in found)
    return found[:MAX_CONJUNCTS] if joined else [word]


def _covers(mention: ActorMention | None, word: Word) -> bool:
    return mention is not None and mention.start <= word.index < mention.end


def _covering_mention(modifier: Word) -> ActorMention | None:
    """The actor whose mention the word is part of: 'Chilean' in 'Chilean navy'."""
    above = modifier.head
    if above is None or modifier.dep not in _MODIFIERS or not _covers(above.mention, modifier):
        return None
    return above.mention


def is_place_chain(word: Word) -> bool:
    """Whether what looks joined is one place: 'Manbij, Aleppo, Syria'."""
    listed = word.dep == "pobj" and word.child("conj") is not None and word.child("cc") is None
    return listed and word.entity in PLACE_ENTITIES


def _wider_place_mention(place: Word) -> ActorMention | None:
    """The mention of what a place lies in: 'Peru' in 'Cusco, Peru'."""
    if place.entity not in PLACE_ENTITIES:
        return None
    for _ in range(3):
        inner = place.child("appos", "conj", "npadvmod")
        if inner is None or place.child("cc") is not None:
            return None
        if inner.mention is not None and inner.mention.actor.country is not None:
            return inner.mention
        place = inner
    return None


def _marks(noun: Word) -> Iterator[str]:
    """The kinds of phrases that patterns may ask for."""
    if noun.entity == "MONEY" or noun.lemma in _CURRENCIES:
        yield "&money"
    if noun.entity in PLACE_ENTITIES:
        yield "&place"
    if noun.entity in ("DATE", "TIME"):
        yield "&time"
    if noun.entity == "ORG":
        yield "&org"


def phrase_span(head: Word) -> tuple[int, int]:
    """The characters of a phrase without clauses, appositions and joined phrases."""
    words = list(_phrase_words(head))
    if len(words) > 1 and words[0].dep in ("det", "predet") and words[0].pos == "DET":
        words = words[1:]
    while len(words) > 1 and not any(map(str.isalnum, words[0].text)):  # a flag, a bullet
        words = words[1:]
    return words[0].start, words[-1].end


def _phrase_words(head: Word, level: int = 0) -> list[Word]:
    words = [head]
    for child in head.children:
        if child.dep in _LEFT_OUT and not (child.dep == "case" and level):
            continue
        if child.dep in _LOOSE and (child.lower not in ("of", "from") or head.entity == "PERSON"):
            continue
        if level < 4 and child.index < head.index + 12:
            words.extend(_phrase_words(child, level + 1))
    return sorted(words, key=lambda word: word.index)
