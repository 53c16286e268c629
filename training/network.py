"""The network: MiniLM with three heads, for the sentence, for triggers and for parties."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Final

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional

WIDTH: Final = 384
HEADS: Final = 12
LAYERS: Final = 6
TYPES: Final = 17
ROLES: Final = 2
LINK_WIDTH: Final = 128
_DROPOUT: Final = 0.1
_EPSILON: Final = 1e-12
_SHUT_OUT: Final = -1e4  # added to the score of a padding piece

_NAMES: Final = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "o": "attention.output.dense",
    "attended": "attention.output.LayerNorm",
    "up": "intermediate.dense",
    "down": "output.dense",
    "norm": "output.LayerNorm",
}


class Layer(nn.Module):
    """One layer of BERT."""

    def __init__(self) -> None:
        super().__init__()
        self.q, self.k, self.v, self.o = (nn.Linear(WIDTH, WIDTH) for _ in range(4))
        self.attended = nn.LayerNorm(WIDTH, eps=_EPSILON)
        self.up, self.down = nn.Linear(WIDTH, 4 * WIDTH), nn.Linear(4 * WIDTH, WIDTH)
        self.norm = nn.LayerNorm(WIDTH, eps=_EPSILON)
        self.drop = nn.Dropout(_DROPOUT)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """(batch, pieces, WIDTH) to the same."""
        q, k, v = (self._split(part(x)) for part in (self.q, self.k, self.v))
        dropout = _DROPOUT if self.training else 0.0
        seen = functional.scaled_dot_product_attention(q, k, v, attn_mask=mask, dropout_p=dropout)
        joined = seen.transpose(1, 2).reshape(x.shape)
        x = self.attended(x + self.drop(self.o(joined)))
        return self.norm(x + self.drop(self.down(functional.gelu(self.up(x)))))

    @staticmethod
    def _split(x: Tensor) -> Tensor:
        batch, pieces, _ = x.shape
        return x.view(batch, pieces, HEADS, WIDTH // HEADS).transpose(1, 2)


class Network(nn.Module):
    """What a sentence tells, which piece tells it, and whom each telling piece has for its parties."""

    def __init__(self, words: int = 30522, positions: int = 512) -> None:
        super().__init__()
        self.word, self.position = nn.Embedding(words, WIDTH), nn.Embedding(positions, WIDTH)
        self.segment = nn.Embedding(2, WIDTH)
        self.norm, self.drop = nn.LayerNorm(WIDTH, eps=_EPSILON), nn.Dropout(_DROPOUT)
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))
        self.sentence, self.trigger = nn.Linear(WIDTH, TYPES), nn.Linear(WIDTH, TYPES)
        self.asks, self.answers = (nn.Linear(WIDTH, ROLES * LINK_WIDTH) for _ in range(2))

    def forward(self, ids: Tensor, mask: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """(batch, pieces) twice, to scores: (batch, 17), (batch, pieces, 17), (batch, 2, pieces, pieces)."""
        pieces = ids.shape[1]
        x = self.word(ids) + self.position.weight[:pieces][None] + self.segment.weight[0]
        x = self.drop(self.norm(x))
        shut_out = (1 - mask[:, None, None, :].to(x.dtype)) * _SHUT_OUT
        for layer in self.layers:
            x = layer(x, shut_out)
        counted = mask[..., None].to(x.dtype)
        pooled = (x * counted).sum(1) / counted.sum(1)
        x = self.drop(x)
        return self.sentence(self.drop(pooled)), self.trigger(x), self._links(x) + shut_out

    def _links(self, x: Tensor) -> Tensor:
        batch, pieces, _ = x.shape
        asks = self.asks(x).view(batch, pieces, ROLES, LINK_WIDTH).permute(0, 2, 1, 3)
        answers = self.answers(x).view(batch, pieces, ROLES, LINK_WIDTH).permute(0, 2, 3, 1)
        return asks @ answers / math.sqrt(LINK_WIDTH)

    @property
    def heads(self) -> tuple[nn.Module, ...]:
        """The parts that start from nothing."""
        return (self.sentence, self.trigger, self.asks, self.answers)


def load_base(path: Path) -> Network:
    """A network with the weights of the base model and fresh heads."""
    base = load_file(path)
    weights = {
        "word.weight": base["embeddings.word_embeddings.weight"],
        "position.weight": base["embeddings.position_embeddings.weight"],
        "segment.weight": base["embeddings.token_type_embeddings.weight"],
        "norm.weight": base["embeddings.LayerNorm.weight"],
        "norm.bias": base["embeddings.LayerNorm.bias"],
    }
    for layer in range(LAYERS):
        for ours, theirs in _NAMES.items():
            for part in ("weight", "bias"):
                weights[f"layers.{layer}.{ours}.{part}"] = base[f"encoder.layer.{layer}.{theirs}.{part}"]
    network = Network()
    fresh = {f"{name}." for name in ("sentence", "trigger", "asks", "answers")}
    found = network.load_state_dict(weights, strict=False)
    if found.unexpected_keys or not all(name.startswith(tuple(fresh)) for name in found.missing_keys):
        raise ValueError(f"{path}: not the weights of a six-layer MiniLM: {found}")
    return network


@torch.no_grad()
def count(network: Network) -> int:
    """How many parameters there are."""
    return sum(each.numel() for each in network.parameters())
