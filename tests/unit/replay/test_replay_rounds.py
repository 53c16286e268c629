"""The same input again and again."""

from collections.abc import Iterator
from itertools import islice

from replay_fakes import sourced

from streams.replay.items import Item, Origin, Reason, Sourced, Unreadable
from streams.replay.rounds import rounds

BAD = Unreadable(b"{", Origin("feed.jsonl", 2), Reason.NOT_JSON, "feed.jsonl:2: not JSON")


def read() -> Iterator[Item]:
    yield from (sourced("a"), BAD, sourced("b"))


def test_each_round_is_new_load() -> None:
    """From the second round on ids get the round's number, so that everything counts once more."""
    ids = [item.article.id for item in islice(rounds(read), 9) if isinstance(item, Sourced)]
    assert ids == ["a", "b", "a#2", "b#2", "a#3", "b#3"]


def test_only_id_and_round_change() -> None:
    """Everything but the id stays, dates too, so that n rounds count n times what one does."""
    first, _, _, later = islice(rounds(read), 4)
    assert isinstance(first, Sourced)
    assert isinstance(later, Sourced)
    assert later.article.model_copy(update={"id": "a"}) == first.article
    assert (first.round, later.round, later.origin) == (1, 2, first.origin)


def test_the_same_ids_are_repeats() -> None:
    """With the same ids each round sends the same records again."""
    items = list(islice(rounds(read, same_ids=True), 6))
    articles = [item.article for item in items if isinstance(item, Sourced)]
    assert articles[:2] == articles[2:]
    assert [item.round for item in items if isinstance(item, Sourced)] == [1, 1, 2, 2]


def test_unreadable_items_stay_as_they_are() -> None:
    """Bytes that are no article are the same bytes in every round."""
    assert [item for item in islice(rounds(read), 6) if isinstance(item, Unreadable)] == [BAD, BAD]


def test_an_id_stays_within_its_length() -> None:
    """An id of the greatest length has room for its round's number, and stays apart from others."""
    long_ids = ("x" * 512, "x" * 511 + "y")
    items = list(islice(rounds(lambda: iter([sourced(one) for one in long_ids])), 4))
    later = [item.article.id for item in items[2:] if isinstance(item, Sourced)]
    assert len(set(later)) == 2
    assert all(len(one) <= 512 and one.endswith("#2") for one in later)


def test_rounds_end_with_their_input() -> None:
    """What can be read only once, such as standard input, makes one round and no endless empty ones."""
    once = iter([sourced("a")])
    assert len(list(rounds(lambda: once))) == 1
