"""Everything that memory raises. A docstring is the message and names the fix."""

from __future__ import annotations

from memory.model import CaseState, DeliveryState, HandoffState, PromiseState


class RememberingError(Exception):
    """Memory could not do what was asked."""

    def __str__(self) -> str:
        return super().__str__() or (self.__doc__ or "").strip()


class MemoryUnavailable(RememberingError):
    """Memory can't be used just now. Nothing of this was kept: try again in a moment."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"Memory can't be used just now: {reason}. Nothing of this was kept; try again in a moment.")
        self.reason = reason


class IllegalMove(RememberingError):
    """A handoff can't go from its state to the wanted one. Reload it and choose a move it allows."""

    def __init__(self, current: HandoffState, wanted: HandoffState) -> None:
        super().__init__(f"A handoff that is {current.value} can't become {wanted.value}.")
        self.current = current
        self.wanted = wanted


class IllegalCaseMove(RememberingError):
    """A case can't go from its state to the wanted one. Take the turn again from what is remembered now."""

    def __init__(self, current: CaseState, wanted: CaseState) -> None:
        super().__init__(f"A case that is {current.value} can't become {wanted.value}.")
        self.current = current
        self.wanted = wanted


class IllegalPromiseMove(RememberingError):
    """A promise can't go from its state to the wanted one. Reload it: somebody was quicker."""

    def __init__(self, current: PromiseState, wanted: PromiseState) -> None:
        names = (current.value.replace("_", " "), wanted.value.replace("_", " "))
        super().__init__(f"A promise that is {names[0]} can't become {names[1]}.")
        self.current = current
        self.wanted = wanted


class UnknownPromise(RememberingError):
    """There is no such promise; it may be that its customer was erased. Reload the list."""


class UnknownMessage(RememberingError):
    """This customer's conversation has no such message. Use the number of one that an agent wrote."""


class TooLate(RememberingError):
    """What became of this message does not allow that any more. Reload the conversation."""

    def __init__(self, state: DeliveryState | None = None) -> None:
        super().__init__(_TOO_LATE.get(state, self.__doc__ or ""))
        self.state = state


_TOO_LATE = {
    None: "The customer could read this message as soon as it was written. Write another one instead.",
    DeliveryState.SENDING: "This message is being sent just now. Wait a moment to see what becomes of it.",
    DeliveryState.SENT: "This message has been delivered. Write another one instead.",
    DeliveryState.WITHDRAWN: "This message was taken back already.",
    DeliveryState.PENDING: "This message is on its way and will be tried again by itself.",
    DeliveryState.HELD: "This message waits until the customer's quiet hours are over; it goes by itself then.",
    DeliveryState.FAILED: "This message could not be delivered. Send it again, or write another one.",
    DeliveryState.UNKNOWN: "This message may have arrived. Send it again, or write another one.",
}


class NotYours(RememberingError):
    """Another agent has this conversation. Ask them to transfer it to you."""

    def __init__(self, holder: str | None = None) -> None:
        super().__init__(*([f"{holder} has this conversation. Ask them to transfer it to you."] if holder else []))
        self.holder = holder


class UnknownLetter(RememberingError):
    """There is no such message; it may be that its customer was erased. Reload the list."""


class AlreadySeenTo(RememberingError):
    """Somebody has seen to this message already, or it is on its way again. Reload the list."""


class PersonHasIt(RememberingError):
    """A person has this conversation, and the bot is silent meanwhile. Send it again when they are done."""

    def __init__(self, holder: str | None = None) -> None:
        by_name = f"{holder} has this conversation, and the bot is silent meanwhile. Send it again when they are done."
        super().__init__(*([by_name] if holder else []))


class UnknownAgent(RememberingError):
    """There is no such agent. `bot agent list` shows who is on the team."""


class UnknownHandoff(RememberingError):
    """There is no such handoff; it may be that its customer was erased. Reload the queue."""


class UnknownCustomer(RememberingError):
    """There is no such customer. They may have been erased or merged."""


class TwoIdentities(RememberingError):
    """Both customers are identified at the host site, so they are two people. Only an anonymous one can be merged."""


class TooManyCodes(RememberingError):
    """This customer has had several one-time codes made just now. Use the latest, or wait ten minutes."""


class UnknownLink(RememberingError):
    """There is no such link, or it was undone already. `bot customer links` lists them."""


class OwnerChanged(RememberingError):
    """A person took the conversation over while the bot was composing. Run the turn again."""


class DuplicateAgent(RememberingError):
    """An agent with this e-mail exists. Use another e-mail, or reset that agent's password."""


class UnknownFile(RememberingError):
    """There is no such file; it may be that its customer was erased. Send it again."""


class TooManyFiles(RememberingError):
    """No more files can be kept for this customer. Ask for what is needed only."""


class UnknownCanned(RememberingError):
    """There is no such canned reply. Reload the list."""


class DuplicateCanned(RememberingError):
    """There is a canned reply of this name already. Choose another name."""


class FaqConflict(RememberingError):
    """Somebody else edited this entry. Reload it and apply your change again."""


class CannotOpen(RememberingError):
    """The database can't be opened. Check its address, user and password, and whether it runs."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"The database can't be opened: {reason}.")


class SchemaTooNew(RememberingError):
    """The database was written by a newer Threadkeeper. Upgrade this one, or restore a backup from before."""
