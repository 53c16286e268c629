"""Reading takes time in proportion to the text, and little of it beside the parser's."""

import sys
import time

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


DULL = ("police and ", "he ", "the agency ", "Putin, ", "Kowal Lind Roy ", "Russian ", "in Cairo, ", "of ")


@pytest.mark.parametrize("text", [PARAGRAPH, *DULL])
def test_twice_the_text_takes_at_most_a_little_more_than_twice_the_work(nlp, resolver, text):
    """Neither prose nor a dull repetition makes any rule look back over all that came before."""
    resolver.resolve(nlp(text), on=None)
    repeats = 8 if text is PARAGRAPH else 120
    once, twice = (_calls(resolver, nlp(text * times)) for times in (repeats, 2 * repeats))
    assert twice < 2.6 * once


def test_resolving_takes_a_small_part_of_the_parsers_time(nlp, resolver):
    """Processor seconds over the same text; `pytest -s` prints the share."""
    text = PARAGRAPH * 20
    resolver.resolve(nlp(text), on=None)
    began = time.process_time()
    doc = nlp(text)
    parsed = time.process_time()
    resolver.resolve(doc, on=None)
    resolved = time.process_time()
    share = (resolved - parsed) / (parsed - began)
    sys.stdout.write(f"actors take {share:.1%} of spaCy's time\n")
    assert share < 0.1
