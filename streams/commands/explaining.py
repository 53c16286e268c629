"""Articles coded with reasons: in this process, one by one, for people who read them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from schemas.article import Article
from schemas.coding import Coding
from streams.coder_pool import PipelineMissing
from streams.commands.coding import NotCoded, article_of
from streams.replay.sources import read_articles
from streams.settings import Settings

if TYPE_CHECKING:
    from streams.coding.events import Explanation


@dataclass(frozen=True, slots=True)
class Explained:
    """An article, its coding, and for each event of that why it was coded so."""

    article: Article
    coding: Coding
    reasons: tuple[Explanation, ...]


def explain_articles(settings: Settings, paths: Sequence[str]) -> Iterator[Explained | NotCoded]:
    """Code and explain every article behind the paths, in the order of the input."""
    # Only here: spaCy and the encoder take a second and 200 MB that no other command has to spend.
    import spacy

    from streams.coding.coder import Coder

    items = read_articles(paths)
    try:
        coder = Coder(spacy.load(settings.spacy_pipeline), least_confidence=settings.least_confidence)
    except OSError as error:
        raise PipelineMissing(f"spaCy pipeline {settings.spacy_pipeline!r}: {error}") from error
    for item in items:
        article = article_of(item, settings.max_text_chars)
        if isinstance(article, NotCoded):
            yield article
            continue
        day = article.published_at.date() if article.published_at else None
        yield Explained(article, *coder.explain(article.text, title=article.title, on=day))


def reason_lines(why: Explanation) -> Iterator[str]:
    """An explanation in lines: what the rules found, what the encoder makes of it, who takes part."""
    if why.part == "encoder":
        yield f"rules     pass over {why.trigger!r}"
    else:
        ruled = f"{why.ruled} ({why.strength:.2f})" if why.ruled else "no event"
        yield f"rules     {ruled}: {why.part} {why.entry!r}, frame {why.frame}, after {why.rule}"
    if why.path:
        yield f"above     {' < '.join(why.path)}"
    if why.changed:
        yield f"changed   {', '.join(why.changed)}"
    yield f"source    {_party(why.source_path, why.source_support)}"
    yield f"target    {_party(why.target_path, why.target_support)}"
    if why.sentence_types is not None:
        yield f"encoder   sentence {_odds(why.sentence_types)}; trigger {_odds(why.trigger_types or {})}"
    if why.verdict is not None:
        yield f"verdict   {why.verdict:.2f}"


def _party(path: str | None, support: float | None) -> str:
    supported = f" (encoder {support:.2f})" if support is not None else ""
    return f"{path or 'nobody'}{supported}"


def _odds(types: dict[str, float]) -> str:
    return ", ".join(f"{kind} {probability:.2f}" for kind, probability in types.items())
