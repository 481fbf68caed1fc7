import type { Member } from "../kernel/actor.ts";
import * as Limit from "./limit.ts";
import { readsPerAccount, uncountedReads } from "./limits.ts";

/**
 * Counts the read units of a request against the budget of its account, before it reads. A request that reads few is
 * not counted. @throws rate.limited
 */
export async function takeReads(units: number, { account }: Pick<Member, "account">): Promise<void> {
  // threat: one account reads many rows as often as it likes
  // threat: reviewing 100 people counts as one read
  if (isCounted(units)) await Limit.takeMany(units, "reads", account, readsPerAccount);
}

// threat: every request that reads few rows costs a write
export const isCounted = (units: number): boolean => units > uncountedReads;
