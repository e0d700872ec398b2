"""The channels. They know the chat values and nothing else of the house."""
