"""The data files as typed rows; a row that breaks its schema is refused when it is read."""

import calendar
from collections.abc import Iterator
from datetime import date
from importlib import resources
from typing import Annotated, Final, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

PACKAGE: Final = "streams.coding.actors"
SECTORS: Final = frozenset(
    [
        "GOV",
        "MIL",
        "COP",
        "JUD",
        "LEG",
        "SPY",
        "PTY",
        "OPP",
        "REB",
        "PRM",
        "SEP",
        "CVL",
        "BUS",
        "EDU",
        "REL",
        "ETH",
        "LAB",
        "MED",
        "HLH",
        "REF",
        "ELI",
        "CRM",
        "JRN",
        "SOC",
        "IGO",
        "NGO",
    ]
)


class BadActorData(ValueError):
    """A row of a packaged data file breaks its schema."""


def _split(cell: object) -> object:
    return tuple(part for part in cell.split("|") if part) if isinstance(cell, str) else cell


def _day(cell: object, *, last: bool) -> object:
    """Read YYYY, YYYY-MM or YYYY-MM-DD as the first or the last day that it may mean."""
    if not isinstance(cell, str):
        return cell
    if not cell:
        return None
    year, month, day = (*(int(part) for part in cell.split("-")), 0, 0)[:3]
    month = month or (12 if last else 1)
    return date(year, month, day or (calendar.monthrange(year, month)[1] if last else 1))


def _first_day(cell: object) -> object:
    return _day(cell, last=False)


def _last_day(cell: object) -> object:
    return _day(cell, last=True)


Cell = Annotated[str, Field(min_length=1)]
Cells = Annotated[tuple[str, ...], BeforeValidator(_split)]
Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Iso3 = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
Iso3OrNone = Annotated[str, Field(pattern=r"^([A-Z]{3})?$")]
Sector = Annotated[str, Field(pattern=f"^({'|'.join(sorted(SECTORS))})?$")]
FirstDay = Annotated[date | None, BeforeValidator(_first_day)]
LastDay = Annotated[date | None, BeforeValidator(_last_day)]


class Row(BaseModel):
    """A line of a data file; columns that it does not know are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Dated(Row):
    """A row that holds for a span of days, both ends included; open where None."""

    from_day: FirstDay = Field(default=None, alias="from")
    to_day: LastDay = Field(default=None, alias="to")

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> "Dated":
        if self.from_day and self.to_day and self.from_day > self.to_day:
            raise ValueError(f"ends on {self.to_day}, before it begins on {self.from_day}; swap the dates")
        return self

    def holds(self, on: date) -> bool:
        """Whether the row is in force on a day."""
        return (self.from_day is None or self.from_day <= on) and (self.to_day is None or on <= self.to_day)


class CountryRow(Row):
    """A state or territory, or a former state under the code of its successor."""

    iso3: Iso3
    name: Cell
    article: Annotated[str, Field(pattern="^(the)?$")]
    aliases: Cells
    demonyms: Cells
    capitals: Cells
    seats: Cells
    valid_from: FirstDay
    valid_to: LastDay
    source: Cell


class RegionRow(Row):
    """A part of a country, or a people; people of no one country have a sector instead."""

    name: Cell
    iso3: Iso3OrNone
    aliases: Cells
    adjectives: Cells
    sector: Sector
    source: Cell


class KinRow(Row):
    """A word for a people that lives in neighbouring states too; `hosts` are those."""

    word: Cell
    hosts: Cells
    source: Cell


class OrganisationRow(Row):
    """A named organisation; `country` is IGO or NGO where no state holds it.

    `shared` are those of its names that bodies of other countries bear too ('Congress').
    """

    id: Slug
    name: Cell
    aliases: Cells
    shared: Cells
    seats: Cells
    country: Iso3
    sector: Annotated[Sector, Field(min_length=3)]
    kind: Annotated[str, Field(pattern="^organisation$")]
    source: Cell


class GroupRow(Dated):
    """An armed group or movement; several rows where its standing has changed."""

    id: Slug
    name: Cell
    aliases: Cells
    country: Iso3OrNone
    sector: Annotated[Sector, Field(min_length=3)]
    source: Cell


class RoleRow(Row):
    """A common noun for people or bodies, and the sector that it tells."""

    term: Cell
    plural: str
    sector: Sector
    kind: Annotated[str, Field(pattern="^(person|group|organisation|hardware)$")]
    office: str
    traits: Cells
    source: Cell


class MaskRow(Row):
    """A phrase whose words name nobody."""

    phrase: Cell
    source: Cell


class BodyWordRow(Row):
    """A word that marks the name of an organisation, and the sector that it tells if any."""

    word: Cell
    sector: Sector
    source: Cell


class PersonRow(Row):
    """A person known by name."""

    id: Slug
    name: Cell
    aliases: Cells
    country: Iso3OrNone
    note: str = ""


class OfficeRow(Dated):
    """An office that a person held."""

    person: Slug
    role: Cell
    title: Cell
    country: Iso3OrNone
    sector: Sector
    organisation: str
    source: str = ""


RowType = TypeVar("RowType", bound=Row)


def read_rows(name: str, row_type: type[RowType]) -> tuple[RowType, ...]:
    """Read a packaged file; raises BadActorData with file, line and fault."""
    text = resources.files(PACKAGE).joinpath(f"data/{name}").read_text("utf-8")
    return tuple(parse_rows(text, name, row_type))


def parse_rows(text: str, name: str, row_type: type[RowType]) -> Iterator[RowType]:
    """Read tab-separated lines below a header line."""
    header, *lines = text.splitlines()
    columns = header.split("\t")
    for number, line in enumerate(lines, start=2):
        cells = line.split("\t")
        if len(cells) != len(columns):
            raise BadActorData(
                f"{name}, line {number}: {len(cells)} cells, not {len(columns)}; check the tabs"
            )
        try:
            yield row_type.model_validate(dict(zip(columns, cells, strict=True)))
        except (ValidationError, ValueError) as error:
            raise BadActorData(f"{name}, line {number}: {error}") from error
