"""Slack: channels, threads and direct messages, on slack-bolt; Socket Mode or signed HTTP."""
