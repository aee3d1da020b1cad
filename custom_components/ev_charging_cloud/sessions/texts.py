"""Texts of the integration that stand in no form, entity or error, by language."""

from collections.abc import Mapping

from homeassistant.core import HomeAssistant
from homeassistant.helpers.translation import async_get_translations

from ..const import DOMAIN

# Where a number's fraction is parted by a comma; by the first part of the language.
COMMA_LANGUAGES = frozenset(
    [
        "bg",
        "ca",
        "cs",
        "da",
        "de",
        "el",
        "es",
        "et",
        "eu",
        "fi",
        "fr",
        "gl",
        "hr",
        "hu",
        "id",
        "is",
        "it",
        "lt",
        "lv",
        "mk",
        "nb",
        "nl",
        "nn",
        "no",
        "pl",
        "pt",
        "ro",
        "ru",
        "sk",
        "sl",
        "sr",
        "sv",
        "tr",
        "uk",
    ]
)


async def async_texts(hass: HomeAssistant, language: str) -> Mapping[str, str]:
    """Return the texts in a language by their keys; English where it has none."""
    prefix = f"component.{DOMAIN}.common."
    found = await async_get_translations(hass, language, "common", [DOMAIN])
    return {
        key.removeprefix(prefix): text
        for key, text in found.items()
        if key.startswith(prefix)
    }


def has_decimal_comma(language: str) -> bool:
    """Tell whether people who speak a language write 1,5."""
    return language.replace("_", "-").split("-")[0].lower() in COMMA_LANGUAGES
