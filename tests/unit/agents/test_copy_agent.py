"""Records on their way from one namespace to another."""

import pytest
from hand_made import at, coded
from streaming_fakes import Endings, FakePositions, Journal, Record, batch_of, delivery_of, opened, stream_of

from schemas.coded import CodedArticle
from schemas.wire import decode, encode
from streams.agents.copy import as_it_is, build_copy_agent, coded_elsewhere
from streams.delivery import Partition


async def test_records_are_copied_in_order_with_key_and_headers(endings: Endings) -> None:
    """Each record goes to the same topic of the other namespace, to the partition of its key there."""
    journal = Journal()
    delivery = await opened(delivery_of(FakePositions(), endings, journal=journal), Partition("articles", 0))
    batch = batch_of(Record(0, b"a", b"{}", headers=(("h", b"1"),)), Record(1, b"b", None))
    await build_copy_agent("new.articles.v1", as_it_is, delivery=delivery)(stream_of(batch))
    assert [(row.kafka_topic, row.key, row.value, row.partition) for row in journal.outgoing] == [
        ("new.articles.v1", b"a", b"{}", None),
        ("new.articles.v1", b"b", None, None),
    ]
    assert journal.outgoing[0].headers == (("h", b"1"),)


async def test_when_a_story_arrived_elsewhere_is_left_behind(endings: Endings) -> None:
    """A copy is not as late as the original is old: the header of its arrival stays where it is."""
    journal = Journal()
    delivery = await opened(delivery_of(FakePositions(), endings, journal=journal), Partition("coded", 0))
    batch = batch_of(
        Record(0, b"a", b"{}", headers=(("h", b"1"), ("tidings-arrived", b"1700"))), kafka_topic="coded"
    )
    await build_copy_agent("new.coded.v1", as_it_is, delivery=delivery)(stream_of(batch))
    assert journal.outgoing[0].headers == (("h", b"1"),)


def test_a_coded_article_tells_whose_log_it_was_published_in() -> None:
    """A second rebuild leaves what the first one told."""
    once = coded_elsewhere("tidings")(encode(coded(offset=7, says=None)))
    again = coded_elsewhere("tidings-2")(once)
    told = decode(CodedArticle, again or b"").article
    assert (told.offset, told.log) == (7, "tidings")
    assert decode(CodedArticle, once or b"").coding == coded(offset=7, says=None).coding


@pytest.mark.parametrize("value", [b"{oops", None])
def test_what_is_no_coded_article_is_copied_as_it_is(value: bytes | None) -> None:
    """The ledger of the other namespace sets it aside, as this one's did."""
    assert coded_elsewhere("tidings")(value) == value


def test_coordinates_at_hand_name_no_log() -> None:
    """Records that were never moved are as short as before."""
    assert b"log" not in encode(at(7))
