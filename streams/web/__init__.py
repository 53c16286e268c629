"""The tables over HTTP: the query API, health, and metrics, each worker for what it holds."""
