"""What the clock does: ticks, the sender, upkeep."""
