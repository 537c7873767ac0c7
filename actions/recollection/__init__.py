"""Looking back at what was said, behind a port: the transcript in the bot's own process, a twin in tests."""
