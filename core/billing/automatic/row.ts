import * as v from "valibot";
import { id, known, readable, row } from "../../base/row.ts";
import { paymentMethod, stopReasons } from "../shape.ts";

/** The reason no seats are added for now, until when, and the method that was to pay them. */
const Stopped = v.object({
  at: v.string(),
  until: v.string(),
  reason: known(stopReasons),
  method: v.exactOptional(v.object(paymentMethod)),
  /** It was for the request of a member: others wait, and seats in use are followed. */
  isOfRequests: v.exactOptional(v.literal(true)),
});

/**
 * The choice of an owner, in the organization's row: the write that adds seats guards it, and no purchase replaces it.
 */
export const Automatic = v.object({
  /** The most seats that the subscription has by it. */
  limit: v.number(),
  /** The number of the organization's seats that are kept free. */
  spare: v.number(),
  /** It ends with this subscription. */
  subscription: v.string(),
  stopped: v.exactOptional(readable(Stopped)),
  /** Several requests were declined together: the oldest is tried alone before none are. */
  alone: v.exactOptional(v.literal(true)),
});
export type Automatic = v.InferInput<typeof Automatic>;
/** The same as a newer release may have written it. */
export type Shown = v.InferOutput<typeof Automatic>;

/** Lists an organization with automatic seats, by when to look at it. */
export const DueRow = row({ pk: id("organization"), sk: v.literal("#automatic") });
export type DueRow = v.InferInput<typeof DueRow>;
