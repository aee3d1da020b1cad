/** The dashboard's own cards, for what Home Assistant has none. */

import { NowCard } from "./now.js";
import { SessionsCard } from "./sessions.js";
import { TotalsCard } from "./totals.js";

const PREFIX = "ev-charging-cloud";

/** @param {(name: string, element: CustomElementConstructor) => void} define */
export function defineCards(define) {
  define(`${PREFIX}-now`, NowCard);
  define(`${PREFIX}-sessions`, SessionsCard);
  define(`${PREFIX}-totals`, TotalsCard);
}
