/** So soon a provider that had no room, or could not be reached, is asked again. */
const defaultSeconds = 20;

/** The mail was certainly not sent; it may be after so many seconds. */
export class MailPostponed extends Error {
  override name = "MailPostponed";
  readonly seconds: number;

  constructor(message: string, { seconds = defaultSeconds, ...options }: ErrorOptions & { seconds?: number } = {}) {
    super(message, options);
    this.seconds = seconds;
  }
}

/** The provider will never take this mail. */
export class MailRefused extends Error {
  override name = "MailRefused";
}
