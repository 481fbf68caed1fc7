import { minuteMs } from "../base/duration.ts";
import { MailPostponed } from "../kernel/mail-error.ts";
import { now, quota } from "../kernel/ports.ts";

// threat: bulk uses up the day of codes
/** The share of the quota of 24 hours that is reserved for codes and other single mails. */
const reservedShare = 0.05;
const oldestMs = 5 * minuteMs;
/** The shortest time between calls of the provider, if the room may be used up. */
const freshMs = 5000;
/** Recently booked mails are not yet in the provider's count. */
const underWayMs = 1000;
/** The 24 hours are a moving window: every few minutes there may be room again. */
const waitSeconds = 600;

// Functions

/**
 * Returns how many bulk mails fit into the account's quota of 24 hours, at least one. Since the provider was called,
 * others cannot have sent more than the rate allows, so the result errs on the safe side.
 * @throws MailPostponed if there is no room
 */
export async function room(): Promise<number> {
  for (const age of [oldestMs, freshMs]) {
    const left = await leftWithin(age);
    if (left >= 1) return left;
  }
  throw new MailPostponed("The account's quota of 24 hours is used up.", { seconds: waitSeconds, lack: "day" });
}

async function leftWithin(age: number): Promise<number> {
  const { perSecond, perDay, sentInDay, at } = await quota(age).catch((error: unknown) => {
    throw new MailPostponed("The account's quota is unknown.", { lack: "provider", cause: error });
  });
  if (perDay < 0) return Number.POSITIVE_INFINITY; // how SES says that there is no limit
  const since = Math.ceil((perSecond * (now().getTime() - at + underWayMs)) / 1000);
  // threat: mails sent since the quota was read are not counted
  return Math.floor(perDay * (1 - reservedShare)) - sentInDay - since;
}
