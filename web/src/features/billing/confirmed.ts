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
      // threat: people are invited without a click when somebody else's payment arrives
      if (order === undefined) {
        return undefined;
      }
      if (change !== undefined) {
        // threat: another change of seats counts as the order that was lost
        wasSeen ||= change.to === order.seats;
        return undefined;
      }
      // threat: a payment that succeeded is called unpaid because the seats are taken
      // threat: a change of plan alone counts as the order
      const isMade = seats.paid === order.seats && plan === order.plan;
      // after a lost answer, the order may still be on its way
      // threat: an order whose answer was lost is called unpaid while it is on its way
      if (!isMade && !wasSeen) {
        return undefined;
      }
      // threat: the action that needed the seats is done twice
      order = undefined;
      return isMade ? "made" : "dropped";
    },
  };
}
