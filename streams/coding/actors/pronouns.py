"""'He', 'she' and 'they': the nearest subject that agrees, or nobody."""

from typing import Final

from schemas.coding import ActorKind
from streams.coding.actors.reading import Reading
from streams.coding.actors.word_classes import COLLECTIVES
from streams.coding.mentions import ActorMention

_SINGULAR: Final = frozenset({"he", "she", "him", "her", "his"})
_OBJECTS: Final = frozenset({"him", "them"})
_LONGEST_CLIMB: Final = 5
_PLURAL: Final = frozenset({"they", "them", "their"})
_NEAR: Final = 40
_SUBJECTS: Final = ("nsubj", "nsubjpass")


def resolve_pronouns(reading: Reading) -> None:
    """Add a mention for each pronoun whose antecedent is clear."""
    words = reading.words
    mentions = sorted(reading.mentions, key=lambda mention: mention.start)
    at = 0
    before: list[ActorMention] = []
    for token, lower in enumerate(words.lower):
        while at < len(mentions) and mentions[at].end <= token:
            before.append(mentions[at])
            at += 1
        if lower in _SINGULAR or lower in _PLURAL:
            antecedent = _antecedent(reading, token, before[-12:])
            if antecedent is not None:
                before.append(reading.add(token, token + 1, token, antecedent.actor))


def _antecedent(reading: Reading, token: int, before: list[ActorMention]) -> ActorMention | None:
    words = reading.words
    plural = words.lower[token] in _PLURAL
    own_clause = _verbs_above(reading, token) if words.lower[token] in _OBJECTS else frozenset()
    agreeing = [
        mention
        for mention in before
        if _agrees(reading, mention, plural=plural) and words.head[mention.head] not in own_clause
    ]
    here = [mention for mention in agreeing if words.same_sentence(mention.head, token)]
    previous = [mention for mention in agreeing if words.sentence[mention.head] == words.sentence[token] - 1]
    if plural and _is_rivalled(reading, agreeing, token):
        return None
    nearest = _subject(reading, here) or (None if here else _subject(reading, previous))
    return nearest or _only(previous + here)


def _verbs_above(reading: Reading, token: int) -> frozenset[int]:
    """The verbs whose subject 'them' cannot mean: in 'police left, accusing them' not the police."""
    words = reading.words
    verbs: set[int] = set()
    verb = words.head[token]
    while verb not in verbs and len(verbs) < _LONGEST_CLIMB:
        verbs.add(verb)
        if words.dep[verb] not in ("xcomp", "advcl", "conj", "prep", "pcomp"):
            break
        verb = words.head[verb]
    return frozenset(verbs)


def _is_rivalled(reading: Reading, agreeing: list[ActorMention], token: int) -> bool:
    """Whether a plural subject that is no actor stands nearer: 'the floods' may be what 'they' means."""
    words = reading.words
    last = max(agreeing[-1].end if agreeing else 0, token - _NEAR)
    return any(words.dep[at] in _SUBJECTS and words.tag[at] == "NNS" for at in range(last, token))


def _agrees(reading: Reading, mention: ActorMention, *, plural: bool) -> bool:
    words = reading.words
    if words.lower[mention.head] in _SINGULAR:
        return not plural
    if words.lower[mention.head] in _PLURAL:
        return plural
    if plural:
        return words.tag[mention.head] in ("NNS", "NNPS") or _is_collective(
            words.lower[mention.head], mention
        )
    return mention.actor.kind is ActorKind.PERSON


def _is_collective(word: str, mention: ActorMention) -> bool:
    """'The police', 'Hamas', 'the RCMP': one name for many, who may be 'they'."""
    return word in COLLECTIVES or mention.actor.id.startswith(("group:", "org:"))


def _subject(reading: Reading, mentions: list[ActorMention]) -> ActorMention | None:
    return next((each for each in reversed(mentions) if reading.words.dep[each.head] in _SUBJECTS), None)


def _only(mentions: list[ActorMention]) -> ActorMention | None:
    return mentions[-1] if mentions and len({mention.actor.id for mention in mentions}) == 1 else None
