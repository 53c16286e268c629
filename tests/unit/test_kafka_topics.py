"""The catalogue of Kafka topics, and how Kafka is held to it."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from aiokafka.admin import NewTopic
from aiokafka.errors import KafkaConnectionError, PolicyViolationError, TopicAlreadyExistsError

from schemas.tally import TableName
from streams.kafka_topics import (
    MAX_ARTICLE_BYTES,
    MAX_RECORD_BYTES,
    Catalogue,
    KafkaTopicsWrong,
    KafkaUnreachable,
    admin_client,
    catalogue_of,
    check,
    create_missing,
)
from streams.settings import Settings

CATALOGUE = Catalogue("news", 4, 3)
NAMES = [
    "news.articles.v1",
    "news.coded.v1",
    "news.tallies.v1",
    "news.dead-letters.v1",
    "news.ledger-changelog.v1",
    "news.actors-changelog.v1",
    "news.topics-changelog.v1",
    "news.actor-topics-changelog.v1",
    "news.pairs-changelog.v1",
]
_DAY_MS = 24 * 60 * 60 * 1000


@dataclass
class FakeAdmin:
    """A broker's topics by name and number of partitions."""

    topics: dict[str, int] = field(default_factory=dict)
    refusals: dict[str, int] = field(default_factory=dict)
    created: list[NewTopic] = field(default_factory=list)

    async def list_topics(self) -> list[str]:
        return list(self.topics)

    async def describe_topics(self, names: list[str]) -> list[dict[str, Any]]:
        return [
            {
                "topic": name,
                "error_code": 0 if name in self.topics else 3,
                "partitions": [{}] * self.topics.get(name, 0),
            }
            for name in names
        ]

    async def create_topics(self, new: list[NewTopic]) -> Any:
        self.created += new
        rows = [(topic.name, self.refusals.get(topic.name, 0), "because") for topic in new]
        self.topics |= {topic.name: topic.num_partitions for topic in new if topic.name not in self.refusals}
        return type("Response", (), {"topic_errors": rows})()


def everything() -> dict[str, int]:
    return dict.fromkeys(NAMES, 4)


def test_the_catalogue_lists_every_kafka_topic() -> None:
    """All Kafka topics of a namespace are named after it, and have the same number of partitions."""
    topics = CATALOGUE.kafka_topics()
    assert [topic.name for topic in topics] == NAMES
    assert {topic.partitions for topic in topics} == {4}


def test_names_come_from_the_catalogue() -> None:
    """Each name that a part asks for is one of the catalogue's, and groups are of the namespace too."""
    asked = [
        CATALOGUE.articles,
        CATALOGUE.coded,
        CATALOGUE.tallies,
        CATALOGUE.dead_letters,
        CATALOGUE.ledger_changelog,
        *(CATALOGUE.table_changelog(table) for table in TableName),
    ]
    assert asked == NAMES
    assert (CATALOGUE.code_group, CATALOGUE.count_group) == ("news-code", "news-count")


def test_changelogs_are_compacted_and_the_flow_is_kept_for_a_while() -> None:
    """Values stay for ever, of each key the last one; the flow goes after days."""
    by_name = {topic.name: topic.config for topic in CATALOGUE.kafka_topics()}
    for name, config in by_name.items():
        if "changelog" in name:
            assert config["cleanup.policy"] == "compact"
        else:
            assert config["cleanup.policy"] == "delete"
            assert int(config["retention.ms"]) >= 7 * _DAY_MS
    assert int(by_name["news.dead-letters.v1"]["retention.ms"]) == 90 * _DAY_MS


def test_whatever_fits_as_an_article_fits_further_on() -> None:
    """Every Kafka topic after the first takes larger records: a dead letter is the article with headers."""
    sizes = {topic.name: int(topic.config["max.message.bytes"]) for topic in CATALOGUE.kafka_topics()}
    assert sizes.pop("news.articles.v1") == MAX_ARTICLE_BYTES < MAX_RECORD_BYTES
    assert set(sizes.values()) == {MAX_RECORD_BYTES}


def test_settings_name_the_catalogue() -> None:
    """Namespace, partitions and replicas come from the settings."""
    assert catalogue_of(Settings(namespace="news", partitions=4, replication_factor=3)) == CATALOGUE


async def test_missing_kafka_topics_are_created_as_the_catalogue_has_them() -> None:
    """Only what is missing is created, with its partitions, replicas and settings."""
    admin = FakeAdmin({NAMES[0]: 4})
    assert await create_missing(admin, CATALOGUE) == tuple(NAMES[1:])
    assert {(topic.num_partitions, topic.replication_factor) for topic in admin.created} == {(4, 3)}
    assert [topic.topic_configs for topic in admin.created] == [
        topic.config for topic in CATALOGUE.kafka_topics()[1:]
    ]
    assert await create_missing(admin, CATALOGUE) == ()
    await check(admin, CATALOGUE)


async def test_another_process_may_create_them_at_the_same_time() -> None:
    """A Kafka topic that has just been created by somebody else is no fault."""
    await create_missing(FakeAdmin(refusals={NAMES[2]: TopicAlreadyExistsError.errno}), CATALOGUE)


async def test_a_refusal_to_create_is_told() -> None:
    """What the broker refuses is told with the name of the Kafka topic and the broker's reason."""
    admin = FakeAdmin(refusals={NAMES[2]: PolicyViolationError.errno})
    with pytest.raises(KafkaTopicsWrong, match=r"news\.tallies\.v1: not created: PolicyViolation.* because"):
        await create_missing(admin, CATALOGUE)


async def test_what_is_as_it_must_be_passes() -> None:
    """Nothing is raised where all is there, whatever else the broker has."""
    await check(FakeAdmin({**everything(), "somebody.else": 1}), CATALOGUE)


async def test_every_difference_is_told_with_its_remedy() -> None:
    """One message names each missing Kafka topic and each with another number of partitions."""
    there = {**everything(), NAMES[1]: 12}
    del there[NAMES[3]]
    with pytest.raises(KafkaTopicsWrong) as caught:
        await check(FakeAdmin(there), CATALOGUE)
    message = str(caught.value)
    assert "news.coded.v1: 12 partitions, expected 4; news.dead-letters.v1: missing" in message
    assert "tidings topics create" in message
    assert "TIDINGS_PARTITIONS" in message
    assert "news.articles.v1" not in message


async def test_a_kafka_that_does_not_answer_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no Kafka answers, the fault names the servers and the setting; the client is closed."""
    closed = list[bool]()

    class NoAdmin:
        def __init__(self, **_: object) -> None: ...

        async def start(self) -> None:
            raise KafkaConnectionError("refused")

        async def close(self) -> None:
            closed.append(True)

    monkeypatch.setattr("streams.kafka_topics.AIOKafkaAdminClient", NoAdmin)
    with pytest.raises(KafkaUnreachable, match=r"Kafka at kafka-9:9092: no answer .*TIDINGS_KAFKA"):
        async with admin_client({"bootstrap_servers": "kafka-9:9092"}):
            pass
    assert closed == [True]
