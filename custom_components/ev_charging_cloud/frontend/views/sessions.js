/** The sessions of each account: this month, day by day, and the latest. */

import * as configs from "../configs.js";
import { sumsCards } from "./sums.js";

const SESSIONS = 20;
const MOST_COLUMNS = 2;

/** @param {import("../strategy.js").Context} context */
export async function sessionsView(context) {
  const several = context.accounts.length > 1;
  const sections = await Promise.all(
    context.accounts.map(async ({ device, title }) =>
      configs.section(
        await sumsCards(context, [device], { sessions: SESSIONS, ...(several ? { title: device.name || title } : {}) }),
      ),
    ),
  );
  const shown = sections.flat();
  return { max_columns: MOST_COLUMNS, sections: shown.length ? shown : nothing(context) };
}

/** Say that there are no sessions in any account. */
function nothing({ say }) {
  return configs.section([
    { type: "empty-state", icon: "mdi:history", content: say("dashboard_no_sessions"), grid_options: { columns: "full" } },
  ]);
}
