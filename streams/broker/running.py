"""Finding an embedded Apache Kafka that another process runs."""

from pathlib import Path

from streams.broker.data_folder import DataFolder
from streams.broker.ports import HOST


def running_bootstrap(data_dir: Path) -> str | None:
    """Where clients reach the node that runs on this data folder, None where none does."""
    folder = DataFolder(data_dir)
    client_port, _ = folder.remembered_ports()
    return f"{HOST}:{client_port}" if client_port is not None and folder.is_claimed() else None
