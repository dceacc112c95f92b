"""`python -m bot.cli` is `dawnline`."""

from bot.cli.app import main

main()
