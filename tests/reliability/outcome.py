"""What becomes of an account while a part of its API fails, in the words of the page."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
import logging
from math import ceil

from msgspec import Struct
import pytest

from custom_components.ev_charging_cloud.const import DOMAIN
from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import issue_registry as ir

from .failing import failing
from .parts import Api, Looked, Part
from .scene import Scene, Shown
from .troubles import Trouble

OURS = f"custom_components.{DOMAIN}"
NOTHING = "–"
# Whoever was refused is asked again within an hour.
PATIENCE = timedelta(minutes=75)
# What lasts for an hour from the first look is a person's business.
LASTING = (timedelta(minutes=35), timedelta(minutes=35))
# So many values of an object are named.
FEW = 3
OBJECTS = ("account", "location", "station", "connector", "vehicle")
# What tells of the polling itself is there whatever happens.
ABOUT_POLLING = frozenset({"cloud"})


class Outcome(Struct, frozen=True, kw_only=True):
    """What became of an account.

    ``unavailable`` and ``unknown`` are the entities that lost their value after two
    looks, ``lines`` how many there are in the log from the first failure until all is
    well, ``back`` when that is after the failure, ``told`` what a person is told when
    it lasts for an hour, ``restart`` whether the account is set up meanwhile, and of what.
    """

    unavailable: str
    unknown: str
    lines: str
    back: str
    told: str
    restart: str


async def async_find_out(
    hass: HomeAssistant,
    scene: Scene,
    api: Api,
    part: Part,
    trouble: Trouble,
    caplog: pytest.LogCaptureFixture,
) -> Outcome:
    """Let a part fail twice, for two looks and for an hour, and say what comes of it."""
    await scene.async_start()
    before = scene.shown()
    assert scene.all_read()
    caplog.clear()
    said = ""
    with failing(scene.cloud, part, trouble) as faults:
        await _begin(scene, part)
        for _ in range(2):
            await scene.async_look(part)
            said = await _demand(hass, scene, part)
        assert not faults or any(map(scene.cloud.faults.struck, faults))
        after = scene.shown()
    back = await _back(scene, api, part, before)
    lines = _lines(caplog)
    with failing(scene.cloud, part, trouble):
        await _begin(scene, part)
        await scene.async_look(part)
        for time in LASTING:
            await scene.async_pass(time)
        told = [said, *_told(hass, scene)]
        await scene.async_restart()
        restart = _start(scene)
    _check_log(caplog)
    return Outcome(
        unavailable=_kinds(scene, before.values, after.unavailable),
        unknown=_kinds(scene, before.values, after.unknown),
        lines=str(lines),
        back=back,
        told="; ".join(filter(None, told)) or NOTHING,
        restart=restart,
    )


def _start(scene: Scene) -> str:
    """Return how the account began when it was set up just now."""
    if scene.entry.state is not ConfigEntryState.LOADED:
        return "no, it waits"
    is_restored = scene.entry.runtime_data.live.is_restored
    return "yes, with what was last seen" if is_restored else "yes"


async def _begin(scene: Scene, part: Part) -> None:
    """Have a part be looked at which is not by itself."""
    if part.looked is Looked.AFTER_REFUSAL:
        scene.refuse_token()
    elif part.looked is Looked.AT_START:
        await scene.async_restart()


async def _demand(hass: HomeAssistant, scene: Scene, part: Part) -> str:
    """Do what only a person asks for, and return what that person is told."""
    if part.looked is not Looked.ON_DEMAND:
        return ""
    try:
        await hass.services.async_call(
            DOMAIN,
            "get_cards",
            {"device_id": scene.connector()},
            blocking=True,
            return_response=True,
        )
    except HomeAssistantError as err:
        return f"error: {err.translation_key}"
    return ""


async def _back(scene: Scene, api: Api, part: Part, before: Shown) -> str:
    """Let time pass until all is as before, and return how long that took."""
    if _is_well(scene, before):
        return NOTHING
    passed = timedelta()
    while passed < PATIENCE:
        await scene.async_pass(api.every)
        passed += api.every
        if _is_well(scene, before):
            polls = passed // api.every
            return (
                "next poll"
                if polls == 1
                else f"{ceil(passed.total_seconds() / 60)} min"
            )
    raise AssertionError(
        f"still lost: {_kinds(scene, before.values, before.values - scene.shown().values)}"
    )


def _is_well(scene: Scene, before: Shown) -> bool:
    return before.values <= scene.shown().values and scene.all_read()


def _lines(caplog: pytest.LogCaptureFixture) -> int:
    return sum(
        record.name.startswith(OURS) and record.levelno >= logging.INFO
        for record in caplog.records
    )


def _check_log(caplog: pytest.LogCaptureFixture) -> None:
    """Make sure that nobody gets to see a traceback."""
    tracebacks = [
        record.getMessage()
        for record in caplog.records
        if record.exc_info and record.levelno > logging.DEBUG
    ]
    assert not tracebacks


def _told(hass: HomeAssistant, scene: Scene) -> list[str]:
    """Return what a person is told of, or asked."""
    about = sorted(
        _subject(issue)
        for issue in ir.async_get(hass).issues.values()
        if issue.domain == DOMAIN and issue.active
    )
    told = [f"repair: {', '.join(about)}"] if about else []
    if any(scene.entry.async_get_active_flows(hass, {SOURCE_REAUTH})):
        told.append("sign in")
    return told


def _subject(issue: ir.IssueEntry) -> str:
    """Return what an issue is about, in a word or two."""
    placeholders = issue.translation_placeholders or {}
    key = issue.translation_key or ""
    return placeholders.get("family") or key.replace("_", " ")


def _kinds(scene: Scene, before: Iterable[str], lost: Iterable[str]) -> str:
    """Return in words which entities lost their value."""
    all_kinds = _by_object(scene, before)
    found = _by_object(scene, set(before) & set(lost))
    return (
        "; ".join(
            _words(object_, found[object_], all_kinds[object_])
            for object_ in OBJECTS
            if object_ in found
        )
        or NOTHING
    )


def _by_object(scene: Scene, entity_ids: Iterable[str]) -> Mapping[str, set[str]]:
    kinds: dict[str, set[str]] = {}
    for entity_id in entity_ids:
        object_, key = scene.kind_of(entity_id)
        if key not in ABOUT_POLLING:
            kinds.setdefault(object_, set()).add(key)
    return kinds


def _words(object_: str, lost: set[str], all_: set[str]) -> str:
    name = object_ if object_ == "account" else f"{object_}s"
    if lost == all_:
        return name
    if len(lost) > FEW:
        # No numbers: each new entity would be another.
        return f"{name} ({'most' if 2 * len(lost) > len(all_) else 'some'})"
    return f"{name} ({', '.join(sorted(lost)).replace('_', ' ')})"
