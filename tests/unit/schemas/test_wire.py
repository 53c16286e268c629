"""Records to bytes and back, and the promises in schemas/json."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import schemas
from schemas.article import Article
from schemas.base import Record
from schemas.coded import CodedArticle
from schemas.coding import Actor, ActorKind, Coding, Entity, Event, Participant, Topic
from schemas.coordinates import Coordinates
from schemas.counts import DayCounts
from schemas.dead_letter import DeadLetter, Reason
from schemas.ledger import LedgerEntry, Outcome, Story, StoryTopic
from schemas.plover import MODES, QUAD_OF, EventType, Quad
from schemas.tally import Contribution, TableName, Tally
from schemas.wire import PROMISES, Malformed, decode, encode, json_schemas, main

PROMISED = Path(schemas.__file__).parent / "json"
MOMENT = datetime(2012, 8, 2, 23, 30, tzinfo=UTC)
CONTRIBUTION = Contribution(
    table=TableName.ACTORS,
    key="RUS",
    label={"name": "Russia", "sector": None},
    days={"2012-08-02": {"source": -1}},
)
EVENT = Event(
    type=EventType.ASSAULT,
    mode="aerial",
    quad=Quad.MATERIAL_CONFLICT,
    cameo="195",
    source=Participant(actor="RUS", code="RUS", text="Russia"),
    target=None,
    sentence="Russia bombed \N{RIGHT SINGLE QUOTATION MARK}them\N{RIGHT SINGLE QUOTATION MARK}.",
    trigger="bombed",
    start=7,
    end=13,
    date=date(2012, 8, 2),
    confidence=0.75,
)
SAMPLES: dict[str, Record] = {
    "article.v1": Article(
        id="bbc-17", text="Rain fell \N{CLOUD WITH RAIN}.", title="Rain", published_at=MOMENT
    ),
    "coded.v1": CodedArticle(
        article_id="bbc-17",
        article=Coordinates(partition=3, offset=17),
        content_hash="abc",
        coder="rules-1",
        published_at=MOMENT,
        coding=Coding(
            entities=(Entity(text="Russia", label="GPE", start=0, end=6, actor="RUS"),),
            actors=(
                Actor(id="RUS", name="Russia", kind=ActorKind.COUNTRY, country="RUS", code="RUS", mentions=2),
            ),
            events=(EVENT,),
            topics=(Topic(code="medtop:20000053", name="armed conflict", score=1),),
        ),
    ),
    "tally.v1": Tally(**CONTRIBUTION.model_dump(), coded=Coordinates(partition=0, offset=9)),
    "ledger.v1": LedgerEntry(
        article=Coordinates(partition=3, offset=17),
        content_hash="abc",
        contributions=(CONTRIBUTION,),
        story=Story(
            title="Rain",
            published_at=MOMENT,
            day="2012-08-02",
            topics=(StoryTopic(code="medtop:20000053", name="armed conflict"),),
            actors={"RUS": {"name": "Russia", "sector": None}},
            events=(EVENT,),
        ),
        outcome=Outcome.COUNTED,
    ),
    "counts.v1": DayCounts(label={"name": None}, counters={"articles": 2}),
    "dead-letter.v1": DeadLetter(
        kafka_topic="t", partition=0, offset=3, reason=Reason.NOT_JSON, error="no", time=MOMENT
    ),
}


def test_the_json_schema_files_are_what_the_types_say() -> None:
    """The files in schemas/json are exactly those that `python -m schemas.wire` writes."""
    assert {file.name: file.read_bytes() for file in PROMISED.iterdir()} == dict(json_schemas())


def test_the_files_are_written_beside_the_module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`python -m schemas.wire` makes the folder and writes every promise into it."""
    monkeypatch.setattr("schemas.wire.__file__", str(tmp_path / "wire.py"))
    main()
    assert {file.name for file in (tmp_path / "json").iterdir()} == {f"{name}.json" for name in PROMISES}


@pytest.mark.parametrize("name", PROMISES)
def test_a_record_keeps_its_promise(name: str) -> None:
    """What is written for a record validates against its JSON Schema, which is a valid one."""
    schema = json.loads((PROMISED / f"{name}.json").read_bytes())
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(json.loads(encode(SAMPLES[name])))


@pytest.mark.parametrize("name", PROMISES)
def test_a_record_survives_the_wire(name: str) -> None:
    """A record read back is equal, and is written as the same bytes again."""
    sample = SAMPLES[name]
    raw = encode(sample)
    assert decode(type(sample), raw) == sample
    assert encode(decode(type(sample), raw)) == raw


@pytest.mark.parametrize("name", PROMISES)
def test_unknown_fields_are_ignored(name: str) -> None:
    """A field that a later version adds changes nothing for a reader of today."""
    sample = SAMPLES[name]
    raw = json.dumps({**json.loads(encode(sample)), "new_in_v2": {"deep": [1]}}).encode()
    assert decode(type(sample), raw) == sample


