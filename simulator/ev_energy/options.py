"""Choices where ev.energy's documents leave room or contradict each other."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal


@dataclass(slots=True)
class Message:
    """A message in a user's inbox; ``read`` and ``resolved`` are when that happened."""

    number: int
    title: str
    body: str
    at: datetime
    category: str = "ACTIONABLE"
    link: str | None = None
    read: datetime | None = None
    resolved: datetime | None = None


@dataclass(slots=True)
class EvEnergyOptions:
    """How the simulated ev.energy behaves; may be changed while it runs."""

    #: the application's name on the consent page
    application_name: str = "Home Assistant"
    #: where a code may be sent: exact addresses; `*` stands for a port number, or at the end for anything
    redirect_uris: list[str] = field(
        default_factory=lambda: [
            "https://my.home-assistant.io/redirect/oauth",
            "http://127.0.0.1:*/auth/external/callback",
            "http://localhost:*/auth/external/callback",
        ]
    )
    #: whether a sign-in without PKCE is refused; the document does not say
    pkce_required: bool = False
    #: whether a code bound to a PKCE challenge can be exchanged without the client secret, as the PKCE page shows
    secretless_pkce: bool = True
    #: whether each refresh gives a new refresh token and ends the old one; the document does not say
    rotation: bool = True
    #: whether the use of a rotated-out refresh token ends the whole grant; the document does not say
    reuse_ends_grant: bool = False
    #: requests per simulated hour for an application and user
    rate_limit: int = 1000
    #: how EvEnergy-User names a user; two of the vendor's pages disagree
    user_header: Literal["id", "url", "both"] = "id"
    #: whether an organisation's lists want EvEnergy-User, with 400 if it is missing
    user_header_required: bool = False
    #: whether a request without any credential meets the edge's plain-text 403 instead of a 401
    edge_403: bool = False
    #: since when sessions are recorded; what is older is known by its sub-sessions only. None is always
    sessions_since: datetime | None = None
    #: whether cost, CO2 and shares of a sub-session stay null until it is over
    late_costs: bool = False
    #: whether energy_delivered_by_price is a list instead of the schema's one object
    prices_as_list: bool = False
    #: how many hours of carbon intensities lie in the future
    carbon_forecast_hours: int = 0
    #: messages in every user's inbox, newest first
    notifications: list[Message] = field(default_factory=list)
    #: whether tariffs show `type` and `daily_prices`, which need a contract
    contract_tariffs: bool = False
    #: how many home energy systems the first user has; every other user has one
    energy_systems: int = 1
    #: whether the energy of a time can be asked for that is not over
    energy_to_come: bool = True
    #: since when no home energy system has reported
    energy_silent_since: datetime | None = None
