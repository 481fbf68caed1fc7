import { randomUUID } from "node:crypto";
import { failure, isFailure } from "../base/failure.ts";
import { type Letter, mail, type Turn, table } from "../kernel/ports.ts";
import { all, type Condition, equal, type Item, type Key, oneOf, update, when } from "../table/table.ts";
import { MailPostponed, MailRefused, MailUnsure } from "./error.ts";
import * as Pace from "./pace.ts";
import { type MailState, mailStates } from "./shape.ts";

// Shapes

/**
 * A row that asks for a mail: where it says how the mail fares, and by which name the provider's events mean that very
 * mail; a row that asks again has another.
 */
export type Slip = { key: Key; state: "mail" | "reminder"; delivery: "delivery" | "reminderDelivery" };

// Failures

export const failures = {
  claimed: failure("conflict", "mail.claimed", "Somebody is sending this mail, or has sent it."),
};

// Functions

/**
 * Sends the mail of a row that still waits for it, at its turn and at most once: claimed before it is sent, so that a crash in between
 * leaves it `unsure`. `holds` is what else must be true of the row at that moment; `write` answers nothing where its
 * address takes no more mail, which only who holds the claim finds out. Answers what became of it.
 * @throws MailPostponed when it waits again, MailUnsure when nobody knows
 */
export async function post(
  slip: Slip,
  holds: Condition,
  turn: Turn,
  write: (delivery: string) => Letter | Promise<Letter | undefined>,
): Promise<string> {
  const delivery = randomUUID();
  const waiting = all(equal(slip.state, "queued"), holds);
  // the claim has a name of its own, so that after a lost answer nobody takes another's for theirs
  if (!(await move(slip, { [slip.state]: "unsure", [slip.delivery]: delivery }, waiting))) return "claimed already";
  const mine = all(equal(slip.state, "unsure"), equal(slip.delivery, delivery));
  const letter = await written(slip, mine, () => write(delivery));
  if (!letter) return "suppressed";
  try {
    await mail.send(letter, turn);
  } catch (error) {
    if (error instanceof MailPostponed) return postpone(slip, mine, error);
    if (!(error instanceof MailRefused))
      throw new MailUnsure("Nobody knows whether this mail was sent.", { cause: error });
    await move(slip, { [slip.state]: "failed" }, mine);
    return "failed";
  }
  await move(slip, { [slip.state]: "sent" }, mine);
  return "sent";
}

/** Gives up the mail of a row that waits for it: its address takes none, or nobody is to send it any more. */
export async function giveUp(slip: Slip, as: "suppressed" | "failed", holds: Condition): Promise<string> {
  const waiting = all(equal(slip.state, "queued"), holds);
  return (await move(slip, { [slip.state]: as }, waiting)) ? as : "claimed already";
}

/**
 * Writes what the provider told of one mail. Events come in any order and late: one that tells less than what is
 * known, or of an earlier mail of the row, changes nothing.
 */
export async function settle(slip: Slip, delivery: string, fate: MailState): Promise<void> {
  const isThis = equal(slip.delivery, delivery);
  if (slip.state === "mail") {
    await move(slip, { mail: fate }, all(isThis, oneOf("mail", earlierThan(fate))));
    return;
  }
  const sent = all(isThis, oneOf("reminder", ["unsure", "sent"]));
  if (fate === "bounced" || fate === "complained") {
    await move(slip, { mail: fate, reminder: "sent" }, all(sent, oneOf("mail", earlierThan(fate))));
  } else {
    await move(slip, { reminder: fate === "failed" ? "failed" : "sent" }, sent);
  }
}

async function postpone(slip: Slip, mine: Condition, reason: MailPostponed): Promise<never> {
  await move(slip, { [slip.state]: "queued" }, mine);
  if (reason.lack === "rate") await Pace.slow();
  throw reason;
}

/** What is to be sent under a claim; what cannot be written has certainly not been sent, and waits again. */
async function written(slip: Slip, mine: Condition, write: () => Letter | Promise<Letter | undefined>) {
  try {
    const letter = await write();
    if (!letter) await move(slip, { [slip.state]: "suppressed" }, mine);
    return letter;
  } catch (error) {
    await move(slip, { [slip.state]: "queued" }, mine);
    throw error;
  }
}

/** A mail that waits has not been sent, so whatever is told is told of another. */
const earlierThan = (fate: MailState) => mailStates.slice(1, mailStates.indexOf(fate));

/** Whether the row was as it should be, and says this now. */
async function move({ key }: Slip, set: Item, condition: Condition): Promise<boolean> {
  return table.write(update(key, { set }, when(condition, failures.claimed))).then(
    () => true,
    (error: unknown) => {
      if (isFailure(error, failures.claimed)) return false;
      throw error;
    },
  );
}
