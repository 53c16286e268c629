"""Pure data that crosses a Kafka topic; the JSON Schema files in schemas/json are the promise."""
