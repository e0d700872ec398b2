"""Telegram, through python-telegram-bot used as a typed client only."""

import os

# Spans of time as timedeltas, as its next major version has them; else it warns whenever a 429 comes.
os.environ.setdefault("PTB_TIMEDELTA", "1")
