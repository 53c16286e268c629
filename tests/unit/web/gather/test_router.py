"""Which partition a key is in."""

import random

from aiokafka import AIOKafkaProducer

from streams.web.gather.router import partition_of


async def test_keys_are_looked_for_where_the_producer_puts_them() -> None:
    """The partition of any key, in any script, is the one that aiokafka's producer would choose."""
    draw = random.Random(4)
    keys = ["", "a", "country:RUS", "person:Владимир", "é|b", *(str(draw.random()) for _ in range(200))]
    producer = AIOKafkaProducer(bootstrap_servers="localhost:1")
    for partitions in (1, 4, 12, 100):
        numbers = list(range(partitions))
        for key in keys:
            assert partition_of(key, partitions) == producer._partitioner(key.encode(), numbers, numbers)
    producer._closed = True  # it has never been started
