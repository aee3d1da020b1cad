/** What there is to show: accounts, places, stations, connectors and cars, as one tree. */

const PLATFORM = "ev_charging_cloud";
const COMMAND = { type: "ev_charging_cloud/installation" };
/** A page asks several times while it is made; in ms. */
const FRESH = 5000;
/** An account with no more stations than these has chargers, and no fleet of them. */
const FEW_STATIONS = 3;

/**
 * A device of the integration.
 *
 * @typedef {object} Thing
 * @property {string} id - of the device
 * @property {"account" | "location" | "station" | "connector" | "vehicle"} kind
 * @property {string} name
 * @property {string} [energy] - id of the statistic of its energy
 * @property {any[]} entities - as the frontend lists them
 * @property {Thing} [parent]
 * @property {Thing[]} parts - devices right below it
 */

/**
 * An account, and what its pages are made of.
 *
 * @typedef {object} Account
 * @property {string} id - of the config entry
 * @property {string} title
 * @property {string} vendor
 * @property {Thing} device
 * @property {boolean} isDriver - whether it is a person's who charges elsewhere
 * @property {Thing[]} places - locations, or the account itself where it knows none
 * @property {Thing[]} chargers - stations that have a page each
 * @property {Thing[]} vehicles
 * @property {Thing[]} stations
 */

/** @type {{at: number, connection: any, answer: Promise<any>} | undefined} */
let latest;

/**
 * Return all accounts, or those that the dashboard's configuration names.
 *
 * @param {{accounts?: string[]}} config - ids of config entries
 * @param {any} hass
 * @returns {Promise<Account[]>}
 */
export async function readFleet(config, hass) {
  const { accounts } = await askInstallation(hass);
  const chosen = config.accounts?.length
    ? accounts.filter((account) => config.accounts.includes(account.entry_id))
    : accounts;
  const entities = entitiesByDevice(hass);
  return chosen.map((row) => readAccount(row, hass, entities)).filter((account) => account !== undefined);
}

/** Ask Home Assistant, unless that was done a moment ago. */
function askInstallation(hass) {
  const now = Date.now();
  if (latest?.connection !== hass.connection || now - latest.at > FRESH) {
    latest = { at: now, connection: hass.connection, answer: hass.callWS(COMMAND) };
    latest.answer.catch(() => (latest = undefined));
  }
  return latest.answer;
}

/** Return the integration's entities that are not hidden, by their device. */
function entitiesByDevice(hass) {
  return Map.groupBy(
    Object.values(hass.entities).filter((entity) => entity.platform === PLATFORM && !entity.hidden),
    (entity) => entity.device_id,
  );
}

/**
 * Return an account; undefined while it has no device.
 *
 * @returns {Account | undefined}
 */
function readAccount(row, hass, entities) {
  const things = row.devices
    .filter((device) => hass.devices[device.id])
    .map((device) => readThing(device, hass, entities));
  linkThings(things, hass);
  const device = things.find((thing) => thing.kind === "account");
  if (!device) {
    return undefined;
  }
  const ofKind = (kind) => things.filter((thing) => thing.kind === kind).sort(byName(hass));
  const isDriver = Boolean(find(device, "sensor", "session_status"));
  const [stations, locations, vehicles] = ["station", "location", "vehicle"].map(ofKind);
  const loose = stations.filter((station) => station.parent === device);
  const isHome = !isDriver && (vehicles.length > 0 || loose.length <= FEW_STATIONS);
  const chargers = isHome ? loose : [];
  const places = [...locations.filter((location) => location.parts.length)];
  if (!isDriver && !isHome && loose.length) {
    places.push(device);
  }
  return {
    id: row.entry_id,
    title: row.title,
    vendor: row.vendor,
    device,
    isDriver,
    places,
    chargers,
    vehicles,
    stations,
  };
}

/** @returns {Thing} */
function readThing(row, hass, entities) {
  const device = hass.devices[row.id];
  return {
    id: row.id,
    kind: row.kind,
    name: device.name_by_user || device.name || "",
    energy: row.energy,
    entities: entities.get(row.id) ?? [],
    parts: [],
  };
}

/** Put each thing below the one that its device belongs to. */
function linkThings(things, hass) {
  const byId = new Map(things.map((thing) => [thing.id, thing]));
  for (const thing of things) {
    const device = hass.devices[thing.id];
    thing.parent = byId.get(device.parent_device_id ?? device.via_device_id);
    thing.parent?.parts.push(thing);
  }
  for (const thing of things) {
    thing.parts.sort(byName(hass));
  }
}

/** Compare things by name as people sort: bay 2 comes before bay 10. */
function byName(hass) {
  const { compare } = new Intl.Collator(hass.locale.language, { numeric: true });
  return (one, other) => compare(one.name, other.name);
}

/**
 * Return a thing's entity, as the integration calls it; undefined if there is none.
 *
 * @param {Thing} thing
 * @param {string} domain - of Home Assistant, such as "sensor"
 * @param {string} key - of the entity's translation
 * @returns {string | undefined}
 */
export function find(thing, domain, key) {
  return thing.entities.find(
    (entity) => entity.translation_key === key && entity.entity_id.startsWith(`${domain}.`),
  )?.entity_id;
}

/** Return the stations of a place. */
export function stationsOf(place) {
  return place.parts.filter((part) => part.kind === "station");
}

/**
 * Return what of a station has the status of a connector: its connectors, or itself.
 *
 * @param {Thing} station
 * @returns {Thing[]}
 */
export function connectorsOf(station) {
  return [station, ...station.parts].filter((thing) => find(thing, "sensor", "connector_status"));
}

/** Return where a thing's page is, below the dashboard's address. */
export function pathOf(thing) {
  return `${thing.kind}-${thing.id}`;
}
