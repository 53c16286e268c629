"""What can go wrong with state on a disk."""


class StateFolderInUse(RuntimeError):
    """Another process holds the folder: two workers need two state folders."""


class StoreUnusable(OSError):
    """The disk does not let a store be opened, read or written: full, read-only, or out of descriptors."""


class StoreCorrupt(RuntimeError):
    """What a store holds cannot be read; it has been moved aside, and the next process rebuilds it."""
