"""The methods about the bot itself: updates, webhook, commands, descriptions, chats, files."""

import re
from collections.abc import Awaitable, Callable

from tests.telegram.botapi import messages
from tests.telegram.botapi.arguments import Arguments
from tests.telegram.botapi.webhook import Address
from tests.telegram.botapi.wire import Json, bad, forbidden
from tests.telegram.botapi.world import World

Method = Callable[[World, Arguments], Awaitable[object]]

_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_SCOPES = ("default", "all_private_chats", "all_group_chats", "all_chat_administrators")
_CHAT_SCOPES = ("chat", "chat_administrators", "chat_member")
_DOWNLOAD = 20 * 1024 * 1024


async def get_me(world: World, args: Arguments) -> object:
    abilities = {"can_join_groups": True, "can_read_all_group_messages": False}
    return world.me | abilities | {"supports_inline_queries": False}


async def get_updates(world: World, args: Arguments) -> object:
    world.updates.allow(args.names("allowed_updates"))
    offset, limit = args.integer("offset", 0) or 0, args.integer("limit", 100) or 100
    return await world.updates.poll(offset, limit, args.integer("timeout", 0) or 0)


async def set_webhook(world: World, args: Arguments) -> object:
    url = args.text("url")
    if not url:
        return await delete_webhook(world, args)
    address = Address(url, args.text("secret_token"), args.integer("max_connections", 40) or 40)
    address.check()
    world.updates.allow(args.names("allowed_updates"))
    if args.flag("drop_pending_updates"):
        world.updates.drop()
    await world.webhook.set(address)
    return True


async def delete_webhook(world: World, args: Arguments) -> object:
    await world.webhook.remove()
    if args.flag("drop_pending_updates"):
        world.updates.drop()
    return True


async def get_webhook_info(world: World, args: Arguments) -> object:
    return world.webhook.info()


async def set_my_commands(world: World, args: Arguments) -> object:
    told = args.json("commands")
    if not isinstance(told, list) or len(told) > 100:
        raise bad("can't parse list of bot commands" if told is None else "too many commands")
    world.commands[_scope(args), _language(args)] = [_command(one) for one in told]
    return True


async def get_my_commands(world: World, args: Arguments) -> object:
    found = world.commands.get((_scope(args), _language(args)), [])
    return [{"command": command, "description": description} for command, description in found]


async def set_my_description(world: World, args: Arguments) -> object:
    world.descriptions[_language(args)] = _short(args.text("description"), 512)
    return True


async def set_my_short_description(world: World, args: Arguments) -> object:
    world.short_descriptions[_language(args)] = _short(args.text("short_description"), 120)
    return True


async def get_chat(world: World, args: Arguments) -> object:
    chat = messages.known_chat(world, args)
    if chat.refusal is not None:
        never = chat.private and "initiate" in chat.refusal.description
        raise bad("chat not found") if never else chat.refusal.again()
    gifts = (
        "unlimited_gifts",
        "limited_gifts",
        "unique_gifts",
        "premium_subscription",
        "gifts_from_channels",
    )
    full: Json = {"accent_color_id": 0, "max_reaction_count": 11}
    return chat.json() | full | {"accepted_gift_types": dict.fromkeys(gifts, False)}


async def leave_chat(world: World, args: Arguments) -> object:
    chat = messages.known_chat(world, args)
    if chat.private:
        raise bad("chat member status can't be changed in private chats")
    if chat.refusal is not None:
        raise chat.refusal.again()
    chat.refusal = forbidden(f"bot is not a member of the {chat.kind} chat")
    world.moved(chat, world.me, "member", "left")
    return True


async def get_file(world: World, args: Arguments) -> object:
    file_id = args.text("file_id")
    if file_id not in world.uploads:
        raise bad("wrong file_id or the file is temporarily unavailable")
    size = len(world.uploads[file_id].content)
    if size > _DOWNLOAD:
        raise bad("file is too big")
    ids = {"file_id": file_id, "file_unique_id": f"u{file_id}"}
    return ids | {"file_size": size, "file_path": f"documents/{file_id}"}


def _command(told: object) -> tuple[str, str]:
    if not isinstance(told, dict):
        raise bad("can't parse bot command")
    command, description = str(told.get("command", "")).removeprefix("/"), str(told.get("description", ""))
    if not _COMMAND.fullmatch(command):
        raise bad("BOT_COMMAND_INVALID")
    if not 1 <= len(description) <= 256:
        raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
    return command, description


def _scope(args: Arguments) -> str:
    """`all_group_chats`, or `chat_administrators -100123`."""
    told = args.json("scope")
    kind = told.get("type") if isinstance(told, dict) else None
    if told is None or kind in _SCOPES:
        return str(kind or "default")
    if not isinstance(told, dict) or kind not in _CHAT_SCOPES or "chat_id" not in told:
        raise bad("can't parse BotCommandScope")
    return " ".join(str(one) for one in (kind, told["chat_id"], told.get("user_id")) if one is not None)


def _language(args: Arguments) -> str:
    code = args.text("language_code")
    if code and not re.fullmatch("[a-z]{2}", code):
        raise bad("invalid language code specified")
    return code


def _short(text: str, most: int) -> str:
    if len(text) > most:
        raise bad("description is too long")
    return text


METHODS: dict[str, Method] = {
    "getMe": get_me,
    "getUpdates": get_updates,
    "setWebhook": set_webhook,
    "deleteWebhook": delete_webhook,
    "getWebhookInfo": get_webhook_info,
    "setMyCommands": set_my_commands,
    "getMyCommands": get_my_commands,
    "setMyDescription": set_my_description,
    "setMyShortDescription": set_my_short_description,
    "getChat": get_chat,
    "leaveChat": leave_chat,
    "getFile": get_file,
    "sendMessage": messages.send_message,
    "sendDocument": messages.send_document,
    "sendPhoto": messages.send_photo,
    "editMessageText": messages.edit_message_text,
    "editMessageReplyMarkup": messages.edit_message_reply_markup,
    "deleteMessage": messages.delete_message,
    "answerCallbackQuery": messages.answer_callback_query,
}
