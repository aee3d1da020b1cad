"""Each picture, and what it would have to be taken anew for."""

from collections.abc import Mapping, Sequence

INTEGRATION = "custom_components/ev_charging_cloud"
# What there is to see, in all pictures.
WORLD = (
    "simulator/world/catalogue.py",
    "simulator/world/beginning.py",
    "simulator/homes/make.py",
    "pictures/studio.py",
)
DASHBOARD = (*WORLD, f"{INTEGRATION}/frontend/**/*.js", "texts:common")

# Modules (their statements count, not their comments), other files, ``texts:`` a part of the English texts, and
# ``entities:`` the table of entities of a kind of device on a vendor's page.
PICTURES: Mapping[str, Sequence[str]] = {
    "dashboard": DASHBOARD,
    "dashboard-dark": DASHBOARD,
    "dashboard-phone": DASHBOARD,
    "dashboard-phone-dark": DASHBOARD,
    "dashboard-sessions": DASHBOARD,
    "dashboard-driver": DASHBOARD,
    "energy": (*WORLD, f"{INTEGRATION}/sessions/texts.py"),
    "home_energy": ("simulator/homes/make.py", "entities:ev_energy:home_energy"),
    "locations": (
        f"{INTEGRATION}/flows/detail.py",
        f"{INTEGRATION}/flows/forms.py",
        f"{INTEGRATION}/flows/options.py",
        "pictures/large.py",
        "texts:config",
    ),
    "kempower_station": (*WORLD, "entities:kempower:station"),
    "kempower_connector": (*WORLD, "entities:kempower:connector"),
    "ev_energy_vehicle": (*WORLD, "entities:ev_energy:vehicle"),
    "beenergised_cpo_station": (*WORLD, "entities:beenergised_cpo:station"),
    "beenergised_cpo_calendar": (*WORLD, f"{INTEGRATION}/calendar/*.py"),
    "beenergised_driver_account": (*WORLD, "entities:beenergised_driver:account"),
    "beenergised_driver_connector": (*WORLD, "entities:beenergised_driver:connector"),
}
# Taken by a person, as they show what Home Assistant has counted for an hour; --by-hand writes down that they were.
BY_HAND = frozenset({"home_energy"})
