"""Which handler takes an event, and what stays open in the conversation after it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from chat import menus
from chat.events import Attached, Event, Gone, Moved, Pressed, Wordless
from chat.menus import Item, Menu
from chat.replies import Choice, Reply
from chat.router import Replies, Route, Router, Turn
from chat.text import Text
from chat.tokens import BadToken
from handlers.linking import ask_consent
from meetings.records import Person
from meetings.secrecy import is_marked_secret
from services import Work, enrolment, replies, sending
from services.errors import Refusal
from services.facts import asking, official_rsvp, rsvp
from services.work import House
from storage.conversations import Conversation

Act = Callable[[Work, Event, Conversation], Awaitable[tuple[Replies, Conversation]]]
MAX_TYPED = 4000
_UNREADABLE_EVERY = timedelta(hours=1)
_BEFORE_CONSENT = frozenset({"consent", "data"})


@dataclass(frozen=True, slots=True)
class Heard:
    """What an event comes to: the handler to run, and the menu item it answered."""

    route: Route[Work] | None
    item: Item | None = None
    said: Reply | None = None
    silent: bool = False


class Hearing:
    """Finds the handler of an event and runs it inside the turn."""

    def __init__(self, house: House, router: Router[Work]) -> None:
        self._house = house
        self.router = router

    async def answer(self, work: Work, event: Event, talk: Conversation) -> tuple[Replies, Conversation]:
        heard = await self._hear(work, event, talk)
        if heard.said is not None:
            return [heard.said], talk
        if heard.silent:
            return [], talk
        if heard.route is None:
            return await self._not_understood(work, event, talk), talk
        said = await heard.route.run(Turn(event, work, talk.step))
        step = next((reply.expects for reply in reversed(said) if reply.expects), None)
        left = self._left_open(talk, heard)
        if step is not None:
            left = menus.without_plain(left)
        if any(reply.closes for reply in said):
            left = ()
        return said, replace(talk, step=step, menus=left)

    def refusing(self, refusal: Refusal) -> Act:
        """A command closes what was being typed, refused or not; a refused answer may be given again."""

        async def act(work: Work, event: Event, talk: Conversation) -> tuple[Replies, Conversation]:
            heard = await self._hear(work, event, talk)
            answered = heard.item is not None or heard.route == self.router.for_step(talk.step)
            return [aside(event, Reply(refusal.text))], talk if answered else replace(talk, step=None)

        return act

    @staticmethod
    def _left_open(talk: Conversation, heard: Heard) -> tuple[Menu, ...]:
        """An answer closes its question; a command closes whatever was being asked."""
        if heard.item is not None:
            return menus.answered(talk.menus, heard.item.action)
        return menus.staying(talk.menus)

    async def _hear(self, work: Work, event: Event, talk: Conversation) -> Heard:
        """Which handler takes it. Precedence: pattern, action, command, open step, words."""
        if isinstance(event.content, Gone):
            await sending.address_dead(work, event.sender)
            return Heard(None, silent=True)
        if isinstance(event.content, Moved):
            await sending.address_moved(work, event.sender, event.content.to)
            return Heard(None, silent=True)
        if isinstance(event.content, Attached | Wordless):
            return await self._unreadable(work, event)
        if isinstance(event.content, Pressed):
            return self._pressed(work, event, event.content)
        if is_marked_secret(event.text):
            return Heard(None, said=Reply(Text("refused.content")))
        if len(event.text) > MAX_TYPED:
            return Heard(None, said=None if event.group else Reply(Text("refused.too_long")))
        if event.group:
            return Heard(self._in_group(work, event, talk))
        if work.actor is None:
            return Heard(self._for_stranger(event))
        if not work.actor.consented:
            return await self._before_consent(work, work.actor, event, talk)
        return self._typed(work, event, talk)

    @staticmethod
    async def _unreadable(work: Work, event: Event) -> Heard:
        """Nothing of it is kept, and each kind is answered once an hour: albums and stickers come by the dozen."""
        key = "refused.content" if isinstance(event.content, Attached) else "refused.wordless"
        if event.group or not await work.uow.conversations.say_again(
            event.sender, key, work.now, _UNREADABLE_EVERY
        ):
            return Heard(None, silent=True)
        return Heard(None, said=Reply(Text(key)))

    def _pressed(self, work: Work, event: Event, content: Pressed) -> Heard:
        try:
            action = self._house.signer.unpack(content.token, event.sender)
        except BadToken:
            return Heard(None, said=aside(event, Reply(Text("menu.expired"))))
        if (work.actor is None or not work.actor.consented) and action.name not in _BEFORE_CONSENT:
            in_group = Text("card.no_consent" if work.actor else "card.stranger")
            said = in_group if event.group else Text("help.stranger")
            return Heard(None, said=aside(event, Reply(said)))
        heard = self._chosen(Item(None, action, Text("")), group=event.group)
        return heard if heard.said is None else replace(heard, said=aside(event, heard.said))

    def _chosen(self, item: Item, *, group: bool = False) -> Heard:
        """What was offered by an older version may have no handler any more."""
        route = self.router.for_action(item.action, group=group)
        return Heard(route, item) if route else Heard(None, said=Reply(Text("menu.expired")))

    def _in_group(self, work: Work, event: Event, talk: Conversation) -> Route[Work] | None:
        if work.actor is None or not work.actor.consented:
            return None
        item = self._match(work, event, talk)
        found = self.router.for_action(item.action, group=True) if item else None
        return found or self.router.for_command(event.text, group=True)

    def _for_stranger(self, event: Event) -> Route[Work] | None:
        """`start`, with its code or without; or the code alone."""
        route = self.router.for_command(event.text)
        start = self.router.for_command("start x")
        if route is None and start is not None and enrolment.looks_like_code(event.text):
            return replace(start, rest=event.text)
        return route if route and start and route.handler is start.handler else None

    async def _before_consent(self, work: Work, person: Person, event: Event, talk: Conversation) -> Heard:
        """Only yes, no, another code, and help; everything else asks again."""
        item = self._match(work, event, talk)
        if item is not None and item.action.name in _BEFORE_CONSENT:
            return self._chosen(item)
        start = self._for_stranger(event)
        if start is not None:
            return Heard(start)
        vocabulary = self._house.vocabulary
        if vocabulary.means(event.text, "words.agree"):
            return Heard(self.router.for_words(event.text, vocabulary))
        return Heard(None, said=await ask_consent(work, person))

    def _typed(self, work: Work, event: Event, talk: Conversation) -> Heard:
        text = event.text
        route = self.router.for_pattern(text)
        if route is not None:
            return Heard(route)
        item = self._match(work, event, talk)
        if item is not None:
            return self._chosen(item)
        answer = self.router.for_step(talk.step)
        route = self.router.for_command(text, asked=answer is not None) or answer
        if route is None and not self._house.vocabulary.ambiguous(text):
            route = self.router.for_words(text, self._house.vocabulary)
        return Heard(route)

    def _match(self, work: Work, event: Event, talk: Conversation) -> Item | None:
        return menus.match(
            talk.menus,
            event.text,
            now=work.now,
            vocabulary=self._house.vocabulary,
            labels=self._house.catalogue.labels,
        )

    async def _not_understood(self, work: Work, event: Event, talk: Conversation) -> Replies:
        """[26] Ask again, never guess: the open question first, else the invitation, else say what helps."""
        if event.group:
            return []
        if work.actor is None:
            return [Reply(Text("help.stranger"))]
        waiting = [one for one in talk.menus if one.until > work.now and not (one.answered or one.faded)]
        if waiting and not waiting[-1].question.startswith("rsvp:"):
            choices = tuple(
                Choice(item.label, item.action, item.number is None, item.words) for item in waiting[-1].items
            )
            return [Reply(Text("unknown.choose"), choices, waiting[-1].question, waiting[-1].until)]
        meetings = await replies.open_for(work)
        if meetings:
            member = meetings[0].cell in await work.uow.members.cells_of(work.actor.id, work.today)
            if member:
                return [asking(meetings[0], Text("unknown.rsvp"), rsvp(meetings[0]))]
            return [asking(meetings[0], Text("unknown.choose"), official_rsvp(meetings[0]))]
        return [Reply(Text("unknown.help"))]


def aside(event: Event, reply: Reply) -> Reply:
    """What was pressed wrongly in a group is said to whoever pressed."""
    return replace(reply, toast=event.group and isinstance(event.content, Pressed))


def saying(reply: Reply) -> Act:
    async def act(_work: Work, _event: Event, talk: Conversation) -> tuple[Replies, Conversation]:
        return [reply], talk

    return act
