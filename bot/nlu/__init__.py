"""Understanding: the Rasa graph components of config.yml and what they are made of.

Importing this package loads nothing heavy; the components pull in Rasa and spaCy, the encoder does not.
"""
