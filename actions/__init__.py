"""The customer tasks: one file each, run by Rasa's action SDK in process or under `rasa run actions`."""
