import * as v from "valibot";
import { failure, implied } from "../base/failure.ts";
import * as ID from "../base/id.ts";
import { countUnknown } from "../base/row.ts";
import { Ranks } from "../table/ranks.ts";
import { absent, type Item, type Put, put, when } from "../table/table.ts";
import type { Actor } from "./actor.ts";
import { kernelKeys } from "./keys.ts";
import { instant } from "./ports.ts";
import { changed, reportFaults } from "./stored.ts";

export const failures = { repeated: failure("conflict", "event.repeated", "This is already recorded.") };

export type EventType<T extends string = string, S extends v.GenericSchema = v.GenericSchema> = {
  type: T;
  schema: S;
  /** Returns the step that records the event in the write that makes it true. */
  record(owner: OwnerOf<T>, data: v.InferInput<S>, actor: Actor): Put;
};

/** Events of accounts are in their account's log, all others in their organization's. */
export type OwnerOf<T extends string> = T extends `account.${string}` ? ID.ID<"account"> : ID.ID<"organization">;

/** The data of an event of this type. */
export type Data<E extends EventType> = E extends EventType ? v.InferOutput<E["schema"]> : never;

/**
 * Declares an event: `noun.happened` and the shape of its data, which holds ids and values but never a secret. Its row
 * is both outbox and audit record; the stream moves it to the owner's log.
 */
export function define<const T extends `${string}.${string}`, S extends v.GenericSchema>(
  type: T,
  schema: S,
): EventType<T, S> {
  return {
    type,
    schema,
    record(owner, data, actor) {
      const id = ID.create("event");
      const at = instant();
      // nothing walks all accounts, so a list names those with waiting events
      // threat: events of an account stay forgotten
      const listed = ID.is("account", owner) && { list: kernelKeys.accountsBehind, rank: Ranks.behind(at, owner) };
      const item = { stream: "out", type, at, ...by(actor), data: strictly(schema, data), ...listed };
      return put(kernelKeys.event(owner, id), item, when(absent, failures.repeated));
    },
  };
}

/**
 * Reads the data of a stored event tolerantly: fields that a newer release added are ignored, and values that it
 * introduced are `unknown`, which is reported as a fault.
 * @returns nothing for data that this release cannot read, which is reported as a fault too
 */
export function readData<E extends EventType>(type: E, row: Item): Data<E> | undefined {
  const before = countUnknown();
  const result = v.safeParse(type.schema, row.data);
  const fields = result.success ? [] : result.issues.map((issue) => v.getDotPath(issue));
  if (countUnknown() > before) fields.push(...changed(row.data, result.output));
  // threat: nobody learns that an event cannot be read
  reportFaults(row, [...new Set(fields.map((field) => ["data", field].filter(Boolean).join(".")))]);
  return result.success ? (result.output as Data<E>) : undefined;
}

/** Data that this release knows whole. What a row of a newer release says, only that release records. */
function strictly(schema: v.GenericSchema, data: unknown): Item {
  const before = countUnknown();
  const result = v.safeParse(schema, data);
  // threat: an event is recorded with a role that this release does not know
  if (result.success && countUnknown() === before) return result.output as Item;
  const fields = result.issues?.map((issue) => v.getDotPath(issue)).join();
  throw implied.unreadable({ cause: new Error(`An event cannot be recorded with this data: ${fields ?? "unknown"}.`) });
}

/** The account or job that caused the event, and the id of the credential it used. */
function by(actor: Actor): { actor: string; via?: string; ip?: string } {
  if (actor.type === "system") return { actor: `system#${actor.job}` };
  if (actor.type === "public") return { actor: "public", ip: actor.origin.ip };
  // threat: the log does not name the credential that somebody used
  return { actor: actor.account, via: actor.via.id, ip: actor.origin.ip };
}
