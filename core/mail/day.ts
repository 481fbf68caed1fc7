import { minuteMs } from "../base/duration.ts";
import { now, quota } from "../kernel/ports.ts";
import { MailPostponed } from "./error.ts";

/** This part of what the account may send in 24 hours is kept for codes and all that does not come in bulk. */
const reservedShare = 0.05;
const oldestMs = 5 * minuteMs;
/** Where the room may have come to its end, the provider is asked again, but not more often. */
const freshMs = 5000;
/** What was just booked is not yet in the provider's count. */
const underWayMs = 1000;
/** The 24 hours move on: every few minutes there may be room again. */
const waitSeconds = 600;

// Functions

/**
 * How many mails in bulk still fit into the 24 hours of the account, at least one. What others have sent since the
 * provider was asked cannot be more than the rate allows, so the answer errs on the safe side.
 * @throws MailPostponed when there is no room
 */
export async function room(): Promise<number> {
  for (const age of [oldestMs, freshMs]) {
    const left = await leftWithin(age);
    if (left >= 1) return left;
  }
  throw new MailPostponed("What the account may send in 24 hours is used up.", { seconds: waitSeconds, lack: "day" });
}

async function leftWithin(age: number): Promise<number> {
  const { perSecond, perDay, sentInDay, at } = await quota(age).catch((error: unknown) => {
    throw new MailPostponed("Nobody knows how many mails the provider takes today.", { cause: error });
  });
  if (perDay < 0) return Number.POSITIVE_INFINITY; // how SES says that there is no limit
  const since = Math.ceil((perSecond * (now().getTime() - at + underWayMs)) / 1000);
  return Math.floor(perDay * (1 - reservedShare)) - sentInDay - since;
}
