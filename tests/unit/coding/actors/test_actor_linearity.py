"""Reading takes time in proportion to the text."""

import sys

import pytest

PARAGRAPH = (
    "Russian President Vladimir Putin met Polish Foreign Minister Jan Kowal in Cairo. He accused NATO of "
    "lying. The alliance denied it. Police in Lagos arrested 12 protesters, and their lawyers left. Kowal "
    "told Turkish and Greek officials that the country's army would leave. They agreed.\n"
)


def _calls(resolver, doc):
    """Count function calls: a measure of work that does not depend on the machine's mood."""
    count = 0

    def note(frame, event, argument):
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(note)
    try:
        resolver.resolve(doc, on=None)
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize(
    "text", [PARAGRAPH, "police and ", "he ", "the agency ", "Putin, ", "Kowal Lind Roy "]
)
def test_twice_the_text_takes_at_most_a_little_more_than_twice_the_work(nlp, resolver, text):
    """Neither prose nor a dull repetition makes any rule look back over all that came before."""
    resolver.resolve(nlp(text), on=None)
    repeats = 8 if text is PARAGRAPH else 120
    once, twice = (_calls(resolver, nlp(text * times)) for times in (repeats, 2 * repeats))
    assert twice < 2.6 * once
