"""Rasa's REST channel, answered after the turn has committed."""
