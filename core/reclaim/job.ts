import * as v from "valibot";
import * as ID from "../base/id.ts";

/** Goes on with a reclaim of unused seats, as a queue message. */
export const Job = v.strictObject({
  job: v.literal("reclaim"),
  organization: ID.schema("organization"),
  id: ID.schema("operation"),
});
export type Job = v.InferOutput<typeof Job>;
