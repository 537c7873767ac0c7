"""Stock Rasa 3.6.21 as a competitor: its own environment, the same training data, its default pipeline."""
