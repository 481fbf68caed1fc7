import { dayMs, daySeconds, hourMs, hourSeconds } from "../base/duration.ts";

export const keptDays = 30;
export const keptSeconds = keptDays * daySeconds;
/** A digest tells at most so many notifications, and counts them. */
export const digestSize = 300;
/** A digest that could not be sent so long waits for the next eight o'clock. */
export const digestLateHours = 12;
export const digestLateMs = digestLateHours * hourMs;
/** The age of an event on arrival up to which it is in a digest. */
export const collectedMs = dayMs;
/** Seconds that it is known that a digest is due: no outage lasts longer. */
export const dueKeptSeconds = 7 * daySeconds;
/** So long before the eight o'clock of its digest something lies at most: after the longest outage, or a day of waiting. */
export const lookBackMs = dueKeptSeconds * 1000 + 2 * dayMs;
/** Days that the link of an email ends such emails. */
export const linkDays = 90;
/** Seconds in which an unsubscription can be undone without a session. */
export const undoSeconds = hourSeconds;
export const pageSize = 50;
/** A mention of a larger team notifies its members in the product only. */
export const maxMailedTeam = 200;
