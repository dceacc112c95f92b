"""`dawnline check`."""

from tests.integration.cli.terminal import Terminal


def test_right_files_are_called_right_and_what_is_not_connected_is_named(fresh: Terminal) -> None:
    said = fresh.ask("check")
    assert (said.code, said.err) == (0, "")
    assert "is right: 3 engineers, 1 teams, 1 schedules" in said.out
    assert "slack is not configured; it needs SLACK_BOT_TOKEN, SLACK_APP_TOKEN" in said.out
    assert "telegram is not configured; it needs TELEGRAM_BOT_TOKEN" in said.out


def test_every_fault_is_told_at_once_one_a_line_on_stderr(fresh: Terminal) -> None:
    policy = fresh.directory / "dawnline.toml"
    policy.write_text(policy.read_text().replace('tier = "lead"', 'tier = "boss"') + "\nnonsense = 1\n")
    (fresh.directory / ".env").write_text("PORT=99999\nSLACK_BOT_TOKEN=oops\n")
    said = fresh.ask("check")
    assert (said.code, said.out) == (2, "")
    lines = said.err.splitlines()
    for file, key in (
        (".env", "PORT"),
        (".env", "SLACK_BOT_TOKEN"),
        ("dawnline.toml", "engineers[1] (leo).tier"),
    ):
        assert [line for line in lines if line.startswith(f"{file}: {key}: ")], key
    assert [line for line in lines if "nonsense" in line]
    assert "oops" not in said.err, "a token, even a wrong one, is not shown"


def test_json(fresh: Terminal) -> None:
    assert fresh.ask("check", "--json").json == {
        "ok": True,
        "faults": [],
        "unconfirmed": [],
        "cannot_sign_in": [],
    }
    (fresh.directory / ".env").write_text("PORT=99999\n")
    said = fresh.ask("check", "--json")
    assert (said.code, said.err) == (2, "")
    [fault] = said.json["faults"]
    assert (fault["file"], fault["key"]) == (".env", "PORT")
    assert said.json["ok"] is False


def test_an_engineer_whom_the_pages_would_not_know(fresh: Terminal) -> None:
    policy = fresh.directory / "dawnline.toml"
    assert "email" not in policy.read_text()
    (fresh.directory / ".env").write_text(
        "PUBLIC_URL=https://desk.example\nOIDC_ISSUER=https://login.example\nOIDC_CLIENT_ID=desk\n"
    )
    said = fresh.ask("check")
    assert (said.code, said.err) == (0, "")
    assert "leo cannot sign in on the desk's pages: no email among their identities" in said.out
    names = fresh.ask("check", "--json").json["cannot_sign_in"]
    assert (len(names), "leo" in names) == (3, True)
    (fresh.directory / ".env").write_text("PUBLIC_URL=https://desk.example\nWEB=off\n")
    assert fresh.ask("check", "--json").json["cannot_sign_in"] == []


def test_no_files_at_all(fresh: Terminal) -> None:
    (fresh.directory / "dawnline.toml").unlink()
    said = fresh.ask("check")
    assert said.code == 2
    assert said.err.startswith("dawnline.toml: ")


def test_other_commands_refuse_wrong_files_in_the_same_words(fresh: Terminal) -> None:
    (fresh.directory / ".env").write_text("PORT=99999\n")
    said = fresh.ask("oncall")
    assert (said.code, said.out) == (2, "")
    assert said.err == fresh.ask("check").err


def test_a_directory_that_is_not_there(fresh: Terminal) -> None:
    said = fresh.run("check", "--directory", str(fresh.directory / "nowhere"))
    assert said.code == 2
    assert "nowhere" in said.err
