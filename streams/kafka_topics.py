"""The Kafka topics: the one catalogue of their names, partitions and settings; made and checked from it."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError, TopicAlreadyExistsError, for_code

from schemas.tally import TableName
from streams.settings import Settings

MAX_SENT_BYTES: Final = 15 * 1024 * 1024
"""Largest request of a replay: the client refuses what the broker would, since that stalls a producer."""

MAX_ARTICLE_BYTES: Final = 16 * 1024 * 1024
MAX_RECORD_BYTES: Final = 17 * 1024 * 1024
_POLL_SECONDS: Final = 0.1
_DAY_MS: Final = 24 * 60 * 60 * 1000


class KafkaUnreachable(ConnectionError):
    """No Kafka answers at the given bootstrap servers."""


class KafkaTopicsWrong(RuntimeError):
    """Kafka topics are missing, or have another number of partitions than the catalogue says."""


@dataclass(frozen=True, slots=True)
class KafkaTopic:
    """One Kafka topic as it must be."""

    name: str
    partitions: int
    config: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All Kafka topics and consumer groups of one namespace."""

    namespace: str
    partitions: int
    replication_factor: int

    @property
    def articles(self) -> str:
        """Articles as published, key = article id."""
        return f"{self.namespace}.articles.v1"

    @property
    def coded(self) -> str:
        """Articles as coded, key = article id."""
        return f"{self.namespace}.coded.v1"

    @property
    def tallies(self) -> str:
        """What each coded article changes, key = counted thing."""
        return f"{self.namespace}.tallies.v1"

    @property
    def dead_letters(self) -> str:
        """Raw bytes of what could not be processed."""
        return f"{self.namespace}.dead-letters.v1"

    @property
    def ledger_changelog(self) -> str:
        """Every value of the ledger, key = article id."""
        return f"{self.namespace}.ledger-changelog.v1"

    def table_changelog(self, table: TableName) -> str:
        """Every value of one table, key = thing and day."""
        return f"{self.namespace}.{table.value}-changelog.v1"

    @property
    def code_group(self) -> str:
        """The consumer group of the coders."""
        return f"{self.namespace}-code"

    @property
    def count_group(self) -> str:
        """The consumer group of ledger and tally."""
        return f"{self.namespace}-count"

    @property
    def names(self) -> frozenset[str]:
        """The names of all Kafka topics."""
        return frozenset(topic.name for topic in self.kafka_topics())

    def kafka_topics(self) -> tuple[KafkaTopic, ...]:
        """Every Kafka topic as it must be, in the order of an article's way."""
        flow = {
            self.articles: _kept(days=30, max_bytes=MAX_ARTICLE_BYTES),
            self.coded: _kept(days=30, max_bytes=MAX_RECORD_BYTES),
            self.tallies: _kept(days=7, max_bytes=MAX_RECORD_BYTES),
            self.dead_letters: _kept(days=90, max_bytes=MAX_RECORD_BYTES),
        }
        changelogs = [self.ledger_changelog, *(self.table_changelog(table) for table in TableName)]
        return tuple(
            KafkaTopic(name, self.partitions, config)
            for name, config in [*flow.items(), *((name, _compacted()) for name in changelogs)]
        )


def catalogue_of(settings: Settings) -> Catalogue:
    """The catalogue of the namespace that the settings name."""
    return Catalogue(settings.namespace, settings.partitions, settings.replication_factor)


def _kept(*, days: int, max_bytes: int) -> dict[str, str]:
    return {
        "cleanup.policy": "delete",
        "retention.ms": str(days * _DAY_MS),
        "max.message.bytes": str(max_bytes),
    }


def _compacted() -> dict[str, str]:
    return {
        "cleanup.policy": "compact",
        "max.message.bytes": str(MAX_RECORD_BYTES),
    }


