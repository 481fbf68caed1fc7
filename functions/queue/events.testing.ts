import { events } from "@muster/core/catalog/events.ts";
import type * as v from "valibot";
import { descriptionOf } from "../api/described.ts";

/** The doc comments of every event and of each field of its data. Without them, in a plain import, nothing. */
export const eventTexts = events.map(({ type, schema }) => ({
  type,
  when: textOf(schema),
  data: Object.entries(schema.entries).map(([field, shape]) => ({ field, text: textOf(shape) })),
}));

function textOf(schema: v.GenericSchema): string | undefined {
  const { text } = descriptionOf(schema) ?? {};
  return text ?? ("wrapped" in schema ? textOf(schema.wrapped as v.GenericSchema) : undefined);
}
