import * as v from "valibot";
import { idBody } from "../base/id/shape.ts";
import * as ID from "../base/id.ts";
import type { Step } from "../table/table.ts";

// What a request wrote, as a text that a later read can wait for. Lists are derived from what was written, and lag.

/** The highest number of rows that one request changes: members of a team, or people who are invited. */
const maxRows = 100;
/** The time that a read waits at most for what it names. */
export const maxWaitSeconds = 2;

/**
 * The `Muster-Position` of a change. The answer waits up to two seconds until it includes that change, and
 * `Muster-Included` says whether it does.
 */
export const After = v.pipe(
  v.string(),
  v.regex(new RegExp(`^evt_${idBody}(\\.(acc|inv|upd)_${idBody}){0,${maxRows}}$`), "This is not a position."),
);

export type Position = {
  event: ID.ID<"event">;
  accounts: ID.ID<"account">[];
  addresses: ID.ID<"address">[];
  updates: ID.ID<"update">[];
};

/** Returns the position of these writes in an organization: the last event, and which rows of lists they changed. */
export function positionOf(steps: readonly Step[]): string | undefined {
  const all = steps.filter((step) => step.do !== "check").map(({ key }) => key);
  const event = all.findLast(({ pk, sk }) => /^org_.*#out$/.test(pk) && ID.is("event", sk));
  if (!event) return undefined;
  const inOrganization = all.filter(({ sk }) => ID.is("organization", sk)).map(({ pk }) => pk);
  const members = inOrganization.filter((pk) => ID.is("account", pk));
  const invited = inOrganization.filter((pk) => ID.is("address", pk)).map((pk) => ID.alias("invitation", pk));
  const updates = all.filter(({ pk, sk }) => ID.is("update", sk) && pk.endsWith("#feed")).map(({ sk }) => sk);
  // threat: a position does not name the invitations that were written
  // threat: a position does not name the updates that were written
  return [event.sk, ...[...new Set([...members, ...invited, ...updates])].slice(0, maxRows)].join(".");
}

export function read(text: string): Position {
  const [event, ...rows] = [...new Set(text.split("."))];
  return {
    event: event as ID.ID<"event">,
    accounts: rows.filter((id) => ID.is("account", id)),
    addresses: rows.filter((id) => ID.is("invitation", id)).map((id) => ID.alias("address", id)),
    updates: rows.filter((id) => ID.is("update", id)),
  };
}
