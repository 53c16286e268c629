"""Whether stories get their topics."""

from collections.abc import Iterable

from streams.evaluation.scoring import Hits, Reading, sum_of_hits


def topic_hits(readings: Iterable[Reading]) -> Hits:
    """All topics of all texts whose topics were labelled, each counting the same."""
    return sum_of_hits((set(labelled), set(coded)) for labelled, coded in _codes(readings))


def hits_by_topic(readings: Iterable[Reading]) -> dict[str, Hits]:
    """Each topic that is labelled or coded, most labelled first."""
    texts = list(_codes(readings))
    topics = sorted({code for labelled, coded in texts for code in labelled | coded})
    hits = {
        topic: sum_of_hits((labelled & {topic}, coded & {topic}) for labelled, coded in texts)
        for topic in topics
    }
    return dict(sorted(hits.items(), key=lambda each: -each[1].labelled))


def topic_names(readings: Iterable[Reading]) -> dict[str, str]:
    """The names that the coder gives to codes."""
    return {topic.code: topic.name for each in readings for topic in each.coding.topics}


def _codes(readings: Iterable[Reading]) -> Iterable[tuple[set[str], set[str]]]:
    return (
        (set(each.label.labels.topics), {topic.code for topic in each.coding.topics})
        for each in readings
        if each.label.labels.topics is not None
    )
