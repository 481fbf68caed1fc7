/**
 * Seconds until the next attempt if the provider had no room or could not be reached, and nobody waits for the mail.
 */
export const retrySeconds = 20;

/**
 * The thing that a mail waits for: a slot, or the provider, which is down, or whose rate or quota of 24 hours is used
 * up.
 */
export type Lack = "slot" | "provider" | "rate" | "day";

/** The time a mail leaves by a budget. */
type Booking = { budget: string; at: string };

/** The mail was certainly not sent; it may be after so many seconds, or when it is booked, if that is known. */
export class MailPostponed extends Error {
  override name = "MailPostponed";
  seconds: number | undefined;
  readonly lack: Lack | undefined;
  /** The booking that the mail keeps while it waits, which may be over. */
  booking: Booking | undefined;

  constructor(
    message: string,
    more: ErrorOptions & { seconds?: number; lack?: Lack | undefined; booking?: Booking } = {},
  ) {
    const { seconds, lack, booking, ...options } = more;
    super(message, options);
    this.booking = booking;
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
  booking: Booking | undefined;

  constructor(message: string, more: ErrorOptions & { seconds: number }) {
    const { seconds, ...options } = more;
    super(message, options);
    this.seconds = seconds;
  }
}
