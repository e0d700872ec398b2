"""Absences the cell enters, prolongs and ends by chat, and somebody who takes their consent back."""

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from meetings.terms import Reason
from services import Work, away, privacy
from tests.machine.pair import Pair
from tests.machine.people import CONSENTED, SECRETARY, statuses_of
from tests.reference.values import Span

WITHDRAWING = "ban"  # of those who agreed the one without a post


class Standing(Pair):
    """What happens to people without the workbook."""

    def at_home(self, number: int) -> tuple[str, str] | None:
        """Somebody of the cells who belongs there today."""
        keys = sorted(key for key in self.said if key not in self.left and statuses_of(key)[0] == "active")
        key = keys[number % len(keys)]
        since = self.book.people[key].since
        return None if since is not None and since > self.now.date() else key

    @rule(
        number=st.integers(0, 30),
        days=st.integers(1, 90),
        approved=st.sampled_from([True, True, False]),
        reason=st.sampled_from([Reason.WORK, Reason.WORK, Reason.FAMILY]),
    )
    def an_absence_is_entered_or_prolonged(
        self, number: int, days: int, approved: bool, reason: Reason
    ) -> None:
        key = self.at_home(number)
        if key is None:
            return
        cell, code = key
        today = self.now.date()
        until = today + timedelta(days)

        async def verb(work: Work) -> None:
            who = await self.product._person(work, code)
            unit = await work.uow.units.by_code(cell)
            assert unit is not None
            member = await away.member(work, unit.id, str(who))
            asked = await away.propose(work, member, reason, until)
            await away.settle(work, await away.proposed(work, str(asked.number)), approved=approved)

        self.run(self.product.act(SECRETARY[cell], verb))
        self.book.happens("went_away", today, cell, Span(code, "away", today, until, approved, str(reason)))

    @rule(number=st.integers(0, 30))
    def somebody_comes_back_early(self, number: int) -> None:
        key = self.at_home(number)
        if key is None:
            return
        cell, code = key

        async def verb(work: Work) -> None:
            who = await self.product._person(work, code)
            unit = await work.uow.units.by_code(cell)
            assert unit is not None
            await away.come_back(work, await away.member(work, unit.id, str(who)))

        self.run(self.product.act(SECRETARY[cell], verb))
        self.book.happens("came_back", self.now.date(), cell, code)

    @precondition(lambda self: WITHDRAWING in self.agreeing and len(self.book.events) > 30)
    @rule(sure=st.booleans())
    def somebody_withdraws(self, sure: bool) -> None:
        if not sure:  # it would be over too early in most lives
            return

        async def verb(work: Work) -> None:
            await privacy.erase(
                work, await work.uow.people.by_id(await self.product._person(work, WITHDRAWING))
            )

        self.run(self.product.act(None, verb))
        self.book.happens("withdrew", WITHDRAWING)
        self.agreeing = tuple(one for one in CONSENTED if one != WITHDRAWING)
