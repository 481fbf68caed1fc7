import * as v from "valibot";
import { readable, row } from "../base/row.ts";

const change = { at: v.string(), by: v.string() };
/** Each section parses its own values. */
export const SectionRow = row({
  pk: v.string(),
  sk: v.string(),
  value: v.record(v.string(), v.unknown()),
  revision: v.number(),
  ...change,
});
export type SectionRow = v.InferInput<typeof SectionRow>;

const text = readable(v.string());
/** The section General. */
export const GeneralRow = row({
  ...SectionRow.entries,
  value: v.object({
    contact: readable(v.object({ name: text, email: text, phone: text })),
    address: readable(v.object({ country: text, street: text, city: text, state: text, postalCode: text })),
  }),
});

export const RevisionRow = row({
  pk: v.string(),
  sk: v.string(),
  sections: v.array(v.string()),
  /** Why, in the author's words. */
  note: v.optional(v.string()),
  patch: v.record(v.string(), v.object({ from: v.optional(v.unknown()), to: v.optional(v.unknown()) })),
  ...change,
});
export type RevisionRow = v.InferInput<typeof RevisionRow>;

/** What the operator of the deployment says of each setting. */
export const OperatorSettingsRow = row({
  pk: v.string(),
  sk: v.string(),
  entries: v.record(v.string(), v.unknown()),
  at: v.string(),
});
export type OperatorSettingsRow = v.InferInput<typeof OperatorSettingsRow>;
