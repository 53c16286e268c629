"""Terms are found longest first, in one pass."""

from streams.coding.topics.term_index import Found, TermIndex
from streams.coding.topics.words import word_forms


class _CountedReads(list):
    """A list that counts how often an element of it is read."""

    reads = 0

    def __getitem__(self, at):
        self.reads += 1
        return super().__getitem__(at)


def _words(text):
    return [word_forms(word, "") for word in text.split()]


def test_the_longest_term_wins():
    """A term inside a longer one at the same place is not found."""
    index = TermIndex(iter(["peace", "peace talk", "talk"]))
    assert list(index.find(_words("peace talks fail"))) == [Found("peace talk", 0)]


def test_a_term_is_found_after_a_false_start():
    """Words that begin a longer term which does not follow are still looked at one by one."""
    index = TermIndex(iter(["world war two", "war"]))
    assert list(index.find(_words("world war one"))) == [Found("war", 1)]


def test_a_capital_is_matched_as_written():
    """'WHO' is an agency, 'who' is not."""
    index = TermIndex(iter(["WHO"]))
    assert [found.at for found in index.find(_words("who asked WHO"))] == [2]


def test_time_grows_with_the_words_only():
    """Twice the text needs at most twice the reads, even where every word begins a long term."""
    index = TermIndex(iter(["a a a a b", "a"]))
    reads = []
    for size in (500, 1000):
        words = _CountedReads(_words("a " * size))
        list(index.find(words))
        reads.append(words.reads)
    assert reads[1] <= 2 * reads[0] + 20
