/** Failures of a message before it is a dead letter. */
export const maxReceiveCount = 5;
/** A job that begins just before its deadline has enough time left for a Stripe that does not answer. */
export const workTimeoutSeconds = 90;
/** A chunk of an import goes on where it was, so each crash costs it one receipt; a chunk has some fifty writes. */
export const maxReceiveCountOfImports = 50;
/** Days that a dead letter waits for a person. */
export const deadLetterDays = 14;
