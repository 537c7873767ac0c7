"""What the bot says next. `port` is what turns rely on; `embedded` is Rasa in this process.

Importing this package does not import Rasa, so that a gateway starts in a second.
"""
