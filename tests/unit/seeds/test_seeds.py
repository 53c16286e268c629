"""The shipped articles and their annotation keep the promises of seeds/README.md."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

import seeds
from schemas.article import Article
from schemas.coding import ActorKind
from schemas.plover import MODES, EventType

FOLDER = Path(seeds.__file__).parent
ARTICLES = sorted((FOLDER / "articles").glob("*.md"))
GOLD = sorted((FOLDER / "gold").glob("*.json"))
FIELDS = {"id", "title", "published_at", "source", "language"}

every_article = pytest.mark.parametrize("path", ARTICLES, ids=lambda path: path.stem)
every_gold = pytest.mark.parametrize("path", GOLD, ids=lambda path: path.stem)


def front_matter(path: Path) -> dict[str, str]:
    """The fields as written: BaseLoader leaves timestamps alone."""
    text = path.read_text(encoding="utf-8").split("---\n")[1]
    fields: dict[str, str] = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 - builds only strings
    return fields


def body(path: Path) -> str:
    return path.read_text(encoding="utf-8").split("---\n", 2)[2].strip()


def gold(path: Path) -> dict[str, Any]:
    annotation: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return annotation


def article_of(path: Path) -> Path:
    return FOLDER / "articles" / f"{path.stem.removeprefix('tidings-')}.md"


def events() -> list[dict[str, Any]]:
    return [event for path in GOLD for event in gold(path)["events"]]


def test_there_are_enough_articles_and_annotations() -> None:
    """A demo has at least forty articles to count, an evaluation at least fifteen to compare with."""
    assert len(ARTICLES) >= 40
    assert len(GOLD) >= 15


@every_article
def test_front_matter_is_complete(path: Path) -> None:
    """An article's front matter has the five fields, all filled, and makes a valid article."""
    fields = front_matter(path)
    assert set(fields) == FIELDS
    assert all(fields.values())
    Article.model_validate({**fields, "text": body(path)})


@every_article
def test_identity_and_date_agree_with_the_file_name(path: Path) -> None:
    """The file name, the id and the publication date say the same."""
    fields = front_matter(path)
    assert re.fullmatch(r"\d{4}-\d{2}-\d{2}(-[a-z0-9]+)+", path.stem)
    assert fields["id"] == f"tidings-{path.stem}"
    assert re.fullmatch(rf"{path.stem[:10]}T\d{{2}}:\d{{2}}:\d{{2}}Z", fields["published_at"])


@every_article
def test_body_is_plain_prose_of_wire_length(path: Path) -> None:
    """A body has 150 to 600 words in unwrapped paragraphs, with no markup."""
    text = body(path)
    assert 150 <= len(text.split()) <= 600
    assert not re.search(r"^(#|>|[-*] )|\*\*|\]\(|(?<!\n)\n(?!\n)", text, re.MULTILINE)


def test_ids_and_titles_are_unique() -> None:
    """No two articles share an id or a title."""
    for field in ("id", "title"):
        values = [front_matter(path)[field] for path in ARTICLES]
        assert len(set(values)) == len(values)


@every_gold
def test_annotation_belongs_to_an_article(path: Path) -> None:
    """An annotation is named after the article that it annotates."""
    assert gold(path)["id"] == path.stem
    assert article_of(path).exists()


@every_gold
def test_events_quote_the_article(path: Path) -> None:
    """An event's sentence stands in the body, and its trigger and participants in the sentence."""
    text = body(article_of(path))
    for event in gold(path)["events"]:
        assert event["sentence"] in text
        assert event["trigger"]
        assert event["trigger"] in event["sentence"]
        sides = [side for side in (event["source"], event["target"]) if side is not None]
        assert all(side["text"] and side["text"] in event["sentence"] for side in sides)


@every_gold
def test_events_keep_to_the_codebook(path: Path) -> None:
    """An event's type is PLOVER's and its mode, where given, is one of that type's."""
    for event in gold(path)["events"]:
        modes = MODES[EventType(event["type"])]
        assert event["mode"] is None or event["mode"] in modes, event["sentence"]
        assert isinstance(event["historical"], bool)
        assert isinstance(event["hypothetical"], bool)


@every_gold
def test_events_are_annotated_once(path: Path) -> None:
    """No event is written twice."""
    written = [json.dumps(event, sort_keys=True) for event in gold(path)["events"]]
    assert len(set(written)) == len(written)


@every_gold
def test_actors_are_well_formed(path: Path) -> None:
    """An actor's id is unique, its kind known, and its code made of country and sector."""
    actors = gold(path)["actors"]
    assert len({actor["id"] for actor in actors}) == len(actors)
    for actor in actors:
        assert re.fullmatch(r"(country|gov|person|org|group|role):[A-Za-z0-9:-]+", actor["id"])
        ActorKind(actor["kind"])
        assert actor["code"] == ((actor["country"] or "") + (actor["sector"] or "") or None)


def test_every_event_type_is_annotated() -> None:
    """All sixteen PLOVER types occur in the annotation, so that each can be scored."""
    assert {event["type"] for event in events()} == {kind.value for kind in EventType}


def test_topics_are_varied_and_consistent() -> None:
    """At least a dozen media topics occur, each under one name."""
    named = {(topic["code"], topic["name"]) for path in GOLD for topic in gold(path)["topics"]}
    codes = {code for code, _ in named}
    assert len(codes) >= 12
    assert len(codes) == len(named)
    assert all(re.fullmatch(r"medtop:\d{8}", code) for code in codes)
