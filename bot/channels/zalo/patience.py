"""How long to wait before Zalo is asked again, and what to say about it."""

import logging

from bot.channels.zalo.errors import CallFailed, Refused

log = logging.getLogger("keng.zalo")
PAUSES = (1.0, 2.0, 5.0, 15.0, 30.0)


class Patience:
    """The failures of one bot since it was last well. Each kind is said once, not every half a minute."""

    def __init__(self, bot: str) -> None:
        self._bot = bot
        self._failures = 0
        self._said: set[str] = set()

    def after(self, error: Exception) -> float:
        """Seconds of real time."""
        self._failures += 1
        pause = PAUSES[min(self._failures, len(PAUSES)) - 1]
        if isinstance(error, Refused) and error.only_a_person_can_mend:
            pause = PAUSES[-1]
        kind = f"{type(error).__name__}: {error}" if isinstance(error, CallFailed) else type(error).__name__
        if kind not in self._said:
            self._said.add(kind)
            self._say(kind, error)
        return pause

    def over(self) -> None:
        if self._failures:
            log.info("zalo answers again bot=%s", self._bot)
        self._failures = 0
        self._said.clear()

    def _say(self, kind: str, error: Exception) -> None:
        if not isinstance(error, CallFailed):
            log.error("zalo: still trying bot=%s kind=%s", self._bot, kind, exc_info=error)
        elif isinstance(error, Refused) and error.only_a_person_can_mend:
            log.error("zalo refuses us bot=%s kind=%s; still trying", self._bot, kind)
        else:
            log.warning("zalo does not answer bot=%s kind=%s; still trying", self._bot, kind)
