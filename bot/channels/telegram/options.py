"""What an operator sets of Telegram. Found by `bot.settings`."""

from __future__ import annotations

from pydantic import Field, SecretStr

from bot.settings import ChannelOptions, Settings


class Options(ChannelOptions):
    """Off without a token."""

    telegram_token: SecretStr | None = Field(None, description="Token from BotFather; Telegram is off without it.")
    telegram_base_url: str = Field("https://api.telegram.org/bot", description="Where the Bot API answers.")
    telegram_webhook_url: str | None = Field(None, description="Public https URL for updates; without it: polling.")
    telegram_webhook_secret: SecretStr | None = Field(None, description="Secret token Telegram shows with updates.")

    def is_on(self, _: Settings) -> bool:
        """Whether there is a token."""
        return self.telegram_token is not None

    @property
    def reaches_far(self) -> bool:
        """Its customers are anywhere."""
        return self.telegram_token is not None
