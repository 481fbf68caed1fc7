import { daySeconds } from "../base/duration.ts";

/** Invitations a day. Who neither pays nor was granted seats must not serve to send mail to strangers. */
export const invitationsPerDay = { free: 50, trusted: 10_000 };
/** Those of an account a day, for all organizations together that neither pay nor were granted seats. */
export const untrustedInvitationsPerAccount = { quota: 100, windowSeconds: daySeconds };
