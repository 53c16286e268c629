"""Watches: asked for no more often than needed, told only where they differ."""

from stream_fakes import Service, service, settled, until

from streams.web.push.watches import ASKED_EVERY_SECONDS


async def test_the_first_answer_comes_at_once() -> None:
    """Whoever watches sees what there is, each watch named as it was asked for."""
    async with service() as api:
        watches = ["actor:country:SYR", "pair:country:SYR|country:TUR", "type:ASSAULT", "top:actors"]
        query = "&".join(f"watch={watch.replace('|', '%7C')}" for watch in watches)
        reader = await api.opened(f"status=false&events=false&{query}")
        await until(lambda: reader.kinds().count("change") == 4)
        told = {got.data["watch"]: got.data for got in reader.got[1:]}
        assert list(told) == watches
        assert told["actor:country:SYR"]["item"]["counters"] == {"articles": 1}
        assert told["type:ASSAULT"]["item"]["counters"] == {"articles": 1, "events": 2}
        assert [item["rank"] for item in told["top:actors"]["items"]] == [1]
        assert told["top:actors"]["partitions"] == {"answered": [0, 1], "missing": [], "why": []}
        assert reader.got[-1].id == "0.0"


async def test_many_readers_of_the_same_cost_one_question() -> None:
    """What several watch is asked for once; a late one has the last answer without a question."""
    async with service() as api:
        readers = [await watching(api, "top:actors") for _ in range(5)]
        await until(lambda: all(len(reader.got) == 2 for reader in readers))
        assert api.answers.asked == ["top:actors"]
        await watching(api, "top:actors&topic=medtop:1")
        await until(lambda: len(api.answers.asked) == 2)
        await watching(api, "actor:x&topic=medtop:1")
        await watching(api, "actor:x")
        await settled()
        assert api.answers.asked[2:] == ["actors:x"]


async def test_a_busy_ledger_is_looked_at_once_a_second() -> None:
    """However many records come, a watch is asked for once a second, and told only where it differs."""
    async with service() as api:
        reader = await watching(api, "actor:x")
        await api.clock.move(10)
        before = len(api.answers.asked)
        for second in range(5):
            for _ in range(50):
                api.log.tell(0)
            await settled()
            api.answers.counters = {"articles": 2 + second // 2}
            await api.clock.move(ASKED_EVERY_SECONDS)
        asked = len(api.answers.asked) - before
        assert 5 <= asked <= 6
        await until(lambda: reader.kinds().count("change") == 4)
        changes = [got.data["item"]["counters"]["articles"] for got in reader.got if got.kind == "change"]
        assert changes == [1, 2, 3, 4]


async def test_tallies_that_come_after_the_ledger_are_seen() -> None:
    """A count that moves a second after the last record is told; after that nothing is asked."""
    async with service() as api:
        reader = await watching(api, "actor:x")
        await api.clock.move(10)
        api.log.tell(0)
        await api.clock.move(0.9)
        api.answers.counters = {"articles": 2}
        await api.clock.move(1.2)
        await until(lambda: reader.kinds() == ["start", "change", "change"])
        assert reader.got[-1].data["item"]["counters"] == {"articles": 2}
        await api.clock.move(10)
        asked = len(api.answers.asked)
        await api.clock.move(60)
        assert len(api.answers.asked) == asked


async def test_a_service_that_recovers_is_asked_until_it_answers() -> None:
    """Where nothing can be answered there is no change; the first answer is told."""
    async with service() as api:
        api.answers.ready = False
        reader = await watching(api, "actor:x")
        await api.clock.move(30)
        assert reader.kinds() == ["start"]
        api.answers.ready = True
        await api.clock.move(1)
        await until(lambda: reader.kinds() == ["start", "change"])


async def test_what_is_counted_no_more_has_no_item() -> None:
    """A thing whose counts are gone is told as null."""
    async with service() as api:
        api.answers.counters = {}
        reader = await watching(api, "actor:x")
        await until(lambda: len(reader.got) == 2)
        assert reader.got[-1].data["item"] is None


async def test_nobody_watches_nobody_asks() -> None:
    """The last reader of a watch takes it along."""
    async with service() as api:
        reader, _stays = await watching(api, "actor:x"), await api.opened()
        reader.leaves.set()
        await until(lambda: api.value("stream_readers") == 1)
        asked = len(api.answers.asked)
        api.log.tell(0)
        await api.clock.move(10)
        assert len(api.answers.asked) == asked


async def watching(api: Service, watch: str):  # type: ignore[no-untyped-def]
    return await api.opened(f"status=false&events=false&watch={watch}")
