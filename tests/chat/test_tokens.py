import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat.events import Address
from chat.replies import Action
from chat.tokens import MAX_BYTES, BadToken, Signer

HERE = Address("telegram", "keng", "1001")
RSVP = Action("rsvp", ("41", "excused"))
SIGNER = Signer(["new key", "old key"])

PART = st.text(alphabet="abcXYZ019_:-", max_size=12)
ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=80)  # lone surrogates too


def test_a_token_gives_back_its_action_to_its_chat() -> None:
    token = SIGNER.pack(RSVP, HERE)
    assert token.startswith("rsvp.41.excused.")
    assert SIGNER.unpack(token, HERE) == RSVP


@given(st.text(alphabet="abcXYZ019_:-", min_size=1, max_size=12), st.lists(PART, max_size=2))
def test_every_action_that_can_be_packed_comes_back(name: str, args: list[str]) -> None:
    action = Action(name, tuple(args))
    token = SIGNER.pack(action, HERE)
    assert len(token.encode()) <= MAX_BYTES
    assert SIGNER.unpack(token, HERE) == action


@pytest.mark.parametrize(
    "elsewhere",
    [Address("telegram", "keng", "1002"), Address("telegram", "hai", "1001"), Address("web", "keng", "1001")],
)
def test_a_token_made_for_another_chat_is_refused(elsewhere: Address) -> None:
    with pytest.raises(BadToken):
        SIGNER.unpack(SIGNER.pack(RSVP, elsewhere), HERE)


def test_a_changed_body_is_refused() -> None:
    token = SIGNER.pack(RSVP, HERE)
    for forged in (token.replace("41", "42"), token.replace("excused", "coming"), f"x.{token}", f"{token}A"):
        with pytest.raises(BadToken):
            SIGNER.unpack(forged, HERE)


def test_a_token_that_was_cut_is_refused() -> None:
    token = SIGNER.pack(RSVP, HERE)
    for length in range(len(token)):
        with pytest.raises(BadToken):
            SIGNER.unpack(token[:length], HERE)


def test_every_character_of_a_token_counts() -> None:
    token = SIGNER.pack(RSVP, HERE)
    for place, letter in enumerate(token):
        for other in ("A", "b", ".", "ấ"):
            if other != letter:
                with pytest.raises(BadToken):
                    SIGNER.unpack(token[:place] + other + token[place + 1 :], HERE)


@pytest.mark.parametrize("token", ["", ".", "..", "rsvp", "rsvp.", ".AAAAAAAAAAA", "vắng.41.ấấấ", "a.\ud800"])
def test_what_is_no_token_is_refused(token: str) -> None:
    with pytest.raises(BadToken):
        SIGNER.unpack(token, HERE)


@given(ANY_TEXT, ANY_TEXT)
def test_nothing_but_a_bad_token_is_ever_raised(token: str, chat: str) -> None:
    with pytest.raises(BadToken):
        SIGNER.unpack(token, Address("telegram", "keng", chat))


@given(ANY_TEXT)
def test_nothing_typed_behind_a_good_body_is_accepted(tail: str) -> None:
    body, _, mac = SIGNER.pack(RSVP, HERE).rpartition(".")
    if tail != mac:
        with pytest.raises(BadToken):
            SIGNER.unpack(f"{body}.{tail}", HERE)


def test_an_old_key_still_verifies_and_a_removed_one_does_not() -> None:
    token = Signer(["old key"]).pack(RSVP, HERE)
    assert Signer(["new key", "old key"]).unpack(token, HERE) == RSVP
    with pytest.raises(BadToken):
        Signer(["new key"]).unpack(token, HERE)


def test_the_newest_key_signs() -> None:
    assert Signer(["new key"]).unpack(SIGNER.pack(RSVP, HERE), HERE) == RSVP


@pytest.mark.parametrize("keys", [[], [""], ["good", ""]])
def test_a_signer_needs_keys(keys: list[str]) -> None:
    with pytest.raises(ValueError, match="key"):
        Signer(keys)


def test_sixty_four_bytes_fit_and_one_more_does_not() -> None:
    room = MAX_BYTES - len(".") - len("AAAAAAAAAAA")
    assert len(SIGNER.pack(Action("a" * room), HERE)) == MAX_BYTES
    with pytest.raises(ValueError, match="too long"):
        SIGNER.pack(Action("a" * (room + 1)), HERE)


@pytest.mark.parametrize(
    "action", [Action("rsvp", ("a.b",)), Action("vắng"), Action("a b"), Action("a", ("\n",)), Action("")]
)
def test_what_a_token_cannot_carry_is_refused_when_packing(action: Action) -> None:
    with pytest.raises(ValueError, match="not packable"):
        SIGNER.pack(action, HERE)


def test_a_code_has_one_hash_a_key_newest_first_and_depends_on_its_purpose() -> None:
    both = SIGNER.digest("code", "ABCD")
    assert both == [*Signer(["new key"]).digest("code", "ABCD"), *Signer(["old key"]).digest("code", "ABCD")]
    assert all(len(one) == 64 for one in both)
    assert both != SIGNER.digest("link", "ABCD")
    assert both != SIGNER.digest("code", "ABCE")
