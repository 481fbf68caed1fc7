/** How many times a message fails before it is a dead letter. */
export const maxReceiveCount = 5;
/** How long a dead letter waits for a person. */
export const deadLetterDays = 14;
