import * as v from "valibot";
import type * as ID from "../kernel/id.ts";
import { parse } from "../kernel/valid.ts";
import { holders } from "./holders.ts";
import type { Kind } from "./list.ts";

// What owners are told of their payment: each change of how an organization stands is in one event, and so told once.

// Shapes

const Side = v.object({
  standing: v.string(),
  cancelAt: v.optional(v.string()),
  graceUntil: v.optional(v.string()),
});
const Sides = v.object({ before: v.optional(Side), after: v.optional(Side) });
const Trial = v.object({ trialEnd: v.string() });

/** One thing that happened, told to owners. */
type Telling = { to: ID.ID<"account">[]; kind: Kind; by?: ID.ID<"account"> | undefined; until?: string | undefined };
type Place = { organization: ID.ID<"organization">; actor: ID.ID<"account"> | undefined };
type Rule = (data: unknown, place: Place) => Promise<Telling[]>;

/** How an organization may stand, where its owners must know. */
const kinds: Record<string, Kind> = {
  past_due: "billing.past_due",
  over_limit: "billing.over_limit",
  canceled: "billing.canceled",
  read_only: "billing.read_only",
};

// Functions

/** Nobody did these, so that whoever happened to look is told as well. */
export const isNobodysDoing = (kind: Kind): boolean => kind.startsWith("billing.") && kind !== "billing.ending";

export const billingRules: Record<string, Rule> = {
  "billing.copied": toldOfStanding,
  "billing.resized": toldOfStanding,
  "billing.resize_dropped": toldOfStanding,

  "billing.trial_ending": async (data, { organization }) => {
    const { trialEnd } = parse(Trial, data);
    return [{ kind: "billing.trial_ending", to: await holders(organization, ["owner"]), until: trialEnd }];
  },
};

async function toldOfStanding(data: unknown, { organization, actor }: Place): Promise<Telling[]> {
  const { before, after } = parse(Sides, data);
  if (!after) return [];
  const kind = after.standing === before?.standing ? undefined : kinds[after.standing];
  const isEnding = after.cancelAt !== undefined && before?.cancelAt === undefined;
  if (!kind && !isEnding) return [];
  const to = await holders(organization, ["owner"]);
  if (kind) return [{ kind, to, until: after.graceUntil }];
  return [{ kind: "billing.ending", to, by: actor, until: after.cancelAt }];
}
