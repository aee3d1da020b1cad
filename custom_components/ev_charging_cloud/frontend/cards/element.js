/** How elements are built: text goes in as text, never as markup. */

/**
 * Return a new element.
 *
 * @param {string} tag
 * @param {Record<string, string>} [attributes]
 * @param {...(Node | string)} content
 */
export function element(tag, attributes = {}, ...content) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    made.setAttribute(name, value);
  }
  made.append(...content);
  return made;
}

/** A card of ours: it has a shadow of its own, and its style in it. */
export class Card extends HTMLElement {
  /** @type {any} */
  _hass;
  /** @type {any} */
  _config;

  constructor() {
    super();
    const root = this.attachShadow({ mode: "open" });
    root.append(element("style", {}, this.constructor.style));
    this.content = element("div");
    root.append(this.content);
  }

  static style = "";

  setConfig(config) {
    this._config = config;
  }

  getCardSize() {
    return 3;
  }

  /** Show something in place of what was shown. */
  show(...content) {
    this.content.replaceChildren(...content);
  }
}

/** Make one of Home Assistant's own cards. */
export async function ownCard(config) {
  const helpers = await window.loadCardHelpers();
  return helpers.createCardElement(config);
}
