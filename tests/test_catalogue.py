"""The catalogue against the program, the other language, and the register of vietnamese.md."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from zoneinfo import ZoneInfo

import pytest

from handlers import routes
from meetings.attendance import Outlook
from meetings.folding import fold, squeeze
from meetings.followups import TaskFault
from meetings.reminders import StepKind
from meetings.rollcall_line import LineFault
from meetings.states import Verb
from meetings.suggesting import Code
from meetings.terms import Answer, CellRole, Kind, Reason, Ruling, State, UpperRole
from reports.catalogue import LANGUAGES, Catalogue
from services.cell_lists import Which
from tests.sources import UNKNOWN, named_keys
from tests.typical import filled, placeholders

CATALOGUE = Catalogue(ZoneInfo("Asia/Ho_Chi_Minh"))
KEYS = CATALOGUE.keys("vi")
VOCABULARY = CATALOGUE.vocabulary()
NAMED = named_keys()
AREAS = sorted({key.partition(".")[0] for key in KEYS})  # one test an area: an entry is too little for one
LIMIT = 2000  # a message of any channel, in UTF-16 units

_OFF = (Verb.POSTPONE, Verb.CANCEL)
# What can stand in the place of `{}`. A template that is not here needs at least one key.
VALUES: Mapping[str, Iterable[object]] = {
    "button.{}": Answer,
    "came.{}": ("broke", "after_all", "silent", "unreached"),
    "channel.{}": ("web", "telegram", "zalo"),
    "chase.list_{}": ("asleep", "unrecorded", "undated"),
    "data.sure_{}": ("withdraw", "erase"),
    "digest.points_{}": ("up", "down", "same", "none"),
    "digest.column.{}": (
        *("code", "cell", "state", "roll", "expected", "present", "excused", "unexcused", "awaiting"),
        *("extra", "guests", "rate", "held_late", "amendment", "thematic", "officials"),
        *("date", "hour", "place", "kind", "visits", "last_visit"),
    ),
    "event.{}": StepKind,
    "forecast.{}": Outlook,
    "format.{}": (
        *("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
        *("morning", "noon", "afternoon", "evening"),
    ),
    "informing.{}": ("silent", "unreached", "still_out", "still_unreached", "overdue", "overdue_unreached"),
    "kind.{}": Kind,
    "language.{}": LANGUAGES,
    "line.{}": (*LineFault, *Ruling),
    "lists.choice_{}": Which,
    "lists.{}": Which,
    "move.confirm_{}": (Verb.MOVE, *_OFF, "place", "mode"),
    "move.done_{}": (Verb.MOVE, *_OFF, "place", "mode"),
    "reason.{}": Reason,
    "refused.{}": State,
    "role.{}": (*CellRole, *UpperRole),
    "rule.nth_{}": (1, 2, 3, 4, "last"),
    "rule.weekday_{}": range(7),
    "said.{}": (*Answer, "nothing"),
    "short.{}": (*Answer, "nothing"),
    "state.{}": (*State, "none"),
    "task.bad_{}": TaskFault,
    "task.{}": ("given", "changed", "dropped"),
    "topics.code_{}": Code,
    "why.{}": ("weather", "funeral", "holiday", "work", "none"),
    "words.reason.{}": Reason,
    "words.{}": (*Answer, "withdraw", "erase"),
    "{}.because": (State.POSTPONED, State.CANCELLED),
    "{}.plain": (State.POSTPONED, State.CANCELLED),
}


def entry(key: str, language: str = "vi") -> str:
    return CATALOGUE.entry(key, language)


def of_area(area: str) -> list[str]:
    return [key for key in KEYS if key.partition(".")[0] == area]


def entries(area: str) -> list[tuple[str, str, str]]:
    """Key, language and words of every entry of an area."""
    return [(key, language, entry(key, language)) for language in LANGUAGES for key in of_area(area)]


def meant(template: str) -> set[str]:
    """The keys a template stands for."""
    if template in VALUES:
        return {template.replace(UNKNOWN, str(value)) for value in VALUES[template]}
    shape = re.compile(".+".join(map(re.escape, template.split(UNKNOWN))))
    return {key for key in KEYS if shape.fullmatch(key)}


# --- keys ---------------------------------------------------------------------------------------


def test_the_reader_of_the_source_finds_keys() -> None:
    templates = {named.template for named in NAMED}
    found = {"notice.ask", "tomorrow", "moved.first", "place.plain", "words.agree", "web.empty", "reason.{}"}
    assert found <= templates
    assert len(templates) > 200


def test_every_named_key_has_words() -> None:
    assert not [
        f"{one.place}: {one.template}" for one in NAMED if one.is_literal and one.template not in KEYS
    ]


@pytest.mark.parametrize("template", sorted({one.template for one in NAMED if not one.is_literal}))
def test_every_key_a_template_stands_for_has_words(template: str) -> None:
    assert not template.startswith(UNKNOWN) or template in VALUES, f"say in VALUES what {template} can be"
    keys = meant(template)
    places = [one.place for one in NAMED if one.template == template]
    assert keys, f"no key fits {template}"
    assert keys <= set(KEYS), f"{places} may name {sorted(keys - set(KEYS))}"


def test_no_key_is_unused() -> None:
    used = {named.template for named in NAMED if named.is_literal} | {"words.ambiguous"}
    for named in NAMED:
        used |= set() if named.is_literal else meant(named.template)
    unused = [key for key in KEYS if key.removesuffix(".plain") not in used and key not in used]
    assert not unused


def test_both_languages_have_the_same_keys_in_the_same_order() -> None:
    assert CATALOGUE.keys("en") == KEYS


@pytest.mark.parametrize("area", AREAS)
def test_no_entry_is_empty(area: str) -> None:
    assert not [(key, language) for key, language, words in entries(area) if words.strip() in ("", key)]


# --- placeholders and length --------------------------------------------------------------------


@pytest.mark.parametrize("area", AREAS)
def test_both_languages_fill_in_the_same_things(area: str) -> None:
    english = {key: placeholders(entry(key, "en")) for key in of_area(area)}
    assert english == {key: placeholders(entry(key, "vi")) for key in of_area(area)}


@pytest.mark.parametrize("area", AREAS)
def test_an_entry_fits_into_one_message(area: str) -> None:
    for key, language, words in entries(area):
        shown = CATALOGUE.render(filled(key, words), language)
        assert len(shown.encode("utf-16-le")) // 2 <= LIMIT, (key, language)
        assert "{" not in shown, (key, language)


# --- register (vietnamese.md 1) -----------------------------------------------------------------

BANNED = (
    *("tôi", "mình", "em", "bot", "bạn", "anh", "chị", "ông", "bà", "bác", "nhé", "nha", "ạ"),
    *("quý khách", "thành viên", "đ/c", "cuộc họp", "meeting", "vote", "deadline", "check-in"),
    *("sĩ số", "xin phép nghỉ", "lí do"),
)
_BANNED = re.compile(rf"\b(?:{'|'.join(map(re.escape, BANNED))})(?!\w)", re.IGNORECASE)
# The tone mark on the glide (ủy, hóa, khỏe) instead of the main vowel (uỷ, hoá, khoẻ).
_OLD_TONE = re.compile(r"(?:[òóỏõọ][ae]|(?<!q)[ùúủũụ]y)(?!\w)", re.IGNORECASE)
_MEETS = re.compile(r"\bhọp\b(?! chi uỷ)", re.IGNORECASE)
_PLEASANT = ("Trân trọng!", "Cảm ơn đồng chí!")


@pytest.mark.parametrize("area", [area for area in AREAS if area != "words"])
def test_an_entry_keeps_the_register(area: str) -> None:
    for key in of_area(area):
        text = entry(key)
        assert not _BANNED.findall(text), key
        assert not _MEETS.findall(text), key
        for pleasant in _PLEASANT:
            text = text.replace(pleasant, "")
        assert "!" not in text, key


@pytest.mark.parametrize("word", ["Uỷ ban, uỷ, quý, của, khoẻ, xoá, mùa, hoà, thuỷ, tuý, hoàn"])
def test_the_tone_on_the_main_vowel_is_no_fault(word: str) -> None:
    assert not _OLD_TONE.findall(word)


@pytest.mark.parametrize("word", ["ủy", "Hủy", "hóa", "khỏe", "xóa", "hòa", "thủy", "tòa"])
def test_the_tone_on_the_glide_is_found(word: str) -> None:
    assert _OLD_TONE.findall(word)


@pytest.mark.parametrize("area", AREAS)
def test_an_entry_is_written_in_the_house_spelling(area: str) -> None:
    for key, language, text in entries(area):
        assert unicodedata.is_normalized("NFC", text), (key, language)
        assert not _OLD_TONE.findall(text), (key, language)
        marks = "☐☑" if key.startswith(("prepare.", "button.storm_")) else ""  # checklists only
        odd = [
            char
            for char in text
            if unicodedata.category(char) in {"So", "Cs", "Co", "Cf"} and char not in marks
        ]
        assert not odd, (key, language, "an emoji?")
        assert "  " not in text, (key, language)


@pytest.mark.parametrize("area", AREAS)
def test_capitals_stand_in_first_lines_only(area: str) -> None:
    for key in of_area(area):
        for line in entry(key).split("\n")[1:]:
            assert not re.search(r"\b[^\W\d_a-zà-ỹ]{2,} [^\W\d_a-zà-ỹ]{2,}\b", line), key


# --- typed words (vietnamese.md 4) --------------------------------------------------------------

RSVP = ("words.coming", "words.absent", "words.later")
REASONS = tuple(f"words.reason.{reason}" for reason in Reason)
CONSENT = ("words.agree", "words.disagree")
DATA = ("words.withdraw", "words.erase")
ANYTIME = (*RSVP, "words.agree", *DATA)  # what the router hears while nothing is asked
ASKED = {
    "an answer": RSVP,
    "a reason": REASONS,
    "a reason after an answer": (*RSVP, *REASONS),
    "consent": CONSENT,
    "data": (*DATA, *RSVP),
    "nothing": ANYTIME,
}


def written(key: str) -> list[str]:
    """The words of an entry in every language."""
    return [word.strip() for language in LANGUAGES for word in entry(key, language).split(";")]


def typed(key: str) -> set[str]:
    return {squeeze(word) for word in (*written(key), *written(f"{key}.plain"))}


TABLE = [
    (
        "words.coming",
        "có; có dự; dự; tham dự; có mặt; đi; đi được; sẽ dự; vâng; "
        "co; co du; du; tham du; co mat; di; di duoc; se du; ok; oke",
    ),
    (
        "words.absent",
        "vắng; báo vắng; xin vắng; vắng mặt; vắng có lý do; không; không dự; không dự được; không đi được; "
        "bận; xin nghỉ; bao vang; xin vang; vang mat; vang co ly do; khong; ko; k; khong du; ko du; "
        "khong du duoc; khong di duoc; ban; xin nghi",
    ),
    ("words.later", "báo sau; chưa biết; chưa chắc; bao sau; chua biet; chua chac"),
    ("words.reason.work", "công tác; ct; cong tac"),
    ("words.reason.health", "ốm; mệt; sức khoẻ; sức khỏe; đi viện; om; met; suc khoe; di vien"),
    ("words.reason.family", "việc nhà; việc gia đình; gđ; viec nha; viec gia dinh; gd"),
    ("words.reason.away", "xa; đi xa; về quê; di xa; ve que"),
    ("words.reason.other", "khác; mưa lũ; tắc đường; khac; mua lu; tac duong"),
    ("words.agree", "đồng ý; dong y"),
    ("words.disagree", "không đồng ý; không; khong dong y; khong; ko"),
    (
        "words.withdraw",
        "rút đồng ý; dừng nhắn tin; ngừng nhắn tin; rut dong y; dung nhan tin; ngung nhan tin",
    ),
    ("words.erase", "xoá dữ liệu; xóa dữ liệu; xoa du lieu"),
    ("words.all_present", "có mặt hết; co mat het"),
]
ROWS = [(meaning, word) for meaning, words in TABLE for word in words.split("; ")]


def group_of(meaning: str) -> tuple[str, ...]:
    """The meanings that are asked for together with this one."""
    return next((group for group in (RSVP, REASONS, CONSENT, DATA) if meaning in group), (meaning,))


@pytest.mark.parametrize(("meaning", "word"), ROWS)
def test_a_word_of_the_table_is_understood(meaning: str, word: str) -> None:
    for spelled in (word, word.upper(), f"  {word}. ", unicodedata.normalize("NFD", word)):
        assert VOCABULARY.first(spelled, group_of(meaning)) == meaning
        assert not VOCABULARY.ambiguous(spelled)


@pytest.mark.parametrize(
    "word", ["vang", "dung", "thoi", "da", "Vang", "VANG.", "đúng", "dừng", "thôi", "dạ"]
)
def test_a_word_with_two_readings_means_nothing(word: str) -> None:
    for group in ASKED.values():
        assert VOCABULARY.first(word, group) is None


@pytest.mark.parametrize("word", ["vang", "dung", "thoi", "da", "Vang", " da. "])
def test_an_ambiguous_word_is_asked_again(word: str) -> None:
    assert VOCABULARY.ambiguous(word)


@pytest.mark.parametrize("word", ["vâng", "vắng", "đúng", "thời", "đã"])
def test_accents_take_the_doubt_away(word: str) -> None:
    assert not VOCABULARY.ambiguous(word)


@pytest.mark.parametrize("word", ["không có", "khong co", "có lẽ không", "tôi đồng ý dự", "không đồng ý lắm"])
@pytest.mark.parametrize("group", ASKED.values(), ids=ASKED)
def test_only_whole_messages_count(word: str, group: tuple[str, ...]) -> None:
    assert VOCABULARY.first(word, group) is None


@pytest.mark.parametrize("word", ["không đồng ý", "khong dong y", "I do not agree"])
def test_a_refusal_is_never_taken_for_consent(word: str) -> None:
    assert VOCABULARY.first(word, CONSENT) == "words.disagree"
    assert not VOCABULARY.means(word, "words.agree")
    assert VOCABULARY.first(word, RSVP) is None
    assert VOCABULARY.first(word, ANYTIME) is None


@pytest.mark.parametrize("word", ["ok", "oke", "có", "vâng", "yes", "1", "agree"])
def test_consent_is_given_in_full(word: str) -> None:
    assert VOCABULARY.first(word, CONSENT) is None


@pytest.mark.parametrize("word", ["xoá", "xoa", "erase", "dữ liệu", "dulieu", "withdraw", "1", "2"])
def test_withdrawal_and_erasure_are_asked_for_in_full(word: str) -> None:
    assert VOCABULARY.first(word, DATA) is None


@pytest.mark.parametrize("number", ["1", "2", "3", "4", "5"])
def test_numbers_belong_to_menus(number: str) -> None:
    for group in ASKED.values():
        assert VOCABULARY.first(number, group) is None


@pytest.mark.parametrize("group", ASKED.values(), ids=ASKED)
def test_no_word_has_two_meanings_at_the_same_time(group: tuple[str, ...]) -> None:
    owners: dict[str, set[str]] = {}
    for meaning in group:
        for word in typed(meaning):
            owners.setdefault(word, set()).add(meaning)
    assert not {word: found for word, found in owners.items() if len(found) > 1}


@pytest.mark.parametrize("key", [key for key in KEYS if key.startswith("words.")])
def test_a_word_list_holds_typed_answers(key: str) -> None:
    meaning = key.removesuffix(".plain")
    for word in written(key):
        assert word == squeeze(word), "as it is compared: lower case, no final punctuation"
        if key.endswith(".plain"):
            assert word == fold(word), "without accents"
        if key != "words.ambiguous":
            assert VOCABULARY.means(word, meaning), "understood"


def test_no_plain_word_is_ambiguous() -> None:
    plain = {word for key in KEYS if key.endswith(".plain") for word in written(key)}
    assert not plain & set(written("words.ambiguous"))


def test_an_english_word_is_no_vietnamese_one_of_another_meaning() -> None:
    """ "no" may be "nó" and "no nê" without accents: only as it stands, never folded."""
    for word in ("nó", "nợ", "no nê"):
        for group in ASKED.values():
            assert VOCABULARY.first(word, group) is None


LABELS = [
    ("button.coming", "words.coming", RSVP),
    ("button.able", "words.coming", RSVP),
    ("button.absent", "words.absent", RSVP),
    ("button.unable", "words.absent", RSVP),
    ("button.later", "words.later", RSVP),
    *((f"reason.{reason}", f"words.reason.{reason}", REASONS) for reason in Reason),
    ("button.agree", "words.agree", CONSENT),
    ("button.disagree", "words.disagree", CONSENT),
    ("button.withdraw", "words.withdraw", DATA),
    ("button.erase", "words.erase", DATA),
]


@pytest.mark.parametrize(("label", "meaning", "group"), LABELS)
def test_a_label_typed_out_is_no_word_of_another_button(
    label: str, meaning: str, group: tuple[str, ...]
) -> None:
    for language in LANGUAGES:
        for word in (entry(label, language), fold(entry(label, language))):
            assert VOCABULARY.first(word, group) in (meaning, None)


def test_labels_asked_together_differ() -> None:
    for group in (RSVP, REASONS, CONSENT, DATA):
        owners: dict[str, set[str]] = {}
        for label, meaning, asked in LABELS:
            if asked == group:
                for language in LANGUAGES:
                    owners.setdefault(fold(squeeze(entry(label, language))), set()).add(meaning)
        assert not {word: found for word, found in owners.items() if len(found) > 1}


# --- texts that tell people what to write -------------------------------------------------------

TOLD = [
    ("vi", "consent.ask", "đồng ý", "words.agree"),
    ("vi", "consent.ask", "không đồng ý", "words.disagree"),
    ("vi", "data.menu", "rút đồng ý", "words.withdraw"),
    ("vi", "data.menu", "xoá dữ liệu", "words.erase"),
    ("vi", "data.sure_withdraw", "rút đồng ý", "words.withdraw"),
    ("vi", "data.sure_erase", "xoá dữ liệu", "words.erase"),
    ("vi", "data.withdraw_how", "rút đồng ý", "words.withdraw"),
    ("en", "consent.ask", "I agree", "words.agree"),
    ("en", "consent.ask", "I do not agree", "words.disagree"),
    ("en", "data.menu", "withdraw consent", "words.withdraw"),
    ("en", "data.menu", "erase my data", "words.erase"),
    ("en", "data.sure_withdraw", "withdraw consent", "words.withdraw"),
    ("en", "data.sure_erase", "erase my data", "words.erase"),
    ("en", "data.withdraw_how", "withdraw consent", "words.withdraw"),
]


@pytest.mark.parametrize(("language", "key", "words", "meaning"), TOLD)
def test_the_words_people_are_told_to_write_are_understood(
    language: str, key: str, words: str, meaning: str
) -> None:
    assert re.search(rf": {words}(?:\.|$)", entry(key, language))
    assert VOCABULARY.means(words, meaning)


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("help.hint", "lich trogiup"),
        ("help.everybody", "lich noidung nhiemvu dulieu ngonngu huy trogiup"),
        ("help.secretary", "hop thongbao chuanbi hoan danhsach diemdanh bienban moi nhom"),
        ("help.clerk", "diemdanh bienban danhsach"),
        ("help.committee", "baocao phancong"),
        ("menu.expired", "lich trogiup"),
        ("unknown.help", "lich trogiup"),
        ("preview.no_meeting", "hop"),
        ("preview.held_back", "thongbao"),
    ],
)
def test_help_names_commands_that_exist(key: str, expected: str) -> None:
    for word in expected.split():
        assert routes().for_command(word), f"no command {word}"
        for language in LANGUAGES:
            assert re.search(rf"(?<!\w){word}(?!\w)", entry(key, language))
