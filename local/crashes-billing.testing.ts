import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Participant } from "./crashes.testing.ts";
import type { Invoice, Subscription } from "./stripe/wire.ts";
import { type Caller, until } from "./testing/worlds/caller.ts";
import { scan } from "./testing/worlds/scan.ts";

// An organization that buys seats, more of them, and fewer, while the process is killed. Stripe's stand-in is killed with
// it, but loses nothing that it has answered.

const card = { card: "4242 4242 4242 4242", expiry: "12 / 34", cvc: "123" };
/** The seats that are bought, then had after each change. */
const seats = [5, 8, 6] as const;
const [bought, grown, left] = seats;
/** Something else has changed in between: the price is read again. */
const stale = ["billing.moved", "billing.price_changed"];

/** Buys and changes seats; each step is repeated until it is answered. Returns the organization. */
export async function buySeats(caller: Caller, { token }: Participant, name: string): Promise<string> {
  const run = randomUUID();
  const call = (method: string, path: string, more = {}) => caller.insist(method, path, { token, ...more });
  const { id } = await call("POST", "/organizations", { body: { name }, key: `found-${run}` });
  const place = `/organizations/${String(id)}/billing`;
  const wish = { plan: "monthly", seats: bought };
  const { url } = await call("POST", `${place}/checkout`, { body: wish, key: `buy-${run}` });
  await until(async () => {
    await pay(String(url));
    return paidIn(await call("GET", place)) === bought || undefined;
  });
  for (const wanted of [grown, left]) {
    await until(async () => {
      const { quote } = await call("POST", `${place}/preview`, { body: { seats: wanted } });
      const request = { body: { seats: wanted, quote }, key: `${wanted}-${randomUUID()}`, done: stale };
      return paidIn(await call("POST", `${place}/resize`, request)) === wanted || undefined;
    });
  }
  return String(id);
}

const paidIn = ({ seats: has }: Record<string, unknown>) => (has as { paid?: number } | undefined)?.paid;

/** Pays a checkout, unless it is paid, or nobody answers. */
async function pay(url: string): Promise<void> {
  const form = new URLSearchParams(card);
  await fetch(url, { method: "POST", body: form, redirect: "manual" }).catch((error: unknown) => {
    if (!(error instanceof TypeError)) throw error;
  });
}

/** Returns where Stripe, the table, and the log differ from what was bought; waits until everything has followed. */
export async function wrongWithSeats(folder: string, organization: string): Promise<string[]> {
  let wrong: string[] = [];
  await until(async () => {
    wrong = await seatsIn(folder, organization);
    return wrong.length === 0 || undefined;
  }).catch(() => {});
  return wrong;
}

async function seatsIn(folder: string, organization: string): Promise<string[]> {
  const stripe = JSON.parse(readFileSync(join(folder, "stripe.json"), "utf8")) as {
    subscriptions: [string, Subscription][];
    invoices: [string, Invoice][];
  };
  const own = stripe.subscriptions.map(([, one]) => one).filter((one) => one.metadata.organizationId === organization);
  const invoices = stripe.invoices.map(([, one]) => one).filter(({ customer }) => customer === own[0]?.customer);
  const rows = await scan(folder);
  const log = rows.filter(({ pk, sk }) => pk === `${organization}#log` && /^\d/.test(String(sk)));
  const changes = (type: string) =>
    log.flatMap((one) => (one.type === type ? [(one.data as { from: number; to: number }).to] : []));
  const organizationRow = rows.find(({ pk, sk }) => pk === organization && sk === "#org") ?? {};
  return [
    ...differs("subscriptions", own.map(({ status }) => status).join(), "active"),
    ...differs("seats at Stripe", own[0]?.items.data[0]?.quantity, left),
    ...differs("seats here", organizationRow.capacity, left),
    ...differs(
      "invoices",
      invoices
        .map((one) => `${one.status} ${one.billing_reason}`)
        .toSorted()
        .join(),
      charged,
    ),
    ...differs("changes that began", changes("billing.resize_started").join(), [grown, left].join()),
    ...differs("changes that were made", changes("billing.resized").join(), [grown, left].join()),
  ];
}

const charged = "paid subscription_create,paid subscription_update";

const differs = (what: string, is: unknown, should: unknown) =>
  is === should ? [] : [`${what}: ${String(is)}, not ${String(should)}`];
