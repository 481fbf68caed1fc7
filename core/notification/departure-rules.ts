import { counted } from "../base/counted.ts";
import { DepartureRecorded } from "../departure/events.ts";
import { on, type Reaction } from "../kernel/reaction.ts";
import { holders } from "../search/holders.ts";
import type { Draft } from "./draft.ts";

/** Owners and admins are notified once of a departure with API keys to replace. */
export const departureRules: readonly Reaction<Promise<Draft[]>>[] = on(
  DepartureRecorded,
  async ({ account: person, secrets }, { owner }): Promise<Draft[]> => {
    if (secrets === 0) return [];
    const to = await holders(owner, ["owner", "admin"]);
    return [{ kind: "departure.recorded", to, person, thing: counted(secrets, "API key") }];
  },
);
