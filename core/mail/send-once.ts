import { minuteMs } from "../base/duration.ts";
import { failure, isFailure } from "../base/failure.ts";
import * as ID from "../base/id.ts";
import { MailPostponed, MailRefused, MailUnconfirmed } from "../kernel/mail-error.ts";
import { instant, type MailMessage, mail, now, type SendSlot, table } from "../kernel/ports.ts";
import { writeUnless } from "../kernel/write-unless.ts";
import type { Limit } from "../rate/limits.ts";
import * as Slots from "../rate/slots.ts";
import * as Windows from "../rate/windows.ts";
import { all, type Condition, equal, type Item, type Key, oneOf, update, when } from "../table/table.ts";
import { type MailState, mailStates } from "./shape.ts";

/** By then the provider has reported what it accepted: of what it has not reported, it knows nothing. */
const reportedWithinMs = 15 * minuteMs;
/** A mail whose result stays unknown is sent so often: for a day. */
const maxDeliveries = 96;

// Shapes

/**
 * A row that requests a mail: the attribute of the mail's status, and the name by which the provider's events identify
 * that very mail; a row that requests another one has another name.
 */
export type MailRow = {
  key: Key;
  state: "mail" | "reminder";
  delivery: "delivery" | "reminderDelivery";
  /**
   * The attribute with the instant of the claim, for those who must not request another mail while this one is sent.
   */
  claimedAt?: "claimedAt";
  /** Attributes to write with the first change of its status. */
  also?: Item;
  /** The delivery whose result is unknown, for a mail that is sent again. */
  unknown?: Delivery;
};

/** A delivery by its name, which says when it began, how many came before it, and what the first of them was. */
type Delivery = { name: string; id: string; before: number; first: string };

/** The limit of mails of a kind for one reader. */
export type Share = { limit: Limit; who: string };

// Failures

export const failures = {
  claimed: failure("conflict", "mail.claimed", "This email is already being sent."),
};

// Functions

/**
 * Returns the row of a mail that is to be sent: it waits, or it is `unconfirmed`, and the provider has had the time to
 * report it and has not.
 * @throws MailUnconfirmed until the provider has had that time
 */
export function toSend(mailRow: MailRow, state: string | undefined, delivery: string | undefined): MailRow | undefined {
  if (state === "queued") return mailRow;
  const unknown = state === "unconfirmed" && readDelivery(delivery);
  // threat: a mail whose result is unknown is never sent again
  if (!unknown || unknown.before + 1 >= maxDeliveries) return undefined;
  const restMs = reportedMs(unknown) - now().getTime();
  // threat: a mail is sent again while the provider may still report it
  if (restMs > 0) {
    throw new MailUnconfirmed("The provider may still report this mail.", { seconds: Math.ceil(restMs / 1000) });
  }
  return { ...mailRow, unknown };
}

/**
 * Returns whether a mail was not sent, as far as anybody can know: it waits, or the provider has not reported it in
 * time.
 */
export function isUnsent({ mail, delivery }: { mail?: string | undefined; delivery?: string | undefined }): boolean {
  const unknown = mail === "unconfirmed" ? readDelivery(delivery) : undefined;
  return mail === "queued" || (unknown !== undefined && reportedMs(unknown) <= now().getTime());
}

/** By when the provider has reported a delivery, in ms since 1970. */
const reportedMs = ({ id }: Delivery) => Date.parse(ID.madeAt(id)) + reportedWithinMs;

/**
 * Sends the mail of a row that still waits for it, at its slot: claimed first, so that a crash in between leaves it
 * `unconfirmed`. `holds` is what else the row must meet at that moment. `write` returns nothing for a suppressed address,
 * which only the holder of the claim finds out. Returns what happened to it.
 * @throws MailPostponed if it has to wait, MailUnconfirmed if the result is unknown
 */
export async function sendOnce(
  mailRow: MailRow,
  holds: Condition,
  slot: SendSlot,
  write: (delivery: string) => MailMessage | Promise<MailMessage | undefined>,
): Promise<string> {
  const { unknown } = mailRow;
  // the claim has a name of its own, so that after a lost answer nobody mistakes another's for theirs
  const name = ID.create("delivery");
  const delivery = unknown ? `${name}-${unknown.before + 1}-${unknown.first}` : name;
  // threat: a mail is sent twice
  const waiting = all(waits(mailRow), holds);
  const claim = {
    [mailRow.state]: "unconfirmed",
    // threat: a worker takes another's claim for its own
    [mailRow.delivery]: delivery,
    ...(mailRow.claimedAt && { [mailRow.claimedAt]: instant() }),
  };
  // threat: a mail is sent before it is claimed
  if (!(await move(mailRow, Object.assign(claim, mailRow.also), waiting))) return "claimed already";
  const mine = claimed(mailRow, delivery);
  const message = await written(mailRow, mine, () => write(delivery));
  if (!message) return "suppressed";
  try {
    await mail.send(message, slot);
  } catch (error) {
    if (error instanceof MailPostponed) return postpone(mailRow, mine, error);
    if (!(error instanceof MailRefused)) {
      const seconds = reportedWithinMs / 1000;
      throw new MailUnconfirmed("It is unknown whether this mail was sent.", { cause: error, seconds });
    }
    await move(mailRow, { [mailRow.state]: "failed" }, mine);
    return "failed";
  }
  await move(mailRow, { [mailRow.state]: "sent" }, mine);
  return "sent";
}

/**
 * Sends a mail that counts against the share of its reader, as `sendOnce` does. Beyond the share it is suppressed, and
 * one that is postponed does not count.
 * @throws MailPostponed if it has to wait, MailUnconfirmed if the result is unknown
 */
