"""The command menu Telegram shows when somebody types a slash."""

from collections.abc import Mapping, Sequence

from telegram import Bot, BotCommand

from adapters.telegram.render import shortened
from bot.messages.catalogue import FALLBACK, LANGUAGES, Catalogue
from bot.verbs.grammar import VERBS, Verb

# https://core.telegram.org/bots/api#botcommand
MAX_DESCRIPTION = 256
PREFIX = "dawnline"

# Commands by language code; "" is everybody without a menu of their own.
Menu = Mapping[str, Sequence[BotCommand]]


def menu(catalogue: Catalogue) -> Menu:
    """Every verb, and /dawnline before any of them, described in each language."""
    return {("" if each == FALLBACK else each): _commands(catalogue, each) for each in LANGUAGES}


def _commands(catalogue: Catalogue, language: str) -> Sequence[BotCommand]:
    commands = [_command(verb, catalogue.template(language, f"verb.{verb.name}")) for verb in VERBS.values()]
    return [*commands, BotCommand(PREFIX, catalogue.template(language, "verb.help"))]


def _command(verb: Verb, meaning: str) -> BotCommand:
    """The arguments come first: beside the command's name, as they are typed."""
    arguments = verb.usage.removeprefix(f"/{verb.name}").strip() if verb.name != "help" else ""
    description = f"{arguments} – {meaning}" if arguments else meaning
    return BotCommand(verb.name, shortened(description, MAX_DESCRIPTION))


async def register(bot: Bot, menu: Menu) -> None:
    """Raises TelegramError. Telegram keeps the menu, so registering it again changes nothing."""
    for language, commands in menu.items():
        await bot.set_my_commands(commands, language_code=language or None)
