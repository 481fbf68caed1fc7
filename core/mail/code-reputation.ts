import { hourSeconds } from "../base/duration.ts";
import { epoch, now, table } from "../kernel/ports.ts";
import { mac } from "../kernel/signed.ts";
import { update } from "../table/table.ts";
import { mailKeys } from "./keys.ts";
import { codeOutcomesSeconds, codesSuspectFrom } from "./limits.ts";
import type { MailOutcomesRow } from "./row.ts";

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
  const change = { add: { [outcome]: 1 }, set: { ttl: epoch(codeOutcomesSeconds) } };
  await table.change(update(mailKeys.mailOutcomes(nameOf(stranger), hour()), change));
  const ofNetwork = await table.getMany(keysOf(nameOf(stranger)));
  // threat: bounces of one network slow the codes of all
  if (isTooMany(ofNetwork, codesSuspectFrom.ofNetwork)) return;
  await table.change(update(mailKeys.mailOutcomes(all, hour()), change));
}

/** Returns whether too many codes to strangers have bounced in this hour and the last. */
export async function suspectIn(network: string): Promise<Suspect> {
  const { stranger = "" } = tagsOf(network);
  const rows = await table.getMany([...keysOf(nameOf(stranger)), ...keysOf(all)]);
  return {
    inNetwork: isTooMany(rows.slice(0, 2), codesSuspectFrom.ofNetwork),
    // threat: many networks with few bounces each empty the mail
    inAll: isTooMany(rows.slice(2), codesSuspectFrom.ofAll),
  };
}

const hour = () => Math.floor(now().getTime() / 1000 / hourSeconds);
const nameOf = (hash: string): `codes of ${string}` => `codes of ${hash}`;
// threat: codes to strangers stay slowed forever
const keysOf = (who: ReturnType<typeof nameOf>) => [hour(), hour() - 1].map((one) => mailKeys.mailOutcomes(who, one));

function isTooMany(rows: readonly (MailOutcomesRow | undefined)[], { least }: { least: number }): boolean {
  const sum = (name: "delivered" | "bounced") => rows.reduce((all, row) => all + (row?.[name] ?? 0), 0);
  const bounced = sum("bounced");
  // threat: codes to invented addresses leave however many bounce
  // threat: a few bounces of a busy network slow its codes
  return bounced >= least && bounced > codesSuspectFrom.share * (bounced + sum("delivered"));
}
