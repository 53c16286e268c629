"""Words of a text in every form that a term may be written in."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from spacy.tokens import Doc

Forms = tuple[str, ...]

_TITLE_WORD = re.compile(r"[^\W_]+(?:[.'’&][^\W_]+)*[%+]?|[^\w\s]")
_SPLIT = re.compile(r"[-‐‑–—/]")
_POSSESSIVE = re.compile(r"['’]s?$")


def words_of_doc(doc: Doc) -> Iterator[Forms]:
    """The words of a parsed text, hyphenated ones apart, each with its lemma among its forms."""
    for token in doc:
        parts = _parts(token.text)
        lemma = token.lemma_ if len(parts) == 1 else ""
        yield from (word_forms(part, lemma) for part in parts)


def words_of_title(title: str) -> Iterator[Forms]:
    """The words of a title, which comes without a parse."""
    for match in _TITLE_WORD.finditer(title):
        yield from (word_forms(part, "") for part in _parts(match.group()))


@lru_cache(maxsize=1 << 16)
def word_forms(word: str, lemma: str) -> Forms:
    """The word as written, in lower case, its lemma, and every base that its ending allows.

    A base that is no word does no harm: it meets no term. Headlines need this, since a tagger
    takes their capitals for names and leaves 'Strikes' as it is.
    """
    written = _plain(word)
    lower = written.lower()
    return tuple(dict.fromkeys((written, lower, _plain(lemma).lower() or lower, *_bases(lower))))


def _parts(text: str) -> list[str]:
    """Split at hyphens and drop the possessive, so that 'cease-fire' and 'cease fire' are the same."""
    return [part for part in _SPLIT.split(_POSSESSIVE.sub("", text.strip())) if part]


def _plain(word: str) -> str:
    """Without accents and without the dots of 'U.N.'."""
    decomposed = unicodedata.normalize("NFKD", word.replace("’", "'"))
    unaccented = "".join(char for char in decomposed if not unicodedata.combining(char))
    return unaccented.replace(".", "") or unaccented


def _bases(word: str) -> Iterator[str]:
    if len(word) < 4:
        return
    if word.endswith("ies"):
        yield f"{word[:-3]}y"
    if word.endswith("s"):
        yield word[:-1]
    if word.endswith("es"):
        yield word[:-2]
    for ending in ("ed", "ing"):
        if word.endswith(ending):
            yield from _verb_bases(word.removesuffix(ending))


def _verb_bases(stem: str) -> Iterator[str]:
    yield stem
    yield f"{stem}e"
    if stem.endswith("i"):
        yield f"{stem[:-1]}y"
    if len(stem) > 2 and stem[-1] == stem[-2]:
        yield stem[:-1]
