"""The questions as routes: which path asks what."""

from collections.abc import Awaitable, Callable
from typing import Any, Final

from fastapi import APIRouter
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from schemas.tally import TableName
from streams.counting.questions import ListName
from streams.web.api import events, examples, portraits, views
from streams.web.api.asking import Asking, path_key
from streams.web.api.codes import codebook_route, status_route
from streams.web.api.days import days_parameters, events_by_day
from streams.web.api.document import described, key_parameter
from streams.web.api.lists import list_of, list_parameters
from streams.web.api.search import actors_by_name, search_parameters
from streams.web.api.things import event_type_of, thing_of, thing_parameters

_LIST_VIEWS: Final[dict[ListName, type[BaseModel]]] = {
    ListName.ACTORS: views.ActorList,
    ListName.TOPICS: views.TopicList,
    ListName.ACTOR_TOPICS: views.ActorTopicList,
    ListName.PAIRS: views.PairList,
    ListName.EVENT_TYPES: views.TypeList,
}
_ACTOR: Final = key_parameter("country:SYR", "Id of the actor")
_PAIR: Final = key_parameter("country:SYR|country:TUR", "'source|target'", "|")
_ACTOR_TOPIC: Final = key_parameter("country:SYR|medtop:20000056", "'actor|topic'", "|")
_THINGS: Final[dict[TableName, tuple[type[BaseModel], dict[str, Any]]]] = {
    TableName.ACTORS: (views.OneActor, _ACTOR),
    TableName.TOPICS: (views.OneTopic, key_parameter("medtop:20000056", "IPTC Media Topic")),
    TableName.ACTOR_TOPICS: (views.OneActorTopic, _ACTOR_TOPIC),
    TableName.PAIRS: (views.OnePair, _PAIR),
}
_MANY: Final = ("unknown-parameter", "busy", "incomplete")
_PAGES: Final = (*_MANY, "invalid-cursor", "cursor-gone")
_ONE: Final = ("unknown-parameter", "incomplete", "not-found")


def question_routes(asking: Asking, status: Callable[[], Awaitable[views.Status]] | None) -> APIRouter:
    """Every path below /v1 that asks the tables or the stories."""
    routes = APIRouter(prefix="/v1")
    for add in (_add_profile, _add_history):  # first: keys have slashes, and single things would take these
        add(routes, asking)
    for of in ListName:
        _add_list(routes, asking, of)
    for table in TableName:
        _add_thing(routes, asking, table)
    for add in (_add_event_type, _add_events, _add_event, _add_days, _add_search):
        add(routes, asking)
    codebook_route(routes)
    status_route(routes, status)
    return routes


def _add_list(routes: APIRouter, asking: Asking, of: ListName) -> None:
    known, ask = list_parameters(of), list_of(of)

    async def ranked(request: Request) -> Response:
        return await asking.answer(request, known, ask)

    routes.add_api_route(
        f"/{of.value}",
        ranked,
        name=f"list_{_word(of.value)}",
        summary=f"The top {_told(of.value)}",
        description="Ranked over a range of days, of what passes the filters; pages by cursor.",
        tags=["lists"],
        response_class=Response,
        **described(_LIST_VIEWS[of], known, problems=_PAGES, paged=True, example=examples.list_example(of)),
    )


def _add_thing(routes: APIRouter, asking: Asking, table: TableName) -> None:
    known = thing_parameters()
    view, key = _THINGS[table]

    async def one(request: Request) -> Response:
        return await asking.answer(request, known, thing_of(table, path_key(request)), heavy=False)

    routes.add_api_route(
        f"/{table.value}/{{key:path}}",
        one,
        name=f"one_of_{_word(table.value)}",
        summary=f"One of the {_told(table.value)}, by day",
        description="Its counters over the days asked for, and by day; a row a day in CSV.",
        tags=["things"],
        response_class=Response,
        **described(
            view, known, key=key, problems=_ONE, example=examples.thing_example(ListName(table.value))
        ),
    )


