"""A stand-in for the service, in its contract's shapes, for working on the page without a broker.

`python -m tests.browser.fake_service CODED.jsonl` serves what `tidings code` wrote; `--rate 1` lets its
stories arrive one after the other, `--missing 2` leaves a partition out.
"""

import argparse
import asyncio
import itertools
import json
import re
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse, StreamingResponse

from schemas.plover import MODES, QUAD_OF, EventType
from streams.web.page import page_routes

Json = dict[str, Any]
SEEDS = Path(__file__).parents[2] / "seeds" / "articles"


@dataclass
class Stories:
    """Stories with their events, as the service's index would hold them."""

    stories: list[Json] = field(default_factory=list)
    missing: tuple[int, ...] = ()
    faulty: str | None = None
    streams: bool = True
    arrived: asyncio.Condition = field(default_factory=asyncio.Condition)

    @property
    def partitions(self) -> Json:
        why = [f"worker http://127.0.0.1:8651: no answer within 2 s (partition {n})" for n in self.missing]
        return {
            "answered": [n for n in range(4) if n not in self.missing],
            "missing": list(self.missing),
            "why": why,
        }

    def between(self, first: str | None, last: str | None) -> Iterator[Json]:
        for story in self.stories:
            if (first or "") <= story["day"] <= (last or "9999"):
                yield story


def read_stories(coded: Path) -> list[Json]:
    """The coded articles of a file, with the titles and days that the seeds have."""
    titles = {}
    for path in SEEDS.glob("*.md"):
        head = dict(
            re.findall(r"^(\w+): (.+)$", path.read_text(encoding="utf-8").split("---")[1], re.MULTILINE)
        )
        titles[head["id"]] = head
    return [_story(json.loads(line), titles) for line in coded.read_text(encoding="utf-8").splitlines()]


def _story(coded: Json, titles: dict[str, dict[str, str]]) -> Json:
    head = titles.get(coded["id"], {})
    published = head.get("published_at", "2024-08-01T12:00:00Z")
    article = {
        "id": coded["id"],
        "title": head.get("title"),
        "url": f"https://news.example/{coded['id']}",
        "source": head.get("source"),
        "published_at": published,
        "day": published[:10],
    }
    actors = {actor["id"]: actor for actor in coded["actors"] if not actor["id"].startswith("role::")}
    names = {actor["id"]: actor["name"] for actor in coded["actors"]}
    topics = [{"code": topic["code"], "name": topic["name"]} for topic in coded["topics"]]
    events = [
        _event(event, article, names, topics)
        for event in coded["events"]
        if not (event["historical"] or event["hypothetical"])
    ]
    return {"day": article["day"], "actors": actors, "topics": topics, "events": events, "article": article}


def _event(event: Json, article: Json, names: dict[str, str], topics: list[Json]) -> Json:
    sides = {role: _side(event[role], names) for role in ("source", "target")}
    words = {role: side["text"] for role, side in sides.items() if side}
    return {
        "key": f"{article['id']}/{event['id']}",
        **{
            name: event[name]
            for name in ("id", "type", "mode", "quad", "cameo", "sentence", "trigger", "date")
        },
        **sides,
        "marks": _marks(event["sentence"], {"trigger": event["trigger"], **words}),
        "confidence": event["confidence"],
        "also": event["also"],
        "article": article,
        "topics": topics,
        "meaning": f"{event['type'].title()}: what the codebook says of it"
        + (f"; {event['mode']}: and of its mode" if event["mode"] else ""),
    }


def _side(side: Json | None, names: dict[str, str]) -> Json | None:
    return side and {
        "actor": side["actor"],
        "name": names.get(side["actor"]),
        "code": side["code"],
        "text": side["text"],
    }


def _marks(sentence: str, words: dict[str, str]) -> list[Json]:
    marks: list[Json] = []
    for role, word in words.items():
        start = sentence.find(word)
        end = start + len(word)
        if start >= 0 and not any(start < mark["end"] and mark["start"] < end for mark in marks):
            marks.append({"role": role, "start": start, "end": end})
    return sorted(marks, key=lambda mark: mark["start"])


@dataclass(frozen=True)
class Wanted:
    """The filters of a request."""

    values: dict[str, list[str]]

    def one(self, name: str) -> str | None:
        return self.values.get(name, [None])[0]  # type: ignore[list-item]

    @property
    def of_events(self) -> bool:
        return any(
            name in self.values for name in ("type", "quad", "mode", "least_confidence", "source", "target")
        )

    def takes(self, event: Json) -> bool:
        checks = (
            event["type"] in self.values.get("type", [event["type"]]),
            event["quad"] in self.values.get("quad", [event["quad"]]),
            event["confidence"] >= float(self.one("least_confidence") or 0),
            self._party(event),
            self._topic(event["topics"]),
        )
        return all(checks)

    def _topic(self, topics: list[Json]) -> bool:
        return self.one("topic") in {None, *(topic["code"] for topic in topics)}

    def _party(self, event: Json) -> bool:
        ids = [(side or {}).get("actor") for side in (event["source"], event["target"])]
        codes = [(side or {}).get("code") or "" for side in (event["source"], event["target"])]
        actor = self.one("actor")
        country, sector = self.one("country") or "", self.one("sector") or ""
        return (actor is None or actor in ids) and any(
            code.startswith(country) and code.endswith(sector) for code in codes
        )


