/** The provider certainly did not take the mail; later it may. */
export class MailPostponed extends Error {
  override name = "MailPostponed";
}

/** The provider will never take this mail. */
export class MailRefused extends Error {
  override name = "MailRefused";
}
