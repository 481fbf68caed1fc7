/** How soon to try again if the provider had no room or could not be reached, and nobody waits for the mail. */
export const retrySeconds = 20;

/** What a mail waits for: a slot, or the provider, whose rate or quota of 24 hours is used up. */
type Lack = "slot" | "rate" | "day";

/** The mail was certainly not sent; it may be after so many seconds, if that is known. */
export class MailPostponed extends Error {
  override name = "MailPostponed";
  readonly seconds: number | undefined;
  readonly lack: Lack | undefined;

  constructor(message: string, more: ErrorOptions & { seconds?: number; lack?: Lack | undefined } = {}) {
    const { seconds, lack, ...options } = more;
    super(message, options);
    this.seconds = seconds;
    this.lack = lack;
  }
}

/** The provider will never accept this mail. */
export class MailRefused extends Error {
  override name = "MailRefused";
}

/** The provider was asked to send this mail, and the result is unknown. */
export class MailUnconfirmed extends Error {
  override name = "MailUnconfirmed";
}
