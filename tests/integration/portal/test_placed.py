"""Tickets that an older desk kept have no place on the board until they get one at the start."""

import sqlite3
from pathlib import Path

from bot.console.board import board, placed
from bot.tickets.board import Wanted

from tests.contract.builders import put, saving
from tests.contract.test_board import due_in
from tests.integration.portal.place import running


async def test_everyone_gets_a_place(tmp_path: Path) -> None:
    async with running(tmp_path) as place:
        many = [saving(number, clocks=due_in(1000 - number)) for number in range(1, 451)]
        await put(place.store, *many)
        with sqlite3.connect(tmp_path / "dawnline.db") as old:
            old.execute("UPDATE tickets SET urgent_at = 0")
        old.close()
        turns = 0
        while await place.desk.act(placed):
            turns += 1
        assert turns == 3
        view = await place.desk.look(lambda work: board(work, Wanted()))
        assert [row.ticket.number for row in view.rows] == list(range(450, 400, -1))
        assert (view.total, view.further) == (450, view.further)
        assert view.further is not None
        rest = await place.desk.look(lambda work: board(work, Wanted(), view.further))
        assert rest.rows[0].ticket.number == 400
