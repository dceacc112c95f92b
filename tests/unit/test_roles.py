"""What a worker does by its role."""

import pytest
from bot.roles import Role, WayIn

PUBLIC = "https://desk.example.com"


@pytest.mark.parametrize(
    ("role", "engine", "called", "calling"),
    [
        (Role.ALL, True, WayIn.CALLED, WayIn.CALLS),
        (Role.WEB, False, WayIn.CALLED, WayIn.CLOSED),
        (Role.ENGINE, True, WayIn.CALLED, WayIn.CLOSED),
        (Role.INTAKE, False, WayIn.CALLED, WayIn.CALLS),
    ],
)
def test_what_a_role_does(role: Role, engine: bool, called: WayIn, calling: WayIn) -> None:
    """Whoever is called answers; only some call."""
    assert (role.runs_engine, role.way_in(PUBLIC), role.way_in(None)) == (engine, called, calling)
