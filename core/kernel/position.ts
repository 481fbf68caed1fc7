import * as v from "valibot";
import * as ID from "../base/id.ts";
import type { Step } from "../table/table.ts";

// What a request wrote, as a text that a later read can wait for. Lists are derived from what was written, and lag.

/** More members than one request changes in a team. */
const maxAccounts = 50;
/** How long a read waits at most for what it names. */
export const maxWaitSeconds = 2;
const ulid = "[0-7][0-9A-HJKMNP-TV-Z]{25}";

/**
 * The `Muster-Position` of a change. The answer waits up to two seconds until it includes that change, and
 * `Muster-Included` says whether it does.
 */
export const After = v.pipe(
  v.string(),
  v.regex(new RegExp(`^evt_${ulid}(\\.acc_${ulid}){0,${maxAccounts}}$`), "This is not a position."),
);

export type Position = { event: ID.ID<"event">; accounts: ID.ID<"account">[] };

/** Returns the position of these writes in an organization: the last event, and the members that they changed. */
export function positionOf(steps: readonly Step[]): string | undefined {
  const all = steps.filter((step) => step.do !== "check").map(({ key }) => key);
  const event = all.findLast(({ pk, sk }) => /^org_.*#out$/.test(pk) && ID.is("event", sk));
  if (!event) return undefined;
  const members = all.filter(({ pk, sk }) => ID.is("account", pk) && ID.is("organization", sk)).map(({ pk }) => pk);
  return [event.sk, ...[...new Set(members)].slice(0, maxAccounts)].join(".");
}

export function read(text: string): Position {
  const [event, ...accounts] = text.split(".");
  return { event: event as ID.ID<"event">, accounts: accounts as ID.ID<"account">[] };
}
