"""Choices where the documents of be.ENERGISED leave room, and ways to make it misbehave."""

from dataclasses import dataclass, field
from typing import Literal

#: seconds of a day
DAY = 86_400


@dataclass(slots=True)
class BeenergisedDriverOptions:
    """How the simulated be.ENERGISED behaves; may be changed while it runs. Durations in simulated seconds."""

    # ---- the schema

    #: which operator's schema of stations is served
    tenant: Literal["alpha", "beta"] = "alpha"
    #: whether `__schema` and `__type` may be asked for; the document does not say
    introspection: bool = True
    #: output fields under another name: {"Cp.status": "operationalState"}
    rename: dict[str, str] = field(default_factory=dict)
    #: items of a page at most, whatever the limit that is asked for
    page_cap: int = 100

    # ---- signing in

    #: life of a session token; the documents say 60 minutes, an older one says 10
    session_lifetime: int = 3_600
    #: life of a refresh token; the document does not say
    refresh_lifetime: int = 30 * DAY
    #: whether a sign-in with user name and password ends the user's session before it
    one_session: bool = True
    #: HTTP status of the answer to a session or refresh token that is not, or no longer, valid
    expired_answer: Literal["401", "200"] = "200"
    #: whether Auth0 gives refresh tokens to who asks for `offline_access`
    auth0_refresh_tokens: bool = True
    #: whether a refresh token of Auth0 can be used once only
    auth0_rotates: bool = True
    #: what an access token must have been asked for, or else it is none that the API reads; None takes any
    auth0_audience: str | None = None
    #: life of an access token
    auth0_lifetime: int = 3_600
    #: where a code may be sent: exact addresses; `*` stands for a port number, or at the end for anything
    redirect_uris: list[str] = field(
        default_factory=lambda: [
            "https://my.home-assistant.io/redirect/oauth",
            "http://127.0.0.1:*/auth/external/callback",
            "http://localhost:*/auth/external/callback",
        ]
    )
    #: the application's name on the sign-in page
    application_name: str = "Home Assistant"

    # ---- stations

    #: how many stations of other operators there are far away, beside the near ones
    roaming_stations: int = 0

    # ---- charging sessions

    #: unit of `energyConsumption`; the meter's values are Wh always
    energy_unit: Literal["Wh", "kWh"] = "Wh"
    #: whether a running session's cost rises; otherwise it is zero, without items, until the end
    cost_while_charging: bool = True
    #: whether a running session's cost is null
    cost_null: bool = False
    #: currencies of sessions which are not billed in the usual one, by their ids, as of those abroad
    currencies: dict[str, str] = field(default_factory=dict)

    # ---- commands

    #: whether a vehicle comes to the connector that a start was sent to, if there is none
    vehicle_arrives: bool = True
    #: what becomes of the next tracked start; it is normal again after that one
    next_attempt: Literal["normal", "failed", "stuck"] = "normal"
    #: the error message that every start is answered with
    refuse_start: str | None = None

    #: what marking and unmarking a favourite is refused with
    refuse_favourites: str | None = None

    # ---- misbehaviour

    #: a field that fails, the rest of the answer being there: "Chargelog.cost"
    partial_error_field: str | None = None
    #: fields that fail, with the code of their error: {"Query.cpsPaged": "FORBIDDEN"}
    field_errors: dict[str, str] = field(default_factory=dict)
