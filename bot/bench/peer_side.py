"""Another desk's side, run by the Python of a scratch environment that has it and knows nothing of Dawnline.

    python peer_side.py alerta|django_helpdesk DATABASE_URL CALLERS < questions > answers

It says {"ready": true} when its database is set up. Every line on stdin is a question, {"seconds", "texts"}:
for so long, CALLERS threads each create one after the other, and the answer is {"created", "seconds"}. Each
create is what a message does that comes in: an alert posted to Alerta's own application, an e-mail handed to
django-helpdesk's own intake. It ends when stdin does.
"""

import json
import logging
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from itertools import chain, count
from time import perf_counter
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

Create = Callable[[int, str], None]
"""One ticket of this number and these words. Returns when it is committed; raises when it is not."""
_CONTRIBUTED = ("admin", "auth", "contenttypes", "humanize", "messages", "sessions", "sites")


def alerta(url: str) -> Create:
    """POST /alert, as whatever monitors things does it; everything as it comes, but for the database."""
    app: Any = import_module("alerta.app").create_app({"DATABASE_URL": url, "LOG_LEVEL": "ERROR"})

    def create(number: int, text: str) -> None:
        alert = {
            "environment": "Production",
            "service": ["desk"],
            "severity": "major",
            "resource": f"customer-{number:07}",
            "event": "asked",
            "text": text,
        }
        answer = app.test_client().post("/alert", json=alert)
        if answer.status_code != 201:
            raise RuntimeError(answer.get_data(as_text=True))

    return create


def django_helpdesk(url: str) -> Create:
    """An e-mail to a queue, by the way that the fetched ones go; what it would send, nobody sends."""
    _django(url)
    models, intake = import_module("helpdesk.models"), import_module("helpdesk.email")
    queue = models.Queue.objects.create(title="Desk", slug="desk", email_address="desk@desk.example")
    log = logging.getLogger("helpdesk.bench")

    def create(number: int, text: str) -> None:
        subject, _, _ = text.partition("\n")
        mail = (
            f"From: Customer {number:07} <c{number:07}@customer.example>\nTo: desk@desk.example\n"
            f"Message-Id: <{number:07}@customer.example>\nContent-Type: text/plain; charset=utf-8\n"
            f"Subject: {subject}\n\n{text}\n"
        )
        if intake.extract_email_metadata(mail, queue, log) is None:
            raise RuntimeError("no ticket came of an e-mail")

    return create


def _django(url: str) -> None:
    """A project with nothing but the help desk: its tables, and its own texts of e-mails."""
    settings: Any = import_module("django.conf").settings
    settings.configure(
        SECRET_KEY="of nobody",  # noqa: S106
        INSTALLED_APPS=[f"django.contrib.{each}" for each in _CONTRIBUTED] + ["rest_framework", "helpdesk"],
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}],
        DATABASES={"default": _database(urlsplit(url))},
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        HELPDESK_TEAMS_MODE_ENABLED=False,  # else it needs more packages, of teams nobody has here
        EMAIL_BACKEND="django.core.mail.backends.dummy.EmailBackend",
        LOGIN_URL="/login",
        SITE_ID=1,
        USE_TZ=True,
    )
    import_module("django").setup()
    urls = import_module("django.urls")
    settings.ROOT_URLCONF = (urls.path("", urls.include("helpdesk.urls")),)
    call = import_module("django.core.management").call_command
    call("migrate", verbosity=0)
    call("loaddata", "emailtemplate", verbosity=0)


def _database(at: SplitResult) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": at.path.lstrip("/"),
        "USER": unquote(at.username or ""),
        "PASSWORD": unquote(at.password or ""),
        "HOST": at.hostname or "",
        "PORT": at.port or "",
    }


def answers(create: Create, callers: int, questions: Iterable[str]) -> Iterator[dict[str, float]]:
    numbers = count(1)
    with ThreadPoolExecutor(callers) as threads:
        for line in questions:
            asked = json.loads(line)
            started = perf_counter()
            rounds = [
                threads.submit(_create_until, create, numbers, started + asked["seconds"], asked["texts"])
                for _ in range(callers)
            ]
            created = sum(each.result() for each in rounds)
            yield {"created": created, "seconds": perf_counter() - started}


def _create_until(create: Create, numbers: Iterator[int], end: float, texts: Sequence[str]) -> int:
    created = 0
    while perf_counter() < end:
        number = next(numbers)
        create(number, texts[number % len(texts)])
        created += 1
    return created


def main(peer: str, url: str, callers: str) -> None:
    logging.disable(logging.WARNING)
    create = {"alerta": alerta, "django_helpdesk": django_helpdesk}[peer](url)
    for each in chain([{"ready": True}], answers(create, int(callers), sys.stdin)):
        sys.stdout.write(json.dumps(each) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
