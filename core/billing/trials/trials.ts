import { daySeconds } from "../../base/duration.ts";
import type * as ID from "../../base/id.ts";
import type { Member } from "../../kernel/actor.ts";
import { epoch, instant, plans, stripe, table } from "../../kernel/ports.ts";
import { StripeError } from "../../kernel/stripe-port.ts";
import { absent, all, equal, lacks, put, remove, type Step, update, when } from "../../table/table.ts";
import { billingKeys } from "../keys.ts";
import { trialKeptDays } from "../limits.ts";
import { type Checkout, failures, type Mirror, type Row } from "../row.ts";
import type { TrialRow } from "./row.ts";

// A person has one trial, whatever organizations they create. Its row is of their address, which outlives an organization
// and an account. A checkout holds it until it has begun a trial, or can't anymore.

type Organization = ID.ID<"organization">;

/** `held`: by a checkout of another organization. */
export type TrialState = "free" | "held" | "used";

// Functions

/** Returns whether an organization can begin with a trial, as far as it is recorded. */
export function stateOf(row: TrialRow | undefined, organization: Organization): TrialState {
  const at = instant();
  if (!row || row.keptUntil <= at) return "free";
  if (row.usedAt !== undefined) return "used";
  return row.organization === organization || row.heldUntil <= at ? "free" : "held";
}

/** Returns the trial of a person, where a checkout could begin with it. */
export async function trialFor(
  { address }: Pick<Member, "address">,
  row: Pick<Row, "mirror"> | undefined,
): Promise<TrialRow | undefined> {
  return plans().trialDays > 0 && !row?.mirror ? table.get(billingKeys.trial(address)) : undefined;
}

/** Returns the steps that hold a person's trial for a checkout, or nothing if there is none. @throws StripeError */
export async function claim(
  { organization, address }: Member,
  checkout: { name: Checkout["name"]; customer: string; expiresAt: string },
): Promise<Step[] | undefined> {
  const key = billingKeys.trial(address);
  const row = await table.get(key);
  // threat: each new organization of a person has a trial
  // threat: a trial whose event was lost is had again
  if (stateOf(row, organization) !== "free" || (row && (await hasBegun(row)))) return undefined;
  const { name, customer, expiresAt: heldUntil } = checkout;
  const held = { organization, customer, checkout: name, heldUntil, ...kept() };
  // threat: two checkouts at once have two trials
  return [put(key, held, when(row ? asRead(row) : absent, failures.moved))];
}

/** Returns the steps that follow when a checkout is over: its trial is used if it began one, and free if not. */
export async function release({ name, trial }: Checkout, mirror: Mirror | undefined): Promise<Step[]> {
  if (trial === undefined) return [];
  const key = billingKeys.trial(trial);
  const row = await table.get(key);
  // threat: a checkout that is over gives away a trial that another one holds
  if (row?.checkout !== name || row.usedAt !== undefined) return [];
  const same = when(asRead(row), failures.moved);
  return [mirror?.trialEnd ? update(key, { set: used() }, same) : remove(key, same)];
}

/** Returns whether a checkout that has ended began a trial all the same: Stripe's event about it may be lost. */
async function hasBegun(row: TrialRow): Promise<boolean> {
  const at = instant();
  if (row.usedAt !== undefined || row.heldUntil > at || row.keptUntil <= at) return false;
  const found = await stripe()
    .subscriptionsOf(row.customer)
    .catch((error: unknown) => {
      if (error instanceof StripeError && error.outcome === "refused") return [];
      throw error;
    });
  if (!found.some(({ trialEnd }) => trialEnd !== undefined)) return false;
  await table.write(update(billingKeys.trial(row.pk), { set: used() }, when(asRead(row), failures.moved)));
  return true;
}

const kept = () => ({ keptUntil: instant(trialKeptDays * daySeconds), ttl: epoch(trialKeptDays * daySeconds) });
const used = () => ({ usedAt: instant(), ...kept() });
const asRead = ({ checkout, usedAt }: TrialRow) =>
  // threat: a trial that has begun at the same moment is given to another checkout
  all(equal("checkout", checkout), usedAt === undefined ? lacks("usedAt") : equal("usedAt", usedAt));
