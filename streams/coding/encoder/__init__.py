"""The encoder: a small fine-tuned transformer that reads a sentence for its events and their parties."""

from streams.coding.encoder.encoder import Encoder, EncoderMissing
from streams.coding.encoder.reading import TYPES, Role, SentenceReading

__all__ = ["TYPES", "Encoder", "EncoderMissing", "Role", "SentenceReading"]
