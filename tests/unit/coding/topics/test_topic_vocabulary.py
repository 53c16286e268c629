"""The packaged vocabulary keeps its own rules."""

import itertools

import pytest
from pydantic import ValidationError

from streams.coding.topics import TopicVocabulary, packaged_vocabulary
from streams.coding.topics.vocabulary import TopicEntry
from streams.coding.topics.words import word_forms

TOP_OF_BRANCH = {f"medtop:{number:02d}000000" for number in range(1, 18)}
TIERS = ("decisive", "strong", "weak", "against")
ENTRIES = packaged_vocabulary().topics


def _terms(entry: TopicEntry) -> list[str]:
    return [term for tier in TIERS for term in getattr(entry, tier)]


def test_the_top_is_the_seventeen_branches():
    """All branches of the Media Topics can be found, and every narrower topic leads up to one."""
    assert {entry.code for entry in ENTRIES if entry.parent is None} == TOP_OF_BRANCH


def test_names_are_told_apart():
    """No two codes share a name."""
    names = [entry.name for entry in ENTRIES]
    assert len(names) == len(set(names))


def test_every_topic_can_be_reached():
    """A topic without a decisive or strong term would never be listed."""
    assert [entry.name for entry in ENTRIES if not (entry.decisive or entry.strong)] == []


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_terms_are_written_so_that_they_can_be_found(entry):
    """No hyphen, accent or dot, for these are taken out of the text."""
    assert [term for term in _terms(entry) if any(char in "-–/.’éè" for char in term)] == []


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_no_term_stands_beside_its_own_base_in_the_same_tier(entry):
    """'Riots' beside 'riot' would count the same thing twice."""
    for tier in TIERS:
        terms = set(getattr(entry, tier))
        for term in terms:
            others = {
                " ".join(words) for words in itertools.product(*(word_forms(w, "") for w in term.split(" ")))
            }
            assert not (others - {term, term.lower()}) & terms, term


def _with(**changes: object) -> dict[str, object]:
    source = {"vocabulary": "v", "authority": "a", "licence": "l", "terms": "t"}
    return {"source": source, "topic": [{"code": "medtop:11000000", "name": "politics", **changes}]}


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"code": "11000000"}, "pattern"),
        ({"parent": "medtop:99000000"}, "is no entry; add it"),
        ({"decisive": ["vote"], "weak": ["vote"]}, "listed twice: vote"),
        ({"strong": [" vote"]}, "pattern"),
        ({"events": {"ASAULT": 1.0}}, "events"),
        ({"events": {"ASSAULT": 9.0}}, "less than or equal"),
        ({"synonyms": ["vote"]}, "Extra inputs"),
    ],
)
def test_a_faulty_vocabulary_is_refused(changes, complaint):
    """Each fault in the data is named when it is read, not met as a wrong topic later."""
    with pytest.raises(ValidationError, match=complaint):
        TopicVocabulary.model_validate(_with(**changes))
