"""What customers say of themselves, found by rules: never guessed, and never from questions, maybes or other people.

`finder` puts the kinds together, `component` makes them a part of Rasa's pipeline. docs/facts.md lists what is learnt.
"""
