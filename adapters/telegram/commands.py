"""The command menu Telegram shows when somebody types a slash."""

from collections.abc import Mapping, Sequence

from telegram import Bot, BotCommand

# Descriptions by command by language; "" is every other language.
Menu = Mapping[str, Mapping[str, str]]

MENU: Menu = {
    "": {
        "ack": "Take the ticket (yours, or T-12)",
        "ticket": "Open a ticket for this text or the message answered",
        "tickets": "Tickets that are open",
        "update": "Tell the customer: T-12 eta=2h complexity=high text",
        "priority": "Change the priority: T-12 P1",
        "assign": "Hand the ticket to somebody: T-12 name",
        "wait": "Wait for the customer",
        "note": "Note for engineers only",
        "resolve": "The ticket is solved",
        "reopen": "The ticket is not solved after all",
        "discard": "It was no request",
        "merge": "Same as another ticket: T-13 T-12",
        "oncall": "Who is on call",
        "override": "Change who is on call for a while",
        "link": "This group belongs to a customer: acme",
        "help": "What I can do",
        "dawnline": "Any of these: /dawnline ack T-12",
    },
    "zh": {
        "ack": "接单（最近通知您的工单，或 T-12）",
        "ticket": "为这段文字或所回复的消息建立工单",
        "tickets": "未解决的工单",
        "update": "告知客户进展：T-12 eta=2h complexity=high 内容",
        "priority": "调整优先级：T-12 P1",
        "assign": "转交工单：T-12 姓名",
        "wait": "等待客户",
        "note": "仅工程师可见的备注",
        "resolve": "工单已解决",
        "reopen": "重新打开工单",
        "discard": "不是请求，撤销工单",
        "merge": "合并到另一工单：T-13 T-12",
        "oncall": "当前值班人员",
        "override": "临时调整值班",
        "link": "将本群关联到客户：acme",
        "help": "我能做什么",
        "dawnline": "以上任一命令：/dawnline ack T-12",
    },
}


async def register(bot: Bot, menu: Menu) -> None:
    """Raises TelegramError. Telegram keeps the menu, so registering it again changes nothing."""
    for language, descriptions in menu.items():
        await bot.set_my_commands(_commands(descriptions), language_code=language or None)


def _commands(descriptions: Mapping[str, str]) -> Sequence[BotCommand]:
    return [BotCommand(command, description) for command, description in descriptions.items()]
