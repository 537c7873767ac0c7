"""One folder a channel; `port` says what a channel is.

In each folder, `way.WAY` says what it is to memory and to turns, `opening.open_channel` builds it for a gateway, and
`options.Options`, where there is one, are its settings. Found by the names below; a new channel is a line there.
"""

from __future__ import annotations

from typing import Final

NAMES: Final = (
    "telegram",
    "email",
    "web",
    "rest",
)
"""All channels, by their folders. The website comes after those whose files and invitations it shows."""