def _of(request: Request) -> Wanted:
    values: dict[str, list[str]] = {}
    for name, value in request.query_params.multi_items():
        values.setdefault(name, []).append(value)
    return Wanted(values)


Grouped = Callable[[Json, Wanted], Iterable[tuple[str, Json, Json]]]


def _actors(story: Json, wanted: Wanted) -> Iterator[tuple[str, Json, Json]]:
    events = [event for event in story["events"] if wanted.takes(event)]
    for key, actor in story["actors"].items():
        if (wanted.one("country") or actor["country"]) != actor["country"] or not wanted._topic(
            story["topics"]
        ):
            continue
        if (wanted.one("kind") or actor["kind"]) != actor["kind"]:
            continue
        if (wanted.one("sector") or actor["sector"]) != actor["sector"]:
            continue
        source = sum((event["source"] or {}).get("actor") == key for event in events)
        target = sum((event["target"] or {}).get("actor") == key for event in events)
        if (wanted.of_events or wanted.one("actor")) and not source + target:
            continue
        label = {name: actor[name] for name in ("name", "kind", "country", "sector", "code")}
        yield key, label, {"articles": 1, "mentions": actor["mentions"], "source": source, "target": target}


def _topics(story: Json, wanted: Wanted) -> Iterator[tuple[str, Json, Json]]:
    if (wanted.of_events or len(wanted.values) > 1) and not any(map(wanted.takes, story["events"])):
        return
    for topic in story["topics"]:
        if wanted.one("topic") in (None, topic["code"]):
            yield topic["code"], {"name": topic["name"]}, {"articles": 1}


def _pairs(story: Json, wanted: Wanted) -> Iterator[tuple[str, Json, Json]]:
    by_pair: dict[tuple[str, str], Counter[str]] = {}
    for event in filter(wanted.takes, story["events"]):
        ids = tuple((side or {}).get("actor") for side in (event["source"], event["target"]))
        if all(one in story["actors"] for one in ids) and ids[0] != ids[1]:
            by_pair.setdefault(ids, Counter())[event["type"]] += 1  # type: ignore[arg-type]
    for (source, target), types in by_pair.items():
        label = {
            f"{side}{suffix}": value
            for side, key in (("source", source), ("target", target))
            for suffix, value in (
                ("", key),
                ("_name", story["actors"][key]["name"]),
                ("_code", story["actors"][key]["code"]),
            )
        }
        yield f"{source}|{target}", label, {"articles": 1, "events": types.total(), **types}


def _types(story: Json, wanted: Wanted) -> Iterator[tuple[str, Json, Json]]:
    types = Counter(event["type"] for event in story["events"] if wanted.takes(event))
    for kind, count in types.items():
        label = {"name": kind.title(), "quad": QUAD_OF[EventType(kind)].value}
        yield kind, label, {"articles": 1, "events": count}


LISTS: dict[str, tuple[Grouped, str]] = {
    "actors": (_actors, "articles"),
    "topics": (_topics, "articles"),
    "pairs": (_pairs, "events"),
    "event-types": (_types, "events"),
}


def _grouped(rows: Iterable[tuple[str, tuple[str, Json, Json]]]) -> dict[str, Json]:
    found: dict[str, Json] = {}
    for day, (key, label, counters) in rows:
        item = found.setdefault(key, {"key": key, "label": label, "counters": Counter(), "days": {}})
        item["counters"].update(counters)
        item["days"].setdefault(day, Counter()).update(counters)
    return found


def _list(held: Stories, name: str, wanted: Wanted) -> Json:
    group, usual = LISTS[name]
    first, last = wanted.one("from"), wanted.one("to")
    found = _grouped((s["day"], row) for s in held.between(first, last) for row in group(s, wanted))
    before: dict[str, Json] = {}
    if wanted.one("compare") and first and last:
        length = date.fromisoformat(last) - date.fromisoformat(first) + timedelta(days=1)
        then = [(date.fromisoformat(day) - length).isoformat() for day in (first, last)]
        before = _grouped((s["day"], row) for s in held.between(*then) for row in group(s, wanted))
    items = sorted(found.values(), key=lambda item: (-item["counters"][usual], item["key"]))
    limit = int(wanted.one("limit") or 20)
    shown = [_item(n, item, before, usual, wanted) for n, item in enumerate(items[:limit], 1)]
    return {
        "items": shown,
        "total": len(items),
        "counter": usual,
        "next": None,
        "partitions": held.partitions,
    }


