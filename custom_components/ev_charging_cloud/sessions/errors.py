"""The ledger's errors as Home Assistant's."""

from collections.abc import Iterator
from contextlib import contextmanager

from homeassistant.exceptions import HomeAssistantError

from ..const import DOMAIN
from ..ledger import LedgerError


@contextmanager
def asking_ledger() -> Iterator[None]:
    """Raise the ledger's errors as what a person can read.

    Raises:
        HomeAssistantError: the ledger did not answer.
    """
    try:
        yield
    except LedgerError as err:
        raise HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key="ledger_unavailable",
            translation_placeholders={"message": err.detail},
        ) from err
