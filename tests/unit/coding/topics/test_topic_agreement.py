"""How often the first topic lies in the branch that human editors filed the report under."""

import json
from pathlib import Path

import pytest

from streams.coding.topics import packaged_vocabulary

REPORTS = Path(__file__).resolve().parents[4].parent / "shared" / "corpora" / "wcep-2025-h1-linked.jsonl"

# The editors' ten headings are coarser than, and cut across, the IPTC branches: terrorism is filed under
# crime by IPTC and under attacks by the editors, a deported student under crime or politics by either.
BRANCHES = {
    "Armed conflicts and attacks": {"16000000", "20000103", "20001313", "20000105", "20000100", "20000645"},
    "Disasters and accidents": {"03000000", "17000000"},
    "Law and crime": {"02000000", "20000648", "20000592", "20000591", "20001361"},
    "Politics and elections": {"11000000", "16000000", "14000000"},
    "International relations": {"11000000", "16000000", "20000373", "20000128", "20000105"},
    "Business and economy": {"04000000", "09000000"},
    "Sports": {"15000000"},
    "Science and technology": {"13000000", "06000000", "20001361"},
    "Health and environment": {"07000000", "06000000", "17000000", "03000000"},
    "Arts and culture": {"01000000", "08000000", "12000000", "10000000"},
}


def _branch(code):
    parent_of = packaged_vocabulary().parent_of
    while code is not None:
        yield code.removeprefix("medtop:")
        code = parent_of[code]


@pytest.mark.skipif(not REPORTS.exists(), reason=f"{REPORTS.name} is not in the folder beside the checkout")
def test_the_first_topic_agrees_with_the_editors(classify):
    """Three of four reports, every ninth tried, get a first topic in the branch of the editors' heading."""
    reports = [json.loads(line) for line in REPORTS.read_text("utf-8").splitlines()][::9]
    agreed = [
        bool(topics) and not BRANCHES[report["topic"]].isdisjoint(_branch(topics[0].code))
        for report in reports
        for topics in [classify(report["text"])]
    ]
    print(f"first topic in the editors' branch: {sum(agreed)} of {len(agreed)}")  # noqa: T201 # shown by -s
    assert sum(agreed) / len(agreed) >= 0.75
