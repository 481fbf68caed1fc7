import * as v from "valibot";
import * as ID from "../base/id.ts";
import type { Owner } from "../table/key-text.ts";
import { ownerOf } from "../table/key-text.ts";
import { type Data, type EventType, type OwnerOf, readData } from "./event.ts";
import { kernelKeys } from "./keys.ts";
import { table } from "./ports.ts";

// Shapes

export const Owned = v.pipe(
  v.string(),
  // threat: something that is not an owner has a log
  v.check((text) => ownerOf(`${text}#log`) === text, "Expected an organization or an account."),
  v.transform((text) => text as Owner),
);

/** A message on the queue of reactions: enough to find the event, nothing of its content. */
export const Announcement = v.strictObject({
  owner: Owned,
  seq: v.number(),
  event: ID.schema("event"),
  type: v.string(),
});
export type Announcement = v.InferOutput<typeof Announcement>;

/** An event at its position in its owner's log, as reactions receive it. */
export type Recorded<O extends Owner = Owner> = {
  id: ID.ID<"event">;
  owner: O;
  seq: number;
  at: string;
  /** The account that caused it; missing for a job of the deployment. */
  by: ID.ID<"account"> | undefined;
};

/** A reaction to events of one type. */
export type Reaction<R = unknown> = { to: EventType; run: (data: never, event: Recorded<never>) => R };

// Functions

/**
 * Subscribes to events of one type, or of several. A reaction that runs twice for an event changes nothing the second
 * time.
 */
export function on<const E extends EventType, R>(
  types: E | readonly E[],
  run: (data: Data<E>, event: Recorded<OwnerOf<E["type"]>>) => R,
): Reaction<R>[] {
  return [types].flat().map((to) => ({ to: to as EventType, run: run as Reaction<R>["run"] }));
}

/** Returns whether any of these reactions subscribes to events of this type. */
export const reactsTo = (type: string, reactions: readonly Reaction[]): boolean =>
  reactions.some(({ to }) => to.type === type);

/**
 * Finds an event in the log and runs its reactions one after the other. An event whose data this release cannot read is
 * reported as a fault and skipped.
 * @throws Error if the log has no such event, so that it is announced again
 */
export async function respond({ owner, seq, event: id }: Announcement, reactions: readonly Reaction[]): Promise<void> {
  const row = await table.get(kernelKeys.logged(owner, seq));
  if (!row || row.id !== id) throw new Error(`The log of ${owner} has no event ${id} at ${seq}.`);
  const by = ID.is("account", row.actor) ? row.actor : undefined;
  const event = { id, owner, seq, at: row.at, by };
  for (const { to, run } of reactions.filter(({ to }) => to.type === row.type)) {
    const data = readData(to, row);
    // threat: a reaction is handed data of another release
    if (data !== undefined) await run(data as never, event as Recorded<never>);
  }
}
