"""A site of two pages on a real server: a form that takes files, and the files. Also as a program of its own:

python -m tests.integration.web.site DIRECTORY
"""

import asyncio
import os
import re
import sys
from pathlib import Path

from adapters.web.downloads import download
from adapters.web.forms import FormRefused
from adapters.web.health import known
from adapters.web.last_word import LastWord
from adapters.web.server import WebServer, web_app
from adapters.web.uploading import Limits, read_form
from bot.inbound import Attachment
from bot.ports import Uploads
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from storage.uploads.disk import DiskUploads

LIMITS = Limits(fields=20, files=3, most=25 * 1024 * 1024, body=80 * 1024 * 1024, idle=5)


class Site:
    """`handed_in`: what came by the form. `refused`: the keys of what did not."""

    def __init__(self, uploads: Uploads, limits: Limits = LIMITS) -> None:
        self._uploads = uploads
        self._limits = limits
        self.handed_in: dict[str, Attachment] = {}
        self.refused: list[str] = []
        routes = [
            Route("/form", self._take, methods=["POST"]),
            Route("/files/{id}", self._give),
            Route("/standing", self._standing),
        ]
        self.server = WebServer(web_app(routes, known(dict)), "127.0.0.1", 0)

    async def _take(self, request: Request) -> Response:
        try:
            form = await read_form(request, self._uploads, self._limits)
        except FormRefused as refused:
            self.refused.append(refused.key)
            return LastWord(JSONResponse({"refused": refused.key}, refused.status))
        self.handed_in |= {each.id: each for each in form.attachments}
        files = [(each.id, each.name, each.content_type, each.size) for each in form.attachments]
        return JSONResponse({"fields": dict(form.fields), "files": files})

    async def _give(self, request: Request) -> Response:
        return await download(self.handed_in[request.path_params["id"]], self._uploads)

    async def _standing(self, request: Request) -> Response:
        """The most memory this process ever had, in KiB, and how many files it has open."""
        return JSONResponse(_standing())


def _standing() -> dict[str, int]:
    most = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text("ascii"))
    assert most is not None
    return {"most": int(most[1]), "open": len(os.listdir("/proc/self/fd"))}


async def main(directory: Path) -> None:
    uploads = DiskUploads(directory)
    swept = await uploads.sweep()
    site = Site(uploads)
    sys.stdout.write(f"{site.server.port} {swept}\n")
    sys.stdout.flush()
    await site.server.run()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
