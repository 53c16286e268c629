"""Exactly once from a Kafka topic through an agent to other Kafka topics: transactions under Faust.

The contract, in the order of one partition's life:

1. **Fence.** A new owner starts the transactional producer of that input partition. Kafka aborts what the
   owner before left open, and refuses everything that still comes from it, however late.
2. **Recover.** Tables are read on from where their stores stand, committed records only, and tell the offset
   that they have seen. The committed offset is looked up after that; where it has gone on, all begins anew.
3. **Read.** An agent's stream yields `Batch`es: every record of a partition from there on, in order, and
   only those of the present generation. A position that moved by itself ends the process.
4. **Write.** The agent puts each batch with what it gives rise to (`Delivery.put`), in the order it came.
   A `Writer` gathers batches for a moment and writes all of it, with the next offset, in one transaction.
5. **End on doubt.** A transaction that fails or is fenced ends the process: nothing of it is visible, and
   the next process starts where the last transaction ended.
"""

from streams.delivery.batch import Batch, Outgoing, Partition
from streams.delivery.delivery import Delivery
from streams.delivery.ending import End, end_process
from streams.delivery.lease import Lease
from streams.delivery.writer import Writer

__all__ = ["Batch", "Delivery", "End", "Lease", "Outgoing", "Partition", "Writer", "end_process"]
