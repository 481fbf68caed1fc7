/** So soon a provider that had no room, or could not be reached, is asked again. */
const defaultSeconds = 20;

/** What a mail waits for: a turn of its own, or the provider, whose rate or whose quota of 24 hours is used up. */
type Lack = "slot" | "rate" | "day";

/** The mail was certainly not sent; it may be after so many seconds. */
export class MailPostponed extends Error {
  override name = "MailPostponed";
  readonly seconds: number;
  readonly lack: Lack | undefined;

  constructor(message: string, more: ErrorOptions & { seconds?: number; lack?: Lack | undefined } = {}) {
    const { seconds = defaultSeconds, lack, ...options } = more;
    super(message, options);
    this.seconds = seconds;
    this.lack = lack;
  }
}

/** The provider will never take this mail. */
export class MailRefused extends Error {
  override name = "MailRefused";
}

/** The provider was asked to send this mail, and nobody knows whether it has. */
export class MailUnconfirmed extends Error {
  override name = "MailUnconfirmed";
}
