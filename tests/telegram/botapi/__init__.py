"""A Bot API server for the tests, over real HTTP and as strict as Telegram's."""

from tests.telegram.botapi.chats import Chat, Message
from tests.telegram.botapi.groups import Group
from tests.telegram.botapi.limits import Flood, Limits
from tests.telegram.botapi.log import Refused, Sent
from tests.telegram.botapi.people import User
from tests.telegram.botapi.server import BotApi, bot_api
from tests.telegram.botapi.world import Press, Rules

__all__ = [
    "BotApi",
    "Chat",
    "Flood",
    "Group",
    "Limits",
    "Message",
    "Press",
    "Refused",
    "Rules",
    "Sent",
    "User",
    "bot_api",
]
