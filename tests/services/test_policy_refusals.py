"""A wrong value is refused at start: one line with the file, its line, the key and what is allowed."""

from pathlib import Path

import pytest

from services.policy import BadPolicy, load_policy
from services.policy_layers import lines_of

STEP = '[[step]]\nkind = "{}"\naudience = "{}"\nday = {}\n'
PLAN = '[[step]]\nkind = "notice"\naudience = "members"\nday = -5\n'

# The file; the line it must name; the rest of the message.
WRONG = {
    "too much": (
        "[attendance]\ntarget_percent = 180\n",
        "2: attendance.target_percent: 180 is not allowed; allowed: a whole number from 0 to 100",
    ),
    "too little": (
        "# a comment\n\n[codes]\nchat_minutes = 1\n",
        "4: codes.chat_minutes: 1 is not allowed; allowed: a whole number from 5 to 1440",
    ),
    "text for a number": (
        "[attendance]\ntarget_percent = '85'\n",
        "2: attendance.target_percent: '85' is not allowed; allowed: a whole number from 0 to 100",
    ),
    "a fraction for a number": (
        "[attendance]\ntarget_percent = 85.0\n",
        "2: attendance.target_percent: 85.0 is not allowed; allowed: a whole number from 0 to 100",
    ),
    "yes for a number": (
        "attendance.target_percent = true\n",
        "1: attendance.target_percent: true is not allowed; allowed: a whole number from 0 to 100",
    ),
    "a number for yes": (
        "[attendance]\ncounted_reinforced = 1\n",
        "2: attendance.counted_reinforced: 1 is not allowed; allowed: true or false",
    ),
    "a word of no list": (
        "[attendance]\nextra = 'half'\n",
        "2: attendance.extra: 'half' is not allowed; allowed: off, both",
    ),
    "only one is possible": (
        "[meetings]\nregular_per_month = 2\n",
        "2: meetings.regular_per_month: 2 is not allowed; allowed: only 1",
    ),
    "may be left out": (
        "[meetings]\nmin_minutes_small_cell = 5\n",
        "2: meetings.min_minutes_small_cell: 5 is not allowed; "
        "allowed: a whole number from 15 to 480, or nothing",
    ),
    "a word for an hour": (
        "[quiet]\nstart = 'evening'\n",
        "2: quiet.start: 'evening' is not allowed; allowed: an hour, 00:00:00 to 23:59:59",
    ),
    "a number for an hour": (
        "[quiet]\nstart = 7\n",
        "2: quiet.start: 7 is not allowed; allowed: an hour, 00:00:00 to 23:59:59",
    ),
    "a number for a table": (
        "attendance = 3\n",
        "1: attendance: 3 is not allowed; "
        "allowed: a table with target_percent, extra, counted_reinforced, local_goal_percent",
    ),
    "an unknown key with a near one": (
        "[digest]\nday = 3\nlockday = 6\n",
        "3: digest.lockday: no such key; did you mean lock_day?",
    ),
    "an unknown table with a near one": (
        "[atendance]\n",
        "1: atendance: no such key; did you mean attendance?",
    ),
    "a key outside its table": (
        "target_percent = 80\n",
        "1: target_percent: no such key here; did you mean attendance.target_percent?",
    ),
    "a key of nothing": (
        "[quiet]\ncolour = 1\n",
        "2: quiet.colour: no such key; allowed: start, end",
    ),
    "a key of old": (
        "[attendance]\nonline_allowed = true\n",
        "2: attendance.online_allowed: no such key; allowed: "
        "target_percent, extra, counted_reinforced, local_goal_percent",
    ),
    "an unknown pack": (
        "pack = 'vn-2025'\n",
        "1: pack: 'vn-2025' is no rule pack; did you mean vn-2025-10?",
    ),
    "a number for a pack": (
        "pack = 3\n",
        '1: pack: 3 is not allowed; allowed: "text" of at most 40 characters',
    ),
    "days that cross": (
        "[digest]\nday = 9\n",
        "1: digest: lock_day (5) lies before day (9)",
    ),
    "bands that cross": (
        "[score]\nfair = 95\n",
        "1: score: good, fair, average: each less than the one before",
    ),
    "online without a permission": (
        "[online]\nallowed = true\nnumber = '9-QĐ/ĐU'\n",
        "1: online: allowed = true needs number and date of the commune's permission beside it",
    ),
    "a step after the meeting": (
        f"{PLAN}\n{PLAN.replace('-5', '2')}",
        "9: step.1.day: 2 is not allowed; allowed: a whole number from -28 to 0",
    ),
    "a step without audience": (
        '[[step]]\nkind = "notice"\nday = -5\n',
        "1: step.0.audience: is missing; allowed: secretaries, members, group, officials, liaisons",
    ),
    "two equal steps": (
        f"{PLAN}\n{PLAN}",
        "6: step.1: two steps of one kind, audience and day: notice.5, notice.5",
    ),
    "a plan without a notice to members": (
        PLAN.replace("notice", "reminder"),
        "1: step: no step of kind notice, audience members: nobody would be told of a meeting",
    ),
    "a plan of nothing": (
        "step = []\n",
        "1: step: no step of kind notice, audience members: nobody would be told of a meeting",
    ),
    "names to those who may not read them": (
        f"{PLAN}\n{STEP.format('forecast', 'members', -3)}",
        "6: step.1: a forecast speaks to secretaries only, not to members: forecast.3",
    ),
    "a step before the notice": (
        f"{PLAN}\n{STEP.format('reminder', 'members', -6)}",
        "6: step.1: a step that is not after the notice: notice.5, reminder.6",
    ),
    "a night without a day": (
        "[quiet]\nstart = 06:00:00\nend = 05:59:00\n",
        "1: quiet: from start to end: at most 14 hours",
    ),
    "a list that is too long": (
        "[chase]\nrecorded_days = [1, 3, 7, 9]\n",
        "2: chase.recorded_days: [1, 3, 7, 9] is not allowed; allowed: a list of 3, each a whole number",
    ),
    "a text in a list of numbers": (
        "[chase]\nrecorded_days = [1, 3, '7']\n",
        "2: chase.recorded_days: [1, 3, '7'] is not allowed; allowed: a list of 3, each a whole number",
    ),
    "a list for a table": (
        "source = ['x']\n",
        "1: source: ['x'] is not allowed; allowed: a table",
    ),
    "a number for a day": (
        "[[holiday]]\ndate = '0'\n",
        "2: holiday.0.date: '0' is not allowed; allowed: a date, such as 2026-02-17",
    ),
    "a line that only Unicode ends": (
        "# one\u2028line\n[attendance]\ntarget_percent = 180\n",
        "3: attendance.target_percent: 180 is not allowed; allowed: a whole number from 0 to 100",
    ),
    "a permission of blanks": (
        "[online]\nallowed = true\nnumber = ' '\ndate = 2026-10-01\n",
        "1: online: allowed = true needs number and date of the commune's permission beside it",
    ),
    "what a unit cannot keep otherwise": (
        "[unit.X01.retention]\nreasons_days = 1\n",
        "2: unit.X01.retention.reasons_days: is one for the whole house: "
        "write it under [retention], outside [unit.…]",
    ),
    "what nobody looks up by unit": (
        "[unit.X01]\ncodes = { chat_minutes = 5, wrong_per_hour = 9 }\n",
        "2: unit.X01.codes.wrong_per_hour: is one for the whole house: "
        "write it under [codes], outside [unit.…]",
    ),
    "a list that is too short": (
        "[chase]\nrecorded_days = [1, 3]\n",
        "2: chase.recorded_days.2: is missing; allowed: a whole number",
    ),
    "a wrong day": (
        "[[holiday]]\ndate = 20270204\n",
        "2: holiday.0.date: 20270204 is not allowed; allowed: a date, such as 2026-02-17",
    ),
    "a source of nothing": (
        "[source]\n'attendance.target' = 'Nghị quyết 1'\n",
        '2: source."attendance.target": is the source of no value; did you mean attendance.target_percent?',
    ),
    "no toml": (
        "[quiet]\nnot toml\n",
        "2: not TOML: Expected '=' after a key in a key/value pair",
    ),
    "an hour without seconds": (
        "[quiet]\nstart = 21:30\n",
        "2: not TOML: Expected newline or end of document after a statement; "
        "an hour is written with its seconds: 21:30:00",
    ),
    "a wrong value of a unit": (
        "[quiet]\nstart = 21:00:00\n\n[unit.X01-C1.attendance]\ntarget_percent = 180\n",
        "5: unit.X01-C1.attendance.target_percent: 180 is not allowed; allowed: a whole number from 0 to 100",
    ),
    "an unknown key of a unit": (
        "[unit.X01.attendance]\ntarget = 80\n",
        "2: unit.X01.attendance.target: no such key; did you mean target_percent?",
    ),
    "an unknown pack of a unit": (
        "[unit.X01]\npack = 'vn-2018'\n",
        "2: unit.X01.pack: 'vn-2018' is no rule pack; did you mean vn-2018-07?",
    ),
    "a unit that is no table": (
        "[unit]\nX01 = 3\n",
        "2: unit.X01: is no table; what differs for a unit stands under [unit.CODE]",
    ),
    "units that are no tables": (
        "unit = 3\n",
        "1: unit: is no table; what differs for a unit stands under [unit.CODE]",
    ),
    "a unit in a unit": (
        "[unit.X01.unit.X02]\n",
        "1: unit.X01.unit: tables of units do not nest",
    ),
    "the first of two": (
        "[quiet]\nstart = 7\n[digest]\nday = 40\n",
        "2: quiet.start: 7 is not allowed; allowed: an hour, 00:00:00 to 23:59:59",
    ),
    "the first of two, whatever its table": (
        "[digest]\nday = 40\n[quiet]\nstart = 7\n",
        "2: digest.day: 40 is not allowed; allowed: a whole number from 1 to 28",
    ),
}


