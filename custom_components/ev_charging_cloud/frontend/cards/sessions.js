/** A table of the latest sessions of some devices. */

import { formatMoney, formatNumber, formatTime, loadWords } from "../words.js";
import { getSessions } from "./ask.js";
import { Card, element } from "./element.js";

/** How often the list is asked for anew while somebody looks; in ms. */
const EVERY = 60_000;
const MINUTES = 60;
const MOST = 1000;

export class SessionsCard extends Card {
  static style = `
    ha-card { overflow-x: auto; padding: 4px 0; }
    table { border-collapse: collapse; width: 100%; }
    th, td { padding: 6px 8px; text-align: start; vertical-align: top; }
    th { color: var(--secondary-text-color); font-weight: normal; }
    th:first-child, td:first-child { padding-inline-start: 16px; }
    th:last-child, td:last-child { padding-inline-end: 16px; }
    tbody tr { border-top: 1px solid var(--divider-color); }
    .number { text-align: end; white-space: nowrap; }
    .time { white-space: nowrap; }
    .running { color: var(--primary-color); }
    p { color: var(--secondary-text-color); margin: 8px 16px; }
    button { background: none; border: 0; color: var(--primary-color); cursor: pointer; font: inherit; padding: 8px 16px; }
    :host { container-type: inline-size; display: block; }
    @container (max-width: 480px) { .wide { display: none; } }
  `;

  _pages = 1;

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
    if (!this._hass || !this.isConnected) {
      return;
    }
    const size = Math.min(this._config.limit * this._pages, MOST);
    try {
      const [say, ...answers] = await Promise.all([
        loadWords(this._hass),
        ...this._config.devices.map((device) => getSessions(this._hass, device, { page_size: size })),
      ]);
      const sessions = answers
        .flatMap((answer) => answer.sessions)
        .sort((one, other) => (other.started_at ?? "").localeCompare(one.started_at ?? ""))
        .slice(0, size);
      const number = answers.reduce((sum, answer) => sum + answer.number, 0);
      this.show(this._card(say, sessions, number));
    } catch (error) {
      this.show(element("ha-alert", { "alert-type": "warning" }, error.message ?? String(error)));
    }
  }

  _card(say, sessions, number) {
    if (!sessions.length) {
      return element("ha-card", {}, element("p", {}, say("dashboard_no_sessions")));
    }
    const card = element("ha-card", {}, this._table(say, sessions));
    if (number > sessions.length && sessions.length < MOST) {
      const button = element("button", {}, say("dashboard_show_more"));
      button.addEventListener("click", () => {
        this._pages += 1;
        this._update();
      });
      card.append(button);
    }
    return card;
  }

  _table(say, sessions) {
    const hasCost = sessions.some((session) => session.cost !== null);
    const head = [
      ["time", say("column_started_at")],
      ["", say("dashboard_place")],
      ["number wide", say("dashboard_duration")],
      ["number", say("dashboard_energy")],
      ...(hasCost ? [["number", say("column_cost")]] : []),
    ];
    return element(
      "table",
      {},
      element("thead", {}, element("tr", {}, ...head.map(([kind, text]) => element("th", { class: kind }, text)))),
      element("tbody", {}, ...sessions.map((session) => this._row(say, session, hasCost))),
    );
  }

  _row(say, session, hasCost) {
    const hass = this._hass;
    const isRunning = session.status === "active" || session.status === "pending";
    const energy =
      session.energy_kwh === null
        ? ""
        : `${formatNumber(hass, session.energy_kwh, { minimumFractionDigits: 2, maximumFractionDigits: 2 })} kWh`;
    const cost = session.cost === null ? "" : formatMoney(hass, session.cost, session.currency);
    return element(
      "tr",
      {},
      element("td", { class: "time" }, formatTime(hass, session.started_at)),
      element("td", {}, placeOf(session)),
      isRunning
        ? element("td", { class: "number wide running" }, say("dashboard_now_running"))
        : element("td", { class: "number wide" }, this._duration(session.duration_minutes)),
      element("td", { class: "number" }, energy),
      ...(hasCost ? [element("td", { class: "number" }, cost)] : []),
    );
  }

  /** Return hours and minutes, as 1:05. */
  _duration(minutes) {
    if (minutes === null) {
      return "";
    }
    const whole = Math.round(minutes);
    return `${Math.floor(whole / MINUTES)}:${String(whole % MINUTES).padStart(2, "0")}`;
  }
}

/** Return where a session took place: the station and its connector, or the car. */
function placeOf({ location, station, connector, vehicle }) {
  const place = station ? [station, connector] : [location ?? vehicle];
  return place.filter(Boolean).join(" · ");
}
