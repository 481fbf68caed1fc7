/** The most that Stripe sells at once. A deployment may sell fewer without its operator. */
export const maxSeats = 999_999;
/** The number that it sells unless its configuration says otherwise. */
export const presetMaxSeats = 10_000;
/** Requests that one automatic change fulfills: each takes two steps of its write. */
export const requestsPerChange = 20;
/** A price that was shown longer ago is no longer accepted. */
export const quoteMinutes = 30;
/** The same for another plan, whose credit is for the time since the price was shown too. */
export const planQuoteMinutes = 5;
/** A checkout works for so long; Stripe allows 24 hours. */
export const checkoutHours = 23;
/** Events of Stripe are read again so far back; Stripe keeps them for 30 days. */
export const catchUpDays = 29;
/** A person has another trial so long after the last one began: nobody is remembered for ever. */
export const trialKeptDays = 400;
/** The end of a trial is announced so long before, as Stripe does it. */
export const trialEndingDays = 3;
/** The end of a card is announced so long before its last day, or as soon as it is chosen. */
export const cardExpiringDays = 30;
/** Of invoices, and of whatever is listed at Stripe, which gives no more at once. */
export const pageSize = 100;
/** An operator is told for so long that a change was charged otherwise than it was shown. */
export const mischargedDays = 7;
/** Invoices of a page of the seat ledger, whose lines are read with it. */
export const invoicesPerPage = 20;
/** Changes of seats that are read at once for them. */
export const changesPerRead = 100;
/** A request for seats expires after so long. */
export const requestDays = 14;
/** Requests of a page. */
export const requestsPerPage = 50;
/** Fewer seats are bought for the next period so long before it begins. */
export const lowerSeatsHours = 24;
/** Automatic seats are reduced again after so long, before the period ends, and not within so long of another change. */
export const hoursBetweenReductions = 6;
/** Automatic seats are not reduced for so long after someone has changed seats, or requested some that they got or wait for. */
export const unchangedDays = 7;
/** The most seats that are kept free automatically. */
export const maxSpareSeats = 100;
/** Reports of sweeps are kept for so long. */
export const reportDays = 400;
