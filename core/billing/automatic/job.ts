import * as v from "valibot";
import * as ID from "../../base/id.ts";

/** Looks at the automatic seats of an organization, as a queue message. */
export const Job = v.strictObject({ job: v.literal("followSeats"), organization: ID.schema("organization") });
export type Job = v.InferOutput<typeof Job>;
