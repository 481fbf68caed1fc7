/** Invitations a day. Who neither pays nor was granted seats must not serve to send mail to strangers. */
export const invitationsPerDay = { free: 50, trusted: 10_000 };
