"""Signing in to be.ENERGISED with the pre-shared key: sessions, their end and their renewal."""

import pytest

from simulator import Simulator

from .client import DriverClient, text

ASK = "{ chargelogsPaged { pagination { totalCount } } }"
UNAUTHENTICATED = "UNAUTHENTICATED"


async def test_session(driver: DriverClient) -> None:
    """The key opens a session, and opens nothing else; the session's token opens everything else."""
    assert (await driver.data(ASK))["chargelogsPaged"]["pagination"]["totalCount"] > 40
    assert await driver.code(ASK, token=driver.cloud.psk) == (200, UNAUTHENTICATED)
    assert await driver.code(ASK, token=driver.refresh_token) == (200, UNAUTHENTICATED)
    status, body = await driver.ask(ASK, token="nonsense")
    assert (status, body["data"]) == (200, {"chargelogsPaged": None})
    assert body["errors"][0]["path"] == ["chargelogsPaged"]
    driver.token = ""
    assert await driver.code(ASK) == (200, UNAUTHENTICATED)
    assert [record.credential for record in driver.cloud.requests] == [
        "psk",
        "session",
        "psk",
        "refresh",
        "unknown",
        "none",
    ]


async def test_wrong_credentials(driver: DriverClient) -> None:
    """A wrong key is refused with 401, a wrong password in a usual answer with another message."""
    status, wrong_key = await driver.init(psk="wrong")
    assert status == 401
    assert "data" not in wrong_key
    for wrong in ({"password": "wrong"}, {"username": "nobody@example.com"}):
        status, body = await driver.init(**wrong)
        assert status == 200
        error = body["errors"][0]
        assert error["message"] == "Invalid username or password"
        assert error["extensions"] == {"code": UNAUTHENTICATED}
        assert error["message"] != wrong_key["errors"][0]["message"]
    assert wrong_key["errors"][0]["extensions"]["code"] == UNAUTHENTICATED
    status, body = await driver.init(psk=driver.token)
    assert status == 401
    assert (await driver.init(username=driver.cloud.username.upper()))[0] == 200
    assert driver.token


async def test_expiry(driver: DriverClient) -> None:
    """A session ends with its time, and its refresh token brings it back; both HTTP statuses occur."""
    driver.pass_time(3_599)
    await driver.data(ASK)
    driver.pass_time(1)
    assert await driver.code(ASK) == (200, UNAUTHENTICATED)
    driver.cloud.options.expired_answer = "401"
    status, body = await driver.ask(ASK)
    assert status == 401
    assert "data" not in body
    assert body["errors"][0]["extensions"]["code"] == UNAUTHENTICATED
    driver.cloud.options.session_lifetime = 600
    assert (await driver.refresh())[0] == 200
    driver.pass_time(599)
    await driver.data(ASK)
    driver.pass_time(1)
    assert await driver.code(ASK) == (401, UNAUTHENTICATED)
    await driver.refresh()
    driver.pass_time(30 * 86_400)
    assert (await driver.refresh())[0] == 401


async def test_rotation(driver: DriverClient) -> None:
    """A renewal ends the old pair."""
    old_token, old_refresh = driver.token, driver.refresh_token
    await driver.refresh()
    assert driver.token != old_token
    assert driver.refresh_token != old_refresh
    await driver.data(ASK)
    assert await driver.code(ASK, token=old_token) == (200, UNAUTHENTICATED)
    assert "errors" in (await driver.refresh(old_refresh))[1]
    await driver.refresh()
    await driver.data(ASK)


async def test_one_session(driver: DriverClient) -> None:
    """A new sign-in ends the session before it, unless the operator allows more."""
    old_token, old_refresh = driver.token, driver.refresh_token
    await driver.init()
    assert await driver.code(ASK, token=old_token) == (200, UNAUTHENTICATED)
    assert "errors" in (await driver.refresh(old_refresh))[1]
    driver.cloud.options.one_session = False
    old_token = driver.token
    await driver.init()
    status, body = await driver.ask(ASK, token=old_token)
    assert (status, "errors" in body) == (200, False)


async def test_actions(driver: DriverClient) -> None:
    """Tests can end tokens and change what opens them."""
    cloud = driver.cloud
    cloud.expire_session_tokens()
    assert await driver.code(ASK) == (200, UNAUTHENTICATED)
    await driver.refresh()
    cloud.revoke_refresh_tokens()
    await driver.data(ASK)
    assert "errors" in (await driver.refresh())[1]
    cloud.revoke_psk()
    assert (await driver.init())[0] == 401
    old = cloud.psk
    assert cloud.renew_psk() == cloud.psk == cloud.credentials()["psk"] != old
    assert (await driver.init(psk=old))[0] == 401
    assert "errors" not in (await driver.init())[1]
    old = cloud.password
    assert cloud.change_password() == cloud.password != old
    assert '"' in cloud.password
    assert await driver.code(ASK) == (200, UNAUTHENTICATED)
    assert "errors" in (await driver.refresh())[1]
    assert "errors" in (await driver.init(password=old))[1]
    assert "errors" not in (await driver.init())[1]
    await driver.data(ASK)


@pytest.mark.parametrize("with_variables", [False, True])
async def test_no_secrets_kept(quiet: Simulator, with_variables: bool) -> None:
    """Neither the request log nor the log of operations holds a secret."""
    async with DriverClient(quiet) as client:
        cloud = client.cloud
        if with_variables:
            await client.ask(
                "mutation M($u: String!, $p: String!) { s: initSession(username: $u, password: $p) { sessionToken } }",
                {"u": cloud.username, "p": cloud.password},
                token=cloud.psk,
            )
        else:
            await client.init()
        kept = f"{cloud.requests} {cloud.operations}"
    for secret in (cloud.psk, cloud.password, cloud.username, client.token or "-none-"):
        assert secret not in kept
    operation = cloud.operations.asking("initSession")[0]
    assert (operation.kind, operation.credential) == ("mutation", "psk")
    assert (operation.status, operation.codes) == (200, ())


async def test_hiding_keeps_the_rest(driver: DriverClient) -> None:
    """Only a sign-in's texts are hidden."""
    await driver.ask(f"{{ chargelog(id: {text('visible')}) {{ id }} }}")
    operation = driver.cloud.operations.asking("chargelog")[0]
    assert '"visible"' in operation.document
    assert operation.codes == ("NOT_FOUND",)
