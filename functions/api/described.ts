import type { EventType } from "@muster/core/kernel/event.ts";
import type { Limit } from "@muster/core/rate/limits.ts";
import * as v from "valibot";
import type { Operation } from "./operation.ts";

type Described = { text: string; schema: v.GenericSchema };

const known = new WeakMap<object, Described>();

/**
 * Returns a copy of a schema, or of an event with its schema, that `descriptionOf` knows a text for; a route whose
 * operation has the text; anything else unchanged. Only bundles with descriptions call it (functions/testing/doc-comments.ts).
 */
export function described<T>(text: string, value: T): T {
  if (isRoute(value)) value.operation.text = text;
  if (isEvent(value)) return { ...value, schema: described(text, value.schema) };
  if (!isSchema(value)) return value;
  // the converter looks at the steps of a pipe, not at the pipe
  const copy =
    "pipe" in value && Array.isArray(value.pipe)
      ? { ...value, pipe: [...value.pipe, v.description(text)] }
      : { ...value };
  known.set(copy, { text, schema: value });
  return copy;
}

/** Returns the number that a text names: itself, or how much a limit allows in its first window. */
export const numberOf = (limit: number | Limit): number => (typeof limit === "number" ? limit : limit.windows[0].quota);

/** Returns the description of a schema, and the schema that it belongs to. */
export const descriptionOf = (schema: object): Described | undefined => known.get(schema);

const isRoute = (value: unknown): value is { operation: Operation } =>
  typeof value === "function" && "operation" in value;

const isEvent = (value: unknown): value is EventType =>
  typeof value === "object" && value !== null && "record" in value && "schema" in value;

const isSchema = (value: unknown): value is v.GenericSchema =>
  typeof value === "object" && value !== null && "kind" in value && value.kind === "schema";
