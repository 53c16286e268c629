"""The dateline that opens agency copy ('LONDON, Aug 2 (Agency) —'): a sentence of its own, never a party."""

import re
from typing import Final

from spacy.tokens import Doc

_DATELINE: Final = re.compile(
    r"""\s*
    [A-Z][A-Z'’.\- ]{2,40}                         # KYIV, ST. PETERSBURG
    (?:,[ ][A-Z][\w.’' ]{1,30})?                   # , Ukraine
    (?:,[ ](?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?[ ]\d{1,2}(?:,[ ]\d{4})?)?
    (?:[ ]\([^)\n]{1,40}\))?                       # (Agency)
    [ ](?:—|–|--|-)[ ]
    """,
    re.VERBOSE,
)


def set_apart(doc: Doc) -> None:
    """Let a sentence begin behind the dateline, before the parser sees the document.

    Left inside the sentence it is taken for the subject: 'LONDON, Aug 2 — Putin came' lets London come.
    """
    found = _DATELINE.match(doc.text)
    if found:
        behind = next((token for token in doc if token.idx >= found.end()), None)
        if behind is not None:
            behind.is_sent_start = True