@pytest.mark.parametrize("name", PROMISES)
def test_every_required_field_is_missed(name: str) -> None:
    """Malformed names a field that is not there."""
    sample = SAMPLES[name]
    whole: dict[str, Any] = json.loads(encode(sample))
    for field, info in type(sample).model_fields.items():
        if info.is_required():
            rest = {key: value for key, value in whole.items() if key != field}
            with pytest.raises(Malformed, match=rf"^{field}: Field required"):
                decode(type(sample), json.dumps(rest).encode())


@pytest.mark.parametrize(
    ("kind", "raw", "said"),
    [
        (Article, b"", "the record: Invalid JSON"),
        (Article, b"{", "the record: Invalid JSON"),
        (Article, b"\xff", "the record: Invalid JSON"),
        (Article, b"[]", "the record: Input should be an object"),
        (Article, b"null", "the record: Input should be an object"),
        (Article, b'{"id": "", "text": "x"}', "id: String should have at least 1 character"),
        (Article, b'{"id": 7, "text": 8}', r"id: Input should be a valid string \(and 1 more\)"),
        (Tally, b'{"table": "x", "key": "k", "label": {}, "days": {}}', "table: Input should be 'actors'"),
        (Coordinates, b'{"partition": 0, "offset": -1}', "offset: Input should be greater than"),
    ],
)
def test_malformed_names_the_field(kind: type[Record], raw: bytes, said: str) -> None:
    """Malformed says which field is at fault, what is wrong with it, and how many more there are."""
    with pytest.raises(Malformed, match=said):
        decode(kind, raw)


def test_the_path_of_a_deep_fault_is_named() -> None:
    """A fault inside a list inside a record is named by its path."""
    raw = json.loads(encode(SAMPLES["coded.v1"]))
    raw["coding"]["events"][0]["confidence"] = 2
    with pytest.raises(Malformed, match=r"^coding\.events\.0\.confidence: "):
        decode(CodedArticle, json.dumps(raw).encode())


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2012-08-02T23:30:00Z", "2012-08-02"),
        ("2012-08-02T23:30:00", "2012-08-02"),
        ("2012-08-02T23:30:00-05:00", "2012-08-03"),
        ("2012-08-02", "2012-08-02"),
    ],
)
def test_an_articles_date_is_brought_to_utc(written: str, day: str) -> None:
    """A moment in any zone becomes the same moment in UTC; one without a zone is UTC."""
    article = Article.model_validate({"id": "a", "text": "x", "published_at": written})
    assert article.published_at is not None
    assert article.published_at.tzinfo is UTC
    assert article.published_at.date().isoformat() == day


def test_the_day_of_a_coded_article_is_a_utc_day() -> None:
    """An article of 23:30 in New York counts on the next UTC day, whoever coded it."""
    raw = json.loads(encode(SAMPLES["coded.v1"])) | {"published_at": "2012-08-02T23:30:00-05:00"}
    assert decode(CodedArticle, json.dumps(raw).encode()).day == "2012-08-03"


def test_an_article_without_a_date_is_undated() -> None:
    """A coded article that nobody dated falls into the bucket 'undated'."""
    assert SAMPLES["coded.v1"].model_copy(update={"published_at": None}).day == "undated"  # type: ignore[attr-defined]


def test_a_ledger_entry_of_before_stories_is_read() -> None:
    """A changelog that was written before stories were kept is read; its entries tell none."""
    raw = b'{"article":{"partition":3,"offset":17},"content_hash":"abc","contributions":[]}'
    entry = decode(LedgerEntry, raw)
    assert (entry.story, entry.outcome) == (None, None)
    assert encode(entry) == raw


def test_a_ledger_entry_leaves_out_what_is_as_usual() -> None:
    """The ledger holds every story for weeks: fields of an event that say nothing take no bytes there."""
    kept = json.loads(encode(SAMPLES["ledger.v1"]))["story"]["events"][0]
    assert not {"hypothetical", "historical", "also", "sentence_start"} & kept.keys()
    assert {"hypothetical", "historical", "also"} <= json.loads(encode(EVENT)).keys()


def test_records_are_frozen() -> None:
    """A record cannot be changed once it is read."""
    with pytest.raises(ValueError, match="frozen"):
        SAMPLES["article.v1"].id = "other"  # type: ignore[attr-defined]


def test_every_event_type_has_a_quad_class_and_modes() -> None:
    """The sixteen types of PLOVER are four to a class as the codebook has it, and each has its modes."""
    assert set(QUAD_OF) == set(MODES) == set(EventType)
    assert [list(QUAD_OF.values()).count(quad) for quad in Quad] == [4, 3, 4, 5]
