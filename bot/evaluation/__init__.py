"""How well the bot understands: held-out sets, scores and the report of `bot evaluate`."""
