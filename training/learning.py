"""Learning: batches of like length, three losses, one pass after another."""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

import torch
from tokenizers import Encoding, Tokenizer
from torch import Tensor
from torch.nn import functional

from streams.coding.encoder.reading import NOBODY, TYPES, Role
from training.labels import INDEX, Example
from training.network import Network

_UNLABELLED: Final = -100
_BUCKETS: Final = 40  # batches whose sentences are sorted by length together


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to learn; lr are learning rates, the loss weights are relative to that of the sentence's type."""

    epochs: int = 4
    batch: int = 32
    lr: float = 1.2e-4
    lr_of_heads: float = 1.2e-3
    warm_up: float = 0.08
    weight_decay: float = 0.01
    smoothing: float = 0.05
    weight_of_silence: float = 0.3  # of a piece that tells nothing, in the loss of triggers
    weight_of_links: float = 0.5
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Link:
    """A telling piece and the pieces that name its party in one role."""

    trigger: int
    role: Role
    pieces: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Lesson:
    """An example as numbers; `told` has a type for each piece, None where triggers are not labelled."""

    ids: tuple[int, ...]
    type: int
    told: tuple[int, ...] | None
    links: tuple[Link, ...] = field(default=())


def lesson(example: Example, tokenizer: Tokenizer) -> Lesson:
    """Read an example; an event whose words are past the encoder's reach is left out."""
    encoding = tokenizer.encode(example.text)
    if example.events is None:
        return Lesson(tuple(encoding.ids), INDEX[example.type], None)
    told = [0] * len(encoding.ids)
    parties: dict[tuple[int, Role], set[int]] = {}
    for event in example.events:
        trigger = _pieces(encoding, example.text, event["trigger"])
        if not trigger:
            continue
        told[trigger[0]] = INDEX[event["type"]]
        for role in Role:
            side = event[role.name.lower()]
            pieces = _pieces(encoding, example.text, side["text"]) if side else [NOBODY]
            parties.setdefault((trigger[0], role), set()).update(pieces)
    links = tuple(Link(at, role, tuple(sorted(found))) for (at, role), found in parties.items() if found)
    return Lesson(tuple(encoding.ids), INDEX[example.type], tuple(told), links)


def _pieces(encoding: Encoding, text: str, words: str) -> list[int]:
    start = text.lower().find(words.lower())
    end = start + len(words)
    if start < 0:
        return []
    return [i for i, (a, b) in enumerate(encoding.offsets) if b > a and a < end and b > start]


def learn(
    network: Network, lessons: Sequence[Lesson], recipe: Recipe, tell: Callable[[str], None]
) -> Network:
    """Train the network in place and give it back, ready to read."""
    torch.manual_seed(recipe.seed)
    chance = random.Random(recipe.seed)
    steps = recipe.epochs * math.ceil(len(lessons) / recipe.batch)
    optimizer = _optimizer(network, recipe)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: _rate(step, steps, recipe))
    network.train()
    began, step, mean = time.monotonic(), 0, 0.0
    for _ in range(recipe.epochs):
        for batch in _batches(lessons, recipe.batch, chance):
            loss = _loss(network, batch, recipe)
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            step += 1
            mean = loss.item() if step == 1 else 0.98 * mean + 0.02 * loss.item()
            if step % 100 == 0:
                tell(f"step {step} of {steps}  {time.monotonic() - began:5.0f} s  loss {mean:.3f}")
    return network.eval()


def _rate(step: int, steps: int, recipe: Recipe) -> float:
    """Up over the warm-up, then down to a fiftieth."""
    return min(1.0, (step + 1) / (recipe.warm_up * steps)) * max(0.02, 1 - step / steps)


def _optimizer(network: Network, recipe: Recipe) -> torch.optim.Optimizer:
    heads = [each for head in network.heads for each in head.parameters()]
    known = {id(each) for each in heads}
    body = [each for each in network.parameters() if id(each) not in known]
    groups = [{"params": body, "lr": recipe.lr}, {"params": heads, "lr": recipe.lr_of_heads}]
    return torch.optim.AdamW(groups, weight_decay=recipe.weight_decay, betas=(0.9, 0.98))


def _batches(lessons: Sequence[Lesson], size: int, chance: random.Random) -> Iterator[list[Lesson]]:
    """All lessons in random order, those of a batch of like length."""
    order = list(lessons)
    chance.shuffle(order)
    step = size * _BUCKETS
    order = [
        each
        for at in range(0, len(order), step)
        for each in sorted(order[at : at + step], key=lambda lesson: len(lesson.ids))
    ]
    batches = [order[at : at + size] for at in range(0, len(order), size)]
    chance.shuffle(batches)
    yield from batches


def pad(rows: Sequence[Sequence[int]], value: int = 0) -> Tensor:
    """(rows, longest), filled up with a value."""
    longest = max(map(len, rows))
    return torch.tensor([[*row, *([value] * (longest - len(row)))] for row in rows])


def _loss(network: Network, batch: Sequence[Lesson], recipe: Recipe) -> Tensor:
    ids = pad([each.ids for each in batch])
    mask = pad([[1] * len(each.ids) for each in batch]).float()
    with torch.autocast("cpu", dtype=torch.bfloat16):
        sentence, trigger, links = network(ids, mask)
    types = torch.tensor([each.type for each in batch])
    loss = functional.cross_entropy(sentence.float(), types, label_smoothing=recipe.smoothing)
    loss = loss + _loss_of_triggers(trigger.float(), batch, recipe.weight_of_silence)
    return loss + recipe.weight_of_links * _loss_of_links(links.float(), batch)


def _loss_of_triggers(scores: Tensor, batch: Sequence[Lesson], weight_of_silence: float) -> Tensor:
    """Over all labelled pieces, divided by the number of triggers: silence is cheap, triggers are few."""
    told = [each.told if each.told is not None else (_UNLABELLED,) * len(each.ids) for each in batch]
    labels = pad(told, _UNLABELLED)
    if not bool((labels >= 0).any()):
        return scores.new_zeros(())
    weights = torch.ones(len(TYPES))
    weights[0] = weight_of_silence
    loss = functional.cross_entropy(
        scores.flatten(0, 1), labels.flatten(), weight=weights, ignore_index=_UNLABELLED, reduction="sum"
    )
    return loss / (int((labels > 0).sum()) + 3)


def _loss_of_links(scores: Tensor, batch: Sequence[Lesson]) -> Tensor:
    """The party may be any piece of its words: the log of their summed probability."""
    rows = [(row, link) for row, each in enumerate(batch) for link in each.links]
    if not rows:
        return scores.new_zeros(())
    odds = torch.stack([scores[row, link.role, link.trigger] for row, link in rows]).log_softmax(-1)
    right = [torch.logsumexp(odds[at, list(link.pieces)], 0) for at, (_, link) in enumerate(rows)]
    return -torch.stack(right).mean()
