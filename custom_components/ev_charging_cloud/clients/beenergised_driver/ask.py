"""Asking an operator for what its schema has, and noticing when that changes."""

from collections.abc import Callable

from ..errors import SchemaChangedError, UnavailableError
from ..reading.families import Family, FamilyState
from ..reading.lenient import Reader
from ..transport.graphql import Answer
from .api import DriverApi
from .queries import LISTS, Operations, is_wanted
from .schema import Schema, introspect


class Asker:
    """Asks for what the schema has; a schema that changed is read anew."""

    def __init__(self, api: DriverApi, introspection: Family[Schema | None]) -> None:
        """Prepare to ask; nothing is requested yet.

        Args:
            api: makes the requests.
            introspection: reads the schema, which is None where it is kept secret.
        """
        self.api = api
        self._introspection = introspection
        self._operations = Operations(None)
        self._is_fresh = False
        self._was_away = False
        # Operations that the schema did not take though it was read anew, and why.
        self.broken: dict[str, str] = {}

    @property
    def operations(self) -> Operations:
        """The operations there are; before the first request the documented core."""
        return self._operations

    async def prepare(self) -> Operations:
        """Return the operations, reading the schema if that is due.

        While it cannot be read, those of before are used, or the documented core.

        Raises:
            AuthenticationError: the sign-in is refused.
        """
        if not self._is_fresh:
            schema = await self._introspection.read(
                lambda: introspect(self.api, is_wanted)
            )
            if self._introspection.state is FamilyState.FRESH:
                self._operations = Operations(schema)
                self._is_fresh = True
        return self._operations

    async def run[DataT](
        self,
        operation: str,
        build: Callable[[Operations], str | None],
        answer: Reader[DataT],
        *,
        is_polled: bool = False,
    ) -> Answer[DataT] | None:
        """Return the data of an operation, and what could not be resolved of it.

        What validation refuses was not carried out, so that it may be sent again.

        Args:
            operation: its name.
            build: makes the document of what the schema has.
            answer: reads the data.
            is_polled: whether polls ask it again and again.

        Returns:
            The answer; None if the operator has not got the operation.

        Raises:
            SchemaChangedError: the schema does not have what it says it has.
            ClientError: any other of its subclasses.
        """
        document = build(await self.prepare())
        if document is None or operation in self.broken:
            return None
        try:
            return await self._ask(operation, document, answer, is_polled=is_polled)
        except SchemaChangedError as err:
            operations = await self._renew(operation, err)
            again = build(operations)
            if again is None:
                return None
            if again == document:
                self.broken[operation] = err.message
                raise
        try:
            return await self._ask(operation, again, answer, is_polled=is_polled)
        except SchemaChangedError as err:
            self.broken[operation] = err.message
            raise

    async def _ask[DataT](
        self, operation: str, document: str, answer: Reader[DataT], *, is_polled: bool
    ) -> Answer[DataT]:
        try:
            found = await self.api.ask(
                document,
                answer,
                is_polled=is_polled,
                about_one=operation not in LISTS,
            )
        except UnavailableError:
            self._was_away = True
            raise
        if self._was_away:
            # What kept the schema from being read is over as well.
            self._was_away = False
            self._introspection.forgive()
        return found

    async def _renew(self, operation: str, error: SchemaChangedError) -> Operations:
        """Return operations that take into account what was refused.

        Raises:
            SchemaChangedError: the schema cannot be read anew for now.
        """
        before = self._operations
        self._is_fresh = False
        await self.prepare()
        if not self._is_fresh and before.schema is not None:
            raise error
        if self._operations.schema is None:
            # The answer itself names what is missing; if not, all of it is.
            named = {(operation, field) for _, field in error.missing}
            missing = {*before.missing, *(named or {(operation, operation)})}
            if (operation, operation) in missing:
                self.broken[operation] = error.message
            self._operations = Operations(None, missing)
        return self._operations

    def forgive(self, *, anew: bool) -> None:
        """Try again, from the next request on, what did not work.

        Args:
            anew: read the schema anew although it took all that was sent.
        """
        if self.broken or anew:
            self.broken.clear()
            self._is_fresh = False
