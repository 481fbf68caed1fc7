import { type BillingWorld, type Customer, openBilling } from "../worlds/billing.ts";
import type { Person } from "../worlds/world.ts";

// Who takes part in a history of organizations that buy.

export type Actors = {
  billing: BillingWorld;
  customers: Customer[];
  people: Person[];
  /** Organizations whose seats somebody changed at Stripe itself. */
  edited: Set<string>;
  /** Organizations that lost seats in another way while people had them. */
  lowered: Set<string>;
  /** Organizations whose price changed while their seats did. */
  repriced: Set<string>;
  /** Stripe refuses to cancel a subscription. */
  isRefusing: boolean;
  /** Answers that no action may give: neither done, nor a failure with a code. */
  errors: string[];
};

/** Codes of discounts: part of each invoice, an amount of the next one, and the whole next one. */
export const coupons = ["HALF", "FIVE", "GIFT"] as const;

const seatsAtFirst = 4;
export const goodCard = "pm_card_visa";
export const badCard = "pm_card_chargeCustomerFail";

/** A deployment with two organizations that have bought, and people who may join them. */
export async function openActors(): Promise<Actors> {
  const billing = await openBilling();
  await createCoupons(billing);
  const founder = await billing.world.person("ada@example.com");
  const people: Person[] = [];
  for (const name of ["bob", "cy", "dee", "eve", "flo", "gus"]) {
    people.push(await billing.world.person(`${name}@example.com`));
  }
  const customers = [await billing.createOrganization(founder), await billing.createOrganization(founder)];
  for (const one of customers) {
    await one.buy(seatsAtFirst);
    const customer = (await one.row())?.customer ?? "";
    for (const card of [goodCard, badCard]) await billing.client.paymentMethods.attach(card, { customer });
  }
  billing.inbox.length = 0;
  return {
    billing,
    customers,
    people,
    edited: new Set(),
    lowered: new Set(),
    repriced: new Set(),
    isRefusing: false,
    errors: [],
  };
}

async function createCoupons({ client }: BillingWorld): Promise<void> {
  const terms = {
    HALF: { percent_off: 50, duration: "forever" },
    FIVE: { amount_off: 500, currency: "usd", duration: "once" },
    GIFT: { percent_off: 100, duration: "once" },
  } as const;
  for (const code of coupons) {
    const { id: coupon } = await client.coupons.create(terms[code]);
    await client.promotionCodes.create({ promotion: { type: "coupon", coupon }, code });
  }
}
