"""Mail of somebody who is not of the ticket it speaks of waits for a human, who decides by command."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.integration.run.process import REPOSITORY
from tests.integration.whole_mail.correspondence import mail
from tests.integration.whole_mail.house import ADA, DANA, STRANGER
from tests.integration.whole_mail.stage import WAIT, Stage


async def dawnline(directory: Path, *words: str) -> Any:
    """What the command says as JSON; it must succeed."""
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot.cli", *words, "--json",
        cwd=directory, env={"PYTHONPATH": str(REPOSITORY)},
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, err = await asyncio.wait_for(child.communicate(), WAIT)
    assert child.returncode == 0, err.decode()
    return json.loads(out)


@pytest.mark.slow
async def test_a_stranger_speaks_of_a_ticket(stage: Stage) -> None:
    here = stage.desk.house.settings.directory
    async with stage.running():
        opened = await stage.opened(mail(DANA, "Recordings are late", "A day late."))
        quoting = await stage.brought(mail(STRANGER, "Re: [T-1]", "Please send me the logs of it."))
        assert (quoting.outcome, quoting.ticket) == ("quarantined", 1)
        known = {"In-Reply-To": opened.receipt.message["In-Reply-To"]}
        answering = await stage.brought(mail(STRANGER, "Re: Recordings", "And those of May.", head=known))
        assert (answering.outcome, answering.ticket) == ("quarantined", 1)
        waiting, other = await dawnline(here, "quarantine", "list")  # while the desk runs
        assert [each["beside"] for each in (waiting, other)] == ["T-1", "T-1"]
        assert waiting["author"]["id"] == STRANGER
    released = await dawnline(here, "quarantine", "release", waiting["id"])
    assert (released["outcome"], released["ticket"]) == ("promoted", "T-2")
    async with stage.running():
        await stage.letters.take(STRANGER, "T-2", "Re: [T-1]")
        await stage.letters.take(ADA, "T-2", "Please send me the logs of it.")
    assert [each.outcome for each in stage.desk.ledger] == ["opened", "promoted", "quarantined"]