export async function sendWithin(
  { limit, who }: Share,
  { mailRow, holds, slot }: { mailRow: MailRow; holds: Condition; slot: SendSlot },
  write: (delivery: string) => MailMessage,
): Promise<string> {
  let giveBack: (() => Promise<void>) | undefined;
  try {
    return await sendOnce(mailRow, holds, slot, async (delivery) => {
      giveBack = await Windows.take(limit, who).catch((error: unknown) => {
        if (!isFailure(error, Windows.failures.limited)) throw error;
        return undefined;
      });
      return giveBack && write(delivery);
    });
  } catch (error) {
    // threat: waiting for the provider uses up the mails that an address may get
    if (error instanceof MailPostponed) await giveBack?.();
    throw error;
  }
}

/** Gives up the mail of a row that waits for it: its address is suppressed, or it is no longer needed. */
export async function giveUp(mailRow: MailRow, as: "suppressed" | "failed", holds: Condition): Promise<string> {
  if (mailRow.unknown) return "unconfirmed already";
  const waiting = all(waits(mailRow), holds);
  return (await move(mailRow, Object.assign({ [mailRow.state]: as }, mailRow.also), waiting)) ? as : "claimed already";
}

/**
 * Writes the provider's event about one mail. Events arrive late and in any order: one that says less than what is
 * known, or is about an earlier mail of the row, changes nothing, unless that was sent again because the provider had
 * not reported it in time. Returns whether it changed something, and whether that is so.
 */
export async function recordStatus(mailRow: MailRow | undefined, delivery: string | undefined, mailStatus: MailState) {
  if (!mailRow || delivery === undefined) return { isNews: false, isDouble: false };
  // nearly every mail is known to be sent before the provider says so: to look costs less than to write
  if (mailStatus !== "sent") return { isNews: await writeStatus(mailRow, delivery, mailStatus), isDouble: false };
  const row = await table.get(mailRow.key);
  const [state, current] = [row?.[mailRow.state] as string | undefined, row?.[mailRow.delivery] as string | undefined];
  const isDouble = isSentAgain(current, delivery);
  // an error of a gateway may hide that the provider took it, and a mail that it took is not sent again
  const isOpen = state === "unconfirmed" || (state === "queued" && !isDouble);
  if (!isOpen || current === undefined || !(isDouble || current === delivery)) return { isNews: false, isDouble };
  const isStill = all(equal(mailRow.state, state), equal(mailRow.delivery, current));
  // what comes after, such as a bounce, is about the delivery that is known to have been accepted
  const told = { [mailRow.state]: "sent", [mailRow.delivery]: delivery };
  return { isNews: await move(mailRow, told, isStill), isDouble };
}

function writeStatus(mailRow: MailRow, delivery: string, mailStatus: MailState): Promise<boolean> {
  // threat: a late event of an earlier mail is taken for one of the newer
  const isThis = equal(mailRow.delivery, delivery);
  if (mailRow.state === "mail") {
    return move(mailRow, { mail: mailStatus }, all(isThis, oneOf("mail", earlierThan(mailStatus))));
  }
  if (mailStatus === "bounced" || mailStatus === "complained") {
    const sent = all(isThis, oneOf("reminder", ["unconfirmed", "sent", "delivered"]));
    return move(mailRow, { mail: mailStatus, reminder: "sent" }, all(sent, oneOf("mail", earlierThan(mailStatus))));
  }
  // threat: a repeated delivery of a reminder thins the share of bounces
  return move(mailRow, { reminder: mailStatus }, all(isThis, oneOf("reminder", ["unconfirmed", "sent"])));
}

/** Returns whether a delivery was followed by another one of the same mail. */
function isSentAgain(current: string | undefined, delivery: string): boolean {
  const [earlier, later] = [readDelivery(delivery), readDelivery(current)];
  return earlier !== undefined && earlier.first === later?.first && earlier.before < later.before;
}

/** Nothing for the names that earlier releases gave. */
function readDelivery(name = ""): Delivery | undefined {
  const [id = "", before = "0", first = id] = name.split("-");
  return ID.is("delivery", id) ? { name, id, before: Number(before), first } : undefined;
}

async function postpone(mailRow: MailRow, mine: Condition, reason: MailPostponed): Promise<never> {
  await move(mailRow, before(mailRow), mine);
  await Slots.react(reason);
  throw reason;
}

const claimed = ({ state, delivery }: MailRow, name: string) => all(equal(state, "unconfirmed"), equal(delivery, name));

const waits = (mailRow: MailRow): Condition =>
  mailRow.unknown ? claimed(mailRow, mailRow.unknown.name) : equal(mailRow.state, "queued");

/** Returns what the claim has changed, as it was. */
const before = ({ state, delivery, unknown }: MailRow): Item =>
  unknown ? { [delivery]: unknown.name } : { [state]: "queued" };

/** Prepares the mail under a claim. If that fails, it was certainly not sent, and waits again. */
async function written(mailRow: MailRow, mine: Condition, write: () => MailMessage | Promise<MailMessage | undefined>) {
  try {
    const message = await write();
    if (!message) await move(mailRow, { [mailRow.state]: "suppressed" }, mine);
    return message;
  } catch (error) {
    await move(mailRow, before(mailRow), mine);
    throw error;
  }
}

// threat: an event decides the status of a mail that still waits
/** A mail that waits was not sent, so the event is about another one. */
const earlierThan = (mailStatus: MailState) => mailStates.slice(1, mailStates.indexOf(mailStatus));

/** Returns whether the row was as expected, and has been updated. */
async function move({ key }: MailRow, set: Item, condition: Condition): Promise<boolean> {
  return writeUnless(failures.claimed, update(key, { set }, when(condition, failures.claimed)));
}
