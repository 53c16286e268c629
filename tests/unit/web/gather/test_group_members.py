"""Who holds what, as the consumer group tells it."""

import asyncio
from collections.abc import Mapping

import orjson
import pytest
from aiokafka.coordinator.protocol import ConsumerProtocolMemberAssignment, ConsumerProtocolMemberMetadata
from aiokafka.errors import GroupCoordinatorNotAvailableError, KafkaConnectionError, KafkaError
from streaming_fakes import FakeClock

from streams.delivery.consumer import TellingAssignor
from streams.web.gather.peers import Peers, read_group

Described = Mapping[str, Mapping[str, frozenset[int]]]


def member(url: str | None, **partitions: list[int]) -> tuple[str, str, str, bytes, bytes]:
    """A member as DescribeGroups tells it, with what our own assignor puts into its metadata."""
    metadata = TellingAssignor(url).metadata({"coded"}).encode()
    assignment = ConsumerProtocolMemberAssignment(0, sorted(partitions.items()), b"").encode()
    return "id", "client", "/host", metadata, assignment


def test_a_group_tells_urls_and_partitions() -> None:
    """Each member's own metadata has its URL, and the leader's assignment its partitions."""
    members = [member("http://a:1", coded=[0, 1], tallies=[2]), member("http://b:2")]
    assert read_group((0, "g", "Stable", "consumer", "roundrobin", members, 0)) == {
        "http://a:1": {"coded": frozenset({0, 1}), "tallies": frozenset({2})},
        "http://b:2": {},
    }


def test_a_member_without_a_url_is_left_out() -> None:
    """Workers of older versions tell none: nobody can ask them."""
    assert read_group((0, "g", "Stable", "consumer", "roundrobin", [member(None, coded=[0])])) == {}


@pytest.mark.parametrize("user_data", [b"", b"\xff", b"[]", b"{}", b'"http://a"'])
def test_a_member_that_tells_something_else_is_left_out(user_data: bytes) -> None:
    """A foreign consumer in the group takes the answers of the others from nobody."""
    metadata = ConsumerProtocolMemberMetadata(0, ["coded"], user_data).encode()
    foreign = ("id", "client", "/host", metadata, b"")
    known = member("http://a:1", coded=[0])
    found = read_group((0, "g", "Stable", "consumer", "roundrobin", [foreign, known]))
    assert found == {"http://a:1": {"coded": frozenset({0})}}


def test_a_group_that_is_being_balanced_tells_nothing() -> None:
    """Between two generations there are no assignments to go by."""
    assert read_group((0, "g", "PreparingRebalance", "consumer", "", [])) is None


def test_an_error_of_the_group_is_raised() -> None:
    """What Kafka answers with an error code is no empty group."""
    with pytest.raises(GroupCoordinatorNotAvailableError):
        read_group((15, "g", "", "", "", []))


class Group:
    """A described group that counts how often it is asked."""

    def __init__(self) -> None:
        self.asked = 0
        self.told: Described | KafkaError | None = {"http://a": {"coded": frozenset({0})}}

    async def __call__(self) -> Described | None:
        self.asked += 1
        await asyncio.sleep(0)
        if isinstance(self.told, KafkaError):
            raise self.told
        return self.told


async def test_a_group_is_asked_once_for_all_who_want_to_know() -> None:
    """Questions at the same time share one answer, and those soon after use it too."""
    group, clock = Group(), FakeClock()
    peers = Peers(group, clock=clock)
    found = await asyncio.gather(*(peers.members() for _ in range(5)))
    assert {tuple(members.owners("coded").items()) for members in found} == {((0, "http://a"),)}
    await peers.members()
    assert group.asked == 1


async def test_what_is_old_is_used_while_it_is_asked_for_anew() -> None:
    """A later question does not wait: it goes by what is known, and the next one has the news."""
    group, clock = Group(), FakeClock()
    peers = Peers(group, clock=clock)
    await peers.members()
    group.told = {"http://b": {"coded": frozenset({0})}}
    clock.now += 5
    assert (await peers.members()).owners("coded") == {0: "http://a"}
    await asyncio.sleep(0.01)
    assert (await peers.members()).owners("coded") == {0: "http://b"}


async def test_a_fault_makes_it_be_asked_at_once_but_not_too_often() -> None:
    """Whoever was told 'not mine' gets the news, and a hundred of them do not storm Kafka."""
    group, clock = Group(), FakeClock()
    peers = Peers(group, clock=clock)
    await peers.members()
    clock.now += 0.5
    await asyncio.gather(*(peers.ask_again() for _ in range(100)))
    assert group.asked == 2


@pytest.mark.parametrize("told", [None, KafkaConnectionError()])
async def test_what_was_known_stays_while_nothing_better_is_told(told: KafkaError | None) -> None:
    """While the group moves, or Kafka is away, the last known owners are asked."""
    group, clock = Group(), FakeClock()
    peers = Peers(group, clock=clock)
    await peers.members()
    group.told = told
    clock.now += 0.5
    members = await peers.ask_again()
    assert members.owners("coded") == {0: "http://a"}
    assert members.fault


def test_the_urls_metadata_is_json() -> None:
    """What other tools read of a member is what it tells: its URL."""
    told = TellingAssignor("http://a:1").metadata(["coded"])
    assert orjson.loads(told.user_data) == {"url": "http://a:1"}
