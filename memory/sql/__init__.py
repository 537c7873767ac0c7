"""Memory in SQLite or PostgreSQL. `open_memory` is called by the bootstrap and the CLI."""

from memory.sql.store import SqlMemory, open_memory, transcript_of

__all__ = ["SqlMemory", "open_memory", "transcript_of"]