def _add_event_type(routes: APIRouter, asking: Asking) -> None:
    known = thing_parameters()

    async def one(request: Request) -> Response:
        return await asking.answer(request, known, event_type_of(path_key(request)))

    routes.add_api_route(
        "/event-types/{key}",
        one,
        name="one_of_event_types",
        summary="One event type, by day",
        description="Its events and the articles that tell them, by day; a row a day in CSV.",
        tags=["things"],
        response_class=Response,
        **described(
            views.OneType,
            known,
            key=key_parameter("ASSAULT", "Event type"),
            problems=(*_ONE, "busy"),
            example=examples.thing_example(ListName.EVENT_TYPES),
        ),
    )


def _add_profile(routes: APIRouter, asking: Asking) -> None:
    known = portraits.portrait_parameters()

    async def profile(request: Request) -> Response:
        ask = portraits.profile_of(path_key(request))
        return await asking.answer(request, known, ask, offered=portraits.FORMATS)

    routes.add_api_route(
        "/actors/{key:path}/profile",
        profile,
        name="profile_of_actor",
        summary="An actor's profile",
        description="Days, partners, event types both ways, topics, other names and newest events.",
        tags=["things"],
        response_class=Response,
        **described(
            views.Profile,
            known,
            formats=portraits.FORMATS,
            key=_ACTOR,
            example=examples.profile_example(),
            problems=(*_ONE, "busy"),
        ),
    )


def _add_history(routes: APIRouter, asking: Asking) -> None:
    known = portraits.portrait_parameters()

    async def history(request: Request) -> Response:
        ask = portraits.history_of(path_key(request))
        return await asking.answer(request, known, ask, offered=portraits.FORMATS)

    routes.add_api_route(
        "/pairs/{key:path}/history",
        history,
        name="history_of_pair",
        summary="A pair's history",
        description="Days by event type, the same the other way round, and the newest events both ways.",
        tags=["things"],
        response_class=Response,
        **described(
            views.History,
            known,
            formats=portraits.FORMATS,
            key=_PAIR,
            example=examples.history_example(),
            problems=(*_ONE, "busy"),
        ),
    )


def _add_events(routes: APIRouter, asking: Asking) -> None:
    known = events.events_parameters()

    async def newest(request: Request) -> Response:
        return await asking.answer(request, known, events.newest_events)

    routes.add_api_route(
        "/events",
        newest,
        name="list_events",
        summary="The newest events",
        description="Events that pass the filters with sentence and article, newest first; pages by cursor.",
        tags=["events"],
        response_class=Response,
        **described(
            views.EventsAnswer, known, problems=_PAGES, paged=True, example=examples.events_example()
        ),
    )


def _add_event(routes: APIRouter, asking: Asking) -> None:
    known = events.event_parameters()

    async def one(request: Request) -> Response:
        return await asking.answer(request, known, events.event_of(path_key(request)), heavy=False)

    routes.add_api_route(
        "/events/{key:path}",
        one,
        name="one_event",
        summary="One event",
        description="An event with the story that tells it.",
        tags=["events"],
        response_class=Response,
        **described(
            views.EventAnswer,
            known,
            key=key_parameter("story-1/e1", "'article id/event id'", "/"),
            problems=_ONE,
            example=examples.event_example(),
        ),
    )


def _add_days(routes: APIRouter, asking: Asking) -> None:
    known = days_parameters()

    async def by_day(request: Request) -> Response:
        return await asking.answer(request, known, events_by_day)

    routes.add_api_route(
        "/days",
        by_day,
        name="list_days",
        summary="Events by day",
        description="Articles, events and events by type for each day, of what passes the filters.",
        tags=["events"],
        response_class=Response,
        **described(views.DaysAnswer, known, problems=_MANY, example=examples.days_example()),
    )


def _add_search(routes: APIRouter, asking: Asking) -> None:
    known = search_parameters()

    async def search(request: Request) -> Response:
        return await asking.answer(request, known, actors_by_name)

    routes.add_api_route(
        "/search",
        search,
        name="search_actors",
        summary="Actors by any of their names",
        description="Actors with a name that has these words, most articles first; with that name.",
        tags=["search"],
        response_class=Response,
        **described(views.SearchAnswer, known, problems=_MANY, example=examples.search_example()),
    )


def _word(name: str) -> str:
    return name.replace("-", "_")


def _told(name: str) -> str:
    return {"actor-topics": "actors with topics", "event-types": "event types"}.get(name, name)
