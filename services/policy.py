"""The rules in force: data with bounds, never figures in code (domain.md 17).

A rule pack, a commune's own values over it, and tables `[unit.CODE]` for what differs for a unit and below it.
Which of them holds for a unit, with the tree of the database, tells `services.rules`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic import Field, PrivateAttr, ValidationError

from meetings.period import Period
from meetings.plan_check import BadPlan, check_plan
from meetings.reminders import Early, Late, Quiet, Step, StepKind
from reports import minutes
from services.policy_evening import (
    AgendaTable,
    HeadingTable,
    InformingTable,
    MinutesTable,
    PreparationTable,
    ScoreTable,
    TasksTable,
    ThematicTable,
    TopicsTable,
)
from services.policy_faults import Fault, dotted, faults_of, keys, near_key, refusal
from services.policy_layers import (
    BUILT_IN,
    BadPolicy,
    Layer,
    Place,
    Values,
    own_file,
    packs,
    stacked,
    together,
)
from services.policy_tables import (
    HOUSE_WIDE,
    AbsencesTable,
    AttendanceTable,
    CellTable,
    ChaseTable,
    ClashTable,
    CodesTable,
    DigestTable,
    HolidayTable,
    LateTable,
    MeetingsTable,
    MessagesTable,
    MonthsTable,
    OnlineTable,
    QuietTable,
    RetentionTable,
    RightsTable,
    RollcallTable,
    StepTable,
    Table,
    VisitsTable,
)

__all__ = ["BUILT_IN", "BadPolicy", "Policy", "Value", "load_policy"]

_LISTS = ("step", "heading", "holiday")


@dataclass(frozen=True, slots=True)
class Value:
    """One value in force: its key, what it is (None: not set), the layer and line it comes from, its source."""

    key: str
    value: object
    layer: Layer | None
    line: int | None
    source: str


class Policy(Table):
    """Every value of a pack. Hours are local."""

    pack: str = Field(max_length=40)
    meetings: MeetingsTable
    preparation: PreparationTable
    agenda: AgendaTable
    thematic: ThematicTable
    attendance: AttendanceTable
    online: OnlineTable
    absences: AbsencesTable
    cell: CellTable
    quiet: QuietTable
    late: LateTable
    digest: DigestTable
    rollcall: RollcallTable
    chase: ChaseTable
    topics: TopicsTable
    tasks: TasksTable
    informing: InformingTable
    codes: CodesTable
    months: MonthsTable
    clash: ClashTable
    holiday: tuple[HolidayTable, ...] = ()
    rights: RightsTable
    messages: MessagesTable
    retention: RetentionTable
    visits: VisitsTable
    score: ScoreTable
    minutes: MinutesTable = MinutesTable()
    step: tuple[StepTable, ...]
    heading: tuple[HeadingTable, ...]
    source: dict[str, str] = Field(default_factory=dict, repr=False)
    unit: dict[str, dict[str, object]] = Field(default_factory=dict, repr=False)

    _layers: tuple[Layer, ...] = PrivateAttr(default=())
    _of_units: dict[tuple[str, ...], "Policy"] = PrivateAttr(default_factory=dict)

    def for_unit(self, codes: Sequence[str]) -> "Policy":
        """What holds for a unit: the tables of the units down to it, root first, laid over this policy.

        Raises BadPolicy where tables that are sound alone contradict each other.
        """
        own = tuple(code for code in codes if code in self.unit)
        if not own:
            return self
        if own not in self._of_units:
            self._of_units[own] = _made(stacked(self._own, own), self.unit)
        return self._of_units[own]

    @property
    def _own(self) -> Layer | None:
        return next((one for one in self._layers if not one.pack and one.unit is None), None)

    @property
    def steps(self) -> tuple[Step, ...]:
        late = Late(timedelta(hours=self.late.wait_hours), self.late.day, self.late.hour)
        return tuple(_step(one, late) for one in self.step if self._goes_out(one.kind))

    @property
    def minutes_template(self) -> Path | None:
        """A commune's own template for the minutes; None for ours."""
        if not self.minutes.template:
            return None
        return next((path for one in reversed(self._layers) if (path := _template_of(one))), None)

    @property
    def quiet_hours(self) -> Quiet:
        return Quiet(self.quiet.start, self.quiet.end)

    def digest_at(self, period: Period, zone: ZoneInfo, *, above: bool = False) -> datetime:
        """When the month's digest goes out: a local day and hour of the next month; `above` the communes later."""
        number = max(self.digest.day, self.digest.above_day) if above else self.digest.day
        day = period.next().first_day.replace(day=number)
        return datetime.combine(day, self.digest.hour, zone)

    def locked_from(self, period: Period, zone: ZoneInfo) -> datetime:
        """From when on the month's figures change by amendments only: the end of the lock day."""
        return end_of(self.digest.lock_day, period, zone)

    def locked_everywhere_from(self, period: Period, zone: ZoneInfo) -> datetime:
        """The same for the unit with the latest lock day."""
        return end_of(max([self.digest.lock_day, *self._of_tables("digest", "lock_day")]), period, zone)

    @property
    def longest_undo(self) -> timedelta:
        """For how long a step of a roll-call can be taken back in the unit that allows it longest."""
        return timedelta(hours=max([self.rollcall.undo_hours, *self._of_tables("rollcall", "undo_hours")]))

    def _of_tables(self, table: str, key: str) -> Iterator[int]:
        for own in self.unit.values():
            found = own.get(table)
            value = found.get(key) if isinstance(found, dict) else None
            if isinstance(value, int):
                yield value

    def values(self) -> list[Value]:
        """Every value in force with the place it comes from; of those that are not set, the ones with a source.

        A step is shown as it works: with its hour, and without the invitation where nobody is invited.
        """
        leaves = [self._value(key) for key in _leaves()]
        shown = [one for one in leaves if one.layer is not None or one.source]
        return [*shown, *(item for name in _LISTS for item in self._items(name))]

    def _value(self, key: str) -> Value:
        place = tuple(key.split("."))
        layer = next((one for one in reversed(self._layers) if _at(one.own, place) is not None), None)
        value = None if layer is None else _at(layer.own, place)
        if layer is None:
            named = _at(self._layers[0].own, ("source", key))
            return Value(key, None, None, None, str(named or ""))
        return Value(key, value, layer, layer.line(place), _source(layer, place))

    def _items(self, name: str) -> Iterator[Value]:
        """The tables of a list: holidays of all layers, the others of the topmost layer that has any."""
        number = 0
        having = [one for one in self._layers if one.own.get(name)]
        for layer in having if name == "holiday" else having[-1:]:
            items = layer.own[name]
            for index, item in enumerate(items if isinstance(items, list) else ()):
                if name == "step" and not self._goes_out(item["kind"]):
                    continue
                number += 1
                place = (name, index)
                shown = _with_hour(item) if name == "step" else item
                yield Value(f"{name}.{number}", shown, layer, layer.line(place), _source(layer, place))

    def _goes_out(self, kind: str) -> bool:
        return self.preparation.notify_official_in_charge or kind != StepKind.INVITATION


