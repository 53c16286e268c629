"""`tidings evaluate`: labelled texts in, how well they are coded out; no Kafka, no network."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import Annotated

import orjson
import typer
from rich.markup import escape
from rich.progress import Progress

from schemas.article import MAX_ID_CHARS, Article
from schemas.coded import CodedArticle
from schemas.coding import Coding
from streams.commands.coding import NotCoded, code_items
from streams.commands.console import progress_bar, remarks
from streams.commands.evaluation_view import page, show_figures, show_miss, show_summary
from streams.evaluation import reliability
from streams.evaluation.confusion import picture
from streams.evaluation.corpora import Corpora, LabelledText, read_gold
from streams.evaluation.figures import Figures, as_json, figures_of, type_figures
from streams.evaluation.gold import unknown_fields
from streams.evaluation.misses import Miss, misses, told
from streams.evaluation.scoring import Reading
from streams.replay.items import Item, Origin, Sourced
from streams.settings import Settings, read_settings

Explain = Callable[[LabelledText], Sequence[str]]


class Part(StrEnum):
    """Which part of the labelled texts."""

    DEV = "dev"
    TEST = "test"


class Drawn(StrEnum):
    """How the labelled texts were chosen."""

    RANDOM = "random"
    RARE = "rare"


class With(StrEnum):
    """What reads the texts."""

    BOTH = "both"
    RULES = "rules"
    ENCODER = "encoder"


class Format(StrEnum):
    """How figures are written."""

    TABLE = "table"
    JSON = "json"


class NothingToEvaluate(ValueError):
    """No labelled text is left to measure on."""


class NoEncoder(RuntimeError):
    """The encoder was asked for alone, and its files are not there."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Which texts to measure on; None takes all."""

    part: Part | None
    drawn: Drawn | None

    def takes(self, text: LabelledText) -> bool:
        """Whether a text is among them."""
        return self.part in (None, text.labels.part) and self.drawn in (None, text.labels.drawn)


def evaluate(
    paths: Annotated[list[Path], typer.Argument(help="Labelled texts as JSON Lines: labels/README.md.")],
    corpora: Annotated[
        Path | None,
        typer.Option(
            help="The folder of the articles that lines point at; else ../../shared/corpora of the file's."
        ),
    ] = None,
    part: Annotated[Part | None, typer.Option(help="Only this part.")] = None,
    drawn: Annotated[Drawn | None, typer.Option(help="Only texts that were chosen like this.")] = None,
    by: Annotated[
        With, typer.Option("--with", help="Rules and encoder, rules alone, or the encoder's types alone.")
    ] = With.BOTH,
    errors: Annotated[bool, typer.Option("--errors", help="Show each text that was misread.")] = False,
    picture_file: Annotated[
        Path | None, typer.Option("--picture", help="Write the confusion of types here, as SVG.")
    ] = None,
    reliability_file: Annotated[
        Path | None, typer.Option("--reliability", help="Write how far confidence is kept here, as SVG.")
    ] = None,
    form: Annotated[
        Format, typer.Option("--format", help="Tables for people, JSON for programs.")
    ] = Format.TABLE,
) -> None:
    """Measure how well labelled texts are coded: types, parties, modes, actors, topics, confidence."""
    settings = read_settings()
    of_file = {path: _chosen(path, Corpora(corpora), Choice(part, drawn)) for path in paths}
    if not any(of_file.values()):
        raise NothingToEvaluate(
            f"{', '.join(map(str, paths))}: no labelled text is left; see --part and --drawn"
        )
    evaluation = _measured(settings, of_file, by)
    if picture_file is not None:
        title = f"{_named(paths)}: types labelled and coded ({by.value})"
        picture_file.write_text(picture(evaluation.figures.confusion, title), encoding="utf-8")
    if reliability_file is not None:
        title = f"{_named(paths)}: confidence and what came of it"
        reliability_file.write_text(
            reliability.picture(evaluation.figures.reliability, title), encoding="utf-8"
        )
    found = evaluation.misses() if errors else None
    if any(miss.reading.label.labels.part == Part.TEST.value for miss in found or ()):
        remarks().print("[yellow]misses of the test part are shown: once read, it is no longer kept aside[/]")
    explain: Explain = _explainer(settings, by) if found else lambda _: ()
    if form is Format.JSON:
        _write_json(evaluation, found, explain)
    else:
        _show(evaluation, found, explain)


