/** A car or a charger at home: what it does, what can be set, its sessions. */

import * as configs from "../configs.js";
import { sumsCards } from "./sums.js";

const LATEST = 10;
/** What a tile offers beside its state, by the kind of entity. */
const FEATURES = {
  button: [{ type: "button" }],
  number: [{ type: "numeric-input", style: "slider" }],
  switch: [{ type: "toggle" }],
};
const BATTERY = [{ type: "bar-gauge" }];
/** Of these there is a calendar, or a card of their own. */
const ELSEWHERE = new Set(["calendar", "event"]);

/**
 * @param {import("../strategy.js").Context} context
 * @param {{thing: string}} config
 */
export async function thingView(context, config) {
  const { accounts, hass, say } = context;
  const thing = accounts
    .flatMap(({ chargers, vehicles }) => [...chargers, ...vehicles])
    .find((each) => each.id === config.thing);
  if (!thing) {
    return { sections: [] };
  }
  const entities = [thing, ...thing.parts].flatMap((part) => part.entities).filter(isShown);
  const isCommand = (entity) => domainOf(entity) in FEATURES;
  const tiles = (list) => list.map((entity) => thingTile(hass, entity));
  return {
    sections: [
      ...configs.section([
        configs.heading(thing.name, { icon: thing.kind === "vehicle" ? "mdi:car-electric" : "mdi:ev-station" }),
        ...tiles(entities.filter((entity) => !isCommand(entity))),
      ]),
      ...configs.section([
        configs.heading(say("dashboard_controls"), { icon: "mdi:tune" }),
        ...tiles(entities.filter(isCommand)),
      ]),
      ...configs.section(await sumsCards(context, [thing], { sessions: LATEST }), { column_span: 2 }),
    ],
  };
}

function domainOf(entity) {
  return entity.entity_id.split(".")[0];
}

function isShown(entity) {
  return entity.entity_category !== "diagnostic" && !ELSEWHERE.has(domainOf(entity));
}

/** Return a tile with what it offers. */
function thingTile(hass, entity) {
  const domain = domainOf(entity);
  const isBattery = domain === "sensor" && hass.states[entity.entity_id]?.attributes.device_class === "battery";
  const features = FEATURES[domain] ?? (isBattery ? BATTERY : undefined);
  return configs.tile(entity.entity_id, {
    name: configs.NAME_OF_ENTITY,
    ...(features ? { features } : {}),
    ...(domain === "button" ? { hide_state: true } : {}),
  });
}
