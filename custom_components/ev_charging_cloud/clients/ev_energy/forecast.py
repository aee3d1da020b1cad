"""Prices and carbon of the hours to come, asked for when somebody wants them.

Source: the OpenAPI file of version 2 (tariff prices, carbon intensities). Prices need
the scope ``tariff:prices:read`` besides, which is a matter of contract. Both lists can be asked
for by when their intervals start.
"""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta

from ..errors import (
    AuthenticationError,
    ClientError,
    NotPermittedError,
    RateLimitedError,
)
from ..forecast import CarbonInterval, Forecast, PriceInterval
from ..model import Money
from ..reading.items import ItemReader
from ..reading.moments import after, utc
from ..reading.report import ReadingReport
from ..transport.address import path_to
from ..transport.budget import Budget
from . import wire
from .api import EvEnergyApi

PAGE = ("page_size", "100")
# An interval that a time begins in has begun at most so long before.
LONGEST_INTERVAL = timedelta(hours=2)
# Requests for a day: a user, a tariff, its prices, a carbon feed and its intensities.
DAY_COST = 6


class EvEnergyForecasts:
    """Forecasts for the user's home."""

    def __init__(
        self,
        api: EvEnergyApi,
        report: ReadingReport,
        budget: Budget,
        *,
        read_tariff: Callable[[], Awaitable[tuple[str, wire.Tariff]]],
        known_feed: Callable[[], str | None],
    ) -> None:
        """Ask for nothing yet.

        Args:
            api: asks.
            report: counts what cannot be read.
            budget: of the account's requests.
            read_tariff: returns the id of the user's tariff, and the tariff.
            known_feed: returns the id of the carbon feed that sessions name.
        """
        self._api = api
        self._budget = budget
        self._read_tariff = read_tariff
        self._known_feed = known_feed
        self._feed: str | None = None
        self._prices = ItemReader("price", "started_at", wire.PRICE, _same, report)
        self._feeds = ItemReader("carbon feed", "id", wire.REFERENCE, _same, report)
        self._carbon = ItemReader("carbon", "started_at", wire.CARBON, _same, report)

    async def async_get(self, start: datetime, end: datetime) -> Forecast:
        """Return the prices and the carbon of a time, as far as scopes allow.

        Raises:
            RateLimitedError: the requests of this hour are needed for live values.
            ClientError: nothing of it could be read.
        """
        if not self._budget.may_read(DAY_COST):
            raise RateLimitedError("the requests of this hour are used up", None)
        problems: dict[str, str] = {}
        failures: list[ClientError] = []

        async def attempt[AnswerT](
            name: str, ask: Callable[[datetime, datetime], Awaitable[AnswerT]]
        ) -> AnswerT | None:
            try:
                return await ask(start, end)
            except AuthenticationError, RateLimitedError:
                raise
            except ClientError as err:
                problems[name] = err.message
                failures.append(err)
                return None

        prices = await attempt("prices", self._get_prices)
        carbon = await attempt("carbon", self._get_carbon)
        if prices is None and carbon is None:
            raise failures[0]
        return Forecast(prices=prices, carbon=carbon, problems=problems)

    async def _get_prices(
        self, start: datetime, end: datetime
    ) -> tuple[PriceInterval, ...]:
        tariff_id, tariff = await self._read_tariff()
        if not tariff.currency:
            raise NotPermittedError("the tariff has no currency")
        currency = tariff.currency.upper()
        path = path_to("/tariffs/{}/prices", tariff_id)
        listing = await self._api.list(path, _query(start, end))
        found = (
            PriceInterval(
                start=begin, end=finish, price=Money(it.price_minor_units, currency)
            )
            for it in self._prices.read(listing.items).read
            for begin, finish in _bounds(it.started_at, it.interval_seconds, start, end)
        )
        return tuple(sorted(found, key=lambda interval: interval.start))

    async def _get_carbon(
        self, start: datetime, end: datetime
    ) -> tuple[CarbonInterval, ...]:
        path = path_to("/carbon_feeds/{}/carbon_intensities", await self._get_feed())
        listing = await self._api.list(
            path, _query(start, end), inside="carbon_intensities"
        )
        found = (
            CarbonInterval(
                start=begin,
                end=finish,
                intensity=it.co2_intensity_grams_per_kilowatt_hour,
            )
            for it in self._carbon.read(listing.items).read
            for begin, finish in _bounds(it.started_at, it.interval_seconds, start, end)
        )
        return tuple(sorted(found, key=lambda interval: interval.start))

    async def _get_feed(self) -> str:
        """Return the feed of the user's home: what sessions name, or the only one."""
        if (known := self._known_feed() or self._feed) is not None:
            return known
        listing = await self._api.list("/carbon_feeds", [PAGE])
        feeds = self._feeds.read(listing.items).read
        if len(feeds) != 1:
            raise NotPermittedError(f"{len(feeds)} carbon feeds are visible")
        self._feed = feeds[0].id
        return self._feed


def _query(start: datetime, end: datetime) -> Sequence[tuple[str, str]]:
    """Ask for what overlaps a time: an interval may have begun before it."""
    return [
        PAGE,
        ("started_at__gte", _stamp(start - LONGEST_INTERVAL)),
        ("started_at__lte", _stamp(end)),
    ]


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _bounds(
    started_at: datetime, seconds: float, start: datetime, end: datetime
) -> Iterator[tuple[datetime, datetime]]:
    """Yield when an interval begins and ends, if it is in a time at all."""
    begin = utc(started_at)
    finish = after(begin, seconds) if begin else None
    if begin and finish and begin < end and finish > start:
        yield begin, finish


def _same[ItemT](item: ItemT) -> ItemT:
    return item
