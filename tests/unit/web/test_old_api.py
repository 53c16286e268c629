"""The HTTP application on tables made by hand."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx
import pytest
import pytest_asyncio
from prometheus_client.parser import text_string_to_metric_families
from streaming_fakes import Endings, FakePositions, delivery_of, opened

from schemas.counts import DayCounts
from schemas.tally import TableName
from streams.delivery import Delivery
from streams.delivery.delivery import Partition
from streams.kafka_topics import Catalogue
from streams.metrics import Metrics
from streams.tables import Tables
from streams.web.old_api import Counted, build_api

PARTITIONS = 3
CATALOGUE = Catalogue("tidings", PARTITIONS, 1)


@dataclass
class Service:
    client: httpx.AsyncClient
    tables: Tables
    delivery: Delivery
    metrics: Metrics

    async def hold(self, *numbers: int, generation: int = 1) -> None:
        await opened(
            self.delivery,
            *(Partition(CATALOGUE.tallies, number) for number in numbers),
            generation=generation,
        )

    def put(
        self, table: TableName, key: str, *, day: str = "2012-07-30", partition: int = 0, **counters: int
    ) -> None:
        value = DayCounts(label={"name": key.upper()}, counters=counters)
        self.tables.counts[table].put(partition, f"{key}@{day}".encode(), value)

    async def keys(self, question: str) -> list[str]:
        answer = await self.client.get(question)
        assert answer.status_code == 200, answer.text
        return [item["key"] for item in answer.json()["items"]]


@pytest_asyncio.fixture
async def service(endings: Endings) -> AsyncIterator[Service]:
    metrics, tables = Metrics(), Tables(CATALOGUE)
    delivery = delivery_of(FakePositions(), endings)
    api = build_api(
        registry=metrics.registry,
        deliveries={"count": delivery},
        counted=Counted(tables, delivery, CATALOGUE.tallies, PARTITIONS),
    )
    transport = httpx.ASGITransport(api)
    async with httpx.AsyncClient(transport=transport, base_url="http://tidings") as client:
        yield Service(client, tables, delivery, metrics)


def problem(answer: httpx.Response, status: int) -> str:
    """The detail of an answer that must be a problem document (RFC 9457)."""
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    told = answer.json()
    assert (told["status"], told["type"]) == (status, "about:blank")
    assert told["title"]
    detail: str = told["detail"]
    return detail


# --- top lists ---------------------------------------------------------------------------------------------


async def test_a_top_list_is_the_whole_answer(service: Service) -> None:
    """A top list tells things with labels and counters, how many there are, and what it stands on."""
    await service.hold(0, 1, 2)
    service.put(TableName.ACTORS, "rus", articles=2, source=1)
    service.put(TableName.ACTORS, "rus", day="2012-07-31", partition=1, articles=1)
    answer = await service.client.get("/v1/actors")
    assert answer.json() == {
        "items": [
            {"key": "rus", "label": {"name": "RUS"}, "counters": {"articles": 3, "source": 1}, "days": None}
        ],
        "total": 1,
        "partitions": {"answered": [0, 1, 2], "missing": []},
    }


@pytest.mark.parametrize("table", TableName)
async def test_every_table_can_be_asked(table: TableName, service: Service) -> None:
    """Each table has its own path, and holds only its own things."""
    await service.hold(0)
    service.put(table, "thing", articles=1, events=1)
    for other in TableName:
        assert await service.keys(f"/v1/{other.value}") == (["thing"] if other is table else [])


async def test_things_come_best_first_and_ties_by_key(service: Service) -> None:
    """The order is by articles, or by the counter asked for, and stable where counts are equal."""
    await service.hold(0)
    for key, articles, source in (("b", 2, 9), ("a", 2, 1), ("c", 5, 2)):
        service.put(TableName.ACTORS, key, articles=articles, source=source)
    assert await service.keys("/v1/actors") == ["c", "a", "b"]
    assert await service.keys("/v1/actors?by=source") == ["b", "c", "a"]


async def test_pairs_are_ordered_by_events(service: Service) -> None:
    """Who did what to whom comes by the number of events, or of one type of them."""
    await service.hold(0)
    service.put(TableName.PAIRS, "a|b", articles=9, events=1, ASSAULT=1)
    service.put(TableName.PAIRS, "b|a", articles=1, events=5)
    assert await service.keys("/v1/pairs") == ["b|a", "a|b"]
    assert await service.keys("/v1/pairs?by=ASSAULT") == ["a|b", "b|a"]


async def test_limit_and_offset_page_through_all_things(service: Service) -> None:
    """Pages show each thing once in the order of the whole, and the total tells of all."""
    await service.hold(0)
    for number in range(25):
        service.put(TableName.TOPICS, f"t{number:02}", articles=100 - number)
    pages = [await service.keys(f"/v1/topics?limit=10&offset={start}") for start in (0, 10, 20, 30)]
    assert [len(page) for page in pages] == [10, 10, 5, 0]
    assert [key for page in pages for key in page] == [f"t{number:02}" for number in range(25)]
    assert len(await service.keys("/v1/topics")) == 20
    answer = await service.client.get("/v1/topics?limit=1")
    assert answer.json()["total"] == 25


async def test_days_are_told_where_they_are_asked_for(service: Service) -> None:
    """A top list tells counts by day, earliest first, only on demand."""
    await service.hold(0)
    for day in ("2012-07-31", "undated", "2012-07-30"):
        service.put(TableName.TOPICS, "war", day=day, articles=1)
    (item,) = (await service.client.get("/v1/topics?days=true")).json()["items"]
    assert list(item["days"]) == ["2012-07-30", "2012-07-31", "undated"]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("", ["early", "late", "never"]),
        ("?from=2012-07-31", ["late"]),
        ("?to=2012-07-30", ["early"]),
        ("?from=2012-07-30&to=2012-07-31", ["early", "late"]),
        ("?from=2012-07-30&to=2012-07-30", ["early"]),
        ("?from=2013-01-01", []),
    ],
)
async def test_a_range_of_days_includes_both_ends(asked: str, found: list[str], service: Service) -> None:
    """Undated things only show where no day is asked for."""
    await service.hold(0)
    for key, day in (("early", "2012-07-30"), ("late", "2012-07-31"), ("never", "undated")):
        service.put(TableName.ACTORS, key, day=day, articles=1)
    assert await service.keys(f"/v1/actors{asked}") == found


# --- one thing ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "key", ["rus", "rus|medtop:20000053", "a/b", "Côte d'Ivoire", "mail@example.org", "a b%"]
)
async def test_one_thing_is_found_by_its_key(key: str, service: Service) -> None:
    """Whatever characters a key has, its thing is told with its days in order."""
    await service.hold(0)
    service.put(TableName.ACTORS, key, day="2012-07-31", articles=1)
    service.put(TableName.ACTORS, key, day="2012-07-30", articles=2)
    answer = await service.client.get("/v1/actors/" + _quoted(key))
    item = answer.json()["item"]
    assert (item["key"], item["counters"]) == (key, {"articles": 3})
    assert list(item["days"].items()) == [("2012-07-30", {"articles": 2}), ("2012-07-31", {"articles": 1})]


def _quoted(key: str) -> str:
    return "".join(f"%{byte:02X}" for byte in key.encode())


async def test_an_unknown_thing_is_a_problem(service: Service) -> None:
    """What is not counted is 404, and says so as a problem document that names table and key."""
    await service.hold(0, 1, 2)
    detail = problem(await service.client.get("/v1/actors/nobody"), 404)
    assert detail == "actors: nothing is counted for 'nobody'"


async def test_an_unknown_thing_on_some_partitions_says_on_which(service: Service) -> None:
    """Where partitions are missing, 'nothing is counted' tells where this worker has looked."""
    await service.hold(0, 2)
    assert "on partitions [0, 2]" in problem(await service.client.get("/v1/actors/nobody"), 404)


async def test_a_thing_without_counts_in_the_range_is_unknown_there(service: Service) -> None:
    """A range of days holds for one thing as for a list."""
    await service.hold(0)
    service.put(TableName.ACTORS, "rus", articles=1)
    assert (await service.client.get("/v1/actors/rus?to=2012-07-30")).status_code == 200
    problem(await service.client.get("/v1/actors/rus?from=2012-07-31"), 404)


# --- what is refused ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("/v1/actors?limit=0", "query.limit"),
        ("/v1/actors?limit=1001", "query.limit"),
        ("/v1/actors?limit=many", "query.limit"),
        ("/v1/actors?offset=-1", "query.offset"),
        ("/v1/actors?from=yesterday", "query.from"),
        ("/v1/actors?to=2012-02-30", "query.to"),
        ("/v1/actors?by=a%20b", "query.by"),
        ("/v1/actors?from=2012-08-02&to=2012-08-01", "from 2012-08-02 is after to 2012-08-01"),
        ("/v1/actors/rus?from=2012-08-02&to=2012-08-01", "from 2012-08-02 is after to 2012-08-01"),
    ],
)
async def test_bad_parameters_are_named(question: str, named: str, service: Service) -> None:
    """A parameter that cannot be is 422, and the problem names it."""
    await service.hold(0)
    assert named in problem(await service.client.get(question), 422)


async def test_every_bad_parameter_is_named_at_once(service: Service) -> None:
    """Two faults are told in one answer."""
    await service.hold(0)
    detail = problem(await service.client.get("/v1/actors?limit=0&from=x"), 422)
    assert "query.limit" in detail
    assert "query.from" in detail


async def test_an_unknown_path_is_a_problem(service: Service) -> None:
    """Also a path or a method that there is not answers with a problem document."""
    problem(await service.client.get("/v1/stories"), 404)
    problem(await service.client.post("/v1/actors"), 405)


# --- while tables are not ready ----------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/v1/actors", "/v1/pairs/a%7Cb"])
async def test_a_worker_that_is_not_ready_says_when_to_come_back(path: str, service: Service) -> None:
    """Before it has joined, while it recovers and after it has left, it answers 503 with Retry-After."""
    service.put(TableName.ACTORS, "rus", articles=1)
    told = []
    for move in (None, "begin", "revoke", "close"):
        if move == "begin":
            service.delivery.begin(1, frozenset({Partition(CATALOGUE.tallies, 0)}))
        elif move:
            await getattr(service.delivery, move)()
        answer = await service.client.get(path)
        assert int(answer.headers["retry-after"]) > 0
        told.append(problem(answer, 503))
    assert told == [
        f"tables are not ready: {phase}" for phase in ("joining", "recovering", "joining", "closed")
    ]


async def test_missing_partitions_are_named(service: Service) -> None:
    """An answer that leaves out partitions of other workers says which."""
    await service.hold(0, 2)
    answer = await service.client.get("/v1/actors")
    assert answer.json()["partitions"] == {"answered": [0, 2], "missing": [1]}


async def test_revoked_partitions_are_not_mixed_in(service: Service) -> None:
    """After a rebalance what another worker now holds is not counted, although it may still be in memory."""
    await service.hold(0, 1)
    service.put(TableName.ACTORS, "rus", partition=0, articles=1)
    service.put(TableName.ACTORS, "rus", partition=1, articles=10)
    service.put(TableName.ACTORS, "geo", partition=1, articles=10)
    await service.delivery.revoke()
    await service.hold(0, generation=2)
    answer = await service.client.get("/v1/actors")
    assert [(item["key"], item["counters"]) for item in answer.json()["items"]] == [("rus", {"articles": 1})]
    assert answer.json()["partitions"]["missing"] == [1, 2]
    problem(await service.client.get("/v1/actors/geo"), 404)


# --- health, metrics, description --------------------------------------------------------------------------


async def test_a_worker_is_alive_before_it_is_ready(service: Service) -> None:
    """/healthz answers from the start; /readyz says which role keeps the worker from being ready."""
    assert (await service.client.get("/healthz")).status_code == 200
    answer = await service.client.get("/readyz")
    assert (answer.status_code, answer.json()) == (503, {"ready": False, "reasons": ["count: joining"]})
    await service.hold(0)
    answer = await service.client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"ready": True, "reasons": []})


async def test_readiness_waits_for_every_role(endings: Endings) -> None:
    """A worker of both roles is ready when both are open."""
    deliveries = {role: delivery_of(FakePositions(), endings) for role in ("count", "code")}
    await opened(deliveries["count"])
    api = build_api(registry=Metrics().registry, deliveries=deliveries, counted=None)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(api), base_url="http://tidings") as client:
        assert (await client.get("/readyz")).json()["reasons"] == ["code: joining"]


async def test_a_worker_that_only_codes_has_no_tables(endings: Endings) -> None:
    """Where nothing is counted there are no table paths, in the description neither."""
    api = build_api(
        registry=Metrics().registry, deliveries={"code": delivery_of(FakePositions(), endings)}, counted=None
    )
    assert not [path for path in api.openapi()["paths"] if path.startswith("/v1")]
    async with httpx.AsyncClient(transport=httpx.ASGITransport(api), base_url="http://tidings") as client:
        problem(await client.get("/v1/actors"), 404)


async def test_metrics_can_be_scraped(service: Service) -> None:
    """/metrics is text that Prometheus parses."""
    service.metrics.articles_counted.labels("counted").inc(3)
    answer = await service.client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    families = {family.name: family for family in text_string_to_metric_families(answer.text)}
    (sample,) = [one for one in families["tidings_articles_counted"].samples if one.name.endswith("_total")]
    assert (sample.labels, sample.value) == ({"outcome": "counted"}, 3)


async def test_the_api_describes_itself(service: Service) -> None:
    """The OpenAPI document tells every table's path, its parameters, and what goes wrong."""
    paths = (await service.client.get("/openapi.json")).json()["paths"]
    for table in TableName:
        asked = paths[f"/v1/{table.value}"]["get"]
        names = {parameter["name"] for parameter in asked["parameters"]}
        assert {"from", "to", "limit", "by"} <= names
        assert {"200", "422", "503"} <= asked["responses"].keys()