def _item(rank: int, item: Json, before: dict[str, Json], usual: str, wanted: Wanted) -> Json:
    compared = bool(wanted.one("compare"))
    then = before.get(item["key"], {}).get("counters", {}) if compared else None
    growth = item["counters"][usual] - (then or {}).get(usual, 0) if compared else None
    days = item["days"] if wanted.one("days") else None
    return {**item, "rank": rank, "before": then, "growth": growth, "days": days}


def _events(held: Stories, wanted: Wanted) -> list[Json]:
    stories = sorted(
        held.between(wanted.one("from"), wanted.one("to")),
        key=lambda s: s["article"]["published_at"],
        reverse=True,
    )
    return [event for story in stories for event in story["events"] if wanted.takes(event)]


def _status(held: Stories) -> Json:
    days = sorted(story["day"] for story in held.stories)
    return {
        "ready": True,
        "namespace": "tidings",
        "partitions": held.partitions,
        "days": {"first": days[0], "last": days[-1]} if days else {"first": None, "last": None},
        "totals": {
            "stories": len(held.stories),
            "events": sum(len(story["events"]) for story in held.stories),
            "actors": len({key for story in held.stories for key in story["actors"]}),
        },
        "rates": {"articles_per_second": 1.2},
        "lag": {"articles": 3, "coded": 1, "tallies": 0},
        "seconds_behind": 0.4,
        "dead_letters": 2,
        "workers": [
            {
                "url": f"http://127.0.0.1:{8650 + n}",
                "role": "all",
                "phase": "open",
                "partitions": [n],
                "uptime_seconds": 90,
            }
            for n in range(3)
        ],
        "recovery": {"remaining_records": 0, "total_records": 0},
    }


def build_fake(held: Stories) -> FastAPI:
    """The application."""
    api = FastAPI(docs_url=None, redoc_url=None)
    api.include_router(page_routes())

    @api.exception_handler(HTTPException)
    async def problem(request: Request, error: HTTPException) -> JSONResponse:
        body = {
            "type": "/problems/fault",
            "title": "Fault",
            "status": error.status_code,
            "detail": error.detail,
        }
        return JSONResponse(body, error.status_code, media_type="application/problem+json")

    @api.middleware("http")
    async def fault(request: Request, go_on: Callable[[Request], Any]) -> Any:
        path = request.url.path
        if held.faulty and path.startswith("/v1/") and path not in ("/v1/stream", "/v1/status"):
            return JSONResponse({"title": "Not ready", "detail": held.faulty}, 503)
        if path == "/v1/stream" and not held.streams:
            return JSONResponse({"title": "Bad gateway"}, 502)
        return await go_on(request)

    _add_lists(api, held)
    _add_things(api, held)
    _add_stream(api, held)
    return api


def _add_lists(api: FastAPI, held: Stories) -> None:
    @api.get("/v1/status")
    async def status() -> Json:
        return _status(held)

    @api.get("/v1/codebook")
    async def codebook() -> Json:
        types = [
            {
                "type": kind.value,
                "name": kind.value.title(),
                "quad": quad.value,
                "meaning": f"What the codebook says of {kind.value.lower()}.",
                "modes": [{"mode": mode, "meaning": f"What {mode} means."} for mode in sorted(MODES[kind])],
            }
            for kind, quad in QUAD_OF.items()
        ]
        sectors = [{"sector": "GOV", "meaning": "government"}, {"sector": "MIL", "meaning": "armed forces"}]
        return {"types": types, "quads": [], "sectors": sectors}

    @api.get("/v1/days")
    async def days(request: Request) -> Json:
        wanted, found = _of(request), {}
        for story in held.between(wanted.one("from"), wanted.one("to")):
            types = Counter(event["type"] for event in story["events"] if wanted.takes(event))
            if types:
                found.setdefault(story["day"], Counter()).update(
                    {"articles": 1, "events": types.total(), **types}
                )
        items = [{"day": day, "counters": found[day]} for day in sorted(found)]
        return {"items": items, "partitions": held.partitions}

    @api.get("/v1/events")
    async def events(request: Request, limit: int = 20, cursor: int = 0) -> Json:
        found = _events(held, _of(request))
        end = cursor + limit
        return {
            "items": found[cursor:end],
            "next": str(end) if end < len(found) else None,
            "partitions": held.partitions,
        }

    @api.get("/v1/search")
    async def search(q: str, limit: int = 10) -> Json:
        items = _list(held, "actors", Wanted({"limit": ["5000"]}))["items"]
        found = [
            i | {"matched": i["label"]["name"]} for i in items if q.lower() in i["label"]["name"].lower()
        ]
        return {"items": found[:limit], "partitions": held.partitions}


