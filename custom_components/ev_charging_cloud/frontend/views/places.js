/** All locations, when there are more than the overview shows. */

import * as configs from "../configs.js";
import { placeLine } from "./overview.js";

const IN_A_COLUMN = 20;
const MOST_PLACES = 200;

/** @param {import("../strategy.js").Context} context */
export function placesView({ accounts, say, base }) {
  const places = accounts.flatMap((account) => account.places).slice(0, MOST_PLACES);
  const columns = Array.from({ length: Math.ceil(places.length / IN_A_COLUMN) }, (_, column) =>
    places.slice(column * IN_A_COLUMN, (column + 1) * IN_A_COLUMN),
  );
  return {
    title: say("dashboard_locations"),
    sections: columns.flatMap((column) => configs.section(column.map((place) => placeLine(place, base)))),
  };
}