def _named(paths: Sequence[Path]) -> str:
    more = f" and {len(paths) - 1} more" if len(paths) > 1 else ""
    return f"{paths[0].name}{more}"


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The readings of each file by one coder, and the figures of all."""

    coder: str
    readings: Mapping[Path, Sequence[Reading]]
    figures: Figures
    types_only: bool

    def misses(self) -> list[Miss]:
        """Every text that was misread."""
        readings = (reading for some in self.readings.values() for reading in some)
        return list(misses(readings, types_only=self.types_only))


def _measured(settings: Settings, of_file: Mapping[Path, Sequence[LabelledText]], by: With) -> Evaluation:
    """Code everything at once, and tell files apart again."""
    coder, read = _read(settings, [text for some in of_file.values() for text in some], by)
    rest = iter(read)
    readings = {path: list(islice(rest, len(some))) for path, some in of_file.items()}
    types_only = by is With.ENCODER
    everything = [reading for some in readings.values() for reading in some]
    return Evaluation(coder, readings, figures_of(everything, types_only=types_only), types_only)


def _show(evaluation: Evaluation, found: Sequence[Miss] | None, explain: Explain) -> None:
    out = page()
    out.print(f"[dim]coder {escape(evaluation.coder)}[/]")
    columns = {path.name: type_figures(some) for path, some in evaluation.readings.items()}
    show_summary(out, columns, evaluation.figures.types)
    show_figures(out, evaluation.figures)
    for miss in found or ():
        show_miss(out, miss, explain(miss.reading.label))


def _write_json(evaluation: Evaluation, found: Sequence[Miss] | None, explain: Explain) -> None:
    told_misses = {} if found is None else {"misses": list(_as_json(found, explain))}
    figures = {"coder": evaluation.coder, **as_json(evaluation.figures), **told_misses}
    typer.echo(orjson.dumps(figures, option=orjson.OPT_INDENT_2))


def _chosen(path: Path, corpora: Corpora, choice: Choice) -> list[LabelledText]:
    """The texts of a file that are asked for; tells of what is left out or not read."""
    texts = list(read_gold(path, corpora))
    chosen = [text for text in texts if choice.takes(text)]
    unknown = Counter(name for text in chosen for name in set(unknown_fields(text.labels)))
    if len(chosen) < len(texts):
        remarks().print(f"{escape(path.name)}: {len(chosen):,} of {len(texts):,} texts are as asked for")
    for name, lines in unknown.items():
        remarks().print(
            f"[yellow]{escape(path.name)}: field {escape(name)!r} of {lines:,} lines is not read[/]"
        )
    return chosen


def _read(settings: Settings, texts: Sequence[LabelledText], by: With) -> tuple[str, list[Reading]]:
    """The version of what read the texts, and what it made of each."""
    with progress_bar(remarks()) as progress:
        coder, codings = (
            _by_encoder(texts, progress)
            if by is With.ENCODER
            else asyncio.run(_by_coder(settings, texts, progress, with_encoder=by is With.BOTH))
        )
    return coder, [Reading(text, coding) for text, coding in zip(texts, codings, strict=True)]


async def _by_coder(
    settings: Settings, texts: Sequence[LabelledText], progress: Progress, *, with_encoder: bool
) -> tuple[str, list[Coding]]:
    codings, versions = [], Counter[str]()
    task = progress.add_task("coding", total=len(texts))
    async with aclosing(code_items(settings, map(_item, texts), with_encoder=with_encoder)) as rows:
        async for row in rows:
            codings.append(_coding(row))
            versions.update([row.coder] if isinstance(row, CodedArticle) else [])
            progress.advance(task)
    return ", ".join(versions), codings


def _item(text: LabelledText) -> Item:
    """A labelled text as `tidings code` would get it, under its origin for an id."""
    article = Article(
        id=text.origin[-MAX_ID_CHARS:],
        text=text.text,
        title=text.labels.title,
        published_at=text.labels.published_at,
    )
    return Sourced(article, Origin(text.origin))


def _coding(row: CodedArticle | NotCoded) -> Coding:
    if isinstance(row, NotCoded):
        remarks().print(f"[yellow]not coded, and taken for a text without events[/] {escape(row.error)}")
        return Coding()
    return row.coding or Coding()


def _by_encoder(texts: Sequence[LabelledText], progress: Progress) -> tuple[str, list[Coding]]:
    # Only here: onnxruntime takes memory and time that no other command has to spend.
    from streams.coding.encoder import Encoder
    from streams.evaluation.encoder_alone import encoder_codings

    encoder = Encoder.packaged()
    if encoder is None:
        raise NoEncoder("the encoder's model file is not there: make train writes it, or use --with rules")
    codings = encoder_codings(encoder, [text.text for text in texts])
    return f"encoder-{encoder.version}", list(progress.track(codings, len(texts), description="reading"))


def _explainer(settings: Settings, by: With) -> Explain:
    """A function that tells why a text was coded as it was, in lines; loads what that takes."""
    # Only here: spaCy takes a second and 100 MB that figures alone need in the pool's processes only.
    import spacy

    from streams.coding.coder import Coder
    from streams.coding.encoder import Encoder
    from streams.commands.explaining import reason_lines
    from streams.evaluation.explanation import Silence, odds

    encoder = None if by is With.RULES else Encoder.packaged()
    if by is With.ENCODER and encoder is not None:
        return lambda text: [f"encoder   {odds(each)}" for each in encoder.read([text.text])]
    nlp = spacy.load(settings.spacy_pipeline)
    coder, silence = Coder(nlp, with_encoder=by is With.BOTH), Silence(nlp, encoder)

    def explain(text: LabelledText) -> list[str]:
        on = text.labels.published_at.date() if text.labels.published_at else None
        _, reasons = coder.explain(text.text, title=text.labels.title, on=on)
        told_ = [line for why in reasons for line in (f"{why.trigger}:", *reason_lines(why))]
        return told_ or list(silence.lines(text.text))

    return explain


def _as_json(found: Iterable[Miss], explain: Explain) -> Iterator[dict[str, object]]:
    for miss in found:
        label, coding = miss.reading.label, miss.reading.coding
        yield {
            "origin": label.origin,
            "fault": miss.fault,
            "text": label.text,
            "labelled": [told(event) for event in label.labels.events or ()],
            "coded": [told(event) for event in coding.events],
            "topics": {
                "labelled": label.labels.topics,
                "coded": [topic.code for topic in coding.topics],
            },
            "explanation": explain(label),
        }
