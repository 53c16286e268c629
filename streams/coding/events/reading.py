"""One sentence being read: matches first, then candidates from the deepest predicate up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from schemas.plover import EventType
from streams.coding.events.candidates import Candidate
from streams.coding.events.lexicon import Lexicon, Operator
from streams.coding.events.modality import is_infinitive
from streams.coding.events.phrases import Phrases
from streams.coding.events.predicates import Match, Matcher, Predicate
from streams.coding.events.reversals import Act, requested
from streams.coding.events.scope import Scope, absorb
from streams.coding.events.sentence import Sentence, Word, conjuncts, first_conjunct

_PASSING = (Operator.DO, Operator.UNDERGO)


def read_candidates(sentence: Sentence, lexicon: Lexicon, phrases: Phrases) -> list[Candidate]:
    """The acts that a sentence tells, after all that stands above each has had its say."""
    matches = _match(sentence, Matcher(lexicon, phrases))
    scope = Scope(matches, lexicon.classes["quantity"])
    contents: dict[int, list[Candidate]] = {}
    means: dict[int, Candidate] = {}
    found: list[Candidate] = []
    for predicate, match in sorted(matches.values(), key=lambda each: -each[0].word.depth):
        word = predicate.word
        for candidate in begin(predicate, match, contents.get(word.index, ()), _shared(means, word)):
            settled = scope.settle(candidate)
            if settled.event is None:
                continue
            if settled.content_of is not None:
                contents.setdefault(settled.content_of, []).append(settled.event)
            elif settled.means_of is not None:
                means[settled.means_of] = settled.event
            else:
                found.extend(_with_errand(settled.event))
    return [candidate for candidate in found if candidate.act is not None]


def _with_errand(candidate: Candidate) -> list[Candidate]:
    """A journey, and the talks for which it is made: 'flew to Cairo for talks with Israel'."""
    content, act = candidate.content, candidate.act
    if act is None or act.mode != "visit" or content is None or content.act is None:
        return [candidate]
    if content.act.type is not EventType.CONSULT or content.predicate.part != "noun":
        return [candidate]
    lenders = (*content.lenders, candidate.predicate)
    return [candidate, replace(content, lenders=lenders, hypothetical=candidate.hypothetical)]


def _match(sentence: Sentence, matcher: Matcher) -> dict[int, tuple[Predicate, Match]]:
    matched = ((word.index, matcher.match(word)) for word in sentence.words)
    return {index: match for index, match in matched if match is not None}


def begin(
    predicate: Predicate, match: Match, contents: Iterable[Candidate], means: Candidate | None
) -> list[Candidate]:
    """The candidates of one predicate, given the acts told in its complement."""
    entry, contents = match.entry, tuple(contents)
    own = Act(entry.type, entry.mode, entry.cameo) if entry.type is not None else None
    bare = Candidate(predicate, match, own, means=means)
    if entry.operator is Operator.WANT:
        return _wanted(bare, contents)
    if entry.operator is None or entry.operator in _PASSING or not contents:
        content = contents[0] if contents and entry.operator not in _PASSING else None
        return [replace(bare, content=content)] if own else []
    return _taken_over(bare, contents)


def _taken_over(bare: Candidate, contents: tuple[Candidate, ...]) -> list[Candidate]:
    """One candidate for each kind of act that the predicate makes of its contents."""
    taken = [candidate for content in contents if (candidate := absorb(bare, content)) is not None]
    if not taken and bare.act and bare.match.entry.operator in (Operator.COMMIT, Operator.REQUEST):
        return [bare]
    acts: dict[EventType, Candidate] = {}
    for candidate in taken:
        if candidate.act is not None:
            acts.setdefault(candidate.act.type, candidate)
    return list(acts.values())


def _shared(means: Mapping[int, Candidate], word: Word) -> Candidate | None:
    """The means of a harm, told with any of joined verbs: 'one was killed and six wounded in a raid'."""
    joined = (word, *conjuncts(first_conjunct(word)))
    return next((means[each.index] for each in joined if each.index in means), None)


def _wanted(bare: Candidate, contents: tuple[Candidate, ...]) -> list[Candidate]:
    """A wish that somebody else act is a request; a wish for oneself is none."""
    told = any(word.dep == "dobj" for word in bare.predicate.objects)
    clauses = bare.predicate.clauses
    wanted = (clause for clause in clauses if is_infinitive(clause))
    if not any(clause.child("nsubj", "nsubjpass") or (clause.dep == "xcomp" and told) for clause in wanted):
        return []
    content = next((each for each in contents if each.act is not None), None)
    mode, cameo = requested(content.act if content else None)
    return [replace(bare, act=Act(EventType.REQUEST, mode, cameo), content=content)]
