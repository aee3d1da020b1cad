/** A location: its counts, its stations and their connectors, its sessions. */

import * as configs from "../configs.js";
import { connectorsOf, find, stationsOf } from "../fleet.js";
import { sumsCards } from "./sums.js";

/** So many stations are shown at once; those that need somebody come first. */
const MOST_STATIONS = 24;
const LATEST = 5;
/** Lower is shown earlier; what is not named comes between. */
const URGENCY = { faulted: 0, charging: 1, out_of_service: 3, unavailable: 4 };

/**
 * @param {import("../strategy.js").Context} context
 * @param {{thing: string}} config
 */
export async function placeView(context, config) {
  const place = context.accounts.flatMap((account) => account.places).find((each) => each.id === config.thing);
  if (!place) {
    return { sections: [] };
  }
  const stations = stationsOf(place).sort((one, other) => urgency(context.hass, one) - urgency(context.hass, other));
  const shown = stations.slice(0, MOST_STATIONS);
  return {
    sections: [
      ...configs.section([
        configs.heading(place.name, { icon: "mdi:map-marker" }),
        ...configs.countTiles(place, context.say),
        ...more(context, place, stations.length),
      ]),
      ...configs.section(await sumsCards(context, [place], { sessions: LATEST }), { column_span: 2 }),
      ...shown.filter((station) => !isBare(station)).flatMap(stationSection),
      ...configs.section([
        configs.heading(context.say("dashboard_stations"), { icon: "mdi:ev-station" }),
        ...shown.filter(isBare).flatMap(bareTile),
      ]),
    ],
  };
}

function isBare(station) {
  return !connectorsOf(station).length;
}

/** Return how soon a station should be seen: the most urgent of its connectors counts. */
function urgency(hass, station) {
  const states = connectorsOf(station).map((it) => hass.states[find(it, "sensor", "connector_status")]?.state);
  return Math.min(...states.map((state) => URGENCY[state] ?? 2), 4);
}

/** Say how many stations there are where not all are shown, and lead to all. */
function more({ hass, say }, place, number) {
  if (number <= MOST_STATIONS) {
    return [];
  }
  const entry = hass.devices[place.id].primary_config_entry ?? hass.devices[place.id].config_entries?.[0];
  return [
    {
      ...configs.heading(say("dashboard_stations_shown", { shown: MOST_STATIONS, number }), { heading_style: "subtitle" }),
      ...(hass.user?.is_admin && entry
        ? { tap_action: configs.goTo(`/config/devices/dashboard?config_entry=${entry}`) }
        : {}),
    },
  ];
}

/** Return a station: what is wrong with it, and its connectors. */
function stationSection(station) {
  const online = find(station, "binary_sensor", "online");
  const power = find(station, "sensor", "power");
  const badges = [
    ...(online
      ? [configs.badge(online, { color: "red", visibility: [{ condition: "state", entity: online, state: "off" }] })]
      : []),
    ...(power ? [configs.badge(power, { color: "amber", ...configs.whileAny(power) })] : []),
  ];
  return configs.section([
    configs.heading(station.name, { icon: "mdi:ev-station", badges }),
    ...configs.connectorTiles(station),
  ]);
}

/** Return the tile of a station whose connectors say nothing: its status, or maintenance. */
function bareTile(station) {
  const entity =
    find(station, "sensor", "station_status") ??
    find(station, "binary_sensor", "online") ??
    find(station, "binary_sensor", "maintenance_active");
  return entity ? [configs.tile(entity, { name: configs.NAME_OF_DEVICE })] : [];
}
