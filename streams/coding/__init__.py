"""Text to entities, actors, events and topics: pure, no Kafka, no clock, no environment."""
