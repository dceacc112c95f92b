"""`dawnline check`."""

import typer

from bot.cli.desk import Desk
from bot.cli.failing import WRONG, complain
from bot.cli.options import HERE, AsJson, Directory
from bot.cli.screen import show, show_json
from bot.cli.waking import unconfirmed
from bot.policy import Policy
from bot.settings import Settings, check, missing_channels

app = typer.Typer(add_completion=False)


@app.command("check", epilog="Example: [cyan]dawnline check --directory /srv/desk[/]")
def check_files(as_json: AsJson = False, directory: Directory = HERE) -> None:
    """Say everything that is wrong with .env and dawnline.toml, one fault a line.

    Also which telephones and push topics their owners have not confirmed yet, as far as the desk's store is
    there (nobody is woken by those), and which engineers cannot sign in on the desk's pages. Nothing outside
    is tried; `dawnline doctor` does that.

    Exit code 2: there are faults.
    """
    policy, settings, faults = check(directory)
    missing = None if faults else unconfirmed(Desk.at(directory))
    if as_json:
        found = [{"file": each.file, "key": each.key, "message": each.message} for each in faults]
        locked_out = _locked_out(policy, settings)
        show_json({"ok": not faults, "faults": found, "unconfirmed": missing, "cannot_sign_in": locked_out})
    else:
        complain(*(str(fault) for fault in faults))
    if faults:
        raise typer.Exit(WRONG)
    if policy and settings and not as_json:
        _summary(policy, settings)
        _contacts(missing)
        for name in _locked_out(policy, settings):
            show(f"{name} cannot sign in on the desk's pages: no email among their identities")


def _locked_out(policy: Policy | None, settings: Settings | None) -> list[str]:
    """The engineers whom the public pages do not know: people are known there by their mail address."""
    if policy is None or settings is None or settings.web == "off" or not settings.public_url:
        return []
    return [each.id for each in policy.engineers if not each.identities.get("email")]


def _contacts(missing: list[dict[str, str]] | None) -> None:
    if missing is None:
        show("the store could not be looked at, so which contacts are confirmed is not known")
    for each in missing or ():
        whose, command = each["engineer"], f"dawnline verify-contact {each['engineer']}"
        via = " --via push" if each["kind"] == "push" else ""
        show(f"{whose}: {each['kind']} {each['contact']} is not confirmed and not used yet: {command}{via}")


def _summary(policy: Policy, settings: Settings) -> None:
    counts = (
        f"{len(policy.engineers)} engineers, {len(policy.teams)} teams, {len(policy.schedules)} schedules"
    )
    show(f"{settings.config_path} is right: {counts}")
    for missing in missing_channels(settings):
        names = ", ".join(need.name for need in missing.needs)
        show(f"{missing.channel} is not configured; it needs {names}")
