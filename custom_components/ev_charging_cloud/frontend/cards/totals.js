/** Energy, cost and number of the sessions that began today and this month. */

import { formatMoney, formatNumber, isOne, loadWords } from "../words.js";
import { getSessions, today } from "./ask.js";
import { Card, element } from "./element.js";

/** How often sums are asked for anew while somebody looks; in ms. */
const EVERY = 60_000;

export class TotalsCard extends Card {
  static style = `
    ha-card { display: grid; grid-template-columns: repeat(auto-fit, minmax(130px, 1fr)); gap: 4px 16px; padding: 12px 16px; }
    h4 { color: var(--secondary-text-color); font-size: var(--ha-font-size-m, 14px); font-weight: normal; margin: 0; }
    .energy { font-size: var(--ha-font-size-2xl, 24px); line-height: 1.3; }
    .rest { color: var(--secondary-text-color); font-size: var(--ha-font-size-m, 14px); }
  `;

  connectedCallback() {
    this._timer = setInterval(() => this._update(), EVERY);
    this._update();
  }

  disconnectedCallback() {
    clearInterval(this._timer);
  }

  set hass(hass) {
    const isFirst = !this._hass;
    this._hass = hass;
    if (isFirst) {
      this._update();
    }
  }

  async _update() {
    const hass = this._hass;
    if (!hass || !this.isConnected) {
      return;
    }
    const { day, month } = today(hass);
    try {
      const [say, ofDay, ofMonth] = await Promise.all([
        loadWords(hass),
        this._ask({ start: `${day} 00:00:00` }),
        this._ask({ month }),
      ]);
      this.show(
        element(
          "ha-card",
          {},
          this._part(say("dashboard_today"), ofDay, say),
          this._part(say("dashboard_this_month"), ofMonth, say),
        ),
      );
    } catch (error) {
      this.show(element("ha-alert", { "alert-type": "warning" }, error.message ?? String(error)));
    }
  }

  /** Return the sums of all devices: each currency by itself. */
  async _ask(which) {
    const answers = await Promise.all(
      this._config.devices.map((device) => getSessions(this._hass, device, { ...which, page_size: 1 })),
    );
    const sums = { sessions: 0, energy: 0, costs: new Map() };
    for (const total of answers.flatMap((answer) => answer.totals)) {
      sums.sessions += total.sessions;
      sums.energy += total.energy_kwh ?? 0;
      if (total.currency && total.cost !== null) {
        sums.costs.set(total.currency, (sums.costs.get(total.currency) ?? 0) + total.cost);
      }
    }
    return sums;
  }

  _part(title, { sessions, energy, costs }, say) {
    const hass = this._hass;
    const money = [...costs].map(([currency, cost]) => formatMoney(hass, cost, currency));
    const number = formatNumber(hass, energy, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
    const count = isOne(hass, sessions)
      ? say("dashboard_sessions_one", { number: sessions })
      : say("dashboard_sessions_other", { number: sessions });
    return element(
      "div",
      {},
      element("h4", {}, title),
      element("div", { class: "energy" }, `${number} kWh`),
      element("div", { class: "rest" }, [...money, count].join(" · ")),
    );
  }
}
