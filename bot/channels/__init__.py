"""One folder a channel; `port` says what a channel is."""
