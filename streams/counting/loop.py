"""The plain loop that the tables must equal: count the newest version of each article, once."""

from collections.abc import Iterable

from schemas.coded import CodedArticle
from schemas.counts import DayCounts
from schemas.tally import Contribution, Counters, TableName
from streams.counting.contributions import contributions_of
from streams.counting.days import day_key, fuller
from streams.counting.ledger import is_newer

Totals = dict[TableName, dict[str, Counters]]


def count(coded_articles: Iterable[CodedArticle]) -> Totals:
    """Counters by table and by thing and day, over the newest version of each article."""
    return {
        table: {key.decode(): counts.counters for key, counts in rows.items()}
        for table, rows in day_counts(coded_articles).items()
    }


def day_counts(coded_articles: Iterable[CodedArticle]) -> dict[TableName, dict[bytes, DayCounts]]:
    """The same as a table holds it, without coordinates."""
    tables: dict[TableName, dict[bytes, DayCounts]] = {table: {} for table in TableName}
    for coded in newest_versions(coded_articles):
        for row in contributions_of(coded):
            _add(tables[row.table], row)
    return tables


def newest_versions(coded_articles: Iterable[CodedArticle]) -> list[CodedArticle]:
    """For each article id the first coding of the version at its highest offset.

    Where one version was coded twice (a dead letter replayed twice) the first coding counts.
    """
    newest: dict[str, CodedArticle] = {}
    for coded in coded_articles:
        held = newest.get(coded.article_id)
        if held is None or is_newer(coded.article, held.article):
            newest[coded.article_id] = coded if held is None else _unless_same(held, coded)
    return list(newest.values())


def _unless_same(held: CodedArticle, coded: CodedArticle) -> CodedArticle:
    """Keep the coding of content that came again, at its new offset."""
    if held.content_hash == coded.content_hash:
        return held.model_copy(update={"article": coded.article})
    return coded


def _add(table: dict[bytes, DayCounts], row: Contribution) -> None:
    for day, change in row.days.items():
        key = day_key(row.key, day).encode()
        held = table.get(key)
        counters = {**held.counters} if held else {}
        for name, number in change.items():
            counters[name] = counters.get(name, 0) + number
        label = fuller(held.label, row.label) if held else row.label
        table[key] = DayCounts(label=label, counters=counters)
