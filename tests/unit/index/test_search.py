"""Search of actors: by the beginnings of words, in any case, by any of their names."""

import time
from random import Random

import pytest
from counts_drawn import Naive

from schemas.tally import TableName
from streams.index.index import Index
from streams.index.name_search import NameSearch, words_of
from streams.index.story_names import StoryNames


@pytest.fixture
def index() -> Index:
    naive = Naive(TableName.ACTORS)
    names = {
        "person:vladimir-putin": ("Vladimir Putin", 5),
        "gov:RUS": ("Government of Russia", 9),
        "country:USA": ("United States", 7),
        "person:recep-tayyip-erdogan": ("Recep Tayyip Erdoğan", 3),
        "person:putinov": ("Ivan Putinov", 5),
        "person:gone": ("Vladimir Gone", 0),
    }
    for key, (name, articles) in names.items():
        naive.apply({(key, "2026-01-01"): ({"name": name}, {"articles": articles} if articles else {})})
    index = Index()
    index.counts[TableName.ACTORS][0] = naive.index
    return index


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("putin", [("person:putinov", "Ivan Putinov"), ("person:vladimir-putin", "Vladimir Putin")]),
        ("PUTIN vlad", [("person:vladimir-putin", "Vladimir Putin")]),
        ("erdogan", [("person:recep-tayyip-erdogan", "Recep Tayyip Erdoğan")]),
        ("Erdoğan t", [("person:recep-tayyip-erdogan", "Recep Tayyip Erdoğan")]),
        ("the Kremlin", [("gov:RUS", "Kremlin")]),
        ("U.S.", [("country:USA", "US")]),
        ("utin", []),
        ("putin merkel", []),
        ("", []),
        ("...", []),
    ],
)
def test_actors_are_found_by_any_name(index: Index, words: str, found: list[tuple[str, str]]) -> None:
    """Each word begins one of the same name; most articles first, then by key; with the name that matched."""
    rows = index.search(words, frozenset({0}), limit=10)
    assert [(row.key, matched) for row, matched in rows] == found


def test_a_search_gives_no_more_than_asked_for(index: Index) -> None:
    """The limit takes the best."""
    ((row, matched),) = index.search("putin", frozenset({0}), limit=1)
    assert (row.key, row.counters, row.label, matched) == (
        "person:putinov",
        {"articles": 5},
        {"name": "Ivan Putinov"},
        "Ivan Putinov",
    )


def test_an_actor_is_found_by_a_name_it_had() -> None:
    """A name that a later story gives does not hide the one before."""
    search = NameSearch()
    for name in ("Anna Old", "Anna New", "Anna Old"):
        search.add(0, name)
    assert [search.find(words_of(words), 1).tolist() for words in ("old", "new", "x")] == [[0], [0], []]


def test_words_are_found_in_every_segment() -> None:
    """Names found while thousands are added are exactly those that begin so."""
    rnd = Random(2)
    search = NameSearch()
    names = ["".join(rnd.choice("abc") for _ in range(rnd.randrange(1, 20))) for _ in range(12_000)]
    for row, name in enumerate(names):
        search.add(row, name)
        if row % 3000 == 0 or row == len(names) - 1:
            for prefix in ("a", "abca", "cb", "bbbbbbbb"):
                expected = [at for at in range(row + 1) if names[at].startswith(prefix)]
                assert search.find([prefix.encode()], row + 1).tolist() == expected


class Calling:
    """Stories that call actors by these names."""

    def __init__(self, events: int, **names: list[str]) -> None:
        self.events, self._names = events, names

    def names(self) -> dict[str, list[str]]:
        return self._names


def test_actors_are_found_by_what_stories_call_them() -> None:
    """A name that stories use finds its actor, gathered anew after some seconds; pronouns are no names."""
    now = 0.0
    names = StoryNames(clock=lambda: now)
    first = Calling(1, anna=["Mrs Anna", "she"])
    assert names.find([first], words_of("mrs")) == [("anna", "Mrs Anna")]
    assert names.find([first], words_of("she")) == []
    later = Calling(1, anna=["The Lady"])
    assert names.find([later], words_of("lady")) == []
    now = 60.0
    assert names.find([later], words_of("lady")) == [("anna", "The Lady")]


def test_very_many_stories_do_not_hold_up_a_search() -> None:
    """Names of a million events are gathered beside the search, which then takes them."""
    names = StoryNames(clock=lambda: 0.0)
    asked = 0
    while not names.find([Calling(1_000_000, anna=["Anna"])], words_of("anna")):
        asked += 1
        time.sleep(0.001)
        assert asked < 10_000
