import { randomUUID } from "node:crypto";
import { failure, isFailure } from "../base/failure.ts";
import { type MailMessage, mail, type SendSlot, table } from "../kernel/ports.ts";
import { all, type Condition, equal, type Item, type Key, oneOf, update, when } from "../table/table.ts";
import { MailPostponed, MailRefused, MailUnconfirmed } from "./error.ts";
import * as SendRate from "./send-rate.ts";
import { type MailState, mailStates } from "./shape.ts";

// Shapes

/**
 * A row that asks for a mail: where it says how the mail fares, and by which name the provider's events mean that very
 * mail; a row that asks again has another.
 */
export type MailRow = { key: Key; state: "mail" | "reminder"; delivery: "delivery" | "reminderDelivery" };

// Failures

export const failures = {
  claimed: failure("conflict", "mail.claimed", "This email is already being sent."),
};

// Functions

/**
 * Sends the mail of a row that still waits for it, at its slot and at most once: claimed before it is sent, so that a
 * crash in between leaves it `unconfirmed`. `holds` is what else must be true of the row at that moment; `write` answers nothing where its
 * address takes no more mail, which only who holds the claim finds out. Answers what became of it.
 * @throws MailPostponed when it waits again, MailUnconfirmed when nobody knows
 */
export async function sendOnce(
  mailRow: MailRow,
  holds: Condition,
  slot: SendSlot,
  write: (delivery: string) => MailMessage | Promise<MailMessage | undefined>,
): Promise<string> {
  const delivery = randomUUID();
  const waiting = all(equal(mailRow.state, "queued"), holds);
  // the claim has a name of its own, so that after a lost answer nobody takes another's for theirs
  if (!(await move(mailRow, { [mailRow.state]: "unconfirmed", [mailRow.delivery]: delivery }, waiting))) {
    return "claimed already";
  }
  const mine = all(equal(mailRow.state, "unconfirmed"), equal(mailRow.delivery, delivery));
  const letter = await written(mailRow, mine, () => write(delivery));
  if (!letter) return "suppressed";
  try {
    await mail.send(letter, slot);
  } catch (error) {
    if (error instanceof MailPostponed) return postpone(mailRow, mine, error);
    if (!(error instanceof MailRefused)) {
      throw new MailUnconfirmed("Nobody knows whether this mail was sent.", { cause: error });
    }
    await move(mailRow, { [mailRow.state]: "failed" }, mine);
    return "failed";
  }
  await move(mailRow, { [mailRow.state]: "sent" }, mine);
  return "sent";
}

/** Gives up the mail of a row that waits for it: its address takes none, or nobody is to send it any more. */
export async function giveUp(mailRow: MailRow, as: "suppressed" | "failed", holds: Condition): Promise<string> {
  const waiting = all(equal(mailRow.state, "queued"), holds);
  return (await move(mailRow, { [mailRow.state]: as }, waiting)) ? as : "claimed already";
}

/**
 * Writes what the provider told of one mail. Events come in any order and late: one that tells less than what is
 * known, or of an earlier mail of the row, changes nothing.
 */
export async function recordStatus(mailRow: MailRow, delivery: string, mailStatus: MailState): Promise<void> {
  const isThis = equal(mailRow.delivery, delivery);
  if (mailRow.state === "mail") {
    await move(mailRow, { mail: mailStatus }, all(isThis, oneOf("mail", earlierThan(mailStatus))));
    return;
  }
  const sent = all(isThis, oneOf("reminder", ["unconfirmed", "sent"]));
  if (mailStatus === "bounced" || mailStatus === "complained") {
    await move(mailRow, { mail: mailStatus, reminder: "sent" }, all(sent, oneOf("mail", earlierThan(mailStatus))));
  } else {
    await move(mailRow, { reminder: mailStatus === "failed" ? "failed" : "sent" }, sent);
  }
}

async function postpone(mailRow: MailRow, mine: Condition, reason: MailPostponed): Promise<never> {
  await move(mailRow, { [mailRow.state]: "queued" }, mine);
  if (reason.lack === "rate") await SendRate.slowDown();
  throw reason;
}

/** What is to be sent under a claim; what cannot be written has certainly not been sent, and waits again. */
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

/** A mail that waits has not been sent, so whatever is told is told of another. */
const earlierThan = (mailStatus: MailState) => mailStates.slice(1, mailStates.indexOf(mailStatus));

/** Whether the row was as it should be, and says this now. */
async function move({ key }: MailRow, set: Item, condition: Condition): Promise<boolean> {
  return table.write(update(key, { set }, when(condition, failures.claimed))).then(
    () => true,
    (error: unknown) => {
      if (isFailure(error, failures.claimed)) return false;
      throw error;
    },
  );
}
