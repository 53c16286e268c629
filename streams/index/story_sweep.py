"""Arrays without the stories that were replaced."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from streams.index.event_columns import ALIVE, Bools, Longs
from streams.index.story_rows import Snapshot, StoryRowsWriter, Words


def swept(snapshot: Snapshot, words: Words) -> StoryRowsWriter:
    """The stories of a snapshot that are alive, in new arrays and in their order."""
    alive = snapshot.stories.died > snapshot.epoch
    story = _numbers(alive)
    writer = StoryRowsWriter(words)
    writer.ids = [snapshot.ids[row] for row in np.flatnonzero(alive).tolist()]
    _keep_stories(writer, snapshot, alive)
    topics, parties, pairs = snapshot.topics, snapshot.parties, snapshot.story_pairs
    about, party, pair = alive[topics.story], alive[parties.story], alive[pairs.story]
    party[0] = pair[0] = False  # nobody and none: a new writer has them
    writer.topics.append([story[topics.story[about]], topics.topic[about]])
    writer.parties.append([story[parties.story[party]], parties.label[party], parties.text[party]])
    writer.story_pairs.append([story[pairs.story[pair]], pairs.pair[pair]])
    _keep_events(writer, snapshot, alive, parties=np.cumsum(party), pairs=np.cumsum(pair))
    return writer


def _keep_stories(writer: StoryRowsWriter, snapshot: Snapshot, alive: Bools) -> None:
    stories = snapshot.stories
    events, topics = stories.events[alive], stories.topics[alive]
    told: list[NDArray[Any]] = [stories.day[alive], stories.moment[alive], stories.version[alive]]
    died = np.full(len(events), ALIVE)
    writer.stories.append([died, *told, _firsts(events), events, _firsts(topics), topics])


def _keep_events(
    writer: StoryRowsWriter, snapshot: Snapshot, alive: Bools, *, parties: Longs, pairs: Longs
) -> None:
    """`parties` and `pairs` give the new number of each that is kept."""
    events = snapshot.events
    kept = alive[events.story]
    sides = [parties[events.source[kept]], parties[events.target[kept]], pairs[events.pair[kept]]]
    acts: list[NDArray[Any]] = [events.type[kept], events.mode[kept], events.confidence[kept]]
    writer.events.append([_numbers(alive)[events.story[kept]], *sides, *acts])


def _numbers(kept: Bools) -> Longs:
    """For each row that is kept its new number."""
    return np.cumsum(kept) - 1


def _firsts(counts: NDArray[Any]) -> Longs:
    firsts: Longs = np.cumsum(counts) - counts
    return firsts
