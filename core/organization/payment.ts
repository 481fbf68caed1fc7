import type { ID } from "../kernel/id.ts";

/**
 * Ends what is paid for an organization, wherever that is; asked again it changes nothing. It is the first that follows
 * from a deletion and the first that a purge does. Every organization is on the free plan, so there is nothing to end.
 */
export function endPayment(_organization: ID<"organization">): Promise<void> {
  return Promise.resolve();
}
