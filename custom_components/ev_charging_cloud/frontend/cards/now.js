/** Those of many tiles whose state is one of some: what charges now, as it changes. */

import { loadWords } from "../words.js";
import { Card, element, ownCard } from "./element.js";

/**
 * @typedef {object} NowCardConfig
 * @property {any[]} cards - tiles; while one is in the first state, it shows its `power`
 * @property {string[]} states - the ones that are shown, in this order
 * @property {number} limit - so many are shown
 */
export class NowCard extends Card {
  static style = `
    .tiles { display: grid; gap: var(--ha-section-grid-row-gap, 8px); grid-template-columns: repeat(auto-fill, minmax(200px, 1fr)); }
    p { color: var(--secondary-text-color); margin: 4px 8px; }
  `;

  /** @type {Map<string, Promise<any>>} */
  _made = new Map();
  _shown = "";

  set hass(hass) {
    this._hass = hass;
    this._update();
  }

  async _update() {
    const matching = this._matching();
    const visible = matching.slice(0, this._config.limit);
    const shown = JSON.stringify([matching.length, visible.map((card) => card.entity)]);
    const [say, ...tiles] = await Promise.all([loadWords(this._hass), ...visible.map((card) => this._tile(card))]);
    for (const tile of tiles) {
      tile.hass = this._hass;
    }
    if (shown !== this._shown) {
      this._shown = shown;
      this._place(say, tiles, matching.length - visible.length);
    }
  }

  /** Return the tiles to show, sorted by state. */
  _matching() {
    const rank = ({ entity }) => this._config.states.indexOf(this._hass.states[entity]?.state);
    return this._config.cards
      .map((card) => ({ card, rank: rank(card) }))
      .filter(({ rank }) => rank >= 0)
      .sort((one, other) => one.rank - other.rank)
      .map(({ card: { power, ...tile }, rank }) => (power && rank === 0 ? { ...tile, entity: power } : tile));
  }

  _tile(config) {
    let tile = this._made.get(config.entity);
    if (!tile) {
      tile = ownCard(config);
      this._made.set(config.entity, tile);
    }
    return tile;
  }

  _place(say, tiles, left) {
    if (!tiles.length) {
      this.show(element("p", {}, say("dashboard_nothing_charges")));
      return;
    }
    const more = left ? [element("p", {}, say("dashboard_more", { number: left }))] : [];
    this.show(element("div", { class: "tiles" }, ...tiles), ...more);
  }
}
