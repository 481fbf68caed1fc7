import { daySeconds, hourSeconds } from "../base/duration.ts";

/** Invitations that all organizations together may mail to one address. */
export const invitationsPerAddress = [
  { quota: 6, windowSeconds: hourSeconds },
  { quota: 20, windowSeconds: daySeconds },
];

/** How long an email about an update waits for an organization that is suspended, or has turned updates off. */
export const waitingHours = 24;

/** Emails about updates and comments that one person gets from an organization. */
export const updateMailsPerReader = { quota: 20, windowSeconds: hourSeconds };