def _add_things(api: FastAPI, held: Stories) -> None:
    def thing(name: str, key: str, wanted: Wanted) -> Json:
        days = {n: v for n, v in wanted.values.items() if n in ("from", "to")}
        items = _list(held, name, Wanted(days | {"limit": ["9999"], "days": ["true"]}))["items"]
        found = next((item for item in items if item["key"] == key), None)
        if found is None:
            raise HTTPException(404, f"{name}: nothing is counted for {key!r}")
        return found

    @api.get("/v1/actors/{key:path}/profile")
    async def profile(key: str, request: Request) -> Json:
        wanted = _of(request)
        own = Wanted({**wanted.values, "actor": [key]})
        events = _events(held, own)
        sides = {
            side: Counter(e["type"] for e in events if (e[side] or {}).get("actor") == key)
            for side in ("source", "target")
        }
        pairs = _list(held, "pairs", Wanted({**own.values, "limit": ["20"]}))["items"]
        topics: Counter[tuple[str, str]] = Counter(
            (t["code"], t["name"]) for s in held.stories if key in s["actors"] for t in s["topics"]
        )
        actor = thing("actors", key, wanted)
        return {
            "actor": actor,
            "partners": pairs,
            "types": {"as_source": sides["source"], "as_target": sides["target"]},
            "topics": [
                {
                    "key": f"{key}|{code}",
                    "label": actor["label"] | {"topic": code, "topic_name": name},
                    "counters": {"articles": n},
                }
                for (code, name), n in topics.most_common(20)
            ],
            "also_called": sorted(
                {
                    e[s]["text"]
                    for e in events
                    for s in ("source", "target")
                    if (e[s] or {}).get("actor") == key
                }
            )[:8],
            "events": events[:10],
            "partitions": held.partitions,
        }

    @api.get("/v1/pairs/{key:path}/history")
    async def history(key: str, request: Request) -> Json:
        source, target = key.split("|")
        found = []
        for one in (key, f"{target}|{source}"):
            try:
                found.append(thing("pairs", one, _of(request)))
            except HTTPException:
                found.append(None)
        if found[0] is None:
            raise HTTPException(404, f"pairs: nothing is counted for {key!r}")
        events = [
            event
            for event in _events(held, _of(request))
            if {(event[s] or {}).get("actor") for s in ("source", "target")} == {source, target}
        ]
        return {"pair": found[0], "reverse": found[1], "events": events[:20], "partitions": held.partitions}

    @api.get("/v1/{name}")
    async def lists(name: str, request: Request) -> Json:
        if name not in LISTS:
            raise HTTPException(404, f"no list {name}")
        return _list(held, name, _of(request))


def _add_stream(api: FastAPI, held: Stories) -> None:
    async def messages(wanted: Wanted) -> AsyncIterator[str]:
        seen = len(held.stories)
        for number in itertools.count():
            yield f"event: status\ndata: {json.dumps(_status(held))}\n\n"
            async with held.arrived:
                try:
                    await asyncio.wait_for(held.arrived.wait(), 3)
                except TimeoutError:
                    continue
            fresh, seen = held.stories[seen:], len(held.stories)
            for event in (event for story in fresh for event in story["events"] if wanted.takes(event)):
                yield f"event: event\nid: {number}\ndata: {json.dumps(event)}\n\n"

    @api.get("/v1/stream", name="stream")
    async def stream(request: Request) -> StreamingResponse:
        return StreamingResponse(messages(_of(request)), media_type="text/event-stream")

    # the list route above takes any name: the stream must be asked first
    api.router.routes.insert(0, api.router.routes.pop())


async def _let_arrive(held: Stories, coming: list[Json], rate: float) -> None:
    for story in coming:
        await asyncio.sleep(1 / rate)
        held.stories.append(story)
        async with held.arrived:
            held.arrived.notify_all()


async def _serve(options: argparse.Namespace) -> None:
    stories = read_stories(options.coded) if options.coded else []
    now, coming = (
        (stories[: len(stories) // 2], stories[len(stories) // 2 :]) if options.rate else (stories, [])
    )
    held = Stories(now, missing=tuple(options.missing))
    server = uvicorn.Server(uvicorn.Config(build_fake(held), port=options.port, log_level="warning"))
    arriving = asyncio.create_task(_let_arrive(held, coming, options.rate))
    await server.serve()
    arriving.cancel()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("coded", nargs="?", type=Path)
    parser.add_argument("--port", type=int, default=8700)
    parser.add_argument("--rate", type=float, default=0)
    parser.add_argument("--missing", type=int, nargs="*", default=[])
    asyncio.run(_serve(parser.parse_args()))
