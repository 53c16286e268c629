"""Names as they are compared: without case, accents, dots and hyphens."""

import re
import unicodedata
from functools import lru_cache
from typing import Final

_SEPARATORS: Final = re.compile(r"[\s\-–—‑/]+|['’‘`ʼ](?=\w)|(?<=\w)['’‘`ʼ]|[,()\"“”]")
_PLAIN_LETTERS: Final = str.maketrans(
    {
        "ø": "o",
        "Ø": "O",
        "ł": "l",
        "Ł": "L",
        "đ": "d",
        "Đ": "D",
        "ı": "i",
        "ß": "ss",
        "æ": "ae",
        "œ": "oe",
        "ð": "d",
        "þ": "th",
    }
)


@lru_cache(maxsize=65536)
def fold(text: str) -> tuple[str, ...]:
    """Split a name into small pieces without accents or dots: 'U.N.-Arab' -> ('un', 'arab')."""
    if text.isascii() and text.isalpha():
        return (text.lower(),)
    plain = unaccented(text).replace(".", "").lower()
    return tuple(piece for piece in _SEPARATORS.split(plain) if piece and piece != "s")


@lru_cache(maxsize=65536)
def cased(text: str) -> tuple[str, ...]:
    """The pieces of a name with their capitals, in the same number and order as `fold` gives."""
    if text.isascii() and text.isalpha():
        return (text,)
    plain = unaccented(text).replace(".", "")
    return tuple(piece for piece in _SEPARATORS.split(plain) if piece and piece.lower() != "s")


def unaccented(text: str) -> str:
    """Write letters without their accents."""
    if text.isascii():
        return text
    decomposed = unicodedata.normalize("NFKD", text.translate(_PLAIN_LETTERS))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def slug(text: str) -> str:
    """Make an identifier of a name: 'Jan Kowal' -> 'jan-kowal'."""
    return re.sub(r"[^a-z0-9]+", "-", unaccented(text).lower().replace("'", "").replace("’", "")).strip("-")
