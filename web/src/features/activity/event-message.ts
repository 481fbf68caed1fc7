import { dayMs } from "@muster/core/base/duration.ts";
import { eventMessages } from "@muster/core/catalog/event-messages.ts";
import { subjectOf } from "@muster/core/catalog/subjects.ts";
import type { Line } from "@muster/core/message/line.ts";
import type { EventMessage, Icon } from "@muster/core/message/message.ts";

// The page reads rows and data alike, whatever their type: a row and its data belong together.

type AnyEvent = { type: string; actor: string; data: unknown };

type Said = { icon: Icon; who?: Line | undefined; line: Line };

/** Returns what an event says; nothing for one, or a state, that a newer release records than this page. */
export function messageOf({ type, actor, data }: AnyEvent): Said | undefined {
  const message = rowOf(type);
  const icon = typeof message?.icon === "function" ? message.icon(data) : message?.icon;
  if (message === undefined || icon === undefined) return undefined;
  const who = message.who?.(data);
  return { icon, who: who === undefined ? undefined : [who], line: message.line(data, actor) };
}

/** Returns what an event's group has in common; nothing for an event that stands alone. */
export function groupKey({ type, actor, data }: AnyEvent): string | undefined {
  const together = rowOf(type)?.together;
  const by = together?.by ? together.by(data, actor) : "";
  return together && by !== undefined ? `${type} ${by}` : undefined;
}

/** Returns what the events of a group say together. */
export function togetherOf(events: readonly AnyEvent[]): Line | undefined {
  const { type = "", actor = "" } = events[0] ?? {};
  return rowOf(type)?.together?.line(
    events.map(({ data }) => data),
    actor,
  );
}

function rowOf(type: string): EventMessage<unknown> | undefined {
  return Object.hasOwn(eventMessages, type)
    ? (eventMessages as unknown as Record<string, EventMessage<unknown>>)[type]
    : undefined;
}

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
