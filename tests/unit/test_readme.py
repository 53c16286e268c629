"""The README is held to the code."""

import re
from pathlib import Path

import pytest

from streams.settings import Settings

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
ROWS = dict(re.findall(r"^\| `(TIDINGS_\w+)` \|(.*)\|$", README, flags=re.MULTILINE))


def test_settings_table_names_every_setting() -> None:
    """The table has a row for each setting and for nothing else."""
    assert list(ROWS) == [f"TIDINGS_{name.upper()}" for name in Settings.model_fields]


@pytest.mark.parametrize("name", Settings.model_fields)
def test_settings_table_tells_default_and_meaning(name: str) -> None:
    """Each row has the setting's own default and description."""
    told_default, told_meaning = (cell.strip() for cell in ROWS[f"TIDINGS_{name.upper()}"].split("|"))
    field = Settings.model_fields[name]
    assert told_meaning == field.description
    if field.default_factory is None:
        default = "" if field.default is None else f"`{field.default}`"
        assert told_default == default


@pytest.mark.parametrize("link", re.findall(r"\]\(([^)#:]+)\)", README))
def test_links_lead_somewhere(link: str) -> None:
    """Every file that the README names is there."""
    assert (Path(__file__).parents[2] / link).exists()
