import * as Reconcile from "@muster/core/billing/reconcile.ts";
import { rowOf } from "@muster/core/billing/row.ts";
import { asSystem } from "@muster/core/kernel/context.ts";
import type { ID } from "@muster/core/kernel/id.ts";
import { Keys } from "@muster/core/table/keys.ts";
import { put } from "@muster/core/table/table.ts";
import { openTill, type Till } from "./till.ts";
import type { World } from "./world.ts";

const tills = new WeakMap<World, Promise<Till>>();

/** The till of a deployment, opened when it is first asked for. */
export function tillOf(world: World): Promise<Till> {
  const till = tills.get(world) ?? openTill({ of: world });
  tills.set(world, till);
  return till;
}

/** Makes an organization that exists one that pays for 5 seats by the month, unless it does; answers its customer. */
export async function subscribe(world: World, organization: ID<"organization">): Promise<string> {
  const { client, prices } = await tillOf(world);
  const [home, billing] = await world.table.getMany([Keys.organization(organization), Keys.billing(organization)]);
  const known = rowOf(billing);
  if (known) return known.customer;
  if (!home) return "";
  const metadata = { organizationId: organization };
  const customer = await client.customers.create({ name: "Acme", email: "ada@example.com", metadata });
  const { id } = await client.paymentMethods.attach("pm_card_visa", { customer: customer.id });
  await client.subscriptions.create({
    ...{ customer: customer.id, default_payment_method: id, metadata },
    items: [{ price: prices.monthly, quantity: 5 }],
  });
  await world.table.write(put(Keys.billing(organization), { version: 1, customer: customer.id }));
  await asSystem("work", () => Reconcile.reconcile({ organization }));
  return customer.id;
}

/** A checkout that is open still, or the id of none where there is no customer. */
export async function checkoutOf(world: World, organization: ID<"organization">): Promise<string> {
  const customer = await subscribe(world, organization);
  const { client, prices } = await tillOf(world);
  if (!customer) return "cs_none";
  const { id } = await client.checkout.sessions.create({
    ...{ mode: "subscription", customer, success_url: "https://muster.example/done" },
    line_items: [{ price: prices.monthly, quantity: 5 }],
  });
  return id;
}

let codes = 0;

/** A code for a discount that nobody has used. */
export async function codeOf(world: World): Promise<string> {
  const { client } = await tillOf(world);
  const coupon = await client.coupons.create({ percent_off: 10, duration: "once" });
  const code = `SAVE${1000 + codes++}`;
  await client.promotionCodes.create({ promotion: { type: "coupon", coupon: coupon.id }, code });
  return code;
}
