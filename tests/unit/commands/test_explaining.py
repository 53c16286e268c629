"""`tidings code --explain`: what it tells of an event, to people and to programs."""

import json
from dataclasses import replace

import pytest
from hand_made import event

from schemas.article import Article
from schemas.coding import Coding
from schemas.plover import EventType
from streams.coding.events import Explanation
from streams.commands.code import explained_line
from streams.commands.explaining import Explained, reason_lines

WHY = Explanation(
    trigger="agreed",
    part="verb",
    entry="agree",
    frame="subj>with,to",
    rule="cameo 030",
    path=("say",),
    changed=("commit CONSULT",),
    ruled="AGREE",
    strength=0.81,
    source_path="agreed -nsubj-> Iran",
    target_path=None,
    sentence_types={"AGREE": 0.9, "CONSULT": 0.05},
    trigger_types={"AGREE": 0.8},
    source_support=0.95,
    target_support=0.7,
    verdict=0.97,
)


def test_each_step_is_a_line() -> None:
    """Entry and frame with their source, what stood above, what changed the act, the parties, the odds."""
    text = "\n".join(reason_lines(WHY))
    for told in (
        "AGREE (0.81): verb 'agree', frame subj>with,to, after cameo 030",
        "above     say",
        "changed   commit CONSULT",
        "source    agreed -nsubj-> Iran (encoder 0.95)",
        "target    nobody (encoder 0.70)",
        "sentence AGREE 0.90, CONSULT 0.05; trigger AGREE 0.80",
        "verdict   0.97",
    ):
        assert told in text


def test_rules_alone_say_nothing_of_an_encoder() -> None:
    """Where it had no say, no probability is shown."""
    silent = {"sentence_types": None, "trigger_types": None, "source_support": None, "target_support": None}
    text = "\n".join(reason_lines(replace(WHY, verdict=None, **silent)))
    assert "encoder" not in text
    assert "verdict" not in text


@pytest.mark.parametrize(
    ("why", "line"),
    [
        (replace(WHY, part="encoder", ruled=None), "rules     pass over 'agreed'"),
        (replace(WHY, ruled=None), "rules     no event: verb 'agree'"),
    ],
)
def test_what_the_rules_did_not_find_is_told(why: Explanation, line: str) -> None:
    """An event of the encoder's alone, and one that the rules doubt, are told apart."""
    assert next(reason_lines(why)).startswith(line)


def test_a_line_of_json_has_an_explanation_in_each_event() -> None:
    """Beside what `tidings code` gives, nothing is lost and nothing renamed."""
    article = Article(id="a", text="Iran agreed.")
    coding = Coding(events=(event("a", EventType.AGREE, "b"),))
    told = json.loads(explained_line(Explained(article, coding, (WHY,))))
    assert told["id"] == "a"
    assert told["events"][0]["type"] == "AGREE"
    assert told["events"][0]["explanation"]["verdict"] == 0.97
    assert told["events"][0]["explanation"]["source_path"] == "agreed -nsubj-> Iran"
