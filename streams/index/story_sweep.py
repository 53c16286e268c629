"""Arrays without the stories that were replaced."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from streams.index.event_columns import ALIVE, Bools, Longs
from streams.index.story_rows import Snapshot, StoryRowsWriter, Words


def swept(snapshot: Snapshot, words: Words) -> StoryRowsWriter:
    """The stories of a snapshot that are alive, in new arrays and in their order."""
    writer = StoryRowsWriter(words)
    stories, events, topics = snapshot.stories, snapshot.events, snapshot.topics
    parties, pairs = snapshot.parties, snapshot.story_pairs
    alive = stories.died > snapshot.epoch
    story = _numbers(alive)
    keeps_party, keeps_pair = alive[parties.story], alive[pairs.story]
    keeps_party[0] = keeps_pair[0] = True  # nobody and none, whatever became of the first story
    party, pair = _numbers(keeps_party), _numbers(keeps_pair)
    keeps = alive[events.story]
    kept_events, kept_topics = stories.events[alive], stories.topics[alive]
    died = np.full(len(kept_events), ALIVE)
    moments: list[NDArray[Any]] = [died, stories.day[alive], stories.moment[alive], stories.version[alive]]
    writer.stories.append([*moments, _firsts(kept_events), kept_events, _firsts(kept_topics), kept_topics])
    of_event: list[NDArray[Any]] = [
        story[events.story[keeps]],
        party[events.source[keeps]],
        party[events.target[keeps]],
        pair[events.pair[keeps]],
    ]
    writer.events.append([*of_event, events.type[keeps], events.mode[keeps], events.confidence[keeps]])
    about = alive[topics.story]
    writer.topics.append([story[topics.story[about]], topics.topic[about]])
    keeps_party[0] = keeps_pair[0] = False
    writer.parties.append(
        [story[parties.story[keeps_party]], parties.label[keeps_party], parties.text[keeps_party]]
    )
    writer.story_pairs.append([story[pairs.story[keeps_pair]], pairs.pair[keeps_pair]])
    writer.ids = [snapshot.ids[row] for row in np.flatnonzero(alive).tolist()]
    return writer


def _numbers(kept: Bools) -> Longs:
    """For each row that is kept its new number."""
    return np.cumsum(kept) - 1


def _firsts(counts: NDArray[Any]) -> Longs:
    firsts: Longs = np.cumsum(counts) - counts
    return firsts
