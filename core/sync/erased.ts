import type { Named } from "../device/token.ts";
import { table } from "../kernel/ports.ts";
import * as Limit from "../limit/limit.ts";
import { Keys } from "../table/keys.ts";
import { documentsPerDevice } from "./limits.ts";
import { jittered, type Synced, signWipe } from "./sync.ts";

/**
 * Returns what a device is told whose organization was erased for good: to remove everything. Nothing is left to compare
 * its token with, so a made-up one gets this, too; only devices of that organization accept it. Nothing for other
 * organizations, and once the record of the erasure is gone.
 * @throws rate.limited
 */
export async function wipeErased({ account, organization, device }: Named): Promise<Synced | undefined> {
  const purged = await table.get(Keys.purged(organization));
  if (!purged) return undefined;
  await Limit.take("documents-per-device", device, documentsPerDevice);
  const wipe = { reason: "deleted", at: purged.deletedAt } as const;
  const document = await signWipe({ sk: device, pk: account, organization }, wipe);
  return { version: "erased", revision: 0, pollSeconds: jittered(), document };
}
