"""A control batch without records, as compaction leaves them."""

import pytest
from aiokafka.consumer.fetcher import PartitionRecords

import streams.empty_control_batches


class Batch:
    """A control batch with these keys."""

    def __init__(self, *keys: bytes) -> None:
        self._keys = iter(keys)

    def __iter__(self) -> "Batch":
        return self

    def __next__(self) -> "Batch":
        self.key = next(self._keys)
        return self


@pytest.mark.parametrize(("keys", "aborts"), [((), False), ((b"\0\0\0\0",), True), ((b"\0\0\0\1",), False)])
def test_an_emptied_control_batch_stops_no_reading(keys: tuple[bytes, ...], aborts: bool) -> None:
    """Markers are read as before; a batch that holds none any more aborts nothing, and raises nothing."""
    assert streams.empty_control_batches.read_on is not None
    assert PartitionRecords._contains_abort_marker(None, Batch(*keys)) is aborts
