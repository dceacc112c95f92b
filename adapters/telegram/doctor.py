"""Tries Telegram for real and says, for each thing that would not work, how to mend it. Changes nothing."""

from collections.abc import AsyncIterator, Awaitable, Mapping
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

import httpx
from telegram import Bot, ChatMember, ChatMemberAdministrator, WebhookInfo
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, TelegramError

from adapters.telegram.settings import TelegramSettings
from adapters.telegram.wire import CONNECT, READ, Client, redacted
from bot.findings import MAX_SKEW, Finding
from bot.ports import Clock

_PRESENT = frozenset({ChatMember.OWNER, ChatMember.ADMINISTRATOR, ChatMember.MEMBER, ChatMember.RESTRICTED})


async def examine(
    settings: TelegramSettings, clock: Clock, groups: Mapping[str, str], people: Mapping[str, str]
) -> AsyncIterator[Finding]:
    """Findings as they come. `groups`: chat id to customer; `people`: user id to engineer to be paged."""
    client = Client(settings)
    bot = client.bot
    try:
        token = await _token(bot, settings)
        yield token
        yield await _skew(settings, clock)
        if not token.ok:
            return
        yield _privacy(bot)
        yield await _try("webhook", _webhook(bot, settings), settings)
        if settings.desk_forum:
            yield await _try(f"desk forum {settings.desk_forum}", _forum(bot, settings.desk_forum), settings)
        for chat_id, customer in groups.items():
            yield await _try(f"group {chat_id} ({customer})", _group(bot, chat_id), settings)
        for user_id, engineer in people.items():
            yield await _try(f"direct messages to {engineer}", _reachable(bot, user_id), settings)
    finally:
        await client.close()


Verdict = tuple[bool, str]


async def _token(bot: Bot, settings: TelegramSettings) -> Finding:
    try:
        await bot.initialize()
    except InvalidToken:
        mend = "Telegram refuses it: copy TELEGRAM_BOT_TOKEN anew from @BotFather (/mybots, API Token)"
        return Finding("token", False, mend)
    except TelegramError as error:
        said = redacted(error.message, settings.token)
        where = f"{settings.api_url} cannot be reached ({said})"
        mend = f"{where}: check network, proxy and DAWNLINE_TELEGRAM_API_URL"
        return Finding("token", False, mend)
    return Finding("token", True, f"@{bot.username}")


async def _skew(settings: TelegramSettings, clock: Clock) -> Finding:
    """Every HTTP answer is dated; the front page needs no token."""
    try:
        verify = settings.tls or httpx.create_ssl_context()
        async with httpx.AsyncClient(timeout=httpx.Timeout(READ, connect=CONNECT), verify=verify) as client:
            answer = await client.get(settings.api_url)
        skew = clock.now() - _date(answer)
    except (httpx.HTTPError, KeyError, ValueError):
        return Finding("clock", True, "not compared: the server does not say what time it is")
    seconds = round(abs(skew).total_seconds())
    if abs(skew) <= MAX_SKEW:
        return Finding("clock", True, f"within {seconds} s of Telegram's")
    side = "ahead of" if skew > timedelta() else "behind"
    mend = f"{seconds} s {side} Telegram's: switch on time synchronisation (timedatectl set-ntp true)"
    return Finding("clock", False, mend)


def _date(answer: httpx.Response) -> datetime:
    return parsedate_to_datetime(answer.headers["Date"])


def _privacy(bot: Bot) -> Finding:
    if bot.can_read_all_group_messages:
        return Finding("privacy mode", True, "off: the bot sees what customers write")
    mend = (
        "on: the bot sees customers' messages only where it is an administrator. Send @BotFather: "
        f"/setprivacy, @{bot.username}, Disable; then remove the bot from each group and add it again"
    )
    return Finding("privacy mode", False, mend)


async def _try(about: str, check: Awaitable[Verdict], settings: TelegramSettings) -> Finding:
    try:
        ok, text = await check
    except ChatMigrated as error:
        return Finding(about, False, f"the group became a supergroup: its id is now {error.new_chat_id}")
    except (BadRequest, Forbidden) as error:
        mend = f"{error.message}: check the id and add the bot there (docs/telegram.md says how to find ids)"
        return Finding(about, False, mend)
    except TelegramError as error:
        return Finding(about, False, f"could not be tried: {redacted(error.message, settings.token)}")
    return Finding(about, ok, text)


async def _webhook(bot: Bot, settings: TelegramSettings) -> Verdict:
    info = await bot.get_webhook_info()
    wanted = settings.webhook_url
    if wanted is None and info.url:
        return False, (
            "PUBLIC_URL is not set, so the desk polls, but Telegram still calls a webhook elsewhere: another "
            "desk may be using this bot. The next start removes the webhook; stop the other desk first"
        )
    if wanted is None:
        return True, f"none, the desk polls; {info.pending_update_count} updates wait"
    return _called(info, wanted)


def _called(info: WebhookInfo, wanted: str) -> Verdict:
    if info.url != wanted:
        return False, f"Telegram does not call {wanted} yet: start the desk once, it registers the webhook"
    if info.last_error_message:
        return False, (
            f"Telegram's last call failed: {info.last_error_message}. {wanted} must lead to the desk's PORT, "
            f"with a valid certificate; {info.pending_update_count} updates wait"
        )
    return True, f"{wanted}; {info.pending_update_count} updates wait"


async def _group(bot: Bot, chat_id: str) -> Verdict:
    chat = await bot.get_chat(chat_id)
    member = await bot.get_chat_member(chat_id, bot.id)
    if member.status not in _PRESENT:
        return False, f"the bot is not in {chat.effective_name}: add @{bot.username} there"
    if member.status not in {ChatMember.OWNER, ChatMember.ADMINISTRATOR}:
        return False, (
            f"the bot is in {chat.effective_name} without administrator rights: messages arrive, reactions "
            "do not. Make it an administrator (no right but the default ones is needed)"
        )
    return True, f"administrator of {chat.effective_name}"


async def _forum(bot: Bot, chat_id: str) -> Verdict:
    chat = await bot.get_chat(chat_id)
    if not chat.is_forum:
        return False, f"{chat.effective_name} has no topics: switch on Topics in the group's settings"
    member = await bot.get_chat_member(chat_id, bot.id)
    if not isinstance(member, ChatMemberAdministrator):
        return (
            False,
            f"the bot is no administrator of {chat.effective_name}: it could not open incident topics",
        )
    rights = {"Manage topics": member.can_manage_topics, "Pin messages": member.can_pin_messages}
    missing = [right for right, given in rights.items() if not given]
    if missing:
        return False, f"give the bot these rights in {chat.effective_name}: {', '.join(missing)}"
    return True, f"{chat.effective_name}, with topics and the rights for them"


async def _reachable(bot: Bot, user_id: str) -> Verdict:
    """A bot may only write to those who wrote to it first."""
    try:
        chat = await bot.get_chat(user_id)
    except (BadRequest, Forbidden):
        return False, f"pages cannot reach {user_id}: they must open @{bot.username} and press Start"
    return True, f"{chat.effective_name} has started the bot"