@pytest.mark.parametrize(("text", "said"), WRONG.values(), ids=WRONG)
def test_a_wrong_value_is_refused_in_one_line(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "policy.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(BadPolicy) as refused:
        load_policy(file)
    assert str(refused.value) == f"{file}:{said}"


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    file = tmp_path / "policy.toml"
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(BadPolicy, match="not UTF-8"):
        load_policy(file)


def test_a_mark_before_the_text_is_no_fault(tmp_path: Path) -> None:
    """Notepad writes one."""
    file = tmp_path / "policy.toml"
    file.write_text("[attendance]\ntarget_percent = 80\n", encoding="utf-8-sig")
    assert load_policy(file).attendance.target_percent == 80


def test_a_blank_name_is_none(tmp_path: Path) -> None:
    file = tmp_path / "policy.toml"
    file.write_text("[[holiday]]\ndate = 2026-12-24\nname = '  '\n", encoding="utf-8")
    [day] = load_policy(file).holiday
    assert day.name == ""


def test_every_way_to_write_a_key_has_its_line() -> None:
    text = """
a.b = 1
list = [
  1,  # ]
  2,
]
words = '''
[no.table]
c = 1
'''
[t."x.y"]
inline = { low = 1, high = [2, 3] }

[[t.many]]
k = 1
[t.many.sub]
z = 1
[[t.many]]
k = 2
[[t.many.deep]]
q = 1
"""
    lines = lines_of(text)
    assert {place: lines[place] for place in lines if len(place) < 2} == {
        ("a",): 2,
        ("list",): 3,
        ("words",): 7,
        ("t",): 11,
    }
    assert lines["a", "b"] == 2
    assert lines["list", 1] == 3
    assert lines["t", "x.y", "inline", "high", 1] == 12
    assert (lines["t", "many", 0, "k"], lines["t", "many", 1, "k"]) == (15, 19)
    assert (lines["t", "many", 0, "sub", "z"], lines["t", "many", 1, "deep", 0, "q"]) == (17, 21)
