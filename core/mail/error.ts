/** The provider did not take the mail now; later it may. */
export class MailThrottled extends Error {
  override name = "MailThrottled";
}

/** The provider will never take this mail. */
export class MailRefused extends Error {
  override name = "MailRefused";
}
