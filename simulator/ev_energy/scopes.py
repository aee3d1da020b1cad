"""The scopes that ev.energy's document names, and what each means on the consent page."""

SCOPES = {
    "user:read": "See your name, e-mail address and home",
    "user:write": "Change your home",
    "vehicle:read": "See your vehicles",
    "vehicle:write": "Change the settings of your vehicles",
    "evse:read": "See your chargers",
    "evse:write": "Change your chargers",
    "charging_session:read": "See your charging sessions",
    "charging_session:write": "Start and end boosts",
    "tariff:read": "See your energy tariff",
    "tariff:prices:read": "See the prices of your tariff",
    "carbon:read": "See the carbon intensity of your energy",
    "grid:read": "See how busy your grid is",
    "subscription:read": "See your subscriptions",
    "debug:read": "See how charging is planned",
    "home_energy:read": "See what your home's sun, battery and grid give and take",
    **dict.fromkeys(
        (
            "solar:read",
            "solar:write",
            "solar_forecast:read",
            "inverter:read",
            "inverter:write",
            "home_battery:read",
            "boundary_meter:read",
        ),
        "Devices of home energy, which this simulation does not have",
    ),
}
#: what the application has unless a test says otherwise
USUAL = frozenset(
    {
        "user:read",
        "vehicle:read",
        "vehicle:write",
        "evse:read",
        "evse:write",
        "charging_session:read",
        "charging_session:write",
        "tariff:read",
        "carbon:read",
        "grid:read",
    }
)
#: what an application needs besides, to see home energy
HOME_ENERGY = frozenset({"home_energy:read"})
