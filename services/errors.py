"""Refusals that become one clear sentence to the person; nothing is changed."""

from chat.text import Text


class Refusal(Exception):
    """The verb was not done. `text` is what the person is told."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.key)
        self.text = text


class NotAllowed(Refusal):
    """This person may not do that (any more). The same words as for what does not exist."""

    def __init__(self) -> None:
        super().__init__(Text("refused.not_allowed"))


class NotFound(Refusal):
    """It is not there, or not yours: nobody learns which."""

    def __init__(self) -> None:
        super().__init__(Text("refused.not_allowed"))


class TooLate(Refusal):
    """The moment for it has passed."""
