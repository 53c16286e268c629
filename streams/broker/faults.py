"""The fault that every other fault of the embedded broker is a kind of."""


class BrokerUnavailable(RuntimeError):
    """No embedded Apache Kafka can be had; the message says why, and what to do."""
