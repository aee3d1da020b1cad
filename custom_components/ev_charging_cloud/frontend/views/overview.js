/** The first page: what charges now, what is free, what it comes to, and where. */

import * as configs from "../configs.js";
import { connectorsOf, find, pathOf } from "../fleet.js";
import { sumsCards } from "./sums.js";

const MOST_CHARGING = 8;
/** More locations than these have a page of their own, with all of them. */
export const MOST_PLACES = 10;
const MOST_THINGS = 12;
const MOST_MARKERS = 100;
const CHART_DAYS = 14;
/** Of connectors, and of a driver's session. */
const CHARGING = ["charging", "active", "suspended_ev", "suspended_evse", "pending"];

/** @param {import("../strategy.js").Context} context */
export async function overviewView(context) {
  const { accounts, hass } = context;
  const map = configs.mapOf(
    hass,
    accounts.flatMap((account) => account.stations),
    { limit: MOST_MARKERS },
  );
  const sums = configs.section(
    await sumsCards(
      context,
      accounts.map((account) => account.device),
      { days: CHART_DAYS, title: context.say("dashboard_sums"), icon: "mdi:cash-multiple" },
    ),
    { column_span: 2 },
  );
  return {
    badges: badges(accounts),
    sections: [
      ...nowSection(context),
      ...sums,
      ...placesSection(context),
      ...thingsSection(context),
      ...configs.section([configs.heading(context.say("dashboard_map"), { icon: "mdi:map" }), ...map]),
    ],
  };
}

/** Return the power of each account, and what is broken in it. */
function badges(accounts) {
  const name = accounts.length > 1 ? { show_name: true, name: configs.NAME_OF_DEVICE } : {};
  return accounts.flatMap(({ device }) => {
    const power = find(device, "sensor", "power");
    return power ? [{ type: "entity", entity: power, color: "amber", ...name }] : [];
  });
}

/** Return what charges, as it begins and ends: connectors, and a driver's own session. */
function nowSection({ accounts, say, base }) {
  const cards = accounts.flatMap((account) =>
    account.isDriver
      ? [driverTile(account.device, base)]
      : account.stations.flatMap(connectorsOf).map((connector) => connectorTile(connector)),
  );
  if (!cards.length) {
    return [];
  }
  return configs.section([
    configs.heading(say("dashboard_charging_now"), { icon: "mdi:lightning-bolt" }),
    {
      type: "custom:ev-charging-cloud-now",
      cards,
      states: CHARGING,
      limit: MOST_CHARGING,
      grid_options: { columns: "full" },
    },
  ]);
}

function connectorTile(connector) {
  return {
    ...configs.tile(find(connector, "sensor", "connector_status"), {
      name: configs.NAME_OF_DEVICE,
      color: "blue",
      icon: "mdi:ev-station",
    }),
    power: find(connector, "sensor", "power"),
  };
}

function driverTile(device, base) {
  return configs.tile(find(device, "sensor", "session_status"), {
    name: configs.NAME_OF_DEVICE,
    color: "blue",
    icon: "mdi:account",
    tap_action: configs.goTo(`${base}/driver`),
  });
}

/** Return a line for each location: free, in use, broken, power. */
function placesSection({ accounts, say, base }) {
  const places = accounts.flatMap((account) => account.places);
  const lines = places.slice(0, MOST_PLACES).map((place) => placeLine(place, base));
  return configs.section([
    configs.heading(say("dashboard_locations"), { icon: "mdi:map-marker" }),
    ...lines,
    ...(places.length > MOST_PLACES ? [linkTo(`${base}/places`, say("dashboard_all_locations", { number: places.length }))] : []),
  ]);
}

/** Return a heading that leads to a place, with its counts. */
export function placeLine(place, base) {
  return {
    type: "heading",
    heading_style: "subtitle",
    heading: place.name,
    tap_action: configs.goTo(`${base}/${pathOf(place)}`),
    badges: configs.countBadges(place),
  };
}

/** Return a line that leads somewhere. */
export function linkTo(path, text) {
  return { type: "heading", heading_style: "subtitle", heading: text, tap_action: configs.goTo(path) };
}

/** Return a tile for each charger and car, which leads to its page. */
function thingsSection({ accounts, say, base }) {
  const chargers = accounts.flatMap((account) => account.chargers);
  const vehicles = accounts.flatMap((account) => account.vehicles);
  const tiles = [...chargers, ...vehicles]
    .map((thing) => [thing, mainEntity(thing)])
    .filter(([, entity]) => entity)
    .slice(0, MOST_THINGS)
    .map(([thing, entity]) =>
      configs.tile(entity, {
        name: configs.NAME_OF_DEVICE,
        tap_action: configs.goTo(`${base}/${pathOf(thing)}`),
        ...(thing.kind === "vehicle" ? { icon: "mdi:car-electric" } : { icon: "mdi:ev-station" }),
      }),
    );
  return configs.section([configs.heading(say("dashboard_own"), { icon: "mdi:home-lightning-bolt" }), ...tiles]);
}

/** Return what says most of a charger or a car. */
function mainEntity(thing) {
  return find(thing, "sensor", "state_of_charge") ?? find(thing, "sensor", "connector_status");
}
