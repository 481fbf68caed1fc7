import { daySeconds, hourSeconds, minuteMs } from "../base/duration.ts";

/** Invitations that all organizations together may mail to one address. */
export const invitationsPerAddress = [
  // threat: many organizations flood one address with invitations
  { quota: 6, windowSeconds: hourSeconds },
  { quota: 20, windowSeconds: daySeconds },
];
/** Emails about payment that all organizations together may send to one billing address. */
export const billingMailsPerAddress = [
  { quota: 6, windowSeconds: hourSeconds },
  { quota: 20, windowSeconds: daySeconds },
];

export const minCodesPerHour = 60;
/**
 * How many codes may leave in an hour, as multiples of the deployment's mails: without a browser that is known, to
 * addresses with an account or an invitation and to others, from all networks and from each (/24, /48). An office of
 * 500 people who sign in for the first time within minutes fits into its network's share. However few mails a
 * deployment sends, each share has `minCodesPerHour`.
 */
export const codeShares = {
  members: { ofAll: 20, ofNetwork: 4 },
  strangers: { ofAll: 1, ofNetwork: 0.1 },
};

/**
 * From so many bounces on, in two hours, of codes to addresses without an account, an invitation or a domain, such codes
 * are slowed if the bounces are a larger share of them than this: from one network, and from all networks together.
 */
export const codesSuspectFrom = { share: 0.3, ofNetwork: { least: 10 }, ofAll: { least: 100 } };
/** Outcomes of codes are counted by the hour, and kept for so long. */
export const codeOutcomesSeconds = 3 * hourSeconds;
/** How many such codes may then leave in an hour. Codes to accounts and to known browsers leave as always. */
export const suspectCodesPerHour = { ofNetwork: 6, ofAll: 60 };

/** Of the mails of an hour, those of so long may leave at once. */
export const burstMs = 5 * minuteMs;
/** A row that says until when a budget is used up goes after so long without mails. */
export const budgetKeptSeconds = 30 * daySeconds;
/** So many mails of a kind in an hour do not wait for the many of other organizations; nine of them may leave at once. */
export const fewPerHour = 120;

/** Emails of an import of which none has left for so long, although some wait, can be queued again. */
export const stalledMinutes = 30;

/** A message that waits on the queue says so this often, well before its emails would be taken for given up. */
export const quietMinutes = 10;

/** Outcomes of invitation emails are counted for so long. */
export const outcomeDays = 7;
/**
 * From so many bounces or complaints on, the emails of an organization are paused if they are a larger share of those
 * that arrived or bounced. Providers look at a sender from 5 % and 0.1 % on, and stop one at 10 % and 0.5 %.
 */
export const pausesFrom = { bounced: { least: 10, share: 0.1 }, complained: { least: 3, share: 0.005 } };

/** How long an email about an update waits for an organization that is suspended, or has turned updates off. */
export const waitingHours = 24;

/** Emails about updates and comments that one person gets from an organization. */
export const updateMailsPerReader = { quota: 20, windowSeconds: hourSeconds };
/** Emails about reports that one person gets from an organization, apart from those. */
export const reportMailsPerReader = { quota: 20, windowSeconds: hourSeconds };
