import * as v from "valibot";

/** Returns the first thing that is wrong with a value, by a rule of the API. */
export const mistakeIn = (schema: v.GenericSchema, value: unknown): string | undefined =>
  v.safeParse(schema, value, { abortPipeEarly: true }).issues?.[0].message;
