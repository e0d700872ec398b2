"""The local web chat: a full channel, with buttons and with numbers only, for training and for looking."""
