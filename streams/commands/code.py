"""`tidings code`: articles in, coded articles out; no Kafka, no network."""

import asyncio
import re
from contextlib import aclosing
from enum import StrEnum
from typing import Annotated

import orjson
import typer
from rich.console import Console
from rich.markup import escape

from schemas.coded import CodedArticle
from schemas.coding import Coding, Event, Participant
from streams.commands.coding import NotCoded, code_articles
from streams.commands.console import remarks, results
from streams.commands.explaining import Explained, explain_articles, reason_lines
from streams.settings import Settings, read_settings


class Format(StrEnum):
    """How coded articles are written."""

    TABLE = "table"
    JSONL = "jsonl"


class CodingFailed(RuntimeError):
    """Some of the input could not be coded; the rest has been."""


def code(
    paths: Annotated[
        list[str] | None,
        typer.Argument(help="Files and folders as for replay; '-' (the default) for JSON Lines."),
    ] = None,
    form: Annotated[
        Format, typer.Option("--format", help="A table for people, JSON Lines for programs.")
    ] = Format.TABLE,
    explain: Annotated[
        bool,
        typer.Option(
            "--explain",
            help="Tell of each event why it was coded so: trigger, lexicon entry, rules, encoder.",
        ),
    ] = False,
) -> None:
    """Code articles: entities, actors, events and topics of each, in the order of the input."""
    settings = read_settings()
    if explain:
        failed = _explain(settings, paths or ["-"], form)
    else:
        failed = asyncio.run(_code(settings, paths or ["-"], form))
    if failed:
        raise CodingFailed(f"{failed} of the articles could not be coded; see above")


async def _code(settings: Settings, paths: list[str], form: Format) -> int:
    failed = 0
    out = results()
    async with aclosing(code_articles(settings, paths)) as rows:
        async for row in rows:
            failed += isinstance(row, NotCoded)
            if form is Format.JSONL:
                typer.echo(json_line(row))
            else:
                _show(out, row)
    return failed


def _explain(settings: Settings, paths: list[str], form: Format) -> int:
    failed = 0
    out = results()
    for row in explain_articles(settings, paths):
        failed += isinstance(row, NotCoded)
        if form is Format.JSONL:
            typer.echo(json_line(row) if isinstance(row, NotCoded) else explained_line(row))
        else:
            _show_explained(out, row)
    return failed


def explained_line(row: Explained) -> bytes:
    """One line of JSON as `json_line` gives it, with an `explanation` in each event."""
    coding = row.coding.model_dump(mode="json")
    for event, why in zip(coding["events"], row.reasons, strict=True):
        event["explanation"] = why.as_json()
    return orjson.dumps({"id": row.article.id, **coding})


def _show_explained(out: Console, row: Explained | NotCoded) -> None:
    if isinstance(row, NotCoded):
        remarks().print(f"[yellow]not coded[/] {escape(row.error)}")
        return
    out.rule(f"[bold]{escape(row.article.title or row.article.id)}[/]", align="left")
    for event, why in zip(row.coding.events, row.reasons, strict=True):
        out.print(event_line(event))
        for line in reason_lines(why):
            out.print(f"      [dim]{escape(line)}[/]", soft_wrap=True)


def json_line(row: CodedArticle | NotCoded) -> bytes:
    """One line of JSON: id, entities, actors, events, topics; or id and error."""
    if isinstance(row, NotCoded):
        remarks().print(f"[yellow]not coded[/] {escape(row.error)}")
        return orjson.dumps({"id": row.id, "error": row.error})
    coding = row.coding or Coding()
    return orjson.dumps({"id": row.article_id, **coding.model_dump(mode="json")})


def _show(out: Console, row: CodedArticle | NotCoded) -> None:
    if isinstance(row, NotCoded):
        remarks().print(f"[yellow]not coded[/] {escape(row.error)}")
        return
    coding = row.coding or Coding()
    out.rule(f"[bold]{escape(row.title or row.article_id)}[/] {row.day}", align="left")
    actors = ", ".join(f"{actor.name} ({actor.code or '?'})" for actor in coding.actors)
    out.print(f"[dim]actors[/]  {escape(actors)}")
    topics = ", ".join(f"{topic.name} {topic.score:.2f}" for topic in coding.topics)
    out.print(f"[dim]topics[/]  {escape(topics)}")
    for event in coding.events:
        out.print(event_line(event))


def event_line(event: Event) -> str:
    """An event and its sentence with the trigger marked, in rich's markup."""
    mode = f" ({event.mode})" if event.mode else ""
    marks = "".join(f" [dim]{mark}[/]" for mark in ("hypothetical", "historical") if getattr(event, mark))
    marks += f" [dim]told {1 + len(event.also)} times[/]" if event.also else ""
    who = f"{_side(event.source)} [bold cyan]{event.type.value}[/]{mode} {_side(event.target)}"
    sentence = event.sentence.replace("\n", " ")
    return f"  {who} [dim]{event.confidence:.2f}[/]{marks}\n    {_marked(sentence, event.trigger)}"


def _marked(sentence: str, trigger: str) -> str:
    found = re.search(rf"(?<!\w){re.escape(trigger.replace(chr(10), ' '))}(?!\w)", sentence)
    if found is None:
        return escape(sentence)
    before, after = sentence[: found.start()], sentence[found.end() :]
    return f"{escape(before)}[reverse]{escape(found.group())}[/]{escape(after)}"


def _side(participant: Participant | None) -> str:
    if participant is None:
        return "[dim]-[/]"
    code_ = f" [dim]{participant.code}[/]" if participant.code else ""
    return f"{escape(participant.text)}{code_}"
