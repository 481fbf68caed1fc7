/** How soon to try again if the provider had no room or could not be reached, and nobody waits for the mail. */
export const retrySeconds = 20;

/** What a mail waits for: a slot, or the provider, which is down, or whose rate or quota of 24 hours is used up. */
export type Lack = "slot" | "provider" | "rate" | "day";

/** When it is a mail's turn in a budget. */
type Turn = { budget: string; at: string };

/** The mail was certainly not sent; it may be after so many seconds, or at its turn, if that is known. */
export class MailPostponed extends Error {
  override name = "MailPostponed";
  seconds: number | undefined;
  readonly lack: Lack | undefined;
  /** The turn that the mail keeps while it waits, which may be over. */
  turn: Turn | undefined;

  constructor(message: string, more: ErrorOptions & { seconds?: number; lack?: Lack | undefined; turn?: Turn } = {}) {
    const { seconds, lack, turn, ...options } = more;
    super(message, options);
    this.turn = turn;
    this.seconds = seconds;
    this.lack = lack;
  }
}

/** The provider will never accept this mail. */
export class MailRefused extends Error {
  override name = "MailRefused";
}

/**
 * The provider was asked to send this mail, and the result is unknown. After so many seconds it is sent again if the
 * provider has not reported it by then.
 */
export class MailUnconfirmed extends Error {
  override name = "MailUnconfirmed";
  readonly seconds: number;
  turn: Turn | undefined;

  constructor(message: string, more: ErrorOptions & { seconds: number }) {
    const { seconds, ...options } = more;
    super(message, options);
    this.seconds = seconds;
  }
}
