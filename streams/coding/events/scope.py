"""Scope: what the words above a candidate make of its act, up to the sentence's root."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum

from schemas.plover import QUAD_OF, EventType, Quad
from streams.coding.events.candidates import Candidate
from streams.coding.events.lexicon import Operator
from streams.coding.events.modality import Outlook, is_infinitive, read_outlook
from streams.coding.events.predicates import Match, Predicate
from streams.coding.events.reversals import Act, apply, deny, promise, refuse, threatened
from streams.coding.events.sentence import Word, first_conjunct

MAX_STEPS = 8
_ASIDE_PREPOSITIONS = frozenset(
    {"after", "before", "by", "while", "since", "following", "in", "upon", "despite"}
)
_CAUSE = frozenset({"", "in", "by", "from", "during", "after", "when", "with", "following", "amid"})


class Relation(Enum):
    """How a candidate hangs on the word above it."""

    COMPLEMENT = "complement"
    OBJECT = "object"
    SUBJECT = "subject"
    PREPOSITION = "preposition"
    ADVERBIAL = "adverbial"
    RELATIVE = "relative"


@dataclass(frozen=True, slots=True)
class Link:
    """The word above, how a candidate hangs on it, and the preposition between them."""

    governor: Word
    relation: Relation
    preposition: str = ""
    infinitive: bool = False


@dataclass(frozen=True, slots=True)
class Settled:
    """Where a climb ended: with an event, as the content of a governor's, or (both None) with nothing."""

    event: Candidate | None = None
    content_of: int | None = None
    means_of: int | None = None


_VERBAL = {
    "xcomp": Relation.COMPLEMENT,
    "ccomp": Relation.COMPLEMENT,
    "csubj": Relation.COMPLEMENT,
    "csubjpass": Relation.COMPLEMENT,
    "acomp": Relation.COMPLEMENT,
    "oprd": Relation.COMPLEMENT,
    "attr": Relation.COMPLEMENT,
    "acl": Relation.RELATIVE,
    "relcl": Relation.RELATIVE,
    "advcl": Relation.ADVERBIAL,
}
_NOMINAL = {
    "dobj": Relation.OBJECT,
    "nsubjpass": Relation.OBJECT,
    "attr": Relation.OBJECT,
    "oprd": Relation.OBJECT,
    "ccomp": Relation.OBJECT,
    "xcomp": Relation.OBJECT,
    "dative": Relation.OBJECT,
    "nsubj": Relation.SUBJECT,
}


def find_link(word: Word, quantities: frozenset[str]) -> Link | None:
    """The link from a predicate to the word that governs it, None at the top."""
    word = first_conjunct(word)
    head = word.head
    if head is None:
        return None
    if word.dep in ("pobj", "pcomp") and head.head is not None:
        return _prepositional_link(word, head, quantities)
    nominal = word.pos in ("NOUN", "PROPN")
    relation = (_NOMINAL if nominal else _VERBAL).get(word.dep)
    if relation is None:
        return None
    if word.dep == "acl" and is_infinitive(word):
        return Link(head, Relation.COMPLEMENT, infinitive=True)
    return Link(head, relation, infinitive=is_infinitive(word))


def _prepositional_link(word: Word, preposition: Word, quantities: frozenset[str]) -> Link | None:
    bearer = preposition.head
    if bearer is None:
        return None
    if preposition.lower == "of" and bearer.lemma in quantities:
        return find_link(bearer, quantities)
    if bearer.pos == "ADP" and bearer.head is not None:
        bearer = bearer.head
    return Link(bearer, Relation.PREPOSITION, preposition.lower)


