"""What a person is told where not all of an account fits into Home Assistant."""

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from .const import DOMAIN
from .entity import Detail


@callback
def async_report_room(
    hass: HomeAssistant,
    entry: ConfigEntry,
    detail: Detail,
    *,
    most: int,
    is_cut: bool,
    left_out: int,
) -> None:
    """Raise an issue where there is no room for all, and take it back where there is.

    Args:
        hass: Home Assistant.
        entry: the account's.
        detail: the level that is shown whole.
        most: how many entities there may be.
        is_cut: whether less is shown than is wanted.
        left_out: how many new objects were left out.
    """
    issue_id = f"entity_limit_{entry.entry_id}"
    if not is_cut and not left_out:
        ir.async_delete_issue(hass, DOMAIN, issue_id)
        return
    ir.async_create_issue(
        hass,
        DOMAIN,
        issue_id,
        is_fixable=False,
        severity=ir.IssueSeverity.WARNING,
        translation_key=(
            "entity_limit_new" if left_out else f"entity_limit_{detail.name.lower()}"
        ),
        translation_placeholders={
            "account": entry.title,
            "limit": str(most),
            "left_out": str(left_out),
        },
    )
