"""Telegram: groups, forum topics and direct messages, on python-telegram-bot."""
