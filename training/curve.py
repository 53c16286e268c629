"""The learning curve: how the encoder alone reads, by number and kind of the sentences it learned from."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import torch
from tokenizers import Tokenizer

from training.labels import INDEX, NO_EVENT, Example
from training.learning import Lesson, Recipe, learn, lesson, pad
from training.network import Network, load_base

SEED: Final = 7
SHARES: Final = (8, 4, 2)  # of which one is taken
BATCH: Final = 64


def draw(
    examples: Sequence[Example],
    measured: dict[str, Sequence[Example]],
    weights: Path,
    tokenizer: Tokenizer,
    tell: Callable[[str], None],
) -> None:
    """Train on growing shares and on single kinds; tell how each reads what is measured by."""
    shuffled = random.Random(SEED).sample(list(examples), len(examples))
    subsets = {f"1/{share} of all": shuffled[: len(shuffled) // share] for share in SHARES}
    size = len(subsets["1/4 of all"])
    subsets["read only"] = [each for each in shuffled if each.kind == "read"][:size]
    subsets["written only"] = [each for each in shuffled if each.kind not in ("read", "typed")][:size]
    for name, subset in subsets.items():
        lessons = [lesson(each, tokenizer) for each in subset]
        network = learn(load_base(weights), lessons, Recipe(), lambda _: None)
        for of, sentences in measured.items():
            tell(f"{name:14} {len(subset):6,}  {of:8} {figures(network, sentences, tokenizer)}")


def figures(network: Network, examples: Sequence[Example], tokenizer: Tokenizer) -> str:
    """The share of types right, of false events and of missed ones, in a line."""
    read = _types(network, [lesson(each, tokenizer) for each in examples])
    pairs = list(zip(read, examples, strict=True))
    eventless = [kind for kind, example in pairs if example.type == NO_EVENT]
    eventful = [kind for kind, example in pairs if example.type != NO_EVENT]
    right = sum(kind in example.types for kind, example in pairs) / len(pairs)
    false = sum(kind != NO_EVENT for kind in eventless) / max(1, len(eventless))
    missed = sum(kind == NO_EVENT for kind in eventful) / max(1, len(eventful))
    return f"type {right:.1%}  false {false:.1%}  missed {missed:.1%}"


@torch.no_grad()
def _types(network: Network, lessons: Sequence[Lesson]) -> list[str]:
    names = {index: name for name, index in INDEX.items()}
    order = sorted(range(len(lessons)), key=lambda at: len(lessons[at].ids))
    found: dict[int, str] = {}
    for first in range(0, len(order), BATCH):
        batch = [lessons[at] for at in order[first : first + BATCH]]
        mask = pad([[1] * len(each.ids) for each in batch]).float()
        scores, _, _ = network(pad([each.ids for each in batch]), mask)
        found |= dict(zip(order[first:], (names[int(best)] for best in scores.argmax(-1)), strict=False))
    return [found[at] for at in range(len(lessons))]
