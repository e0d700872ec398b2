"""Telegram, through python-telegram-bot used as a typed client only."""
