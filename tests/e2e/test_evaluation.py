"""`tidings evaluate` as a user runs it, with the real pipeline."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parents[2]
TYPE_FLOOR: Final = 0.75

LABELLED: Final = (
    {
        "text": "Kenya accused Uganda of moving boundary stones on an island in Lake Victoria.",
        "events": [
            {
                "type": "ACCUSE",
                "mode": "allege",
                "trigger": "accused",
                "source": {"text": "Kenya", "code": "KEN"},
                "target": {"text": "Uganda", "code": "UGA"},
            }
        ],
    },
    {
        "text": "Gunmen shelled a Turkish army post near the border on Sunday.",
        "events": [
            {
                "type": "AID",
                "mode": None,
                "trigger": "shelled",
                "source": {"text": "Gunmen", "code": None},
                "target": {"text": "Turkish army post", "code": "TURMIL"},
            }
        ],
    },
    {"text": "The harbour lies under deep snow.", "events": []},
)


def _evaluate(*arguments: object) -> Any:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TIDINGS_")}
    done = subprocess.run(
        [sys.executable, "-m", "streams", "evaluate", *map(str, arguments), "--format", "json"],
        cwd=ROOT,
        env=kept,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_three_sentences_are_coded_measured_and_explained(tmp_path: Path) -> None:
    """Two of three are as labelled; the third, mislabelled on purpose, is a miss with its reasons."""
    gold = tmp_path / "three.jsonl"
    gold.write_text("\n".join(map(json.dumps, LABELLED)), encoding="utf-8")
    found = _evaluate(gold, "--errors", "--picture", tmp_path / "types.svg")

    assert (found["type"]["right"], found["type"]["of"]) == (2, 3)
    assert found["triples"]["source, type, target"]["right"] == 1
    assert found["by_type"]["ACCUSE"]["f1"] == 1
    (miss,) = found["misses"]
    assert (miss["text"], miss["fault"]) == (LABELLED[1]["text"], "type")
    assert any("shell" in line for line in miss["explanation"])
    assert (tmp_path / "types.svg").read_text("utf-8").startswith("<svg")


def test_a_fault_is_told_in_one_line(tmp_path: Path) -> None:
    """A malformed line ends the command with exit code 1, naming file, line and field."""
    gold = tmp_path / "bad.jsonl"
    gold.write_text('{"text": "a"}', encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "streams", "evaluate", str(gold)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"tidings: {gold}, line 1: events: Field required")


def test_sentences_of_our_own_articles_are_read_as_well_as_they_were() -> None:
    """Type accuracy on labels/seeds.jsonl stays above 75 %.

    That is 5 points under the 80.0 % measured on 22 November 2026 (rules and encoder; rules alone 78.7 %):
    wide enough for a change that trades one sentence for another, narrow enough to notice a regression.
    """
    found = _evaluate("labels/seeds.jsonl")
    assert found["texts"] == 150
    assert found["type"]["share"] >= TYPE_FLOOR