def client_options(settings: Settings, bootstrap_servers: str) -> dict[str, Any]:
    """What every aiokafka client of ours is given: servers and, where set, SASL and TLS."""
    password = settings.kafka_sasl_password
    options: dict[str, Any] = {
        "bootstrap_servers": bootstrap_servers,
        "security_protocol": settings.kafka_security_protocol,
        "sasl_mechanism": settings.kafka_sasl_mechanism or "PLAIN",
        "sasl_plain_username": settings.kafka_sasl_username,
        "sasl_plain_password": password.get_secret_value() if password else None,
    }
    if settings.kafka_security_protocol.endswith("SSL"):
        options["ssl_context"] = ssl.create_default_context(cafile=settings.kafka_ca_file)
    return options


@asynccontextmanager
async def admin_client(options: Mapping[str, Any]) -> AsyncIterator[AIOKafkaAdminClient]:
    """An admin client for as long as the block runs; raises KafkaUnreachable where no Kafka answers."""
    admin = AIOKafkaAdminClient(**options, request_timeout_ms=15_000)
    try:
        await admin.start()
    except (KafkaError, OSError) as error:
        await admin.close()
        servers = options["bootstrap_servers"]
        raise KafkaUnreachable(
            f"Kafka at {servers}: no answer ({error}); is it running, and is TIDINGS_KAFKA right?"
        ) from error
    try:
        yield admin
    finally:
        await admin.close()


async def create_missing(admin: AIOKafkaAdminClient, catalogue: Catalogue) -> tuple[str, ...]:
    """Create the Kafka topics that are not there, then check all; the names of the new ones."""
    existing = set(await admin.list_topics())
    missing = [topic for topic in catalogue.kafka_topics() if topic.name not in existing]
    if missing:
        response = await admin.create_topics(
            [
                NewTopic(
                    topic.name, topic.partitions, catalogue.replication_factor, topic_configs=topic.config
                )
                for topic in missing
            ]
        )
        _raise_refusals(response.topic_errors)
    return tuple(topic.name for topic in missing)


def _raise_refusals(topic_errors: list[tuple[Any, ...]]) -> None:
    for name, code, *rest in topic_errors:
        kind = for_code(code)
        if code and kind is not TopicAlreadyExistsError:
            raise KafkaTopicsWrong(
                f"Kafka topic {name}: not created: {kind.__name__} {rest[0] if rest else ''}"
            )


async def wait_until_there(
    admin: AIOKafkaAdminClient, catalogue: Catalogue, *, timeout_seconds: float = 15.0
) -> None:
    """Check, after topics were created, once every one of them is known; raises KafkaTopicsWrong."""
    for _ in range(int(timeout_seconds / _POLL_SECONDS)):
        if catalogue.names <= (await _partition_counts(admin, catalogue)).keys():
            break
        await asyncio.sleep(_POLL_SECONDS)
    await check(admin, catalogue)


async def _partition_counts(admin: AIOKafkaAdminClient, catalogue: Catalogue) -> dict[str, int]:
    described = await admin.describe_topics(sorted(catalogue.names))
    return {row["topic"]: len(row["partitions"]) for row in described if not row["error_code"]}


async def check(admin: AIOKafkaAdminClient, catalogue: Catalogue) -> None:
    """Hold Kafka to the catalogue; raises KafkaTopicsWrong, naming each topic at fault and the remedy."""
    wanted = {topic.name: topic.partitions for topic in catalogue.kafka_topics()}
    found = await _partition_counts(admin, catalogue)
    faults = [
        f"{name}: {found[name]} partitions, expected {count}" if name in found else f"{name}: missing"
        for name, count in wanted.items()
        if found.get(name) != count
    ]
    if faults:
        raise KafkaTopicsWrong(
            "Kafka topics differ from the catalogue: "
            + "; ".join(faults)
            + ". Run 'tidings topics create' for missing ones; for another number of partitions set "
            "TIDINGS_PARTITIONS to what Kafka has, or take a new TIDINGS_NAMESPACE."
        )