class Scope:
    """Climbs from a candidate to the root of its sentence over the other matches there."""

    def __init__(self, matches: Mapping[int, tuple[Predicate, Match]], quantities: frozenset[str]):
        self._matches = matches
        self._quantities = quantities

    def settle(self, candidate: Candidate) -> Settled:
        """Apply the candidate's own clause, then every governor's, until one of them takes the act over."""
        current: Candidate | None = candidate
        if candidate.predicate.part != "noun":
            current = mark(candidate, read_outlook(candidate.word))
        node = candidate.word
        for _ in range(MAX_STEPS):
            if current is None:
                return Settled()
            link = find_link(node, self._quantities)
            if link is None or link.relation is Relation.RELATIVE:
                return self._emit(current, link)
            step = self._step(current, node, link)
            if isinstance(step, Settled):
                return step
            current, node = step, link.governor
        return Settled(event=current)

    def _emit(self, candidate: Candidate, link: Link | None) -> Settled:
        if candidate.match.entry.bound and not candidate.lenders:
            return Settled()
        return Settled(event=candidate if link is None else _less(candidate, 0.8))

    def _step(self, candidate: Candidate, node: Word, link: Link) -> Settled | Candidate | None:
        found = self._matches.get(link.governor.index)
        if found is None:
            return self._pass_unknown(candidate, link)
        predicate, match = found
        if not _governs(predicate, match, first_conjunct(node), link):
            return self._beside(candidate, link, predicate, match)
        operator = match.entry.operator
        if operator is None and _is_means(candidate, match):
            return Settled(means_of=link.governor.index, event=candidate)
        if operator is Operator.TELL and _is_allegation(candidate, predicate, link):
            return Settled(content_of=link.governor.index, event=candidate)
        if operator in (Operator.DO, Operator.UNDERGO, Operator.TELL):
            return _carry(candidate, predicate, match, link)
        if operator is Operator.WISH:
            return Settled()
        return Settled(content_of=link.governor.index, event=candidate)

    def _beside(self, candidate: Candidate, link: Link, predicate: Predicate, match: Match) -> Settled:
        """A candidate beside another event: in an adverbial, a preposition or the subject."""
        if candidate.predicate.part == "noun":
            if link.preposition == "for" and predicate.part == "verb" and _is_errand(candidate, match):
                return Settled(event=replace(candidate, lenders=(*candidate.lenders, predicate)))
            if _is_means(candidate, match) and link.preposition in _CAUSE:
                return Settled(means_of=link.governor.index, event=candidate)
            return self._aside(candidate, link)
        if link.relation is Relation.ADVERBIAL and link.infinitive and match.entry.type is not None:
            return Settled(event=candidate) if _is_errand(candidate, match) else Settled()
        return self._aside(candidate, link)

    def _aside(self, candidate: Candidate, link: Link) -> Settled:
        if candidate.match.entry.bound and not candidate.lenders:
            return Settled()
        if link.relation is Relation.PREPOSITION and candidate.predicate.part != "noun":
            if link.preposition not in _ASIDE_PREPOSITIONS:
                return Settled()
            return Settled(event=_less(candidate, 0.75))
        return Settled(event=_less(candidate, 0.6 if candidate.predicate.part == "noun" else 0.7))

    def _pass_unknown(self, candidate: Candidate, link: Link) -> Settled | Candidate | None:
        """Climb over a governor that the lexicon does not know."""
        governor = link.governor
        if governor.pos in ("NOUN", "PROPN", "PRON"):
            return Settled() if link.infinitive else self._aside(candidate, link)
        if link.relation is Relation.COMPLEMENT and candidate.predicate.part != "noun":
            copula = candidate.predicate.part == "adjective" and governor.lemma in ("be", "remain")
            return mark(
                _less(candidate, 1.0 if copula else 0.75), Outlook() if copula else read_outlook(governor)
            )
        if link.relation is Relation.ADVERBIAL:
            return _less(candidate, 0.85)
        if candidate.match.entry.bound and not candidate.lenders:
            return None
        if candidate.predicate.part != "noun":
            return self._aside(candidate, link)
        return mark(_less(candidate, 0.6), read_outlook(governor))


def _is_means(candidate: Candidate, match: Match) -> bool:
    """Whether a noun tells how the verb's act was done: 'killed in an ambush', 'an airstrike destroyed'."""
    act = candidate.act
    if candidate.predicate.part != "noun" or act is None:
        return False
    raid = act.type is EventType.COERCE and not candidate.match.entry.bound
    operation = raid and match.entry.type is EventType.ASSAULT
    return operation or match.entry.type is act.type


def _is_errand(candidate: Candidate, match: Match) -> bool:
    """Whether a journey is made for the talks told: 'travelled to Cairo to meet the president'."""
    act = candidate.act
    return act is not None and act.type is EventType.CONSULT is match.entry.type


def _governs(predicate: Predicate, match: Match, node: Word, link: Link) -> bool:
    if any(node is word for word in match.taken):
        return True
    if link.relation in (Relation.COMPLEMENT, Relation.OBJECT):
        return True
    operator = match.entry.operator
    if link.relation is Relation.SUBJECT:
        light = operator in (Operator.DO, Operator.HALT)
        return light and not any(word is not node and word not in match.taken for word in predicate.objects)
    if link.relation is Relation.ADVERBIAL:
        return link.infinitive and operator not in (None, Operator.DO)
    if link.relation is Relation.PREPOSITION:
        if predicate.part == "noun" and operator is not None:
            return True
        return node.dep == "pcomp" and link.preposition in ("of", "for", "from", "to", "into", "against")
    return False


_ALLEGED = frozenset({EventType.ASSAULT, EventType.COERCE, EventType.AID, EventType.SANCTION})
_BREACHES = frozenset({"violate", "breach", "break", "infringe"})


