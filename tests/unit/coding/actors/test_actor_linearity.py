"""Reading takes time in proportion to the text, and little of it beside the parser's."""

import sys
import time
from importlib.resources import files

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


def _seconds(work):
    began = time.process_time()
    work()
    return time.process_time() - began


def test_resolving_takes_a_small_part_of_the_parsers_time(nlp, resolver):
    """Processor seconds over news articles, the best of five each; `pytest -s` prints the share."""
    articles = sorted((files("seeds") / "articles").iterdir(), key=lambda file: file.name)[:5]
    text = "\n\n".join(article.read_text(encoding="utf-8") for article in articles)
    doc = nlp(text)
    parsing = min(_seconds(lambda: nlp(text)) for _ in range(5))
    resolving = min(_seconds(lambda: resolver.resolve(doc, on=None)) for _ in range(5))
    share = resolving / parsing
    sys.stdout.write(f"actors take {share:.1%} of spaCy's time\n")
    assert share < 0.1
