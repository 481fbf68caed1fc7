import { daySeconds } from "../base/duration.ts";
import { sha256 } from "../base/hash.ts";
import { instant } from "../kernel/ports.ts";
import { writeUnless } from "../kernel/write-unless.ts";
import { all, equal, keyOf, lacks, update, when } from "../table/table.ts";
import { failures } from "./failures.ts";
import { rotationDays } from "./limits.ts";
import type { DeviceRow } from "./row.ts";
import * as Token from "./token.ts";

/**
 * Returns the successor of a device's token once that is 30 days old. Both work until the successor is first used. It is
 * the same in every answer until then, so it does not matter which of them arrive.
 */
export async function successorOf(row: DeviceRow): Promise<string | undefined> {
  if (row.wipe || row.tokenAt > instant(-rotationDays * daySeconds)) return undefined;
  const named = { account: row.pk, organization: row.organization, device: row.sk };
  const known = row.nextToken && Token.deriveAgain(named, row.token, row.nextToken);
  if (known) return known;
  const next = Token.derive(named, row.token);
  const isUnread = row.nextToken === undefined ? lacks("nextToken") : equal("nextToken", row.nextToken);
  const isSame = when(all(equal("token", row.token), isUnread), failures.changed);
  const step = update(keyOf(row), { set: { nextToken: sha256(next) } }, isSame);
  // another request may have been faster; the next answer has it
  return (await writeUnless(failures.changed, step)) ? next : undefined;
}
