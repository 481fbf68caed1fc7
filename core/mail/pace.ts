import { mail } from "../kernel/ports.ts";
import * as Limit from "../limit/limit.ts";

/** The rest of the provider's rate is room for mails that leave a little late, close before the next. */
const usedShare = 0.98;

/**
 * When so many mails may leave, so that all workers together stay below the provider's rate. In ms since 1970, soonest
 * first; fewer than asked for where they do not fit before `until`.
 */
export async function book(mails: number, until: number): Promise<number[]> {
  const perSecond = usedShare * (await mail.rate());
  return Limit.book("mails", "deployment", { uses: mails, perSecond, until });
}
