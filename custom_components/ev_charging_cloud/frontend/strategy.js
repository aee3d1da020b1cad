/** Which pages the dashboard has; each page makes itself when it is opened. */

import { readFleet, pathOf } from "./fleet.js";
import { loadWords } from "./words.js";
import { driverView } from "./views/driver.js";
import { MOST_PLACES, overviewView } from "./views/overview.js";
import { placeView } from "./views/place.js";
import { placesView } from "./views/places.js";
import { sessionsView } from "./views/sessions.js";
import { thingView } from "./views/thing.js";

const TYPE = "custom:ev-charging-cloud";
/** More pages than these are reached from the overview, and have no tab each. */
const MOST_TABS = 6;

/** What makes a page, by its kind. */
const VIEWS = {
  overview: overviewView,
  places: placesView,
  place: placeView,
  thing: thingView,
  driver: driverView,
  sessions: sessionsView,
};

/**
 * What a page is made of.
 *
 * @typedef {object} Context
 * @property {any} hass
 * @property {import("./words.js").Say} say
 * @property {import("./fleet.js").Account[]} accounts
 * @property {string} base - address of the dashboard
 */

/** Return the address of the dashboard that is open. */
function baseAddress() {
  return `/${window.location.pathname.split("/")[1]}`;
}

/**
 * Return the dashboard's pages.
 *
 * @param {{accounts?: string[]}} config
 * @param {any} hass
 */
export async function generateDashboard(config, hass) {
  const [say, accounts] = await Promise.all([loadWords(hass), readFleet(config, hass)]);
  const page = (kind, path, title, more = {}) => ({
    title,
    path,
    strategy: { type: TYPE, accounts: config.accounts, view: kind, ...more },
  });
  const views = [page("overview", "overview", say("dashboard_overview"))];
  if (!accounts.length) {
    return { views };
  }
  if (accounts.some((account) => account.isDriver)) {
    views.push(page("driver", "driver", say("dashboard_driver")));
  }
  views.push(page("sessions", "sessions", say("dashboard_sessions")));
  views.push(...pagesOfThings(accounts, page));
  if (accounts.flatMap((account) => account.places).length > MOST_PLACES) {
    views.push({ ...page("places", "places", say("dashboard_locations")), subview: true });
  }
  return { views };
}

/** Return a page for each location, charger and car. */
function pagesOfThings(accounts, page) {
  const pages = accounts.flatMap(({ places, chargers, vehicles }) => [
    ...places.map((thing) => page("place", pathOf(thing), thing.name, { thing: thing.id })),
    ...chargers.map((thing) => page("thing", pathOf(thing), thing.name, { thing: thing.id })),
    ...vehicles.map((thing) => page("thing", pathOf(thing), thing.name, { thing: thing.id })),
  ]);
  const isMany = pages.length > MOST_TABS;
  return pages.map((each) => (isMany ? { ...each, subview: true } : each));
}

/**
 * Return a page.
 *
 * @param {{view: string, thing?: string, accounts?: string[]}} config
 * @param {any} hass
 */
export async function generateView(config, hass) {
  const [say, accounts] = await Promise.all([loadWords(hass), readFleet(config, hass)]);
  /** @type {Context} */
  const context = { hass, say, accounts, base: baseAddress() };
  const view = await (accounts.length ? VIEWS[config.view](context, config) : emptyView(context));
  return { type: "sections", max_columns: 4, dense_section_placement: true, ...view };
}

/** Return a page that says how to begin. */
function emptyView({ hass, say }) {
  const button = {
    text: say("dashboard_add_account"),
    appearance: "filled",
    variant: "brand",
    tap_action: { action: "navigate", navigation_path: "/config/integrations/dashboard/add?domain=ev_charging_cloud" },
  };
  return {
    type: "panel",
    cards: [
      {
        type: "empty-state",
        icon: "mdi:ev-station",
        content_only: true,
        title: say("dashboard_no_account"),
        content: say("dashboard_no_account_text"),
        ...(hass.user?.is_admin ? { buttons: [button] } : {}),
      },
    ],
  };
}
