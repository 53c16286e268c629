"""What a story is about: IPTC Media Topics by weighted terms."""

from streams.coding.topics.classifier import TopicClassifier
from streams.coding.topics.vocabulary import TopicEntry, TopicVocabulary, packaged_vocabulary

__all__ = ["TopicClassifier", "TopicEntry", "TopicVocabulary", "packaged_vocabulary"]
