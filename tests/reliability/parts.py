"""The parts of each vendor's API that the matrix lets fail, one at a time or all."""

from collections.abc import Iterator
from datetime import timedelta
from enum import Enum, auto

from msgspec import Struct

HOUR, DAY = timedelta(minutes=61), timedelta(hours=25)
# RFC 6749, 5.2
INVALID_CLIENT = '{"error": "invalid_client"}'
UNAUTHENTICATED = (
    '{"errors": [{"message": "Invalid credentials",'
    ' "extensions": {"code": "UNAUTHENTICATED"}}]}'
)


class Looked(Enum):
    """When a part is asked for."""

    BY_ITSELF = auto()
    # Once the token that there is was refused.
    AFTER_REFUSAL = auto()
    AT_START = auto()
    # When a person asks for something.
    ON_DEMAND = auto()


class Paged(Enum):
    """How a list leads to its next page."""

    BY_HEADER = auto()
    BY_OFFSET = auto()
    BY_CURSOR = auto()


class Part(Struct, frozen=True, kw_only=True):
    """A part of an API.

    ``path`` and ``holds`` choose its requests at the simulator. ``around`` is an answer
    with ``%s`` in place of the list or the object, which is empty as ``empty``; None
    where the parts have nothing in common. ``text`` is where a text is in it, and
    ``total`` where it says how many there are, as :class:`~simulator.Fault` names
    places. ``refusal`` is how the vendor words a refusal here, where it has other words
    than elsewhere. ``every`` is the time between two polls, of which one in ``polls`` looks
    at it.
    """

    name: str
    every: timedelta
    polls: int = 1
    path: str = "*"
    holds: str | None = None
    around: str | None = "%s"
    empty: str = "[]"
    text: str = ""
    total: str = ""
    refusal: str = ""
    paged: Paged | None = None
    looked: Looked = Looked.BY_ITSELF


class Api(Struct, frozen=True, kw_only=True):
    """A vendor's API; ``every`` is the time between two polls of what changes."""

    key: str
    every: timedelta
    parts: tuple[Part, ...]

    def all(self) -> Iterator[Part]:
        """Yield all parts at once, then each."""
        yield Part(name="everything", around=None, every=self.every)
        yield from self.parts


def _kempower() -> Api:
    every = timedelta(seconds=70)
    return Api(
        key="kempower",
        every=every,
        parts=(
            Part(
                name="token",
                path="/auth/refreshAccessToken",
                empty="{}",
                text="token",
                every=every,
                looked=Looked.AFTER_REFUSAL,
            ),
            Part(
                name="stations",
                path="/stations",
                around='{"stations": %s}',
                text="stations.*.name",
                every=every,
            ),
            Part(
                name="locations",
                path="/locations",
                around='{"locations": %s}',
                text="locations.*.name",
                every=HOUR,
            ),
        ),
    )


def _ev_energy() -> Api:
    every, slow = timedelta(seconds=100), timedelta(minutes=16)
    # Two chargers and two vehicles have their turns one after the other.
    turns = 4

    def part(
        name: str,
        path: str,
        text: str,
        *,
        every: timedelta = every,
        polls: int = 1,
        empty: str = "[]",
        paged: Paged | None = None,
    ) -> Part:
        return Part(
            name=name,
            path=f"/v2/{path}",
            text=text,
            every=every,
            polls=polls,
            empty=empty,
            paged=paged,
        )

    return Api(
        key="ev_energy",
        every=every,
        parts=(
            Part(
                name="token",
                path="/o/token/",
                empty="{}",
                text="access_token",
                refusal=INVALID_CLIENT,
                every=every,
                looked=Looked.AFTER_REFUSAL,
            ),
            part("chargers", "evses", "*.cpid", paged=Paged.BY_HEADER),
            part("vehicles", "vehicles", "*.description", paged=Paged.BY_HEADER),
            part("sessions", "charging_sessions", "*.start"),
            part("schedules", "charging_sub_sessions", "*.mode"),
            part("user", "users/*", "email", every=slow, empty="{}"),
            part("tariff", "tariffs/*", "name", every=slow, empty="{}"),
            part("notifications", "notifications", "*.short_text_title", every=slow),
            part(
                "connectivity",
                "evses/*/connectivity",
                "firmware_version",
                polls=turns,
                empty="{}",
            ),
            part("location logs", "vehicles/*/location_logs", "*.at_home", polls=turns),
            part(
                "stated charge",
                "vehicles/*/state_of_charge",
                "state_of_charge_percentage",
                polls=turns,
                empty="{}",
            ),
        ),
    )


def _beenergised_cpo() -> Api:
    every = timedelta(seconds=70)
    base = "/api/cpoapi/v1"
    total = "meta.pagination.total"

    def listed(name: str, path: str, text: str, every: timedelta) -> Part:
        return Part(
            name=name,
            path=f"{base}/{path}/",
            around='{"data": %s}',
            text=f"data.*.attributes.{text}",
            total=total,
            every=every,
            paged=Paged.BY_OFFSET,
        )

    return Api(
        key="beenergised_cpo",
        every=every,
        parts=(
            Part(
                name="token",
                path="*/token",
                empty="{}",
                text="access_token",
                refusal=INVALID_CLIENT,
                every=every,
                looked=Looked.AFTER_REFUSAL,
            ),
            listed("stations", "charging_stations", "label", every),
            listed("connectors", "connectors", "label", every),
            listed("connectors of stations", "cp/*/connectors", "label", DAY),
            Part(
                name="locations",
                path=f"{base}/locations/",
                around='{"data": %s}',
                text="data.*.attributes.label",
                every=HOUR,
                paged=Paged.BY_CURSOR,
            ),
            listed(
                "maintenance windows",
                "maintenance_windows",
                "comment",
                timedelta(minutes=16),
            ),
        ),
    )


def _beenergised_driver() -> Api:
    every = timedelta(seconds=330)

    def part(
        name: str,
        root: str,
        text: str,
        *,
        every: timedelta = every,
        looked: Looked = Looked.BY_ITSELF,
        is_paged: bool = False,
    ) -> Part:
        data = '{"data": %s}' if is_paged else "%s"
        return Part(
            name=name,
            path="/graphql/",
            holds=root,
            around=f'{{"data": {{"{root}": {data}}}}}',
            text=f"data.{root}.{text}",
            total=f"data.{root}.pagination.totalCount",
            every=every,
            paged=Paged.BY_OFFSET if is_paged else None,
            looked=looked,
        )

    return Api(
        key="beenergised_driver",
        every=every,
        parts=(
            Part(
                name="sign-in",
                path="/graphql/",
                holds="sessionToken refreshToken",
                around='{"data": {"initSession": %s}}',
                empty="{}",
                text="data.*.sessionToken",
                refusal=UNAUTHENTICATED,
                every=every,
                looked=Looked.AFTER_REFUSAL,
            ),
            part("sessions", "chargelogsPaged", "data.*.rateName", is_paged=True),
            part("stations", "cpsPaged", "data.*.label", is_paged=True),
            part(
                "documents",
                "accountDocumentsPaged",
                "data.*.type",
                is_paged=True,
                every=HOUR,
            ),
            part(
                "cards",
                "availableCardsForChargingProcess",
                "*.label",
                looked=Looked.ON_DEMAND,
            ),
            part("schema", "__schema", "types.0.kind", looked=Looked.AT_START),
        ),
    )


APIS = {
    api.key: api
    for api in (
        _kempower(),
        _ev_energy(),
        _beenergised_cpo(),
        _beenergised_driver(),
    )
}
