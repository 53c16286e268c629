"""A service with the shapes of the API and a handful of facts, for tests of whoever asks it."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import httpx

RUSSIA = {"name": "Russia", "kind": "country", "country": "RUS", "sector": "GOV", "code": "RUSGOV"}
GEORGIA = {"name": "Georgia", "kind": "country", "country": "GEO", "sector": "GOV", "code": "GEOGOV"}
PAIR = {f"source_{name}": RUSSIA[name] for name in ("name", "code", "country", "sector")} | {
    f"target_{name}": GEORGIA[name] for name in ("name", "code", "country", "sector")
}
ROWS: dict[str, list[dict[str, Any]]] = {
    "actors": [
        {"key": "country:RUS", "label": RUSSIA, "counters": {"articles": 12, "mentions": 40, "source": 5}},
        {"key": "country:GEO", "label": GEORGIA, "counters": {"articles": 9, "mentions": 20, "target": 3}},
        {"key": "org:[x]", "label": {"name": "[b]Band[/b]"}, "counters": {"articles": 1, "mentions": 1}},
    ],
    "topics": [{"key": "medtop:16000000", "label": {"name": "armed conflict"}, "counters": {"articles": 7}}],
    "actor-topics": [
        {
            "key": "country:RUS|medtop:16000000",
            "label": RUSSIA | {"topic": "medtop:16000000", "topic_name": "armed conflict"},
            "counters": {"articles": 7},
        }
    ],
    "pairs": [
        {
            "key": "country:RUS|country:GEO",
            "label": {"source": "country:RUS", "target": "country:GEO"} | PAIR,
            "counters": {"articles": 2, "events": 14, "ASSAULT": 5, "ACCUSE": 5, "THREATEN": 2, "AID": 1}
            | {"COERCE": 1},
        }
    ],
    "event-types": [
        {
            "key": "ASSAULT",
            "label": {"name": "Assault", "quad": "material-conflict"},
            "counters": {"events": 5},
        },
        {"key": "AID", "label": {"name": "Aid", "quad": "material-cooperation"}, "counters": {"events": 1}},
    ],
}
EVENT: dict[str, Any] = {
    "key": "tass-17/e1",
    "id": "e1",
    "type": "ASSAULT",
    "mode": "aerial",
    "quad": "material-conflict",
    "cameo": "195",
    "source": {"actor": "country:RUS", "name": "Russia", "code": "RUSGOV", "text": "Russian jets"},
    "target": {"actor": "country:GEO", "name": "Georgia", "code": "GEOGOV", "text": "Gori"},
    "sentence": "Russian jets bombed Gori on Saturday.",
    "marks": [
        {"role": "source", "start": 0, "end": 12},
        {"role": "trigger", "start": 13, "end": 19},
        {"role": "target", "start": 20, "end": 24},
    ],
    "trigger": "bombed",
    "date": "2012-08-04",
    "confidence": 0.93,
    "also": [{"sentence": "The town was bombed.", "trigger": "bombed"}],
    "article": {
        "id": "tass-17",
        "title": "Jets over Gori",
        "url": None,
        "source": "a paper",
        "published_at": "2012-08-05T06:00:00Z",
        "day": "2012-08-05",
    },
    "topics": [{"code": "medtop:16000000", "name": "armed conflict"}],
    "meaning": "Uses violence that can wound or kill, or destroys; here, from manned aircraft",
}
STATUS: dict[str, Any] = {
    "ready": True,
    "namespace": "tidings",
    "partitions": {"answered": [0, 1, 2, 3], "missing": [], "why": []},
    "days": {"first": "2012-07-30", "last": "2012-08-05"},
    "totals": {"stories": 22, "events": 31, "actors": 54},
    "rates": {"articles_per_second": 12.5},
    "lag": {"articles": 40, "coded": 2, "tallies": 0},
    "seconds_behind": 1.5,
    "dead_letters": 3,
    "workers": [
        {
            "url": "http://127.0.0.1:8650",
            "role": "all",
            "phase": "serving",
            "partitions": [0, 1, 2, 3],
            "uptime_seconds": 61.0,
        }
    ],
    "recovery": {"remaining_records": 0, "total_records": 0},
}
CODEBOOK = {
    "types": [
        {
            "type": "AID",
            "name": "Aid",
            "quad": "material-cooperation",
            "meaning": "Gives money",
            "modes": [{"mode": "x", "meaning": "y"}],
        }
    ],
    "quads": [{"quad": "material-cooperation", "meaning": "Deeds that help"}],
    "sectors": [{"sector": "GOV", "meaning": "Government"}],
}
DAYS = [{"day": "2012-08-05", "counters": {"articles": 1, "events": 2, "ASSAULT": 2}}]

Answer = Callable[[httpx.Request], httpx.Response]


class FakeService:
    """Answers as the API does, out of the rows above; `script` is answered first, then the facts.

    An entry of the script is a response, what makes one, or an error that the transport raises. `asked` keeps
    the requests.
    """

    def __init__(self, *script: "httpx.Response | Exception | Answer", missing: tuple[int, ...] = ()) -> None:
        self.script = list(script)
        self.asked: list[httpx.Request] = []
        self.slept: list[float] = []
        why = [f"partition {number}: nobody holds it" for number in missing]
        answered = [number for number in range(4) if number not in missing]
        self.partitions = {"answered": answered, "missing": list(missing), "why": why}

    @property
    def transport(self) -> httpx.MockTransport:
        """The network between the client and this."""
        return httpx.MockTransport(self.answer)

    @property
    def urls(self) -> list[str]:
        """What was asked for, path and query."""
        return [request.url.raw_path.decode() for request in self.asked]

    def sleep(self, seconds: float) -> None:
        """A clock for the client: time passes at once, and is kept."""
        self.slept.append(seconds)

    async def sleep_later(self, seconds: float) -> None:
        """The same, awaited."""
        self.slept.append(seconds)
        await asyncio.sleep(0)

    def answer(self, request: httpx.Request) -> httpx.Response:
        """The answer to a request."""
        self.asked.append(request)
        if self.script:
            scripted = self.script.pop(0)
            if isinstance(scripted, Exception):
                raise scripted
            return scripted if isinstance(scripted, httpx.Response) else scripted(request)
        if request.url.path == "/v1/stream":
            raise httpx.ConnectError("there is no more in the script")
        what, *rest = request.url.path.removeprefix("/v1/").split("/", 1)
        told = self._single(what, rest[0]) if rest else self._whole(what, request.url.params)
        return httpx.Response(404, json={"title": "Not found", "detail": what}) if told is None else told

    def _whole(self, what: str, params: httpx.QueryParams) -> httpx.Response | None:
        if what in ROWS:
            return self._page(ROWS[what], params)
        told: dict[str, Any] = {
            "status": STATUS,
            "codebook": CODEBOOK,
            "events": {"items": [EVENT], "next": None, "partitions": self.partitions},
            "days": {"items": DAYS, "partitions": self.partitions},
            "search": {"items": [ROWS["actors"][0] | {"matched": "Russian"}], "partitions": self.partitions},
        }
        return httpx.Response(200, json=told[what]) if what in told else None

    def _page(self, rows: list[dict[str, Any]], params: httpx.QueryParams) -> httpx.Response:
        start, limit = int(params.get("cursor", "0")), int(params.get("limit", "20"))
        compared = params.get("compare") == "true" or params.get("sort") == "growth"
        items = [
            row
            | {"rank": start + place, "days": None}
            | {"before": {"articles": 4} if compared else None, "growth": 8 - 8 * place if compared else None}
            for place, row in enumerate(rows[start : start + limit], start=1)
        ]
        following = str(start + limit) if start + limit < len(rows) else None
        page = {"items": items, "total": len(rows), "counter": "articles", "next": following}
        return httpx.Response(200, json=page | {"partitions": self.partitions})

    def _single(self, what: str, rest: str) -> httpx.Response | None:
        if what == "events":
            return httpx.Response(200, json={"item": EVENT, "partitions": self.partitions})
        key, _, part = rest.rpartition("/")
        key, part = (key, part) if part in ("profile", "history") else (rest, "")
        found = [row for row in ROWS.get(what, []) if row["key"] == key]
        if not found:
            return None
        item = found[0] | {"days": {"2012-08-05": found[0]["counters"]}}
        rest_of = {
            "": {"item": item},
            "profile": {
                "actor": item,
                "partners": ROWS["pairs"],
                "types": {"as_source": {"ASSAULT": 3}, "as_target": {}},
                "topics": ROWS["actor-topics"],
                "also_called": ["the Kremlin"],
                "events": [EVENT],
            },
            "history": {"pair": item, "reverse": None, "events": [EVENT]},
        }
        return httpx.Response(200, json=rest_of[part] | {"partitions": self.partitions})


def problem(status: int, title: str, detail: str, **headers: str) -> httpx.Response:
    """A refusal, as RFC 9457 has it."""
    told = {"type": f"/problems/{title}", "title": title, "status": status, "detail": detail}
    return httpx.Response(
        status, content=json.dumps(told), headers={"content-type": "application/problem+json", **headers}
    )


class Stream(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body in chunks, which may break off with an error."""

    def __init__(self, *chunks: bytes, error: Exception | None = None) -> None:
        self.chunks, self.error = chunks, error

    def __iter__(self) -> Iterator[bytes]:
        yield from self.chunks
        if self.error:
            raise self.error

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for chunk in self:
            yield chunk


def streamed(*chunks: bytes, error: Exception | None = None) -> httpx.Response:
    """A stream of server-sent events."""
    return httpx.Response(
        200, headers={"content-type": "text/event-stream"}, stream=Stream(*chunks, error=error)
    )


def message(name: str, data: Any, *, id_: str = "") -> bytes:
    """One server-sent event."""
    head = f"event: {name}\n" + (f"id: {id_}\n" if id_ else "")
    return f"{head}data: {json.dumps(data)}\n\n".encode()
