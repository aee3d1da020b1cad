/** What something's sessions come to: sums, a chart, and the latest ones. */

import { getSessions } from "../cards/ask.js";
import * as configs from "../configs.js";

const CHART_DAYS = 30;

/**
 * Return the cards; none where there is no session yet.
 *
 * @param {import("../strategy.js").Context} context
 * @param {import("../fleet.js").Thing[]} things
 * @param {{sessions?: number, days?: number, title?: string, icon?: string}} options - how
 *   many of the latest sessions are listed, and how many days the chart has
 */
export async function sumsCards({ hass, say }, things, { sessions, days = CHART_DAYS, title, icon = "mdi:history" }) {
  const [chart, ...found] = await Promise.all([
    configs.energyPerDay(hass, things, { days }),
    ...things.map((thing) => hasSessions(hass, thing)),
  ]);
  const devices = things.filter((_, index) => found[index]).map((thing) => thing.id);
  if (!devices.length) {
    return [];
  }
  const full = { grid_options: { columns: "full" } };
  const subtitle = (text) => configs.heading(text, { heading_style: "subtitle" });
  return [
    configs.heading(title ?? say("dashboard_sessions"), { icon }),
    { type: "custom:ev-charging-cloud-totals", devices, ...full },
    ...(chart.length ? [subtitle(say("dashboard_energy_per_day")), ...chart] : []),
    ...(sessions
      ? [
          subtitle(say("dashboard_last_sessions")),
          { type: "custom:ev-charging-cloud-sessions", devices, limit: sessions, ...full },
        ]
      : []),
  ];
}

/** Return whether there is a session; while they cannot be read, the cards say why. */
async function hasSessions(hass, thing) {
  try {
    return (await getSessions(hass, thing.id, { page_size: 1 })).number > 0;
  } catch {
    return true;
  }
}
