"""Scores the understanding on held-out sets, which tells an improvement from a mere change. Part of `bot evaluate`."""
