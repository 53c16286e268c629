"""Finding an embedded Apache Kafka that another process runs."""

from pathlib import Path

from streams.broker.data_folder import DataFolder, DataFolderInUse


def running_bootstrap(data_dir: Path) -> str | None:
    """Where clients reach the node that runs on this data folder, None where none does."""
    if not data_dir.exists():
        return None
    folder = DataFolder(data_dir)
    try:
        with folder.claim():
            return None
    except DataFolderInUse:
        port, _ = folder.remembered_ports()
        return f"127.0.0.1:{port}" if port else None
