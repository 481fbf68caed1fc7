import type { Billing } from "#lib/billing.ts";

type Known = Pick<Billing, "seats" | "plan" | "change">;
type Order = { seats: number; plan: Billing["plan"] };

/**
 * Follows the order that this page confirmed until it ends, which it reports once. Changes of others end nothing here:
 * nobody is invited because somebody else paid.
 */
export function followOrder() {
  let order: Order | undefined;
  let wasSeen = false;
  return {
    confirm: (confirmed: Order) => {
      order = confirmed;
      wasSeen = false;
    },
    /** Compares the order with billing as it is now; returns how the order ended, if it just did. */
    look: ({ seats, plan, change }: Known) => {
      if (order === undefined) {
        return undefined;
      }
      if (change !== undefined) {
        wasSeen ||= change.to === order.seats;
        return undefined;
      }
      const isMade = seats.paid === order.seats && plan === order.plan;
      // after a lost answer, the order may still be on its way
      if (!isMade && !wasSeen) {
        return undefined;
      }
      order = undefined;
      return isMade ? "made" : "dropped";
    },
  };
}