def load_policy(path: Path | None = None) -> Policy:
    """The pack a commune asks for with its own values laid over it. Raises BadPolicy, naming file and line.

    Each table of a unit is tried alone over the common values; those that meet in one line of units, when
    the tree is known (`services.rules.check_units`).
    """
    own = None if path is None else own_file(path)
    tables = {} if own is None else own.values.get("unit", {})
    wrong = [("unit", *place) for place in _no_tables(tables)]
    if wrong:
        faults = [
            Fault(place, "is no table; what differs for a unit stands under [unit.CODE]") for place in wrong
        ]
        raise refusal(faults, stacked(own))
    units = tables if isinstance(tables, dict) else {}
    policy = _made(stacked(own), units)
    for code in units:
        policy.for_unit([code])
    return policy


def _no_tables(units: object) -> list[Place]:
    if not isinstance(units, dict):
        return [()]
    return [(code,) for code, table in units.items() if not isinstance(table, dict)]


def _made(layers: tuple[Layer, ...], units: Mapping[str, dict[str, object]]) -> Policy:
    try:
        made = Policy.model_validate({**together(layers), "unit": units})
    except ValidationError as error:
        raise refusal(faults_of(Policy, error), layers) from error
    faults = [*(fault for layer in layers for fault in _odd(layer)), *_unsound(made)]
    if faults:
        raise refusal(faults, layers)
    made._layers = layers  # noqa: SLF001 - its own
    return made


