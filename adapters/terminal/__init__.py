"""The terminal as a channel: what you type is a customer's message, a line with a slash an engineer's."""
