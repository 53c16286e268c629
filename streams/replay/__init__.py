"""Articles from files, folders and standard input, sent to Kafka at a chosen pace, once each."""
