"""Asking an operator for what its schema has, and noticing when that changes."""

from collections.abc import Callable

import msgspec

from ..errors import SchemaChangedError
from ..transport.graphql import Answer
from .api import DriverApi
from .queries import Documents
from .schema import introspect


class Asker:
    """Asks with documents that the schema has; a schema that changed is read anew."""

    def __init__(self, api: DriverApi) -> None:
        """Prepare to ask; nothing is requested yet."""
        self.api = api
        self._documents = Documents(None)
        self._is_fresh = False
        # Operations that the schema did not take though it was read anew, and why.
        self.broken: dict[str, str] = {}

    @property
    def documents(self) -> Documents:
        """Return the documents there are; before the first request the documented core."""
        return self._documents

    async def prepare(self) -> Documents:
        """Return the documents, reading the schema if nobody did.

        Raises:
            ClientError: there was no answer, or the token is refused.
        """
        if not self._is_fresh:
            self._documents = Documents(await introspect(self.api))
            self._is_fresh = True
        return self._documents

    async def run[DataT](
        self,
        operation: str,
        build: Callable[[Documents], str | None],
        answer: msgspec.json.Decoder[DataT],
    ) -> DataT | None:
        """Return the data of an operation; None if the operator has not got it.

        Raises:
            ClientError: see :meth:`run_all`.
        """
        found = await self.run_all(operation, build, answer)
        return found.data if found else None

    async def run_all[DataT](
        self,
        operation: str,
        build: Callable[[Documents], str | None],
        answer: msgspec.json.Decoder[DataT],
    ) -> Answer[DataT] | None:
        """Return the data of an operation, and what could not be resolved of it.

        What validation refuses was not carried out, so that it may be sent again.

        Raises:
            SchemaChangedError: the schema does not have what it says it has.
            ClientError: any other of its subclasses.
        """
        document = build(await self.prepare())
        if document is None or operation in self.broken:
            return None
        try:
            return await self.api.ask_all(document, answer)
        except SchemaChangedError as err:
            documents = await self._renew(operation, err)
            again = build(documents)
            if again is None:
                return None
            if again == document:
                self.broken[operation] = err.message
                raise
        try:
            return await self.api.ask_all(again, answer)
        except SchemaChangedError as err:
            self.broken[operation] = err.message
            raise

    async def _renew(self, operation: str, error: SchemaChangedError) -> Documents:
        """Return documents that take into account what was refused."""
        before = self.documents
        schema = await introspect(self.api)
        missing: set[tuple[str, str]] = set()
        if schema is None:
            # The answer itself names what is missing; if not, all of it is.
            named = {(operation, field) for _, field in error.missing}
            missing = {*before.missing, *(named or {(operation, operation)})}
        if (operation, operation) in missing:
            self.broken[operation] = error.message
        self._documents = Documents(schema, missing)
        return self._documents

    def forgive(self, *, anew: bool) -> None:
        """Try again, from the next request on, what did not work.

        Args:
            anew: read the schema anew although it took all that was sent.
        """
        if self.broken or anew:
            self.broken.clear()
            self._is_fresh = False
