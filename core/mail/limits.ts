/** Emails of an import of which none has left for so long, although some wait, can be queued again. */
export const stalledMinutes = 30;

/** A message that waits on the queue says so this often, well before its emails would be taken for given up. */
export const quietMinutes = 10;

/** Hours that an email about an update waits for an organization that is suspended, or has turned updates off. */
export const waitingHours = 24;
