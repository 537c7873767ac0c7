"""Measures Threadkeeper beside stock Rasa; run it with `uv run python -m benchmarks.compare`."""
