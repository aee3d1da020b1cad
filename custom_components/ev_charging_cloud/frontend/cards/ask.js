/** Sessions and their sums, from the integration's action. */

const DOMAIN = "ev_charging_cloud";

/**
 * Ask for the sessions of a device.
 *
 * @param {any} hass
 * @param {string} device - id
 * @param {object} which - fields of the action
 */
export async function getSessions(hass, device, which) {
  const { response } = await hass.callWS({
    type: "call_service",
    domain: DOMAIN,
    service: "get_sessions",
    service_data: { device_id: device, ...which },
    return_response: true,
  });
  return response;
}

/** Return the day and the month that it is where Home Assistant is. */
export function today(hass) {
  const parts = new Intl.DateTimeFormat("en-CA", { timeZone: hass.config.time_zone }).format(new Date());
  return { day: parts, month: parts.slice(0, 7) };
}
