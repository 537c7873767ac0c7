"""The Telegram channel: `bot.bootstrap` builds a `channel.TelegramChannel` when a token is set."""
