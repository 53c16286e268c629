"""The options that filter, as commands take them, and the question that they make."""

from collections.abc import Mapping
from typing import Annotated, Any, Final
from urllib.parse import urlencode

import typer

from schemas.plover import EventType, Quad
from streams.settings import Settings
from streams.web.api.parameters import Parameter, Values, read_query
from streams.web.api.problems import Refused

_FILTERS: Final = "Filters (several of one: repeat it)"


def _option(name: str, help_: str, metavar: str) -> Any:
    return typer.Option(name, help=help_, metavar=metavar, rich_help_panel=_FILTERS)


From = Annotated[str | None, _option("--from", "First UTC day, included, as 2012-08-02.", "DAY")]
To = Annotated[str | None, _option("--to", "Last UTC day, included.", "DAY")]
Types = Annotated[list[str] | None, _option("--type", f"Event type: {', '.join(EventType)}.", "TYPE")]
Quads = Annotated[list[str] | None, _option("--quad", f"Quad class: {', '.join(Quad)}.", "QUAD")]
Modes = Annotated[list[str] | None, _option("--mode", "Mode of the event type: aerial, visit, ...", "MODE")]
LeastConfidence = Annotated[
    float | None, _option("--least-confidence", "Only events at least this certain, 0 to 1.", "SHARE")
]
Topic = Annotated[str | None, _option("--topic", "Stories about this IPTC topic: medtop:20000056.", "CODE")]
Actor = Annotated[str | None, _option("--actor", "With this actor, on either side: country:SYR.", "ID")]
Source = Annotated[str | None, _option("--source", "Events that this actor is the source of.", "ID")]
Target = Annotated[str | None, _option("--target", "Events that this actor is the target of.", "ID")]
Country = Annotated[str | None, _option("--country", "Actors of this country, ISO alpha-3: SYR.", "ISO")]
Sector = Annotated[str | None, _option("--sector", "Actors of this sector: GOV, MIL, REB, ...", "SECTOR")]
Kind = Annotated[
    str | None, _option("--kind", "Actors of this kind: person, organisation, country, group.", "KIND")
]
Url = Annotated[
    str | None,
    typer.Option(help="The service's address.", show_default="this machine, TIDINGS_HTTP_PORT"),
]


def given(**options: Any) -> dict[str, Any]:
    """The options that were given, by the names of the API's parameters."""
    return {name.rstrip("_"): value for name, value in options.items() if value not in (None, [], False)}


def checked(options: Mapping[str, Any], known: Mapping[str, Parameter]) -> Values:
    """The options read as the API reads them; raises typer.BadParameter for what it would refuse."""
    for name in sorted(options.keys() - known.keys()):
        raise typer.BadParameter(f"--{name.replace('_', '-')} means nothing for this list")
    written = {name: "true" if value is True else value for name, value in options.items()}
    try:
        return read_query(urlencode(written, doseq=True).encode(), known)
    except Refused as refused:
        raise typer.BadParameter(refused.detail) from refused


def keywords(options: Mapping[str, Any]) -> dict[str, Any]:
    """The options as keywords of the client."""
    return {"from_" if name == "from" else name: value for name, value in options.items()}


def service_url(url: str | None, settings: Settings) -> str:
    """Where the service is: as told, else on this machine at the port of the settings."""
    return url or f"http://{settings.http_host}:{settings.http_port}"