def _odd(layer: Layer) -> Iterator[Fault]:
    """What only the layer itself shows: an unknown pack, a source of nothing, what no unit may have of its own."""
    asked = layer.own.get("pack")
    if isinstance(asked, str) and asked not in packs():
        yield Fault(("pack",), f"{asked!r} is no rule pack; {near_key(asked, packs())}")
    sources = layer.own.get("source")
    known = [key for key in keys(Policy) if key.partition(".")[0] not in ("source", "unit")]
    for key in sources if isinstance(sources, dict) else ():
        if key not in known:
            yield Fault(("source", key), f"is the source of no value; {near_key(key, known[:1] + known)}")
    if layer.unit is not None and "unit" in layer.values:
        yield Fault(("unit",), "tables of units do not nest")
    for key in HOUSE_WIDE if layer.unit is not None else ():
        place = tuple(key.split("."))
        if _at(layer.own, place) is not None:
            yield Fault(place, f"is one for the whole house: write it under [{place[0]}], outside [unit.…]")
    template = _template_of(layer)
    try:
        if template is not None:
            minutes.check(template)
    except minutes.BadTemplate as error:
        yield Fault(("minutes", "template"), str(error))


def _unsound(policy: "Policy") -> Iterator[Fault]:
    """The last of the steps that cannot work as they are."""
    steps = [_step(one, Late()) for one in policy.step]
    try:
        check_plan(steps)
    except BadPlan as error:
        at = [n for n, one in enumerate(steps) if any(one is bad for bad in error.steps)]
        yield Fault(("step", *at[-1:]), str(error))


def _with_hour(step: Values) -> Values:
    """A step as the file has it, its hour in its place also where that was left out."""
    hour = step.get("hour", StepTable.model_fields["hour"].default)
    return {key: step.get(key, hour) for key in StepTable.model_fields if key in step or key == "hour"}


def _template_of(layer: Layer) -> Path | None:
    """The path is read from where the policy file lies."""
    named = _at(layer.own, ("minutes", "template"))
    return Path(layer.name).parent / named if isinstance(named, str) and named else None


def _step(one: StepTable, late: Late) -> Step:
    early = Early(one.early.before, one.early.day, one.early.hour) if one.early else None
    return Step(one.kind, one.audience, one.day, one.hour, early, late)


def end_of(lock_day: int, period: Period, zone: ZoneInfo) -> datetime:
    """The end of that local day of the month after a period."""
    day = period.next().first_day.replace(day=lock_day) + timedelta(days=1)
    return datetime.combine(day, time(), zone)


def _leaves() -> list[str]:
    """The keys that are values, not tables; lists of tables apart."""
    every = list(keys(Policy))
    tables = {key.rpartition(".")[0] for key in every} | {*_LISTS, "source", "unit"}
    return [key for key in every if key not in tables]


def _at(values: object, place: Place) -> object:
    for part in place:
        values = values.get(part) if isinstance(values, dict) else None
    return values


def _source(layer: Layer, place: Place) -> str:
    """The source the same layer names for a value, or for the table it stands in."""
    named = layer.own.get("source")
    while place:
        found = named.get(dotted(place)) if isinstance(named, dict) else None
        if found is not None:
            return str(found)
        place = place[:-1]
    return ""
