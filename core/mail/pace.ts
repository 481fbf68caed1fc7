import { setTimeout as pause } from "node:timers/promises";
import { use } from "../kernel/context.ts";
import { mail, now } from "../kernel/ports.ts";
import * as Limit from "../limit/limit.ts";
import { MailPostponed } from "./error.ts";

/** The rest of the provider's rate is room for mails that leave a little late, close before the next. */
const usedShare = 0.98;
/** All mails but codes take this part of it, so that a code finds room while they wait. */
const othersShare = 0.8;
/** For so long a code's turn is taken from the others' ahead of them. */
const aheadMs = 60_000;

// Shapes

/** People wait for codes; all else can wait for them. */
export type Lane = "codes" | "others";

// Functions

/**
 * Waits until this mail may leave, so that all workers together stay below the provider's rate. A context without an
 * end does not wait.
 * @throws MailPostponed when its turn would come too late for this process
 */
export async function turn(lane: Lane): Promise<void> {
  const { until } = use();
  if (until === undefined) return;
  const at = await book(lane, until);
  if (at === undefined) throw new MailPostponed("There is no room for this mail now.");
  const waitMs = at - now().getTime();
  if (waitMs > 0) await pause(waitMs);
}

/**
 * When the next mail may leave, in ms since 1970; nothing when that is after `until`. Codes have turns of their own,
 * before all others that wait, and each takes one of theirs, so that these leave that much later.
 * @throws MailPostponed when nobody knows the rate
 */
export async function book(lane: Lane, until: number): Promise<number | undefined> {
  const perSecond = usedShare * (await rate());
  const share = { uses: 1, perSecond: othersShare * perSecond };
  if (lane === "others") return (await Limit.book("mails", "others", { ...share, until }))[0];
  await Limit.book("mails", "others", { ...share, until: now().getTime() + aheadMs });
  return (await Limit.book("mails", "codes", { uses: 1, perSecond, until }))[0];
}

const rate = () =>
  mail.rate().catch((error: unknown) => {
    throw new MailPostponed("Nobody knows how many mails the provider takes now.", { cause: error });
  });
