"""The pool of coding processes: the real pool, with a coder of the tests' own."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pool_fakes
import pytest
import pytest_asyncio
from hand_made import at

from schemas.article import Article
from schemas.coded import CodedArticle
from schemas.wire import decode
from streams.coder_pool import (
    CoderCrashed,
    CoderPool,
    CoderTooSlow,
    CodingTask,
    PipelineMissing,
)

MOMENT = datetime(2012, 8, 2, 23, 30, tzinfo=UTC)


def task(text: str, article_id: str = "a") -> CodingTask:
    article = Article(
        id=article_id, text=text, title="T", published_at=MOMENT, source="s", url="u", language="en"
    )
    return CodingTask(article, at(17, 3), "hash")


@pytest_asyncio.fixture
async def pool(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> AsyncIterator[CoderPool]:
    monkeypatch.setattr("streams.coder_pool._load", pool_fakes.load)
    pool = CoderPool(pipeline=str(tmp_path), processes=1, timeout_seconds=1.5)
    try:
        yield pool
    finally:
        await pool.stop()


async def test_an_article_is_coded_in_another_process(pool: CoderPool) -> None:
    """The coded article carries what the article and its coordinates say, and the coder's version."""
    info = await pool.start()
    assert (info.version, info.language) == ("fake-1", "en")
    result = await pool.code(task("Rain fell."))
    coded = decode(CodedArticle, result.coded)
    assert (coded.article_id, coded.article, coded.content_hash, coded.coder) == (
        "a",
        at(17, 3),
        "hash",
        "fake-1",
    )
    assert (coded.title, coded.published_at, coded.source, coded.url) == ("T", MOMENT, "s", "u")
    assert coded.coding is not None
    assert coded.coding.topics[0].code == "T/2012-08-02"
    assert result.events == ()
    assert result.seconds >= 0
    assert pool.in_flight == 0


async def test_one_bad_article_fails_alone(pool: CoderPool) -> None:
    """An article that kills its process each time is told as such, and all others are coded."""
    texts = ["one", "die", "two", "three"]
    coding = [asyncio.create_task(pool.code(task(text, text))) for text in texts]
    await asyncio.sleep(0)
    assert pool.in_flight == 4
    done = await asyncio.gather(*coding, return_exceptions=True)
    assert [type(row).__name__ for row in done] == [
        "CodingResult",
        "CoderCrashed",
        "CodingResult",
        "CodingResult",
    ]
    assert isinstance(done[1], CoderCrashed)
    assert "article 'die': the process that coded it died 2 times" in str(done[1])
    assert pool.in_flight == 0


async def test_a_process_that_died_by_chance_is_forgiven(pool: CoderPool, tmp_path: Path) -> None:
    """An article whose process died once is tried again, and coded."""
    await pool.code(task(f"die once: {tmp_path / 'marker'}"))
    assert (tmp_path / "marker").exists()


async def test_an_article_that_takes_too_long_is_ended(pool: CoderPool) -> None:
    """A coder that hangs is ended after the time allowed, and its pool goes on."""
    await pool.start()
    with pytest.raises(CoderTooSlow, match=r"'a': not coded within 1\.5 s; raise TIDINGS_CODING_TIMEOUT"):
        await pool.code(task("hang"))
    await pool.code(task("Rain fell."))


async def test_a_text_on_which_the_coder_raises_is_told_with_its_article(pool: CoderPool) -> None:
    """An exception that one text provokes is a fault of that article, which the message names."""
    with pytest.raises(CoderCrashed, match="article 'a'"):
        await pool.code(task("raise"))


async def test_a_pool_ends_while_it_is_busy(pool: CoderPool) -> None:
    """Stopping does not wait for what hangs."""
    await pool.start()
    hanging = asyncio.create_task(pool.code(task("hang")))
    await asyncio.sleep(0)
    async with asyncio.timeout(10):
        await pool.stop()
    hanging.cancel()
    await asyncio.gather(hanging, return_exceptions=True)


@pytest.mark.parametrize("pipeline", ["no_such_pipeline", "/no/such/folder"])
def test_a_missing_pipeline_is_told_at_once(pipeline: str) -> None:
    """A pipeline that is neither installed nor a folder is told before any process is started."""
    with pytest.raises(PipelineMissing, match=f"{pipeline}.*TIDINGS_SPACY_PIPELINE"):
        CoderPool(pipeline=pipeline, processes=1, timeout_seconds=1)


@pytest.mark.parametrize("name", ["en_core_web_sm-3.8.0", "no.such"])
async def test_a_name_with_a_dot_may_be_a_folder(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder named after its version is found; a dotted name that is nothing is told as missing."""
    monkeypatch.setattr("streams.coder_pool._load", pool_fakes.load)
    (tmp_path / "en_core_web_sm-3.8.0").mkdir()
    monkeypatch.chdir(tmp_path)
    try:
        await CoderPool(pipeline=name, processes=1, timeout_seconds=1).stop()
    except PipelineMissing:
        assert name == "no.such"


async def test_a_pipeline_that_cannot_be_loaded_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A folder that holds no pipeline is a fault that an operator can mend, named like a missing one."""
    monkeypatch.setattr("streams.coder_pool._load", pool_fakes.fail_to_load)
    pool = CoderPool(pipeline=str(tmp_path), processes=1, timeout_seconds=1)
    try:
        with pytest.raises(PipelineMissing):
            await pool.start()
    finally:
        await pool.stop()


async def test_a_broken_pool_is_no_fault_of_an_article(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Where no process can be started any more, the worker fails: good articles are not set aside as bad."""
    monkeypatch.setattr("streams.coder_pool._load", pool_fakes.load_once)
    pool = CoderPool(pipeline=str(tmp_path), processes=1, timeout_seconds=1.5)
    try:
        await pool.start()
        await asyncio.gather(pool.code(task("die")), return_exceptions=True)
        with pytest.raises(Exception, match=r".") as caught:
            await pool.code(task("Rain fell."))
        assert not isinstance(caught.value, CoderCrashed | CoderTooSlow)
    finally:
        await pool.stop()
