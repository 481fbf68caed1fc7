import { eventMessages } from "@muster/core/message/events.ts";
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
