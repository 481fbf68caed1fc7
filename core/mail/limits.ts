import { daySeconds, hourSeconds } from "../base/duration.ts";

/** Invitations that all organizations together may mail to one address. */
export const invitationsPerAddress = [
  { quota: 6, windowSeconds: hourSeconds },
  { quota: 20, windowSeconds: daySeconds },
];

/**
 * How many codes may leave in an hour, as multiples of the deployment's mails: without a browser that is known, to
 * addresses with an account or an invitation and to others, from all networks and from each (/24, /48). An office of
 * 500 people who sign in for the first time within minutes fits into its network's share.
 */
export const codeShares = {
  members: { ofAll: 20, ofNetwork: 4 },
  strangers: { ofAll: 1, ofNetwork: 0.1 },
};

/** So many mails of a kind do not wait for those of other organizations. */
export const firstMails = 10;

/** How long an email about an update waits for an organization that is suspended, or has turned updates off. */
export const waitingHours = 24;

/** Emails about updates and comments that one person gets from an organization. */
export const updateMailsPerReader = { quota: 20, windowSeconds: hourSeconds };
