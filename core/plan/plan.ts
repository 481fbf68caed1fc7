import * as v from "valibot";
import { fn } from "../kernel/fn.ts";
import { settings } from "../kernel/ports.ts";

/** What every organization begins on. */
export const free = "free";

// Shapes

/** `seats` come with the plan, without payment. */
export const Info = v.object({ id: v.string(), seats: v.number() });
export type Info = v.InferOutput<typeof Info>;

// Functions

/** What a new organization may choose from, as this deployment is configured. */
export const list = fn(
  "plan.list",
  { input: v.strictObject({}), output: v.object({ items: v.array(Info) }) },
  async () => ({ items: [{ id: free, seats: settings().freeSeats }] }),
);
