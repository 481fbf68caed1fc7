import { table } from "../kernel/ports.ts";
import { mac } from "../kernel/signed.ts";
import { codesSuspectFrom, outcomePeriods } from "../rate/limits.ts";
import * as Outcomes from "../rate/outcomes.ts";

/**
 * Anybody can name invented addresses to be sent codes, and each bounces at the operator's cost. So the outcomes of codes
 * to strangers are counted for an hour, by network and in all. Where too many bounce, few codes to strangers leave.
 */

const all = "codes of all networks" as const;

export type Suspect = { inNetwork: boolean; inAll: boolean };

/** The tag of a code to a stranger, from which its outcome is counted. Nobody learns the network from it. */
export const tagsOf = (network: string): Record<string, string> => ({
  stranger: mac(`network ${network}`).toString("hex").slice(0, 32),
});

/**
 * Counts what happened to a code, if it was one to a stranger. Codes of a network that is suspect leave from a budget of
 * its kind, so they say nothing about the others.
 */
export async function count(tags: Record<string, string>, outcome: "delivered" | "bounced"): Promise<void> {
  const { kind, stranger } = tags;
  if (kind !== "code" || stranger === undefined) return;
  await Outcomes.count(nameOf(stranger), outcome, outcomePeriods.codes);
  const ofNetwork = await table.getMany(keysOf(nameOf(stranger)));
  // threat: bounces of one network slow the codes of all
  if (Outcomes.isTooMany(ofNetwork, "bounced", codesSuspectFrom.ofNetwork)) return;
  await Outcomes.count(all, outcome, outcomePeriods.codes);
}

/** Returns whether too many codes to strangers have bounced in this hour and the last. */
export async function suspectIn(network: string): Promise<Suspect> {
  const { stranger = "" } = tagsOf(network);
  const rows = await table.getMany([...keysOf(nameOf(stranger)), ...keysOf(all)]);
  return {
    // threat: codes to invented addresses leave however many bounce
    inNetwork: Outcomes.isTooMany(rows.slice(0, 2), "bounced", codesSuspectFrom.ofNetwork),
    // threat: many networks with few bounces each empty the mail
    inAll: Outcomes.isTooMany(rows.slice(2), "bounced", codesSuspectFrom.ofAll),
  };
}

const nameOf = (hash: string): `codes of ${string}` => `codes of ${hash}`;
const keysOf = (who: ReturnType<typeof nameOf>) => Outcomes.keysOf(who, outcomePeriods.codes);
