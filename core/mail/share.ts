import { isFailure } from "../base/failure.ts";
import type { MailMessage, SendSlot } from "../kernel/ports.ts";
import * as Limit from "../limit/limit.ts";
import type { Condition } from "../table/table.ts";
import { MailPostponed } from "./error.ts";
import { type MailRow, sendOnce } from "./send-once.ts";

/** How many mails of a kind one reader gets. */
export type Share = { name: string; who: string; windows: readonly Limit.Window[] };

/**
 * Sends a mail that counts against the share of its reader, as `sendOnce` does. Beyond the share it is suppressed, and
 * one that is postponed does not count.
 * @throws MailPostponed if it has to wait, MailUnconfirmed if the result is unknown
 */
export async function sendWithin(
  share: Share,
  { mailRow, holds, slot }: { mailRow: MailRow; holds: Condition; slot: SendSlot },
  write: (delivery: string) => MailMessage,
): Promise<string> {
  let giveBack: (() => Promise<void>) | undefined;
  try {
    return await sendOnce(mailRow, holds, slot, async (delivery) => {
      giveBack = await take(share);
      return giveBack && write(delivery);
    });
  } catch (error) {
    // threat: waiting for the provider uses up the mails that an address may get
    if (error instanceof MailPostponed) await giveBack?.();
    throw error;
  }
}

/** Counts a mail. Returns nothing if there were too many. */
async function take({ name, who, windows }: Share): Promise<(() => Promise<void>) | undefined> {
  return Limit.take(name, who, ...windows).catch((error: unknown) => {
    if (!isFailure(error, Limit.failures.limited)) throw error;
    return undefined;
  });
}
