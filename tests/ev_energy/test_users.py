"""Tests of whose account it is, and of a tariff that is gone: at each status that could be meant."""

import json

import pytest

from custom_components.ev_charging_cloud.clients.errors import (
    AuthenticationError,
    ClientError,
    ResponseError,
)
from custom_components.ev_charging_cloud.clients.ev_energy import EvEnergyClient
from simulator import Simulator


def users(*ids: str) -> str:
    """Return a page of users."""
    return json.dumps([{"id": id_, "email": f"{id_}@example.com"} for id_ in ids])


@pytest.mark.parametrize("count", [0, 2, 3])
async def test_how_many_users_are_visible(
    sim: Simulator, client: EvEnergyClient, count: int
) -> None:
    """Where nobody is meant by name, it has to be a single one, and it is said how many are."""
    sim.ev_energy.faults.add("/v2/users/me", status=404)
    sim.ev_energy.faults.add("/v2/users", body=users(*map(str, range(count))))
    with pytest.raises(ClientError) as caught:
        await client.async_identify()
    assert str(caught.value) == f"{count} users are visible"


@pytest.mark.parametrize("status", [400, 410])
async def test_only_not_found_means_that_there_is_no_me(
    sim: Simulator, client: EvEnergyClient, status: int
) -> None:
    """Any other refusal is none to look around for."""
    sim.ev_energy.faults.add("/v2/users/me", status=status)
    with pytest.raises(ResponseError) as caught:
        await client.async_identify()
    assert caught.value.status == status
    assert not sim.ev_energy.requests.matching("/v2/users")


async def test_users_to_choose_from(sim: Simulator, client: EvEnergyClient) -> None:
    """All that the application sees; none where they cannot be listed."""
    sim.ev_energy.faults.add("/v2/users", body=users("a", "b"), times=1)
    assert [user.id for user in await client.async_get_users()] == ["a", "b"]
    sim.ev_energy.faults.add("/v2/users", status=403)
    assert await client.async_get_users() == ()


async def test_a_refused_sign_in_lists_nobody(
    sim: Simulator, client: EvEnergyClient
) -> None:
    """It is said, instead of looking like an account without users."""
    sim.ev_energy.faults.add("*/token/", status=401, body='{"error": "invalid_client"}')
    with pytest.raises(AuthenticationError):
        await client.async_get_users()


@pytest.mark.parametrize(("status", "fails"), [(404, False), (400, True), (410, True)])
async def test_a_tariff_that_is_gone(
    sim: Simulator, client: EvEnergyClient, status: int, fails: bool
) -> None:
    """Only "not found" says that there is no such tariff; all else is a failure."""
    sim.ev_energy.faults.add("/v2/tariffs/*", status=status)
    slow = await client.async_get_slow()
    assert slow.locations == {}
    assert slow.supply is not None
    assert slow.supply.tariff is None
    assert ("tariff" in {report.name for report in client.families.off()}) == fails
