"""The e-mail channel: `bot.bootstrap` builds a `channel.EmailChannel` when a mailbox is set."""
