"""The agents' desk: its API (`api.desk_router`) and its page (`pages.desk_pages`). Put together in `bot.bootstrap`."""
