"""Answers for all partitions: of a worker's own, and of those that other workers hold."""
