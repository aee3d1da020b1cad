/** A driver's page: the session that runs, where to start one, the last ones. */

import * as configs from "../configs.js";
import { connectorsOf, find } from "../fleet.js";
import { sumsCards } from "./sums.js";

const NEAREST = 4;
const LATEST = 10;

/** @param {import("../strategy.js").Context} context */
export async function driverView(context) {
  const drivers = context.accounts.filter((account) => account.isDriver);
  const sections = await Promise.all(drivers.map((account) => driverSections(context, account)));
  return { sections: sections.flat() };
}

async function driverSections(context, account) {
  const isOnly = context.accounts.filter((each) => each.isDriver).length === 1;
  const title = isOnly ? undefined : account.title;
  return [
    ...configs.section([...runningCards(context, account, title), ...nearCards(context, account)]),
    ...configs.section(await sumsCards(context, [account.device], { sessions: LATEST, title }), { column_span: 2 }),
  ];
}

/** Return the session that runs, with its stop; or that none does. */
function runningCards({ say }, { device }, title) {
  const status = find(device, "sensor", "session_status");
  const stop = find(device, "button", "stop_charging");
  const tiles = configs.tilesOf(
    device,
    [
      ["sensor", "session_status", { color: "blue" }],
      ["sensor", "session_connector"],
      ["sensor", "session_energy"],
      ["sensor", "session_cost"],
      ["sensor", "session_start"],
    ],
    { name: configs.NAME_OF_ENTITY, ...configs.whileKnown(status) },
  );
  const button = {
    ...configs.tile(stop, {
      name: configs.NAME_OF_ENTITY,
      hide_state: true,
      color: "red",
      icon: "mdi:stop-circle",
      features_position: "inline",
      features: [{ type: "button", action_name: say("dashboard_stop") }],
      grid_options: { columns: "full" },
    }),
    ...configs.whileKnown(status),
  };
  const nothing = {
    type: "empty-state",
    icon: "mdi:power-plug-off-outline",
    content: say("dashboard_no_running"),
    grid_options: { columns: "full" },
    ...configs.whileUnknown(status),
  };
  return [
    configs.heading(title ?? say("dashboard_running"), { icon: "mdi:lightning-bolt" }),
    ...tiles,
    ...(stop ? [button] : []),
    nothing,
  ];
}

/** Return the stations at which something can be started, the nearest first. */
function nearest({ hass }, { stations }) {
  const distance = (station) => {
    const state = hass.states[find(station, "sensor", "distance")]?.state;
    return Number.isNaN(Number(state)) ? Infinity : Number(state);
  };
  return stations
    .filter((station) => connectorsOf(station).some((it) => find(it, "button", "start_charging")))
    .map((station) => ({ station, away: distance(station) }))
    .sort((one, other) => one.away - other.away || 0)
    .slice(0, NEAREST)
    .map(({ station }) => station);
}

/** Return the nearest stations, if there are any. */
function nearCards(context, account) {
  const stations = nearest(context, account);
  return stations.length
    ? [
        configs.heading(context.say("dashboard_near_by"), { icon: "mdi:map-marker-radius" }),
        ...stations.flatMap((station) => stationCards(station, context.say)),
      ]
    : [];
}

/** Return a station: how far it is, and for each connector its status and its start. */
function stationCards(station, say) {
  const distance = find(station, "sensor", "distance");
  return [
    configs.heading(station.name, { heading_style: "subtitle", badges: distance ? [configs.badge(distance)] : [] }),
    ...connectorsOf(station).flatMap((connector) => connectorCards(connector, say)),
  ];
}

function connectorCards(connector, say) {
  const start = find(connector, "button", "start_charging");
  return [
    configs.tile(find(connector, "sensor", "connector_status"), {
      name: configs.NAME_OF_DEVICE,
      grid_options: { columns: start ? 8 : "full" },
    }),
    ...(start ? [startButton(start, say)] : []),
  ];
}

/** Return a button that is there while something can be started. */
function startButton(entity, say) {
  return {
    type: "button",
    entity,
    name: say("dashboard_start"),
    show_icon: false,
    show_state: false,
    grid_options: { columns: 4, rows: 1 },
    tap_action: { action: "perform-action", perform_action: "button.press", target: { entity_id: entity } },
    visibility: [{ condition: "state", entity, state_not: "unavailable" }],
  };
}
