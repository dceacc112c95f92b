"""One package a channel: translates in, translates out, decides nothing."""
