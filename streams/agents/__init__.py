"""The three agents: each is built, reads batches, calls pure code, and writes to its outbox."""
