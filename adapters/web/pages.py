"""Pages from templates. Everything in them is escaped; words come from the catalogues."""

import base64
import json
from collections.abc import Mapping
from functools import lru_cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from adapters.web.guard import csrf_of, local_path, page_of
from adapters.web.reader import FLASH, LANG, Reader, Readers
from adapters.web.settings import WebSettings
from adapters.web.uploading import FILES
from adapters.web.words import Words
from bot.window import Window

STATIC = Path(str(files("adapters.web") / "static"))
MOST = 700
"""Characters of it: a cookie holds 4 kB, and one character is up to four bytes."""
SHOWN_FOR = 60
"""Seconds in which the next page shows what was done."""


class Pages:
    """Renders for one desk."""

    def __init__(self, settings: WebSettings, readers: Readers, window: Window) -> None:
        self._readers = readers
        self._window = window
        self._desk = {
            "desk": settings.name,
            "version": settings.version,
            "is_trial": settings.trial is not None,
            # Of forms that mean the same whoever is signed in: a page outlives the session it was made in.
            "anybodys": csrf_of(settings.secret, ""),
        }

    def show(
        self,
        request: Request,
        template: str,
        reader: Reader,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        **shown: Any,
    ) -> Response:
        """The page, with what the last one left to say. `here` among what is shown: where it can be looked at
        again, for one that answers a form."""
        flash, house = _flash(request), self._window.house
        here = _looked_at(request)
        page = _templates().get_template(template)
        text = page.render(
            request=request,
            reader=reader,
            w=Words(reader.voice, house),
            policy=house.policy,
            flash=flash,
            **{**self._desk, "here": here, **shown},
        )
        response = HTMLResponse(text, status, headers={"cache-control": "no-store", **(headers or {})})
        if flash:
            response.delete_cookie(FLASH)
        if (asked := request.query_params.get("lang")) == reader.voice.language:
            self._readers.keep(response, "lang", asked)
        return response

    def go(self, path: str, text: str = "", *, refused: bool = False) -> Response:
        """Look at another page, which says `text` once (RFC 9110's 303)."""
        response = RedirectResponse(path, status_code=303)
        if text:
            said = json.dumps([text[:MOST], refused], ensure_ascii=False).encode()
            packed = base64.urlsafe_b64encode(said).decode()
            self._readers.keep(response, FLASH, packed, seconds=SHOWN_FOR)
        return response


def _looked_at(request: Request) -> str:
    """Its address, with whatever narrows it, but for the language of one visit."""
    if request.method not in ("GET", "HEAD"):
        return page_of(request.url.path)
    query = urlencode([each for each in request.query_params.multi_items() if each[0] != LANG])
    return local_path(f"{request.url.path}?{query}" if query else request.url.path)


def _flash(request: Request) -> tuple[str, bool] | None:
    """What the last page left to say; it is shown as text, so whoever made it up fools nobody but
    themselves."""
    try:
        text, refused = json.loads(base64.urlsafe_b64decode(request.cookies.get(FLASH, "")))
        return str(text).encode("utf-8", "replace").decode(), bool(refused)
    except (ValueError, TypeError, RecursionError):
        return None


@lru_cache(maxsize=1)
def _templates() -> Environment:
    """They are the same for every desk, and compiling one takes longer than all else about a page."""
    environment = Environment(
        loader=PackageLoader("adapters.web", "templates"),
        auto_reload=False,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(asset=_asset, files_at_once=FILES)
    return environment


@lru_cache(maxsize=64)
def _asset(name: str) -> str:
    """Its address, which changes with its content, so that browsers may keep it for ever."""
    digest = sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return f"/static/{digest}/{name}"
