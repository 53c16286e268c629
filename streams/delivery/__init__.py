"""Records in order and without holes to the agents, and what they write in order to Kafka.

The contract, in the order of one batch:

1. A partition is opened once its tables are recovered and its position is the committed offset.
2. An agent's stream yields `Batch`es: per partition every record, once per generation, without a hole.
   Before each batch the lease is checked: a worker whose membership may have lapsed writes no more.
3. The agent puts each batch with what it gives rise to into an `Outbox`, in the order it came.
4. The outbox sends everything in that order through one idempotent producer, and marks the batch done
   when all that was sent before and with it is acknowledged. Only then may its offset be committed.
5. A hole, a failed send or a lapsed lease ends the process: the next one starts at the committed offset.
"""

from streams.delivery.batch import Batch, Outgoing
from streams.delivery.delivery import Delivery
from streams.delivery.ending import End, end_process
from streams.delivery.lease import Lease
from streams.delivery.outbox import Outbox

__all__ = ["Batch", "Delivery", "End", "Lease", "Outbox", "Outgoing", "end_process"]
