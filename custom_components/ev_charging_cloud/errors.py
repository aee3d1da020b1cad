"""The clients' errors as Home Assistant's, by the words that they carry."""

from homeassistant.exceptions import HomeAssistantError, ServiceValidationError

from .clients.errors import ClientError, MaintenanceRuleError
from .const import DOMAIN
from .vendors import Vendor


def command_error(err: ClientError, vendor: Vendor) -> HomeAssistantError:
    """Return the error that people get to see after a command."""
    if isinstance(err, MaintenanceRuleError):
        return ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key=f"maintenance_{err.rule}",
            translation_placeholders={"vendor": vendor.name},
        )
    return _shown(err.command_word or err.word, err, vendor)


def answer_error(err: ClientError, vendor: Vendor) -> HomeAssistantError:
    """Return the error that people get to see who asked for something."""
    return _shown(err.word, err, vendor)


def form_error(err: ClientError) -> str:
    """Return the key of what a form, or its end, says of an error."""
    return err.form_word or err.word


def _shown(key: str, err: ClientError, vendor: Vendor) -> HomeAssistantError:
    return HomeAssistantError(
        translation_domain=DOMAIN,
        translation_key=key,
        translation_placeholders=_placeholders(err, vendor),
    )


def _placeholders(err: ClientError, vendor: Vendor) -> dict[str, str]:
    return {"vendor": vendor.name, "message": err.message}
