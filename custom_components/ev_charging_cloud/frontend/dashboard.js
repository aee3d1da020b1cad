/**
 * The dashboard "EV charging": what every page of Home Assistant loads.
 *
 * It names the dashboard for Home Assistant's own dialog "Add dashboard", and defines the
 * elements that make its pages. Nothing is asked for until somebody opens one.
 */

import { defineCards } from "./cards/define.js";
import { generateDashboard, generateView } from "./strategy.js";

const TYPE = "ev-charging-cloud";

/** What the dialog says: it asks before any text of the integration is loaded. */
const OFFER = {
  en: {
    name: "EV charging",
    description: "What charges, what is free, energy and cost of all your EV Charging Cloud accounts.",
  },
  de: {
    name: "E-Auto laden",
    description: "Was lädt, was frei ist, Energie und Kosten aller deiner Konten von EV Charging Cloud.",
  },
  fi: {
    name: "Sähköauton lataus",
    description: "Mikä lataa, mikä on vapaana, kaikkien EV Charging Cloud -tiliesi energia ja kustannukset.",
  },
  fr: {
    name: "Recharge des véhicules électriques",
    description: "Ce qui recharge, ce qui est libre, l’énergie et le coût de tous vos comptes EV Charging Cloud.",
  },
  es: {
    name: "Carga de vehículos eléctricos",
    description: "Qué está cargando, qué está libre, la energía y el coste de todas tus cuentas de EV Charging Cloud.",
  },
};

/** Return the texts of the dialog in the language that is chosen now. */
function offer() {
  const home = /** @type {any} */ (document.querySelector("home-assistant"));
  const language = home?.hass?.language ?? document.documentElement.lang ?? "en";
  return OFFER[language.split("-")[0]] ?? OFFER.en;
}

/** Home Assistant's strategy element of the dashboard as a whole. */
class ChargingDashboardStrategy extends HTMLElement {
  /** Pages are made anew when devices or entities come, go or change. */
  static registryDependencies = ["entities", "devices"];

  static generate = generateDashboard;

  /** Fill in the form for the new dashboard. */
  static getCreateSuggestions() {
    return { title: offer().name, icon: "mdi:ev-station" };
  }
}

/** Home Assistant's strategy element of one page. */
class ChargingViewStrategy extends HTMLElement {
  static registryDependencies = ["entities", "devices"];

  static generate = generateView;
}

/**
 * Define an element unless it is there: after an update, an old page may load both.
 *
 * @param {string} name
 * @param {CustomElementConstructor} element
 */
function define(name, element) {
  if (!customElements.get(name)) {
    customElements.define(name, element);
  }
}

define(`ll-strategy-dashboard-${TYPE}`, ChargingDashboardStrategy);
define(`ll-strategy-view-${TYPE}`, ChargingViewStrategy);
defineCards(define);

const strategies = (window.customStrategies ??= []);
if (!strategies.some((strategy) => strategy.type === TYPE)) {
  strategies.push({
    type: TYPE,
    strategyType: "dashboard",
    get name() {
      return offer().name;
    },
    get description() {
      return offer().description;
    },
    documentationURL: "https://github.com/ev-charging-cloud/ha-ev-charging-cloud/blob/main/docs/dashboard.md",
    images: {
      light: new URL("./images/light.svg", import.meta.url).href,
      dark: new URL("./images/dark.svg", import.meta.url).href,
    },
  });
}
