"""The Zalo Bot Platform: plain text and numbers, one client of our own for every bot."""
