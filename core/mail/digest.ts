import * as v from "valibot";
import * as Account from "../account/account.ts";
import { accountKeys } from "../account/keys.ts";
import * as ID from "../base/id.ts";
import { MailPostponed } from "../kernel/mail-error.ts";
import { epoch, now, table } from "../kernel/ports.ts";
import { writeUnless } from "../kernel/write-unless.ts";
import { collected, take } from "../notification/collected.ts";
import { schedule, waiting } from "../notification/digest.ts";
import { dayOf, eightOf } from "../notification/eight.ts";
import { notificationKeys } from "../notification/keys.ts";
import { digestLateMs, keptSeconds } from "../notification/limits.ts";
import { failures } from "../notification/write.ts";
import * as Budgets from "../rate/budgets.ts";
import * as Slots from "../rate/slots.ts";
import { absent, type Key, present, put, when } from "../table/table.ts";
import { composeForList } from "./compose.ts";
import { digestTemplate } from "./digest-template.ts";
import { mailKeys } from "./keys.ts";
import { isUnsent, type MailRow, sendOnce, toSend } from "./send-once.ts";
import { suppressionOf } from "./shape.ts";

type Account = ID.ID<"account">;

// Shapes

/** The digest of an account at one of its eight o'clocks. */
export const Job = v.strictObject({
  kind: v.literal("digest"),
  account: ID.schema("account"),
  /** The time it is due. */
  at: v.pipe(v.string(), v.isoTimestamp()),
  ...Budgets.waiting,
});
export type Job = v.InferOutput<typeof Job>;

// Functions

/**
 * Sends a digest, unless there is nothing to tell. One day of the reader has one digest, whatever asks for it, and a
 * digest that would come at another hour waits for the next eight o'clock.
 * @param spend counts it against the budget of the deployment, in which it is not booked after `untilMs`
 * @throws MailPostponed, MailUnconfirmed
 */
export async function deliver(
  { account, at: due }: Job,
  spend: (untilMs: number) => Promise<boolean>,
): Promise<string> {
  const profile = await table.get(accountKeys.profile(account));
  if (!profile) return "gone";
  const { email, zone } = profile;
  const at = Date.parse(due);
  const day = dayOf(at, zone);
  const moved = async () => {
    // threat: a clock that is ahead where digests are sent delays one for as long
    await schedule([account], at);
    return "moved";
  };
  // threat: a digest comes at an hour of an earlier time zone
  // threat: a digest comes long after eight o'clock
  if (eightOf(day, zone) !== at || now().getTime() >= at + digestLateMs) return moved();
  const early = at - now().getTime();
  // threat: a digest comes before eight o'clock
  if (early > 0) throw new MailPostponed("It is not eight o'clock yet.", { seconds: Math.ceil(early / 1000) });
  const [row, block, found] = await Promise.all([
    table.get(notificationKeys.digest(account, day)),
    table.get(mailKeys.suppression(Account.addressOf(email))),
    collected(account, day, at, isUnsent),
  ]);
  if (found.length === 0) return "nothing";
  // threat: a digest is sent to an address that bounces
  if (suppressionOf(block)) return "suppressed";
  // threat: a digest that came is sent again for what arrived since
  const mailRow = toSend(mailRowOf(account, day), row?.mail ?? "queued", row?.delivery);
  if (!mailRow) {
    // threat: a notification after the digest of a day is never told
    if (found.some(({ digest }) => digest === waiting)) await schedule([account], at);
    return `${row?.mail} already`;
  }
  // threat: digests are booked when they cannot leave
  if (!(await spend(at + digestLateMs))) return moved();
  if (!row) await create(account, day);
  return Slots.within("others", (slot) =>
    sendOnce(mailRow, present, slot, async (delivery) => {
      const told = await take(account, day, found);
      if (told.length === 0) return undefined;
      const tags = { kind: "digest", account, day, delivery };
      return composeForList(email, digestTemplate(told), tags, { named: { account }, text: "Stop daily digests" });
    }),
  );
}

/** Returns the key of the row of a job's mail, as long as the reader has an account. */
export async function keyOf({ account, at }: Job): Promise<Key | undefined> {
  const profile = await table.get(accountKeys.profile(account));
  return profile && notificationKeys.digest(account, dayOf(Date.parse(at), profile.zone));
}

/** The row of a digest's mail, by which the provider's events find it. */
export const mailRowOf = (account: Account, day: string): MailRow => ({
  key: notificationKeys.digest(account, day),
  state: "mail",
  delivery: "delivery",
});

async function create(account: Account, day: string): Promise<void> {
  const item = { mail: "queued", ttl: epoch(keptSeconds) } as const;
  await writeUnless(failures.exists, put(notificationKeys.digest(account, day), item, when(absent, failures.exists)));
}
