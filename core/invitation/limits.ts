/** Days that an invitation may stay open, and those of one whose inviter chose none. */
export const minDays = 1;
export const maxDays = 30;
export const presetDays = 7;
/** An invitation that ended is kept for so long. */
export const endedDays = 90;
/** The mark of an hour in which invitations end is kept so long after it, for a clock that stood still. */
export const dueDays = 90;
/** People that one request invites. */
export const maxRows = 100;
/** Between two emails of one invitation. */
export const cooldownMinutes = 5;
/** A new invitation is requested once in so long. */
export const requestHours = 24;
/** A reminder comes so long before the end. What does not last longer gets none, nor what is younger than a day. */
export const remindBeforeHours = 48;
export const minRemindedDays = 3;
export const minRemindedAgeHours = 24;
export const pageSize = 100;
/** Invitations that are looked at for a page of those whose email has a status. */
export const maxExamined = 1000;
// threat: invitations of many imports that end together stop the log
/**
 * Invitations that one write ends or gives another inviter. Each may be of another import: with a counter for each,
 * their event still fits into the write that moves it to the log.
 */
export const rowsPerWrite = 90;
/** Writes that one message makes before it queues the next one. */
export const writesPerMessage = 10;
/** Pending invitations that are looked at to say how many a change of a role ends. */
export const maxPreviewed = 1000;
