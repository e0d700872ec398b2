"""The channel-neutral vocabulary of a conversation: events in, replies out."""
