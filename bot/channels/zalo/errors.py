"""What Zalo answers, as one of our few errors.

The HTTP status is not reliable: a token that is wrong may get HTTP 200. The code in the body decides.
"""

from chat.channel import ChannelDown, Rejected, SendError, Unreachable

TOKEN_REFUSED = (401, -216)
QUOTA_SPENT = 429  # the month's messages, not the pace: there is no time after which to try again
_THEIR_FAULT = 403  # "internal server error": nothing about the person, whatever the number says elsewhere
NO_ANSWER_IN_TIME = 408
SURE = (401, NO_ANSWER_IN_TIME, QUOTA_SPENT)  # as an HTTP status too, whatever the page says
_NO_SUCH_CHAT = (400, 404)  # other refusals are about us


class CallFailed(Exception):
    """A call that did not succeed. Never carries an address: the token is part of it."""


class NoAnswer(CallFailed):
    """Nothing that can be read came back. `sent` is False when the call surely did not arrive."""

    def __init__(self, *, sent: bool | None = None) -> None:
        super().__init__("not sent" if sent is False else "no answer")
        self.sent = sent


class Refused(CallFailed):
    """Zalo said no: the code, and the words that came with it."""

    def __init__(self, code: int, words: str = "") -> None:
        super().__init__(f"code {code}")
        self.code = code
        self.words = words.lower()

    @property
    def only_a_person_can_mend(self) -> bool:
        """The token is wrong, or what we ask for is."""
        return self.code in (*TOKEN_REFUSED, QUOTA_SPENT) or not self.may_pass

    @property
    def may_pass(self) -> bool:
        return self.code in (_THEIR_FAULT, NO_ANSWER_IN_TIME) or self.code >= 500


def send_error(error: NoAnswer | Refused) -> SendError:
    """The error for a message that was not taken."""
    if isinstance(error, NoAnswer):
        return Unreachable(sent=error.sent)
    if error.code in (*TOKEN_REFUSED, QUOTA_SPENT):
        return ChannelDown(spent=error.code == QUOTA_SPENT)
    if error.code == NO_ANSWER_IN_TIME:
        return Unreachable(sent=None)
    if error.may_pass:
        return Unreachable(sent=False)
    return Rejected(str(error), address=error.code in _NO_SUCH_CHAT)
