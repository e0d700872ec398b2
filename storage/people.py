"""Persons, their roles and assignments, and what they agreed to."""

from collections.abc import Collection, Iterable
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, bindparam, exists, or_, select, update

from meetings.records import Assignment, Person, Role
from meetings.terms import CellRole, PersonId, UnitId, UpperRole
from storage.assignments import assigned, lasting
from storage.queries import AnyRow, Queries, Values, batches
from storage.tables.people import account, assignment, consent, person, role

_CELL_ROLES = frozenset(CellRole)


_BY_ID = select(person).where(person.c.id == bindparam("number"))


class People(Queries):
    async def by_code(self, code: str) -> Person | None:
        return await self._one(person.c.code == code)

    async def by_id(self, number: PersonId) -> Person:
        row = (await self._connection.execute(_BY_ID, {"number": number})).first()
        if row is None:
            raise LookupError(f"no person {number}")
        return _person(row)

    async def some(self, numbers: Collection[PersonId]) -> dict[PersonId, Person]:
        found: dict[PersonId, Person] = {}
        for part in batches(numbers):
            found |= {one.id: one for one in await self._many(person.c.id.in_(part))}
        return found

    async def all(self) -> list[Person]:
        return await self._many(person.c.id > 0)

    async def save(self, code: str, values: Values) -> PersonId:
        """Insert the person of this code or overwrite these columns."""
        await self._put(person, {"code": code, **values}, unique=("code",))
        found = await self._connection.execute(select(person.c.id).where(person.c.code == code))
        return PersonId(found.scalar_one())

    async def forgotten(self) -> set[str]:
        """Codes of people whose name must not come back, not even from a workbook."""
        rows = await self._connection.execute(select(person.c.code).where(person.c.forgotten_at.is_not(None)))
        return set(rows.scalars())

    async def forget(self, who: PersonId, now: datetime) -> None:
        """Drop the name; the roster line keeps its roll number only."""
        await self._change(
            update(person).where(person.c.id == who).values(name=None, consented_at=None, forgotten_at=now)
        )

    async def remember(self, who: PersonId, now: datetime) -> None:
        """Consent was given; after an earlier refusal the next workbook may bring the name back."""
        await self._change(
            update(person).where(person.c.id == who).values(consented_at=now, forgotten_at=None)
        )

    async def keep_forgotten(self, code: str, at: datetime) -> None:
        """On the list of the forgotten, without a name, whether or not there is such a person."""
        await self.save(code, {"language": "vi", "name": None, "consented_at": None, "forgotten_at": at})

    async def log_consent(self, values: Values) -> None:
        await self._add(consent, values)

    async def consents(self, who: PersonId) -> list[tuple[str, str, str, datetime]]:
        """Decision, version, channel and instant, oldest first."""
        query = select(consent).where(consent.c.person == who).order_by(consent.c.id)
        rows = await self._connection.execute(query)
        return [(row.decision, row.version, row.channel, row.at) for row in rows]

    async def set_language(self, who: PersonId, language: str) -> None:
        await self._change(update(person).where(person.c.id == who).values(language=language))

    async def roles_of(self, who: PersonId, on: date) -> list[Role]:
        """The roles in force on a local date."""
        return await self._roles(and_(role.c.person == who, _in_force(on)))

    async def holders(self, node: UnitId, roles: Iterable[CellRole | UpperRole], on: date) -> list[Person]:
        """Who holds one of these roles at a node on a local date, by code."""
        query = select(role.c.person).where(role.c.unit == node, role.c.role.in_(list(roles)), _in_force(on))
        return await self._many(person.c.id.in_(query))

    async def holding(
        self, nodes: Collection[UnitId], roles: Iterable[CellRole | UpperRole], on: date
    ) -> list[Role]:
        """Who holds one of these roles at one of many nodes on a local date."""
        found = []
        for some in batches(nodes):
            found += await self._roles(
                and_(role.c.unit.in_(some), role.c.role.in_(list(roles)), _in_force(on))
            )
        return found

    async def digest_readers(self, on: date) -> list[Role]:
        return await self._roles(and_(role.c.digest.is_(True), _in_force(on)))

    async def all_roles(self, on: date) -> list[Role]:
        return await self._roles(_in_force(on))

    async def led(self, on: date) -> set[UnitId]:
        """The cells whose secretary or deputy of a local date is linked."""
        linked = exists().where(account.c.person == role.c.person, account.c.dead_at.is_(None))
        leading = role.c.role.in_((CellRole.SECRETARY, CellRole.DEPUTY))
        rows = await self._connection.execute(select(role.c.unit).where(leading, _in_force(on), linked))
        return {UnitId(one) for one in rows.scalars()}

    async def start_role(self, values: Values) -> None:
        await self._add(role, values)

    async def change_digest(self, held: Role) -> None:
        await self._change(
            update(role)
            .where(role.c.person == held.person, role.c.unit == held.unit, role.c.role == held.role)
            .values(digest=held.digest)
        )

    async def end_role(self, held: Role, until: date) -> None:
        await self._change(
            update(role)
            .where(
                role.c.person == held.person,
                role.c.unit == held.unit,
                role.c.role == held.role,
                or_(role.c.until.is_(None), role.c.until > until),
            )
            .values(until=until)
        )

    async def in_charge(self, cell: UnitId, on: date) -> list[Person]:
        """The officials assigned to a cell on a local date."""
        query = select(assignment.c.person).where(assignment.c.cell == cell, lasting(on, on))
        return await self._many(person.c.id.in_(query))

    async def charged(self, cells: Collection[UnitId], on: date) -> list[Assignment]:
        """The same of many cells: who is assigned to which."""
        query = select(assignment).where(assignment.c.cell.in_(cells), lasting(on, on))
        rows = await self._connection.execute(query.order_by(assignment.c.person, assignment.c.cell))
        return [assigned(row) for row in rows]

    async def assignments_of(self, who: PersonId, on: date) -> list[Assignment]:
        query = select(assignment).where(assignment.c.person == who, lasting(on, on))
        return [assigned(row) for row in await self._connection.execute(query)]

    async def cells_in_charge(self, on: date) -> set[UnitId]:
        """The cells that have an official in charge on a local date."""
        query = select(assignment.c.cell).where(lasting(on, on))
        return {UnitId(one) for one in (await self._connection.execute(query)).scalars()}

    async def _one(self, condition: ColumnElement[bool]) -> Person | None:
        return next(iter(await self._many(condition)), None)

    async def _many(self, condition: ColumnElement[bool]) -> list[Person]:
        rows = await self._connection.execute(select(person).where(condition).order_by(person.c.code))
        return [_person(row) for row in rows]

    async def _roles(self, condition: ColumnElement[bool]) -> list[Role]:
        rows = await self._connection.execute(select(role).where(condition).order_by(role.c.id))
        return [
            Role(
                PersonId(row.person),
                UnitId(row.unit),
                CellRole(row.role) if row.role in _CELL_ROLES else UpperRole(row.role),
                row.digest,
            )
            for row in rows
        ]


def _in_force(on: date) -> ColumnElement[bool]:
    return and_(role.c.since <= on, or_(role.c.until.is_(None), role.c.until >= on))


def _person(row: AnyRow) -> Person:
    values = row._mapping
    consented = values["consented_at"] is not None
    return Person(PersonId(values["id"]), values["code"], values["name"], values["language"], consented)
