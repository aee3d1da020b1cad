/** Configurations of Home Assistant's own cards, as they look on every page. */

import { connectorsOf, find, stationsOf } from "./fleet.js";

const NOT_THERE = ["unknown", "unavailable"];
/** Where bars tell stations apart, these many colours are still told apart. */
const MOST_BARS = 8;

/**
 * @param {string} entity
 * @param {object} [more]
 */
export function tile(entity, more = {}) {
  return { type: "tile", entity, ...more };
}

/** Show what a device is called, whatever its entity is. */
export const NAME_OF_DEVICE = [{ type: "device" }];
export const NAME_OF_ENTITY = [{ type: "entity" }];

/**
 * @param {string} text
 * @param {object} [more]
 */
export function heading(text, more = {}) {
  return { type: "heading", heading: text, ...more };
}

/** Go to a page of this dashboard. */
export function goTo(path) {
  return { action: "navigate", navigation_path: path };
}

/** Return a section, or nothing where it would be empty. */
export function section(cards, more = {}) {
  const isEmpty = cards.every((card) => card.type === "heading" && !card.badges);
  return isEmpty ? [] : [{ type: "grid", cards, ...more }];
}

/** Show a card only while an entity has a value. */
export function whileKnown(entity) {
  return { visibility: [{ condition: "state", entity, state_not: NOT_THERE }] };
}

/** Show a card only while an entity has none. */
export function whileUnknown(entity) {
  return { visibility: [{ condition: "state", entity, state: NOT_THERE }] };
}

/** Return tiles of those entities that there are. */
export function tilesOf(thing, keys, more = {}) {
  return keys
    .map(([domain, key, own]) => [find(thing, domain, key), own])
    .filter(([entity]) => entity)
    .map(([entity, own]) => tile(entity, { ...more, ...own }));
}

/** Show a card only while a number is above zero. */
export function whileAny(entity) {
  return { visibility: [{ condition: "numeric_state", entity, above: 0 }] };
}

/** How many of a place's connectors are free, in use and broken, and how much flows. */
const COUNTS = [
  { key: "connectors_available", word: "dashboard_free", color: "green" },
  { key: "connectors_charging", word: "dashboard_charging", color: "blue" },
  { key: "connectors_faulted", word: "dashboard_faulted", color: "red", ifAny: true },
  { key: "power", word: "dashboard_power", color: "amber" },
];

/** Return those counts that the vendor gives; else how many stations there are. */
function countsOf(thing) {
  const all = COUNTS.map((count) => ({ ...count, entity: find(thing, "sensor", count.key) }));
  const counts = all.filter(({ entity }) => entity);
  const stations = find(thing, "sensor", "stations");
  return counts.length || !stations ? counts : [{ entity: stations, word: "dashboard_stations" }];
}

/**
 * Return counts as tiles; what is broken is shown only where something is.
 *
 * @param {import("./fleet.js").Thing} thing
 * @param {import("./words.js").Say} say
 */
export function countTiles(thing, say) {
  return countsOf(thing).map(({ entity, word, color, ifAny }) =>
    tile(entity, { name: say(word), ...(color ? { color } : {}), ...(ifAny ? whileAny(entity) : {}) }),
  );
}

/** Return counts as badges of a heading. */
export function countBadges(thing) {
  return countsOf(thing).map(({ entity, color, ifAny }) => ({
    ...badge(entity, color ? { color } : {}),
    ...(ifAny ? whileAny(entity) : {}),
  }));
}

/** Return a badge of a heading. */
export function badge(entity, more = {}) {
  return { type: "entity", entity, tap_action: { action: "more-info" }, ...more };
}

/**
 * Return tiles of a station's connectors.
 *
 * @param {import("./fleet.js").Thing} station
 */
export function connectorTiles(station) {
  return connectorsOf(station).map((connector) =>
    tile(find(connector, "sensor", "connector_status"), {
      name: NAME_OF_DEVICE,
      state_content: "state",
    }),
  );
}

/**
 * Return whose energy adds up to a thing's: its own statistic, or its parts'.
 *
 * @param {import("./fleet.js").Thing} thing
 * @returns {import("./fleet.js").Thing[]}
 */
function counted(thing) {
  if (thing.kind === "location" || thing.kind === "vehicle") {
    return [thing];
  }
  if (thing.kind === "station" || thing.kind === "connector") {
    return thing.parts.length ? thing.parts : [thing];
  }
  const stations = stationsOf(thing).flatMap(counted);
  const locations = thing.parts.filter((part) => part.kind === "location");
  return [...locations, ...stations, ...(stations.length ? [] : [thing])];
}

/**
 * Return a chart of energy per day; nothing where there are no statistics yet.
 *
 * @param {any} hass
 * @param {import("./fleet.js").Thing[]} things
 * @param {{days: number, title?: string}} options
 */
export async function energyPerDay(hass, things, { days, title }) {
  const shown = things.flatMap((thing) => (find(thing, "sensor", "session_status") ? [thing] : counted(thing)));
  const named = new Map(shown.filter((thing) => thing.energy).map((thing) => [thing.energy, thing]));
  if (!named.size) {
    return [];
  }
  const found = await hass
    .callWS({ type: "recorder/get_statistics_metadata", statistic_ids: [...named.keys()] })
    .catch(() => []);
  const entities = found.slice(0, MOST_BARS).map(({ statistic_id: id }) => ({
    entity: id,
    name: named.get(id).name,
  }));
  if (!entities.length) {
    return [];
  }
  return [
    {
      type: "statistics-graph",
      ...(title ? { title } : {}),
      chart_type: "bar",
      period: "day",
      days_to_show: days,
      stat_types: ["change"],
      hide_legend: entities.length === 1,
      entities,
      grid_options: { columns: "full" },
    },
  ];
}

/** Return the map of those stations whose position is known; nothing where none is. */
export function mapOf(hass, stations, { limit }) {
  const entities = stations
    .map((station) => ({ entity: positioned(hass, station), name: station.name, label_mode: "icon" }))
    .filter(({ entity }) => entity)
    .slice(0, limit);
  return entities.length
    ? [{ type: "map", entities, auto_fit: true, hours_to_show: 0, grid_options: { columns: "full", rows: 5 } }]
    : [];
}

/** Return the entity of a station that says where it is. */
function positioned(hass, station) {
  return station.entities.map((entity) => entity.entity_id).find((id) => hass.states[id]?.attributes.latitude !== undefined);
}
