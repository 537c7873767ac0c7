"""The questions the bot can answer: reading them from files and finding the right one."""
