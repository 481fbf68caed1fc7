import { instant, stripe } from "../kernel/ports.ts";
import { StripeError } from "../kernel/stripe-port.ts";
import type { Op } from "./row.ts";
import { automatically } from "./shape.ts";

// What Stripe is told to do. Each command can be repeated: it says what is to be, or has a key that Stripe knows.

export type Command =
  | { do: "expire"; checkout: string }
  /** `credits`: what is left of its period is kept for a later subscription. */
  | { do: "cancel"; subscription: string; credits?: boolean }
  /** The rest of a paid period goes back to those who paid it. */
  | { do: "return"; invoice: string; card: number; balance: number }
  /** `was`: the name on the label until then. */
  | { do: "label"; subscription: string; organization: string; was: string }
  | { do: "useMethod"; customer: string; subscription: string; method: string }
  /** An open invoice that waits for a payment is charged to a method that was chosen since, once per `version` of the row. */
  | { do: "pay"; invoice: string; method: string; version: number }
  /** The invoice of a change is sent now. */
  | { do: "finalize"; invoice: string }
  | { do: "void"; invoice: string; isDraft: boolean }
  /** A change is no longer named at Stripe, and its seats are taken away if nobody has set others. */
  | { do: "revert"; subscription: string; seats?: { item: string; quantity: number; isCredited: boolean } }
  /** An account at a bank pays a change that `isDebited`. */
  | { do: "change"; op: Op; isDebited: boolean };

type Answer = "done" | StripeError["outcome"];
/** The answers of Stripe, by command. */
export type Answers = Map<string, { command: Command; is: Answer }>;

const failures = ["refused", "busy", "lost", "failed"] as const;

/** The failures that say something about a command; any other says only that Stripe must be asked again later. */
const telling: { [Name in Command["do"]]: readonly Answer[] } = {
  // threat: an outage is taken for a cancellation that is done
  // threat: a checkout that has ended keeps the subscription of a deleted organization alive
  expire: ["refused"],
  cancel: ["refused"],
  label: [],
  // nothing else waits for a method
  useMethod: failures,
  // threat: a payment that Stripe does not take keeps everything else of an organization from being seen
  pay: failures,
  // Stripe makes it final by itself, an hour later
  // threat: an invoice that Stripe does not make final keeps everything else of an organization from being seen
  finalize: failures,
  // threat: what is left of a period and cannot be returned now keeps everything else of an organization from being seen
  return: failures,
  // it was paid, or a bank processes its payment
  void: ["refused"],
  revert: [],
  change: failures,
};

// Functions

/** Returns the name of a command. A change has another with each attempt. */
export function nameOf(command: Command): string {
  if (command.do === "expire") return `expire ${command.checkout}`;
  if (command.do === "pay") return `pay ${command.invoice} ${command.method}`;
  if (command.do === "finalize" || command.do === "void" || command.do === "return") {
    return `${command.do} ${command.invoice}`;
  }
  return command.do === "change" ? `change ${keyOf(command.op)}` : `${command.do} ${command.subscription}`;
}

/** Sends a command, and keeps its answer. @throws StripeError if it says nothing about the command */
export async function send(command: Command, answers: Answers): Promise<void> {
  const is = await call(command).then(
    () => "done" as const,
    (error: unknown) => {
      if (error instanceof StripeError && telling[command.do].includes(error.outcome)) return error.outcome;
      throw error;
    },
  );
  answers.set(nameOf(command), { command, is });
}

/**
 * Calls Stripe under a key, so that what is repeated is made once. Stripe may keep an error for a key, and answer it for a
 * day: then the call is made once more, under a key of the minute.
 */
export async function underKey<R>(key: string, call: (key: string) => Promise<R>): Promise<R> {
  try {
    return await call(key);
  } catch (error) {
    if (!(error instanceof StripeError) || error.outcome !== "failed") throw error;
    // threat: after an outage, an error that Stripe keeps stops a purchase or a refund for a day
    return call(`${key}:${instant().slice(0, "2026-01-01T00:00".length)}`);
  }
}

/** Returns whether Stripe must be told again later: a method that it refuses, or declines, it knows. */
export const isUnanswered = ({ command, is }: { command: Command; is: Answer }): boolean =>
  ["pay", "useMethod", "finalize", "return"].includes(command.do) && is !== "done" && is !== "refused";

/** Returns the commands that were not sent yet in this run. */
export const unsent = (wanted: readonly Command[], answers: Answers): Command[] =>
  wanted.filter((command) => !answers.has(nameOf(command)));

/** Expires open checkouts. Returns whether none is open. One that was just paid or has expired is refused too. */
export async function expireAll(customer: string): Promise<boolean> {
  const answers: Answers = new Map();
  for (const { id } of await stripe().openCheckouts(customer)) await send({ do: "expire", checkout: id }, answers);
  const refused = [...answers.values()].flatMap(({ command, is }) =>
    is === "refused" && command.do === "expire" ? [command.checkout] : [],
  );
  if (refused.length === 0) return true;
  const open = await stripe().openCheckouts(customer);
  // threat: a refused expiry of a checkout counts as done
  return !open.some(({ id }) => refused.includes(id));
}

async function call(command: Command): Promise<void> {
  if (command.do === "expire") return stripe().expireCheckout(command.checkout);
  if (command.do === "cancel") return stripe().cancel(command.subscription, command.credits === true);
  if (command.do === "label") return stripe().label(command.subscription, command.organization);
  if (command.do === "pay") {
    const { invoice, method, version } = command;
    // threat: a card that was declined once is never charged again
    return stripe().pay(invoice, `pay:${invoice}:${method}:${version}`);
  }
  if (command.do === "useMethod") {
    return stripe().useMethod(command.customer, command.subscription, command.method);
  }
  if (command.do === "return") {
    const { invoice, card, balance } = command;
    return stripe().refund(invoice, { card, balance, reason: "order_change" }, `unused:${invoice}`);
  }
  if (command.do === "finalize") return stripe().finalizeInvoice(command.invoice);
  if (command.do === "void") return stripe().voidInvoice(command.invoice, command.isDraft);
  if (command.do === "revert") return stripe().revertSeats(command.subscription, command.seats);
  const { op, isDebited } = command;
  // threat: a change that nobody asked for waits for a payment, and holds up its owners for a day
  // threat: a change that somebody is there to pay is refused
  const isAutomatic = op.by === automatically;
  // threat: seats are requested as a difference
  // threat: Stripe refuses each change that an account at a bank pays
  const change = { ...op, quantity: op.to, isDebited, isAutomatic };
  // threat: a change of seats has a new idempotency key each time, and so is made twice
  return stripe().changeSeats(change, op.id, keyOf(op));
}

const keyOf = ({ id, attempt }: Op) => `${id}.${attempt}`;
