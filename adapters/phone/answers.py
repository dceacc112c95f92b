"""What the provider is answered."""

from starlette.responses import JSONResponse, Response


def xml(document: bytes) -> Response:
    return Response(document, media_type="text/xml")


def done() -> Response:
    return Response(status_code=204)


def no(status: int, reason: str) -> Response:
    return JSONResponse({"taken": False, "reason": reason}, status)


def later(reason: str) -> Response:
    """It must come again."""
    return JSONResponse({"taken": False, "reason": reason}, 503, {"Retry-After": "5"})
