import { randomUUID } from "node:crypto";
import { failure, isFailure } from "../base/failure.ts";
import { instant, type MailMessage, mail, type SendSlot, table } from "../kernel/ports.ts";
import { all, type Condition, equal, type Item, type Key, oneOf, update, when } from "../table/table.ts";
import { MailPostponed, MailRefused, MailUnconfirmed } from "./error.ts";
import * as SendRate from "./send-rate.ts";
import { type MailState, mailStates } from "./shape.ts";

// Shapes

/**
 * A row that requests a mail: the attribute of the mail's status, and the name by which the provider's events identify
 * that very mail; a row that requests another one has another name.
 */
export type MailRow = {
  key: Key;
  state: "mail" | "reminder";
  delivery: "delivery" | "reminderDelivery";
  /** Where the instant of the claim is stored, for those who must not request another mail while this one is sent. */
  claimedAt?: "claimedAt";
  /** What is written with the first change of its status. */
  also?: Item;
};

// Failures

export const failures = {
  claimed: failure("conflict", "mail.claimed", "This email is already being sent."),
};

// Functions

/**
 * Sends the mail of a row that still waits for it, at its slot and at most once: claimed first, so that a crash in
 * between leaves it `unconfirmed`. `holds` is what else the row must meet at that moment. `write` returns nothing for a
 * suppressed address, which only the holder of the claim finds out. Returns what happened to it.
 * @throws MailPostponed if it has to wait, MailUnconfirmed if the result is unknown
 */
export async function sendOnce(
  mailRow: MailRow,
  holds: Condition,
  slot: SendSlot,
  write: (delivery: string) => MailMessage | Promise<MailMessage | undefined>,
): Promise<string> {
  const delivery = randomUUID();
  const waiting = all(equal(mailRow.state, "queued"), holds);
  // the claim has a name of its own, so that after a lost answer nobody mistakes another's for theirs
  const claim = {
    [mailRow.state]: "unconfirmed",
    [mailRow.delivery]: delivery,
    ...(mailRow.claimedAt && { [mailRow.claimedAt]: instant() }),
  };
  if (!(await move(mailRow, Object.assign(claim, mailRow.also), waiting))) return "claimed already";
  const mine = all(equal(mailRow.state, "unconfirmed"), equal(mailRow.delivery, delivery));
  const letter = await written(mailRow, mine, () => write(delivery));
  if (!letter) return "suppressed";
  try {
    await mail.send(letter, slot);
  } catch (error) {
    if (error instanceof MailPostponed) return postpone(mailRow, mine, error);
    if (!(error instanceof MailRefused)) {
      throw new MailUnconfirmed("It is unknown whether this mail was sent.", { cause: error });
    }
    await move(mailRow, { [mailRow.state]: "failed" }, mine);
    return "failed";
  }
  await move(mailRow, { [mailRow.state]: "sent" }, mine);
  return "sent";
}

/** Gives up the mail of a row that waits for it: its address is suppressed, or it is no longer needed. */
export async function giveUp(mailRow: MailRow, as: "suppressed" | "failed", holds: Condition): Promise<string> {
  const waiting = all(equal(mailRow.state, "queued"), holds);
  return (await move(mailRow, Object.assign({ [mailRow.state]: as }, mailRow.also), waiting)) ? as : "claimed already";
}

/**
 * Writes the provider's event about one mail. Events arrive late and in any order: one that says less than what is
 * known, or is about an earlier mail of the row, changes nothing. Returns whether it changed something.
 */
export function recordStatus(mailRow: MailRow, delivery: string, mailStatus: MailState): Promise<boolean> {
  const isThis = equal(mailRow.delivery, delivery);
  if (mailRow.state === "mail") {
    return move(mailRow, { mail: mailStatus }, all(isThis, oneOf("mail", earlierThan(mailStatus))));
  }
  if (mailStatus === "bounced" || mailStatus === "complained") {
    const sent = all(isThis, oneOf("reminder", ["unconfirmed", "sent", "delivered"]));
    return move(mailRow, { mail: mailStatus, reminder: "sent" }, all(sent, oneOf("mail", earlierThan(mailStatus))));
  }
  return move(mailRow, { reminder: mailStatus }, all(isThis, oneOf("reminder", ["unconfirmed", "sent"])));
}

async function postpone(mailRow: MailRow, mine: Condition, reason: MailPostponed): Promise<never> {
  await move(mailRow, { [mailRow.state]: "queued" }, mine);
  if (reason.lack === "rate") await SendRate.slowDown();
  throw reason;
}

/** Prepares the mail under a claim. If that fails, it was certainly not sent, and waits again. */
async function written(mailRow: MailRow, mine: Condition, write: () => MailMessage | Promise<MailMessage | undefined>) {
  try {
    const letter = await write();
    if (!letter) await move(mailRow, { [mailRow.state]: "suppressed" }, mine);
    return letter;
  } catch (error) {
    await move(mailRow, { [mailRow.state]: "queued" }, mine);
    throw error;
  }
}

/** A mail that waits was not sent, so the event is about another one. */
const earlierThan = (mailStatus: MailState) => mailStates.slice(1, mailStates.indexOf(mailStatus));

/** Returns whether the row was as expected, and has been updated. */
async function move({ key }: MailRow, set: Item, condition: Condition): Promise<boolean> {
  return table.write(update(key, { set }, when(condition, failures.claimed))).then(
    () => true,
    (error: unknown) => {
      if (isFailure(error, failures.claimed)) return false;
      throw error;
    },
  );
}