def _is_allegation(candidate: Candidate, report: Predicate, link: Link) -> bool:
    """Whether one state tells of another's misdeed: 'Khartoum said Ugandan aircraft had bombed a village'."""
    act, own, speaker = candidate.act, candidate.predicate.subject, report.subject
    if (
        act is None
        or (act.type not in _ALLEGED and candidate.word.lemma not in _BREACHES)
        or own is None
        or speaker is None
        or candidate.predicate.passive
    ):
        return False
    if link.relation is not Relation.COMPLEMENT or speaker.index > report.word.index:
        return False
    return report.word.index < candidate.word.index and _is_state(own) and _is_state(speaker)


def _is_state(word: Word) -> bool:
    named = (word, *word.childs("poss", "amod", "compound"))
    return any(each.entity in ("GPE", "NORP") and each.pos in ("PROPN", "ADJ") for each in named)


def _carry(candidate: Candidate, predicate: Predicate, match: Match, link: Link) -> Candidate | None:
    """Climb over a light verb or a report: its clause's marks count, its subject may be lent."""
    lends = candidate.predicate.part == "noun" and not candidate.path
    carried = replace(
        candidate,
        lenders=(*candidate.lenders, predicate) if lends else candidate.lenders,
        undergone=candidate.undergone or match.entry.operator is Operator.UNDERGO,
        path=(*candidate.path, predicate.word.lemma),
    )
    return mark(carried, read_outlook(predicate.word))


def mark(candidate: Candidate | None, outlook: Outlook) -> Candidate | None:
    """Let a clause's marks bear on an act: what must be done is none, what will be done is promised."""
    if candidate is None or outlook.obliged:
        return None
    act, rules = candidate.act, list(candidate.rules)
    if act is None:
        return candidate
    if outlook.negated and outlook.hypothetical:
        return None  # 'if the talks are not resumed' tells of nothing
    if outlook.negated:
        rules.append("refused" if outlook.future else "not done")
        changed = (refuse if outlook.future else deny)(act)
        return None if changed is None else replace(candidate, act=changed, rules=tuple(rules))
    if outlook.future:
        rules.append("future")
        act = promise(act)
    threat = _as_threat(act) if outlook.conditional and (outlook.future or outlook.hypothetical) else None
    if threat is not None:
        return replace(candidate, act=threat, rules=(*rules, "conditional threat"))
    if outlook.hypothetical:
        rules.append("hypothetical")
    return replace(
        candidate,
        act=act,
        rules=tuple(rules),
        hypothetical=candidate.hypothetical or outlook.hypothetical,
    )


def _as_threat(act: Act | None) -> Act | None:
    """Conflict announced on a condition is a threat."""
    if act is None or QUAD_OF[act.type] not in (Quad.VERBAL_CONFLICT, Quad.MATERIAL_CONFLICT):
        return None
    return act if act.type is EventType.THREATEN else Act(EventType.THREATEN, *threatened(act))


def absorb(candidate: Candidate, content: Candidate) -> Candidate | None:
    """Let a predicate take over the act told in its complement."""
    operator = candidate.match.entry.operator
    if operator is None:
        return replace(candidate, content=content)
    if content.act is None:
        return candidate
    act = apply(operator, candidate.act, content.act)
    foreign = operator is Operator.COMMIT and content.predicate.passive
    if act is None or (foreign and act.type is EventType.THREATEN):
        return None  # 'he is to be sentenced' threatens nobody
    if operator is Operator.THREATEN and _warns_of_others(candidate.predicate, content.predicate):
        return None
    return replace(
        candidate,
        act=act,
        content=content,
        hypothetical=candidate.hypothetical,
        rules=(*candidate.rules, f"{operator.value} {content.act.type.value}"),
    )


def _warns_of_others(warning: Predicate, content: Predicate) -> bool:
    """Whether the speaker tells what somebody else may do: 'warned Kyiv that Russia may invade'."""
    speaker, doer = warning.subject, content.subject
    if warning.word.lemma not in ("warn", "caution") or content.part != "verb" or content.passive:
        return False
    if content.word.index < warning.word.index or read_outlook(content.word).conditional:
        return False
    if speaker is None or doer is None or doer.mention is None or content.word.child("nsubj") is not doer:
        return False
    if doer.pos == "PRON" or doer.child("poss") is not None:
        return False
    named = [word.mention for word in (speaker, *speaker.childs("poss", "compound", "amod")) if word.mention]
    countries = {mention.actor.country or mention.actor.id for mention in named}
    return (doer.mention.actor.country or doer.mention.actor.id) not in countries


def _less(candidate: Candidate, factor: float) -> Candidate:
    return replace(candidate, certainty=candidate.certainty * factor)
