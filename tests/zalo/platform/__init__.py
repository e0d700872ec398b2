"""A Zalo Bot Platform for the tests, over real HTTP, with the oddities that people report of the real one."""

from tests.zalo.platform.bots import Bot
from tests.zalo.platform.chats import Chat, Group, Message, User
from tests.zalo.platform.server import Platform, platform
from tests.zalo.platform.wire import Fault, Oddities, Refusal

__all__ = [
    "Bot",
    "Chat",
    "Fault",
    "Group",
    "Message",
    "Oddities",
    "Platform",
    "Refusal",
    "User",
    "platform",
]
