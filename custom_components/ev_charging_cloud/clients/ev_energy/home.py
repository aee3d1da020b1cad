"""The user's home: what its energy costs and emits, and what the vendor has to say.

Source: the OpenAPI file of version 2 (users, tariffs, notifications). A notification is
for a person as long as it asks for something, and is neither read nor resolved.
"""

from collections.abc import Sequence
from http import HTTPStatus
import textwrap

from ..errors import NotPermittedError, ResponseError
from ..model import Money, Notification, Supply
from ..reading.families import Families, Family
from ..reading.items import ItemReader
from ..reading.report import ReadingReport
from ..reading.values import text
from ..reading.words import plain
from ..snapshot import SlowState
from ..transport.address import path_to
from ..transport.budget import Budget
from . import wire
from .api import EvEnergyApi
from .families import FAMILIES
from .home_energy import HomeEnergyReader
from .listings import PAGE

# Requests of a look: the user, the tariff, the notifications, the home energy systems.
LOOK = 4
ASKS = "actionable"
# More than these nobody reads.
MOST_NOTIFICATIONS = 10
LONGEST_TEXT = 500


class SeveralUsersError(NotPermittedError):
    """The application sees several users, and none was chosen."""


class Home:
    """Reads what changes rarely of one user."""

    def __init__(
        self,
        api: EvEnergyApi,
        families: Families,
        report: ReadingReport,
        budget: Budget,
        *,
        user_id: str | None,
        energy: HomeEnergyReader,
    ) -> None:
        """Read nothing yet.

        Args:
            api: asks.
            families: of the account.
            report: counts what cannot be read.
            budget: of the account's requests.
            user_id: whom a client of an organization acts for; None for the user who
                consented.
            energy: reads the home energy systems.
        """
        self._api = api
        self._budget = budget
        self._energy = energy
        self._user_id = user_id
        self._user = Family[wire.User](families, "user", FAMILIES["user"])
        self._tariff = Family[wire.Tariff | None](
            families, "tariff", FAMILIES["tariff"]
        )
        self._messages = Family[tuple[Notification, ...]](
            families, "notifications", FAMILIES["notifications"]
        )
        self._users = ItemReader("user", "id", wire.USER, lambda it: it, report)
        self._notifications = ItemReader(
            "notification", "id", wire.NOTIFICATION, _notification, report
        )

    async def look(self) -> SlowState:
        """Return what can be read, and what is kept of the rest."""
        may_read = self._budget.may_read(LOOK)
        user = await self._user.read(self.read_user) if may_read else self._user.answer
        messages = self._messages.answer
        if may_read:
            messages = await self._messages.read(self._list_notifications)
            await self._energy.list()
        return SlowState(
            locations={},
            supply=await self._supply(user, may_read=may_read),
            notifications=messages or (),
        )

    async def read_user(self) -> wire.User:
        """Return the user: the chosen one, the one who consented, or the only one.

        ``/users/me`` is an example of the documents, and no user of an organization.

        Raises:
            SeveralUsersError: there are several, and none was chosen.
            ClientError: any other of its subclasses.
        """
        try:
            return await self._get_user(self._user_id or "me")
        except ResponseError as err:
            if self._user_id or err.status != HTTPStatus.NOT_FOUND:
                raise
            users = await self.list_users()
            if len(users) != 1:
                raise SeveralUsersError(f"{len(users)} users are visible") from err
            return await self._get_user(users[0].id)

    async def list_users(self) -> Sequence[wire.User]:
        """Return the users that the application sees."""
        listing = await self._api.list("/users", [PAGE])
        return self._users.read_some(listing.items).read

    async def read_tariff(self) -> tuple[str, wire.Tariff]:
        """Return the id of the user's tariff, and the tariff.

        Raises:
            NotPermittedError: the user has none.
            ClientError: any other of its subclasses.
        """
        user = self._user.answer or await self.read_user()
        home = user.default_location
        tariff_id = wire.id_of(home.tariff) if home else None
        tariff = self._tariff.answer
        if tariff_id is not None and tariff is None:
            tariff = await self._get_tariff(tariff_id)
        if tariff_id is None or tariff is None:
            raise NotPermittedError("no tariff is set for this home")
        return tariff_id, tariff

    async def _supply(self, user: wire.User | None, *, may_read: bool) -> Supply | None:
        home = user.default_location if user else None
        if home is None:
            return None
        tariff = self._tariff.answer
        if may_read and (tariff_id := wire.id_of(home.tariff)):
            tariff = await self._tariff.read(lambda: self._get_tariff(tariff_id))
        price = (
            Money(tariff.current_price, tariff.currency.upper())
            if tariff and tariff.current_price is not None and tariff.currency
            else None
        )
        return Supply(
            tariff=text(tariff.name) if tariff else None,
            price=price,
            carbon_intensity=home.current_carbon_intensity_grams_per_kilowatt_hour,
        )

    async def _get_user(self, user_id: str) -> wire.User:
        return await self._api.get("user", path_to("/users/{}", user_id), wire.USER)

    async def _get_tariff(self, tariff_id: str) -> wire.Tariff | None:
        """Return a tariff; None where the vendor has no such tariff any more."""
        try:
            return await self._api.get(
                "tariff", path_to("/tariffs/{}", tariff_id), wire.TARIFF
            )
        except ResponseError as err:
            if err.status != HTTPStatus.NOT_FOUND:
                raise
            return None

    async def _list_notifications(self) -> tuple[Notification, ...]:
        """Return the newest notifications that ask for something."""
        page, _ = await self._api.page("/notifications", [PAGE], None)
        found = self._notifications.read_some(page).read
        return tuple(each for each in found if each is not None)[:MOST_NOTIFICATIONS]


def _notification(found: wire.Notification) -> Notification | None:
    """Return what a notification asks for; None where it asks for nothing."""
    title = _one_line(found.short_text_title) or _one_line(found.detail_page_title)
    if (
        plain(found.category or "") != ASKS
        or text(found.read_at)
        or text(found.resolved_at)
        or title is None
    ):
        return None
    return Notification(
        id=found.id,
        title=title,
        text=_one_line(found.detail_page_body) or _one_line(found.short_text_body),
        url=found.external_link,
    )


def _one_line(words: str | None) -> str | None:
    """Return a vendor's words as part of a text of ours: short, and without lines."""
    line = " ".join((words or "").split())
    return textwrap.shorten(line, LONGEST_TEXT, placeholder=" …") or None
