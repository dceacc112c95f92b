"""Files: handed in as they come, and handed out again."""

import json
from typing import Annotated, Any

from fastapi import Path
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from adapters.web.api.caller import Caller
from adapters.web.api.desk import ApiDesk
from adapters.web.api.fields import TicketNumber
from adapters.web.api.once import Change, Key, digest_of, shown
from adapters.web.api.operation import By, Operation, Takes
from adapters.web.api.problems import Fault, Problem
from adapters.web.api.shapes import UploadShape
from adapters.web.downloads import download
from adapters.web.uploading import Limits, read_form
from bot.access.session import Scope
from bot.console.ticket import attachment
from bot.errors import Refused
from bot.inbound import Attachment
from bot.portal.views import attached

FIELD = "file"
_AROUND = 65_536
"""Bytes of a form beside its file."""
_FORM: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": [FIELD],
                    "properties": {FIELD: {"type": "string", "format": "binary", "minLength": 1}},
                }
            }
        },
    }
}
_BYTES: dict[str, Any] = {
    "responses": {
        "200": {
            "description": "The file, to be saved.",
            "content": {"*/*": {"schema": {"type": "string", "format": "binary"}}},
        }
    }
}


class Attachments:
    def __init__(self, desk: ApiDesk) -> None:
        self._desk = desk

    def operations(self) -> list[Operation]:
        return [
            Operation(
                "POST", "/attachments", self.upload, "uploadAttachment", "Hand in a file", "attachments",
                Scope.WRITE, UploadShape, status=201, takes=Takes.FORM, extra=_FORM,
                fails=(400, 408, 409, 413, 415, 422),
            ),
            Operation(
                "GET", "/tickets/{ticket}/attachments/{file}", self.file, "downloadAttachment",
                "One file of a ticket", "attachments", Scope.READ, None, fails=(404,), extra=_BYTES,
            ),
        ]  # fmt: skip

    async def upload(self, request: Request, caller: By, key: Key = "") -> Response:
        """One file in the field `file`. It is on no ticket until a new ticket or message names its id."""
        most = self._desk.site.settings.upload_most
        limits = Limits(fields=5, files=1, most=most, body=most + _AROUND)
        form = await read_form(request, self._desk.site.uploads, limits)
        files = form.files.get(FIELD, ())
        if not files or form.fields or len(form.attachments) != 1:
            raise Problem(
                422, "no_file", faults=[Fault(f"#/{FIELD}", "one file is needed, and nothing else")]
            )

        async def keep(event_key: str) -> Response:
            return self._kept(caller, files[0])

        digest = digest_of(request, json.dumps([files[0].id, files[0].name]).encode())
        return await self._desk.once.answer(request, Change(caller, key, digest, keep))

    def _kept(self, caller: Caller, file: Attachment) -> Response:
        handle = self._desk.handles.of(caller.token.id, file)
        shape = UploadShape(
            id=handle, name=file.name, content_type=file.content_type, size=file.size or 0, sha256=file.id
        )
        return shown(shape, 201)

    async def file(
        self, caller: By, ticket: TicketNumber, file: Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")]
    ) -> Response:
        """By its SHA-256, as a message names it. It is to be saved, never shown as part of a page."""
        look = self._desk.site.window.look
        await self._desk.ticket(caller, ticket)
        try:
            if caller.is_ours:
                found = await look(lambda work: attachment(work, ticket, file))
            else:
                found = await look(lambda work: attached(work, ticket, file, caller.may_see))
            return await download(found, self._desk.site.uploads)
        except (Refused, HTTPException):
            raise Problem(404, "unknown_file") from None
