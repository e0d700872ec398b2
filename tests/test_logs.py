"""Nothing secret in a line of the log: not in the message, not in the traceback under it."""

import json
import logging
import sys

import pytest

from bot.logs import JsonLines, Redacted

TOKEN = "bot1234567890:AAabcdefghijklmnop_-xyz"


def line(inner: logging.Formatter) -> str:
    try:
        raise RuntimeError(f"https://api.example/{TOKEN}/sendMessage")
    except RuntimeError:
        record = logging.LogRecord("keng", logging.ERROR, "", 0, "to %s", (TOKEN,), sys.exc_info())
    return Redacted(inner).format(record)


@pytest.mark.parametrize("inner", [logging.Formatter("%(message)s"), JsonLines()])
def test_a_token_is_taken_out_of_message_and_traceback(inner: logging.Formatter) -> None:
    said = line(inner)
    assert "AAabc" not in said
    assert said.count("[token]") == 2
    assert "RuntimeError" in said


@pytest.mark.parametrize("token", ["12345689:abc-xyz", "anything"])
def test_in_an_address_a_token_may_look_like_anything(token: str) -> None:
    told = logging.LogRecord(
        "keng", logging.ERROR, "", 0, f"POST https://api.example/bot{token}/sendMessage", (), None
    )
    assert (
        Redacted(logging.Formatter("%(message)s")).format(told)
        == "POST https://api.example/[token]/sendMessage"
    )


def test_a_json_line_is_still_json() -> None:
    assert json.loads(line(JsonLines()))["message"] == "to [token]"
