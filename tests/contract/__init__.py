"""What `bot.ports.Store` promises, for every store: the docstrings there are the specification."""
