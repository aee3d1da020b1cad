"""One station, live: its connectors share its power, and its link to the cloud can be lost."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from heapq import heappop, heappush, merge
from itertools import count
from math import inf

from .catalogue import rng
from .charging import share
from .connector import LiveConnector
from .model import FAR, NotInWorldError, Session, StationSpec, StationView

#: lost links of a station: mean time between and mean length
MEAN_SECONDS_TO_LOSS = 15 * 86_400
MEAN_LOSS_SECONDS = 1_200


class LiveStation:
    """The state of one station; nobody but its World changes it."""

    def __init__(
        self,
        seed: int,
        spec: StationSpec,
        name: str,
        location_id: str,
        connectors: list[LiveConnector],
    ) -> None:
        """Begin online and in service."""
        self.spec = spec
        self.name = name
        self.location_id = location_id
        self.connectors = {connector.spec.id: connector for connector in connectors}
        self.in_service = True
        #: what all connectors get at most by command, in W
        self.limit_w = inf
        self.next_due = FAR
        self._seed = seed
        self._losses = 0
        self._next_loss = FAR
        self._back_at = FAR
        self._frozen: StationView | None = None
        self._plans: list[tuple[datetime, int, Callable[[datetime], object]]] = []
        self._order = count()

    @property
    def online(self) -> bool:
        """Return whether the cloud hears from it."""
        return self._frozen is None

    def connector(self, connector_id: str) -> LiveConnector:
        """Return a connector.

        Raises:
            NotInWorldError: if there is none of that id.
        """
        try:
            return self.connectors[connector_id]
        except KeyError:
            raise NotInWorldError(
                f"station {self.spec.id} has no connector {connector_id!r}"
            ) from None

    def expect_loss(self, now: datetime) -> None:
        """Draw when the link is lost next."""
        random = rng(self._seed, self.spec.id, "loss", self._losses)
        self._next_loss = now + timedelta(
            seconds=60 + random.expovariate(1 / MEAN_SECONDS_TO_LOSS)
        )

    def advance(self, now: datetime) -> None:
        """Let everything happen which is due up to `now`, in order."""
        while self.next_due <= now:
            self.change(self.next_due, self._step)

    def change(self, now: datetime, action: Callable[[datetime], object]) -> None:
        """Do something to the station or its connectors at `now`, then share the power anew."""
        for connector in self.connectors.values():
            if connector.running is not None:
                connector.running.settle(now)
        action(now)
        self.allocate()

    def plan(self, at: datetime, action: Callable[[datetime], object]) -> None:
        """Have something done at a moment to come, as `change` would do it then; it must not raise."""
        heappush(self._plans, (at, next(self._order), action))
        self.next_due = min(self.next_due, at)

    def allocate(self) -> None:
        """Share the station's power and find out what happens next."""
        connectors = list(self.connectors.values())
        wanted = [connector.wanted_w() for connector in connectors]
        given = share(min(self.spec.max_w, self.limit_w), wanted)
        for connector, want, power in zip(connectors, wanted, given, strict=True):
            if want and connector.running is not None:
                connector.running.give(want, power, connector.spec.max_w)
        self.next_due = min(
            self._next_loss,
            self._back_at,
            self._plans[0][0] if self._plans else FAR,
            *(connector.due() for connector in connectors),
        )

    def _step(self, now: datetime) -> None:
        """Let happen what is due now."""
        while self._plans and self._plans[0][0] <= now:
            heappop(self._plans)[2](now)
        if self._back_at <= now:
            self.set_online(now)
        if self._next_loss <= now:
            random = rng(self._seed, self.spec.id, "gone", self._losses)
            self._losses += 1
            if (
                self.online
            ):  # a link cut by hand stays so until it is given back by hand
                self.set_offline(now, 240 + random.expovariate(1 / MEAN_LOSS_SECONDS))
            self.expect_loss(now)
        for connector in self.connectors.values():
            if connector.due() <= now or connector.running is not None:
                connector.step(now)

    def set_offline(self, now: datetime, seconds: float | None = None) -> None:
        """Lose the link, for `seconds` if that is given; what was known last stays known."""
        if self._frozen is None:
            self._frozen = replace(self.view(now), online=False)
        self._back_at = FAR if seconds is None else now + timedelta(seconds=seconds)

    def set_online(self, now: datetime) -> None:
        """Have the link back."""
        self._frozen, self._back_at = None, FAR

    def view(self, now: datetime) -> StationView:
        """Return what the cloud knows of the station at a moment up to its next event."""
        if self._frozen is not None:
            return replace(self._frozen, name=self.name, location_id=self.location_id)
        return StationView(
            spec=self.spec,
            name=self.name,
            location_id=self.location_id,
            online=True,
            in_service=self.in_service,
            seen=now,
            connectors=tuple(
                connector.view(now, in_service=self.in_service)
                for connector in self.connectors.values()
            ),
        )

    def sessions(self, now: datetime) -> Iterator[Session]:
        """Return the sessions the cloud knows of, running ones too, newest start first."""
        view = self.view(now)
        running = [
            connector.session
            for connector in view.connectors
            if connector.session is not None and connector.session.end is None
        ]
        # what ended while the link was lost is not known yet
        past = [
            (
                session
                for session in connector.sessions()
                if session.end is not None and session.end <= view.seen
            )
            for connector in self.connectors.values()
        ]
        running.sort(key=newest_first)
        return merge(running, *past, key=newest_first)


def newest_first(session: Session) -> tuple[float, str]:
    """Return the sort key of sessions: latest start first, the id where starts are equal."""
    return (-session.start.timestamp(), session.id)
