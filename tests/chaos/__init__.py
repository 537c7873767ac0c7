"""Kills, redeliveries and failing providers, all at once: nothing is lost, nothing is handled twice."""
