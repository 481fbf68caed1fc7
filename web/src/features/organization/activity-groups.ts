import { subjectOf } from "@muster/core/audit/shape.ts";
import { dayMs } from "@muster/core/base/duration.ts";

type LoggedEvent = { type: string; actor: string; at: string };
/** Events that one sentence says, newest first. */
export type Group<E> = { key: string | undefined; events: [E, ...E[]] };

/**
 * Combines neighbors in a log, newest first. A group has one actor and one subject, so a filter never divides it, and
 * spans at most a day. Events whose key is undefined stand alone.
 */
export function groupEvents<E extends LoggedEvent>(
  events: readonly E[],
  keyOf: (event: E) => string | undefined,
): Group<E>[] {
  const groups: Group<E>[] = [];
  for (const event of events) {
    const key = keyOf(event);
    const last = groups.at(-1);
    if (key !== undefined && last?.key === key && isAlike(last.events[0], event)) {
      last.events.push(event);
    } else {
      groups.push({ key, events: [event] });
    }
  }
  return groups;
}

function isAlike(newest: LoggedEvent, event: LoggedEvent) {
  return (
    // threat: a sentence of activity says that one member did what another did
    newest.actor === event.actor &&
    subjectOf(newest.type) === subjectOf(event.type) &&
    Date.parse(newest.at) - Date.parse(event.at) <= dayMs
  );
}
