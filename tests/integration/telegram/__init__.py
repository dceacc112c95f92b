"""The Telegram adapter on the real python-telegram-bot, against the strict local Bot API."""
