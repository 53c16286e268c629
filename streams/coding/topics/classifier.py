"""Topics of a text, by the terms that it holds."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from itertools import chain

from spacy.tokens import Doc

from schemas.coding import Topic
from schemas.plover import EventType
from streams.coding.topics import scoring
from streams.coding.topics.term_index import TermIndex
from streams.coding.topics.vocabulary import TopicEntry, TopicVocabulary, packaged_vocabulary
from streams.coding.topics.words import words_of_doc, words_of_title

BEST_FROM, OTHERS_FROM = 0.5, 0.7
SHARE_OF_BEST = 0.25
MOST_TOPICS = 3


class TopicClassifier:
    """Says which Media Topics a story is about; holds no state of the stories."""

    def __init__(self, vocabulary: TopicVocabulary | None = None) -> None:
        self._vocabulary = vocabulary or packaged_vocabulary()
        self._topics_of_term = _topics_of_term(self._vocabulary)
        self._index = TermIndex(chain(self._topics_of_term, self._vocabulary.ignored.terms))

    def classify(self, doc: Doc, *, title: str | None, event_types: Counter[EventType]) -> tuple[Topic, ...]:
        """The topics of a story, best first; none where the evidence for each stays below even odds."""
        log_odds = self._log_odds(self._prominence(doc, title), words=len(doc), event_types=event_types)
        ranked = sorted(
            _most_specific(self._vocabulary, log_odds), key=lambda entry: (-log_odds[entry.code], entry.code)
        )
        return tuple(_topic(entry, log_odds[entry.code]) for entry in _listed(ranked, log_odds))

    def _prominence(self, doc: Doc, title: str | None) -> Mapping[str, float]:
        prominence: dict[str, float] = defaultdict(float)
        for found in self._index.find(list(words_of_title(title or ""))):
            prominence[found.term] += scoring.TITLE
        for found in self._index.find(list(words_of_doc(doc))):
            prominence[found.term] += scoring.LEAD if found.at < scoring.LEAD_WORDS else scoring.BODY
        return prominence

    def _log_odds(
        self, prominence: Mapping[str, float], *, words: int, event_types: Counter[EventType]
    ) -> Mapping[str, float]:
        log_odds = {
            entry.code: scoring.PRIOR + _from_events(entry, event_types) for entry in self._vocabulary.topics
        }
        for term, prominent in prominence.items():
            share = scoring.saturated(prominent, words=words)
            for code, weight in self._topics_of_term.get(term, {}).items():
                log_odds[code] += weight * share
        return log_odds


def _topics_of_term(vocabulary: TopicVocabulary) -> Mapping[str, Mapping[str, float]]:
    """For each term the topics that it speaks for or against, with its weight for each."""
    topics_of_term: dict[str, dict[str, float]] = defaultdict(dict)
    for entry in vocabulary.topics:
        for term, weight in _weights(entry):
            topics_of_term[term][entry.code] = weight
    return {
        term: _by_rarity(weights, topics=len(vocabulary.topics)) for term, weights in topics_of_term.items()
    }


def _weights(entry: TopicEntry) -> Iterator[tuple[str, float]]:
    for terms, weight in (
        (entry.decisive, scoring.DECISIVE),
        (entry.strong, scoring.STRONG),
        (entry.weak, scoring.WEAK),
        (entry.against, scoring.AGAINST),
    ):
        yield from ((term, weight) for term in terms)


def _by_rarity(weights: Mapping[str, float], *, topics: int) -> Mapping[str, float]:
    rarity = scoring.rarity(max(1, sum(weight > 0 for weight in weights.values())), topics=topics)
    return {code: weight * rarity for code, weight in weights.items()}


def _from_events(entry: TopicEntry, event_types: Counter[EventType]) -> float:
    total = sum(weight * scoring.events_saturated(event_types[kind]) for kind, weight in entry.events.items())
    return min(total, scoring.EVENTS_AT_MOST)


def _most_specific(vocabulary: TopicVocabulary, log_odds: Mapping[str, float]) -> list[TopicEntry]:
    """The entries above the threshold, without those whose narrower topic is there and scores as well.

    Nothing passes from a narrower topic to its parent: readers who want totals of a branch have
    the tree, and a parent beside each child would only say everything twice.
    """
    likely = [entry for entry in vocabulary.topics if scoring.probability(log_odds[entry.code]) >= BEST_FROM]
    said_better = {
        ancestor
        for entry in likely
        for ancestor in _ancestors(vocabulary, entry)
        if log_odds[ancestor] <= log_odds[entry.code]
    }
    return [entry for entry in likely if entry.code not in said_better]


def _listed(ranked: list[TopicEntry], log_odds: Mapping[str, float]) -> list[TopicEntry]:
    """The best, and what comes near it: a long story touches upon much that it is not about."""
    if not ranked:
        return []
    best, *others = ranked
    least = SHARE_OF_BEST * log_odds[best.code]
    near = [
        entry
        for entry in others
        if log_odds[entry.code] >= least and scoring.probability(log_odds[entry.code]) >= OTHERS_FROM
    ]
    return [best, *near][:MOST_TOPICS]


def _ancestors(vocabulary: TopicVocabulary, entry: TopicEntry) -> Iterator[str]:
    parent_of = vocabulary.parent_of
    code = entry.parent
    while code is not None:
        yield code
        code = parent_of[code]


def _topic(entry: TopicEntry, log_odds: float) -> Topic:
    return Topic(code=entry.code, name=entry.name, score=round(scoring.probability(log_odds), 3))
