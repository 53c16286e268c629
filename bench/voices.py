"""The judge against a simple threshold: `python -m bench.voices`.

A threshold takes the encoder's type of a sentence where that has so much probability, else the rules' first.
"""

from collections.abc import Sequence
from typing import Final

import spacy

from streams.coding.coder import Coder
from streams.coding.encoder import TYPES, Encoder
from streams.settings import Settings
from training import labels

THRESHOLDS: Final = (0.4, 0.5, 0.6, 0.7, 0.8)


def main() -> None:
    """Print the share of types right, by rules, judge and each threshold, on dev and held-out sentences."""
    encoder = Encoder.packaged()
    if encoder is None:
        raise SystemExit("the encoder's model file is not there: make train writes it")
    nlp = spacy.load(Settings().spacy_pipeline)
    rules, both = Coder(nlp, with_encoder=False), Coder(nlp)
    for name, examples in {"dev": labels.gold("dev"), "held out": labels.written(held_out=True)}.items():
        ruled = [_first(rules, example.text) for example in examples]
        judged = [_first(both, example.text) for example in examples]
        read = encoder.read([example.text for example in examples])
        print(f"{name}: {len(examples):,} sentences, rules {_right(ruled, examples):.1%},", end=" ")
        print(f"judge {_right(judged, examples):.1%}")
        for threshold in THRESHOLDS:
            taken = [
                _name(int(each.types.argmax())) if each.types.max() >= threshold else kind
                for each, kind in zip(read, ruled, strict=True)
            ]
            print(f"  encoder from {threshold:.1f}: {_right(taken, examples):.1%}")


def _first(coder: Coder, text: str) -> str:
    events = coder.code(text).events
    return events[0].type.value if events else labels.NO_EVENT


def _name(index: int) -> str:
    kind = TYPES[index]
    return kind.value if kind is not None else labels.NO_EVENT


def _right(kinds: Sequence[str], examples: Sequence[labels.Example]) -> float:
    return sum(kind in example.types for kind, example in zip(kinds, examples, strict=True)) / len(examples)


if __name__ == "__main__":
    main()
