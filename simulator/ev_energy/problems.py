"""Errors as ev.energy writes them: application/problem+json."""

from collections.abc import Mapping, Sequence
from typing import override

from aiohttp import web
import msgspec

from simulator.world.model import Json

#: title and detail; those of 405, 406, 409, 500, 502 and 503 are not published and are placeholders
TEXTS = {
    400: ("Bad request", "The request could not be understood."),
    401: ("Unauthorized", "Authentication credentials were not provided."),
    403: ("Forbidden", "You do not have permission to perform this action."),
    404: ("Not found", "Resource does not exist or cannot be accessed."),
    405: ("Method not allowed", "This method is not supported here."),
    406: ("Not acceptable", "Could not satisfy the request Accept header."),
    409: ("Conflict", "The session is not in a state for this command."),
    429: ("Too Many Requests", "Request was rate limited."),
    500: ("Internal server error", "Something went wrong."),
    503: ("Service unavailable", "The command could not be delivered."),
}


class ProblemError(Exception):
    """Ends the handling of a request with an error answer."""

    def __init__(
        self,
        status: int,
        detail: str | None = None,
        *,
        title: str | None = None,
        kind: str | None = None,
        field_errors: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        """Describe the error.

        Args:
            status: of the answer.
            detail: what is wrong; None is the usual text.
            title: in few words; None is the usual one.
            kind: the last part of the problem's type; None leaves the type out.
            field_errors: what is wrong with the fields of a body.
        """
        usual = TEXTS.get(status, ("Error", "The request failed."))
        super().__init__(detail or usual[1])
        self.status = status
        self.title = title or usual[0]
        self.detail = detail or usual[1]
        self.kind = kind
        self.field_errors = field_errors

    @override
    def __str__(self) -> str:
        """Return status and detail."""
        return f"{self.status} {self.detail}"

    def response(self, origin: str) -> web.Response:
        """Return the answer; `origin` is where the problem types live."""
        body: dict[str, Json] = {}
        if self.kind is not None:
            body["type"] = f"{origin}/v2/problems/{self.kind}/"
        body |= {"status": self.status, "title": self.title, "detail": self.detail}
        if self.field_errors is not None:
            body["field_errors"] = self.field_errors
        return web.Response(
            status=self.status,
            body=msgspec.json.encode(body),
            content_type="application/problem+json",
        )


def pagination(parameter: str) -> ProblemError:
    """Return the problem of a paging parameter that makes no sense."""
    return ProblemError(
        400,
        f"Invalid value for pagination parameter: {parameter}",
        title="Invalid pagination parameter",
        kind="pagination-parameters",
    )


def validation(
    errors: Mapping[str, Sequence[str]], kind: str | None = None
) -> ProblemError:
    """Return the problem of a body whose fields make no sense."""
    return ProblemError(
        400,
        f"Error on fields: {', '.join(errors)}",
        title="Request failed validation.",
        kind=kind,
        field_errors=errors,
    )
