import type { Named } from "../device/token.ts";
import type { Origin } from "../kernel/actor.ts";
import { table } from "../kernel/ports.ts";
import { purgeKeys } from "../purge/keys.ts";
import * as Limits from "../rate/limits.ts";
import { networkOf } from "../rate/network.ts";
import * as Windows from "../rate/windows.ts";
import { jittered, type Synced, signWipe } from "./sync.ts";

/**
 * Returns what a device is told whose organization was erased for good: to remove everything. Nothing is left to compare
 * its token with, so a made-up one gets this, too; only devices of that organization accept it. Nothing for other
 * organizations, and once the record of the erasure is gone.
 * @throws rate.limited
 */
export async function wipeErased(
  { account, organization, device }: Named,
  { ip }: Pick<Origin, "ip">,
  nonce: string | undefined,
): Promise<Synced | undefined> {
  const purged = await table.get(purgeKeys.purged(organization));
  // threat: a device is told to wipe although its organization was not erased
  if (!purged) return undefined;
  // threat: one network has wipes signed for made-up devices without a limit
  await Windows.take(Limits.wipesPerNetwork, networkOf(ip));
  // threat: wipes for made-up devices of one erased organization are signed without a limit
  await Windows.take(Limits.wipesPerOrganization, organization);
  const wipe = { reason: "deleted", at: purged.deletedAt } as const;
  // threat: a wipe of an erased organization answers no request
  const document = await signWipe({ sk: device, pk: account, organization }, wipe, nonce);
  return { version: "erased", revision: 0, pollSeconds: jittered(), document };
}
