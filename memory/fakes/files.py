"""The fake's files."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import uuid4

from memory.errors import TooManyFiles, UnknownCustomer, UnknownFile
from memory.fakes.person import Person, StoredFile
from memory.fakes.world import World
from memory.model import Address, Attached, Author, CustomerId, FileId, NewFile
from memory.rules import MOST_FILE_BYTES, MOST_FILES, storable


class FakeFiles:
    """Files by customer and id."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def keep(self, customer_id: CustomerId, new: NewFile, at: Address | None = None) -> Attached:
        """Keep a file. Raises UnknownCustomer, TooManyFiles."""
        person = self._world.people.get(customer_id)
        if person is None:
            raise UnknownCustomer
        held = sum(len(stored.new.content) for stored in person.files.values())
        if len(person.files) >= MOST_FILES or held + len(new.content) > MOST_FILE_BYTES:
            raise TooManyFiles
        file_id = FileId(uuid4().hex)
        kept = NewFile(storable(new.name), new.media_type, new.content)
        person.files[file_id] = StoredFile(_side(person, at), kept)
        return attached(file_id, kept)

    async def known(self, customer_id: CustomerId, file_ids: Sequence[FileId]) -> Sequence[Attached]:
        """These files, in this order. Raises UnknownFile."""
        return [attached(file_id, self._found(customer_id, file_id).new) for file_id in file_ids]

    async def content(self, customer_id: CustomerId, file_id: FileId) -> bytes:
        """Raises UnknownFile."""
        return self._found(customer_id, file_id).new.content

    def _found(self, customer_id: CustomerId, file_id: FileId) -> StoredFile:
        person = self._world.people.get(customer_id)
        if person is None or file_id not in person.files:
            raise UnknownFile
        return person.files[file_id]


def attached(file_id: FileId, kept: NewFile) -> Attached:
    """A kept file as a message shows it."""
    return Attached(kept.name, kept.media_type, len(kept.content), file_id)


def _side(person: Person, at: Address | None) -> CustomerId:
    mine = person.customer.id
    if at is not None:
        return person.side_of.get(at, mine)
    wrote = [message.number for message in person.messages if message.author is Author.CUSTOMER]
    return person.sides[wrote[-1]] if wrote else mine
