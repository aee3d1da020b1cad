"""What Assist understands of our names, with Home Assistant's own recogniser."""

import re

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from homeassistant.components import conversation
from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.core import Context, HomeAssistant, State
from homeassistant.setup import async_setup_component
from simulator import Simulator
from tests.common import async_set_up

from .common import async_automate


@pytest.fixture
async def assist(
    hass: HomeAssistant,
    demo_world: Simulator,
    four_accounts: list[MockConfigEntry],
    request: pytest.FixtureRequest,
) -> None:
    """Have four accounts, of whose power and charge Assist may speak, in a language."""
    hass.config.language = request.param
    assert await async_setup_component(hass, "homeassistant", {})
    assert await async_setup_component(hass, "conversation", {})
    await async_set_up(hass, four_accounts[0])
    for state in hass.states.async_all("sensor"):
        if state.attributes.get("device_class") in {"power", "battery"}:
            async_expose_entity(hass, "conversation", state.entity_id, True)


async def async_say(hass: HomeAssistant, text: str) -> str:
    """Say something to Assist, and return what it answers."""
    answer = await conversation.async_converse(
        hass, text, None, Context(), language=hass.config.language
    )
    speech: str = answer.response.speech["plain"]["speech"]
    return speech


def state_named(hass: HomeAssistant, name: str) -> State:
    """Return the state of what is called so."""
    (state,) = [state for state in hass.states.async_all() if state.name == name]
    return state


@pytest.mark.usefixtures("assist")
@pytest.mark.parametrize(
    ("assist", "name", "text"),
    [
        ("en", "Kempower Bay 1 Power", "What is the Kempower Bay 1 power?"),
        ("en", "Wall Charger 2 Power", "what is the value of wall charger 2 power"),
        ("en", "Family car State of charge", "What's the family car state of charge?"),
        ("de", "Kempower Bay 1 Leistung", "Wie ist die Kempower Bay 1 Leistung?"),
        (
            "de",
            "Family car Ladezustand",
            "sag mir den Wert von Family car Ladezustand",
        ),
    ],
    indirect=["assist"],
)
async def test_values(hass: HomeAssistant, name: str, text: str) -> None:
    """Values are asked for by device and name, and told as they are shown."""
    state = state_named(hass, name)
    value, unit = float(state.state), state.attributes["unit_of_measurement"]
    told = (await async_say(hass, text)).replace(",", ".").split()
    assert " ".join(told[: len(name.split())]).lower() == name.lower()
    assert (float(told[-2]), told[-1]) == (value, unit)


@pytest.mark.usefixtures("assist")
@pytest.mark.parametrize(
    ("assist", "device", "device_class", "text", "answers"),
    [
        (
            "en",
            "Family car",
            "battery_charging",
            "Is the family car charging?",
            ("Family car is not charging.", "Family car is charging."),
        ),
        (
            "en",
            "Wall Charger 2",
            "plug",
            "is wall charger 2 plugged in",
            ("Wall Charger 2 is not plugged in.", "Wall Charger 2 is plugged in."),
        ),
        (
            "de",
            "Family car",
            "battery_charging",
            "Lädt das family car?",
            ("Family car lädt nicht.", "Family car lädt."),
        ),
        (
            "de",
            "Kempower Bay 1 1.1",
            "battery_charging",
            "Wird Kempower Bay 1 1.1 geladen?",
            ("Kempower Bay 1 1.1 lädt nicht.", "Kempower Bay 1 1.1 lädt."),
        ),
        (
            "de",
            "Family car",
            "plug",
            "Ist das Family car eingesteckt?",
            ("Family car ist nicht eingesteckt.", "Family car ist eingesteckt."),
        ),
        (
            "fi",
            "Family car",
            "plug",
            "Onko family car kytketty?",
            ("Family car ei ole kytketty.", "Family car on kytketty."),
        ),
    ],
    indirect=["assist"],
)
async def test_ask(
    hass: HomeAssistant,
    device: str,
    device_class: str,
    text: str,
    answers: tuple[str, str],
) -> None:
    """Whether something charges, or is plugged in, is answered by the blueprint."""
    await async_automate(hass, "ask", tell=False)
    (found,) = (
        state
        for state in hass.states.async_all("binary_sensor")
        if state.attributes.get("device_class") == device_class
        and state.name.rpartition(" ")[0] == device
    )
    for value, answer in zip(("off", "on"), answers, strict=True):
        hass.states.async_set(found.entity_id, value, found.attributes)
        assert await async_say(hass, text) == answer


@pytest.mark.usefixtures("assist")
@pytest.mark.parametrize("assist", ["en"], indirect=True)
async def test_ask_of_many(hass: HomeAssistant) -> None:
    """All whose names have the words in them answer; of what is not there nothing is known."""
    await async_automate(hass, "ask", tell=False)
    answer = await async_say(hass, "Is Kempower bay 1 charging?")
    assert answer.count("Kempower Bay 1 1.1 is ") == 1
    assert answer.count("Kempower Bay 1 1.2 is ") == 1
    assert answer.count("charging.") == 2
    assert (await async_say(hass, "is bay 1 charging")).count("charging.") > 2
    assert (await async_say(hass, "is the boat charging")) == "I know nothing of boat."


@pytest.mark.usefixtures("assist")
@pytest.mark.parametrize(
    ("assist", "text"),
    [
        ("en", "How fast is Kempower bay 1 charging?"),
        ("de", "Wie schnell lädt Kempower Bay 1?"),
        ("fi", "Kuinka nopeasti Kempower bay 1 latautuu?"),
    ],
    indirect=["assist"],
)
async def test_ask_for_power(hass: HomeAssistant, text: str) -> None:
    """The power of a station, and of each of its connectors, is told with its unit."""
    await async_automate(hass, "ask", tell=False)
    answer = await async_say(hass, text)
    assert re.fullmatch(
        r"Kempower Bay 1 1\.1: [\d.]+ kW\. Kempower Bay 1 1\.2: [\d.]+ kW\. "
        r"Kempower Bay 1: [\d.]+ kW\.",
        answer,
    )
