/** The dashboard's own words, in the language of the person who looks at it. */

const DOMAIN = "ev_charging_cloud";

/**
 * @callback Say
 * @param {string} key - of a text of the integration, below "common"
 * @param {Record<string, string | number>} [values] - what stands in its gaps
 * @returns {string}
 */

/**
 * Load the integration's texts and return what reads them.
 *
 * @param {any} hass
 * @returns {Promise<Say>}
 */
export async function loadWords(hass) {
  const localize = await hass.loadBackendTranslation("common", DOMAIN);
  return (key, values) => localize(`component.${DOMAIN}.common.${key}`, values);
}

/**
 * Return a number as the person writes numbers.
 *
 * @param {any} hass
 * @param {number} value
 * @param {Intl.NumberFormatOptions} [options]
 */
export function formatNumber(hass, value, options) {
  return new Intl.NumberFormat(numberLanguage(hass.locale), options).format(value);
}

/**
 * Return an amount of money; what is no currency stands behind its number.
 *
 * @param {any} hass
 * @param {number} value
 * @param {string} currency
 */
export function formatMoney(hass, value, currency) {
  try {
    return formatNumber(hass, value, { style: "currency", currency });
  } catch {
    return `${formatNumber(hass, value)} ${currency}`;
  }
}

/**
 * Return a time that the integration gave, such as 2026-10-25 02:30:00+02:00.
 *
 * @param {any} hass
 * @param {string | null} text
 */
export function formatTime(hass, text) {
  if (!text) {
    return "";
  }
  const { language, time_format: clock, time_zone: zone } = hass.locale;
  return new Intl.DateTimeFormat(language, {
    day: "numeric",
    month: "short",
    hour: "numeric",
    minute: "2-digit",
    timeZone: zone === "server" ? hass.config.time_zone : undefined,
    ...(clock === "12" || clock === "24" ? { hour12: clock === "12" } : {}),
  }).format(new Date(text.replace(" ", "T")));
}

/**
 * Tell whether a number of things takes the text for one.
 *
 * Home Assistant's server takes no text that would choose by itself.
 *
 * @param {any} hass
 * @param {number} value
 */
export function isOne(hass, value) {
  const { language } = hass.locale;
  // Home Assistant's "pt" is the Portuguese of Portugal, a browser's that of Brazil: "0 sessão".
  const rules = new Intl.PluralRules(language === "pt" ? "pt-PT" : language);
  return rules.select(value) === "one";
}

/** Return the language whose numbers look as the person chose. */
function numberLanguage(locale) {
  switch (locale.number_format) {
    case "comma_decimal":
      return ["en-US", "en"];
    case "decimal_comma":
      return ["de", "es", "it"];
    case "space_comma":
      return ["fr", "sv", "cs"];
    case "quote_decimal":
      return ["de-CH"];
    case "system":
      return undefined;
    default:
      return locale.language;
  }
}
