/** A member counts as unused after so many days without a request, at the least. */
export const minIdleDays = 7;
/** An invitation counts as unused so many days after its last email, at the least. */
export const minHeldDays = 1;
/** Members, or invitations, that are looked at for a page of the list. */
export const rowsPerRead = 100;
/** Members and invitations that one reclaim leaves out by name. */
export const maxExcept = 100;
/** Pages that one message works through before it queues the rest. */
export const readsPerMessage = 10;
/** The same as a time: a worker is stopped after 30 seconds, and has other messages to process. */
export const secondsPerMessage = 5;
/** Seconds after which it goes on where others write the same rows. */
export const patienceSeconds = 5;
