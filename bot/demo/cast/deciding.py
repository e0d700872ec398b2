"""What somebody does about a message, and how long it takes them. Nothing at all is an answer too."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.demo.cast.habits import Answers, Habits, Joins, chance, one_of, phrases
from bot.demo.cast.reading import Heard, Labels, Option

_REASONS = ("health", "family", "work", "away", "other")
_PREPARED = ("assign", "premeeting", "draft", "notice", "official", "documents", "after")
_AFTER_A_LOOK = timedelta(minutes=2)
_CONFUSED, _WRITTEN = 0.12, 0.6  # of those who write


@dataclass(frozen=True, slots=True)
class Player:
    """Somebody of the cast. `leads`: secretary or deputy; `calls`: the code of the cell whose roll they call."""

    code: str
    cell: str | None
    leads: bool
    calls: str | None
    official: bool
    habits: Habits


@dataclass(frozen=True, slots=True)
class Plan:
    """Choose an option, write a line, or (neither) call the roll; after some time on the product's clock."""

    after: timedelta
    option: Option | None = None
    line: str = ""
    leading: bool = False  # what a secretary or deputy does for the cell
    later: bool = False  # on second thoughts: kept even when they do something else meanwhile


@dataclass(frozen=True, slots=True)
class Minds:
    """The decisions of everybody."""

    labels: Labels

    def decide(self, who: Player, heard: Heard, unanswered: int) -> Plan | None:
        """`unanswered` counts the invitations before this one that they let pass."""
        if heard.option(self.labels("button.coming")):
            return self._invited(who, heard, unanswered)
        if heard.option(self.labels("button.able")):
            return self._wanted_as_official(who, heard)
        consent = self._consents(who, heard)
        if consent is not None:
            return consent
        reason = self._reason(who, heard) or self._second_thoughts(who, heard)
        if reason is not None:
            return reason
        return self._leads(who, heard) if who.leads else None

    def _consents(self, who: Player, heard: Heard) -> Plan | None:
        """Consent is written where there are no buttons; a few do not want to."""
        if not heard.text.startswith(self.labels.opening("consent.ask")):
            return None
        refuses = who.habits.joins is Joins.REFUSES
        option = heard.option(self.labels("button.disagree" if refuses else "button.agree"))
        line = self.labels("button.disagree") if refuses else one_of(phrases().agree, who.code)
        return Plan(_AFTER_A_LOOK, option, "" if option else line)

    def _invited(self, who: Player, heard: Heard, unanswered: int) -> Plan | None:
        patience = {Answers.SOON: 0, Answers.REMINDED: 1, Answers.LAST: 2}.get(who.habits.answers)
        if patience is None or unanswered < patience:
            return None
        after = timedelta(minutes=4 + 170 * chance(who.code, heard.id) ** 2)
        comes = chance(who.code, f"{heard.at:%Y-%m}", "comes") < 0.93
        line = self._typed(who, heard, comes=comes)
        if line:
            return Plan(after, line=line)
        later = chance(who.code, heard.id, "later") < 0.06
        key = "button.later" if later else "button.coming" if comes else "button.absent"
        return Plan(after, heard.option(self.labels(key)))

    def _typed(self, who: Player, heard: Heard, *, comes: bool) -> str:
        """Some write, and some of those write beside the point; asked again they choose."""
        asked_again = heard.text.startswith(self.labels.opening("unknown.rsvp"))
        drawn = chance(who.code, heard.id, "typed")
        if not who.habits.types or asked_again or drawn > _WRITTEN:
            return ""
        if drawn < _CONFUSED:
            return one_of(phrases().confused, who.code, heard.id)
        return one_of(phrases().coming if comes else phrases().absent, who.code, heard.id)

    def _second_thoughts(self, who: Player, heard: Heard) -> Plan | None:
        """The day after having said yes something else comes up."""
        if not who.habits.wavers or not heard.text.startswith(self.labels.opening("said.coming_noted")):
            return None
        return Plan(
            timedelta(hours=20 + 8 * chance(who.code, heard.id)), line=phrases().absent[0], later=True
        )

    def _wanted_as_official(self, who: Player, heard: Heard) -> Plan | None:
        drawn = chance(who.code, heard.id, "able")
        key = "button.able" if drawn < 0.7 else "button.unable" if drawn < 0.8 else None
        after = timedelta(minutes=20 + 300 * chance(who.code, heard.id))
        return Plan(after, heard.option(self.labels(key))) if key else None

    def _reason(self, who: Player, heard: Heard) -> Plan | None:
        if heard.option(self.labels("reason.work")) is None:
            return None
        name = _REASONS[int(chance(who.code, heard.id, "why") ** 1.6 * len(_REASONS))]
        return Plan(_AFTER_A_LOOK, heard.option(self.labels(f"reason.{name}")))

    def _leads(self, who: Player, heard: Heard) -> Plan | None:
        """A secretary goes on where the assistant has laid the next step out."""
        for act in (self._clash, self._guests, self._evening, self._preparing):
            plan = act(who, heard)
            if plan is not None:
                return replace(plan, leading=True)
        return None

    def _clash(self, who: Player, heard: Heard) -> Plan | None:
        keep = heard.option(self.labels("button.keep_day"))
        if keep is None:
            return None
        after = timedelta(minutes=30 + 400 * chance(who.code, heard.id))
        return Plan(after, keep if chance(who.code, "keeps") < 0.1 else heard.options[0])

    def _guests(self, who: Player, heard: Heard) -> Plan | None:
        nobody = heard.option(self.labels("button.no_guest"))
        if nobody is None:
            return None
        came = heard.options[0] if chance(who.code, heard.id, "guest") < 0.6 else nobody
        return Plan(_AFTER_A_LOOK, came)

    def _evening(self, who: Player, heard: Heard) -> Plan | None:
        """From the line that is read back to the third tap."""
        asks: Mapping[str, Callable[[], bool]] = {
            "button.confirm": lambda: True,
            "button.close": lambda: True,
            "button.adopted": lambda: chance(who.code, heard.id) < 0.95,
        }
        for key, wanted in asks.items():
            option = heard.option(self.labels(key))
            if option is not None and wanted():
                return Plan(_AFTER_A_LOOK, option)
        ended = self.labels.pattern("button.ended")
        at = next((one for one in heard.options if ended.fullmatch(one.label)), None)
        if at is not None:
            return Plan(_AFTER_A_LOOK, at)
        good = heard.option(self.labels("band.good"))
        if good is not None:
            fair = chance(who.code, heard.id) < 0.3
            return Plan(_AFTER_A_LOOK, heard.option(self.labels("band.fair")) if fair else good)
        if heard.option(self.labels("button.rollcall")):  # they are asked what is missing
            return Plan(timedelta(minutes=40 + 300 * chance(who.code, heard.id)))
        return None

    def _preparing(self, who: Player, heard: Heard) -> Plan | None:
        after = timedelta(minutes=15 + 600 * chance(who.code, heard.id))
        send = heard.option(self.labels("button.send"))
        if send is not None:
            return Plan(after, send) if chance(who.code, heard.id, "sends") < 0.3 else None
        for name in _PREPARED:
            done = heard.option(self.labels(f"button.prepared_{name}"))
            if done is not None and chance(who.code, heard.id, "prepares") < 0.3:
                return Plan(after, done)
        return None
