"""The methods that write into chats."""

from tests.telegram.botapi.arguments import Arguments, File
from tests.telegram.botapi.chats import Chat, Message
from tests.telegram.botapi.formatting import formatted
from tests.telegram.botapi.keyboard import keyboard
from tests.telegram.botapi.wire import Json, bad, utf16
from tests.telegram.botapi.world import World

_MEGABYTE = 1024 * 1024
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"RIFF", b"GIF8")
_SAME = (
    "message is not modified: specified new message content and reply markup"
    " are exactly the same as a current content and reply markup of the message"
)
_DELETABLE = 48 * 3600


def known_chat(world: World, args: Arguments) -> Chat:
    told = str(args.values.get("chat_id") or "")
    if not told:
        raise bad("chat_id is empty")
    chat = world.chats.get(int(told)) if told.removeprefix("-").isdecimal() else None
    if chat is None:
        raise bad("chat not found")
    return chat


def _writable(world: World, args: Arguments) -> Chat:
    chat = known_chat(world, args)
    world.admit(chat)
    if chat.refusal is not None:
        raise chat.refusal.again()
    return chat


async def send_message(world: World, args: Arguments) -> object:
    text = formatted(
        args.text("text"),
        args.text("parse_mode"),
        4096,
        empty="message text is empty",
        long="message is too long",
    )
    return _add(world, args, "sendMessage", text).json()


async def send_document(world: World, args: Arguments) -> object:
    file, described = _file(world, args, "document", 50 * _MEGABYTE)
    described |= {"file_name": file.name, "mime_type": file.mime}
    message = _add(world, args, "sendDocument", _caption(args), file, {"document": described})
    return message.json()


async def send_photo(world: World, args: Arguments) -> object:
    file, described = _file(world, args, "photo", 10 * _MEGABYTE)
    if not file.content.startswith(_PICTURES):
        raise bad("IMAGE_PROCESS_FAILED")
    sizes = [described | {"width": 320, "height": 320}]
    return _add(world, args, "sendPhoto", _caption(args), file, {"photo": sizes}).json()


async def edit_message_text(world: World, args: Arguments) -> object:
    text, entities = formatted(
        args.text("text"),
        args.text("parse_mode"),
        4096,
        empty="message text is empty",
        long="message is too long",
    )
    message = _editable(world, args)
    rows = keyboard(args.json("reply_markup"), private=message.chat.private, inline_only=True)
    if message.file is not None:
        raise bad("there is no text in the message to edit")
    if (text, entities, rows) == (message.text, message.entities, message.rows):
        raise bad(_SAME)
    message.text, message.entities, message.rows = text, entities, rows
    return _edited(world, "editMessageText", message)


async def edit_message_reply_markup(world: World, args: Arguments) -> object:
    message = _editable(world, args)
    rows = keyboard(args.json("reply_markup"), private=message.chat.private, inline_only=True)
    if rows == message.rows:
        raise bad(_SAME)
    message.rows = rows
    return _edited(world, "editMessageReplyMarkup", message)


async def delete_message(world: World, args: Arguments) -> object:
    chat = _writable(world, args)
    message = chat.messages.get(args.integer("message_id") or 0)
    if message is None:
        raise bad("message to delete not found")
    if world.now() - message.date > _DELETABLE or not message.by_bot:
        raise bad("message can't be deleted")
    chat.delete(message.id)
    return True


async def answer_callback_query(world: World, args: Arguments) -> object:
    text = args.text("text")
    if utf16(text) > 200:
        raise bad("MESSAGE_TOO_LONG")
    world.answer(args.text("callback_query_id"), text, alert=args.flag("show_alert"))
    return True


def _caption(args: Arguments) -> tuple[str, list[Json]]:
    caption, mode = args.text("caption"), args.text("parse_mode")
    return formatted(caption, mode, 1024, empty="", long="message caption is too long")


def _add(
    world: World,
    args: Arguments,
    method: str,
    text: tuple[str, list[Json]],
    file: File | None = None,
    file_field: Json | None = None,
) -> Message:
    chat = _writable(world, args)
    rows = keyboard(args.json("reply_markup"), private=chat.private)
    thread, reply_to = _thread(chat, args), _reply_to(chat, args)
    message = chat.add(world.me, world.now())
    message.by_bot, message.rows, message.silent = True, rows, args.flag("disable_notification")
    message.text, message.entities = text
    message.file, message.file_field = file, file_field or {}
    message.thread, message.reply_to = thread, reply_to
    world.note(method, message)
    return message


def _editable(world: World, args: Arguments) -> Message:
    chat = _writable(world, args)
    number = args.integer("message_id")
    if number is None:
        raise bad("message identifier is not specified")
    message = chat.messages.get(number)
    if message is None:
        raise bad("message to edit not found")
    if not message.by_bot:
        raise bad("message can't be edited")
    return message


def _edited(world: World, method: str, message: Message) -> Json:
    message.edits += 1
    message.edited = world.now()
    world.note(method, message)
    return message.json()


def _thread(chat: Chat, args: Arguments) -> int | None:
    """Only a forum's own topics; General has no number: 1 is refused there too."""
    thread = args.integer("message_thread_id")
    if thread is None:
        return None
    if thread not in chat.topics:
        raise bad("message thread not found")
    if not chat.topics[thread]:
        raise bad("TOPIC_CLOSED")
    return thread


def _reply_to(chat: Chat, args: Arguments) -> Message | None:
    told = args.json("reply_parameters")
    if not isinstance(told, dict):
        return None
    found = chat.messages.get(int(told.get("message_id", 0)))
    if found is None and not told.get("allow_sending_without_reply"):
        raise bad("message to be replied not found")
    return found


def _file(world: World, args: Arguments, name: str, most: int) -> tuple[File, Json]:
    """An upload, or the id of one that was sent before."""
    file = args.file(name)
    if file is None:
        known = world.uploads.get(args.text(name))
        if known is None:
            missing = not args.values.get(name)
            raise bad(
                f"there is no {name} in the request"
                if missing
                else "wrong file identifier/HTTP URL specified"
            )
        file = known
    if not file.content:
        raise bad("file must be non-empty")
    if len(file.content) > most:
        raise bad(f"file is too big; the maximum is {most} bytes")
    world.log.uploads += args.file(name) is not None
    return file, world.keep(file)
