import type { BillingWorld, Customer } from "@muster/local/testing/worlds/billing.ts";
import type { Person } from "@muster/local/testing/worlds/world.ts";
import * as v from "valibot";
import { afterEach, beforeEach, expect, test } from "vitest";
import { changeAutomaticSeats } from "../billing/automatic/automatic.ts";
import { followSeats } from "../billing/automatic/follow.ts";
import * as Requests from "../billing/requests/requests.ts";
import { asSystem } from "../kernel/context.ts";
import { Announcement } from "../kernel/reaction.ts";
import { StripeError } from "../kernel/stripe-port.ts";
import { list } from "./list.ts";
import * as Notification from "./notification.ts";
import { type Owners, openOwners } from "./owners.testing.ts";

let billing: BillingWorld;
let acme: Customer;
let eve: Person;
let notified: Owners["notified"];
/** Acme has five seats, and lets three more be added. */
beforeEach(async () => {
  ({ billing, acme, eve, notified } = await openOwners());
  await acme.buy(5);
  await acme.as(() => changeAutomaticSeats({ limit: 8 }));
});
afterEach(() => billing.stop());

const requests = async (person: Person) =>
  (await billing.world.as(person, () => list({}))).items.filter(({ kind }) => kind.startsWith("seats."));
const request = (person: Person, seats: number) =>
  billing.world.as(person, () => Requests.requestSeats({ seats, note: "For support." }), {
    id: acme.organization,
    role: "owner",
  });
const follow = () => asSystem("work", () => followSeats({ job: "followSeats", organization: acme.organization }));
/** Events that were queued to come again, a minute later unless it says otherwise. */
async function afterMinute(minutes = 1) {
  billing.world.clock.pass(60 * minutes);
  for (const one of billing.world.queued.work.splice(0)) {
    if (v.is(Announcement, one)) await asSystem("work", () => Notification.react(one));
  }
}

test("nobody is asked for seats within the limit, and other owners are told who got how many for what price", async () => {
  await request(acme.owner, 3);
  await notified();
  expect(await requests(eve)).toEqual([]);
  await follow();
  await afterMinute();
  await notified();
  const [told, ...more] = await requests(eve);
  expect([told, more]).toMatchObject([{ kind: "seats.approved", by: "Ada", thing: "3 seats for $30.00" }, []]);
  const [approved, ...others] = await requests(acme.owner);
  expect([approved, others]).toMatchObject([{ kind: "seats.approved", thing: "3 seats" }, []]);
  expect(approved).not.toHaveProperty("person");
  expect(approved).not.toHaveProperty("by");
});

test("owners are asked for what is still open after a minute, whatever stood in the way", async () => {
  await request(acme.owner, 3);
  billing.world.clock.pass(1);
  await request(eve, 3);
  await notified();
  expect([await requests(acme.owner), await requests(eve)]).toEqual([[], []]);
  await follow();
  await afterMinute();
  expect(await requests(acme.owner)).toMatchObject([{ kind: "seats.requested", person: "Eve", thing: "3 seats" }]);
  expect(await requests(eve)).toEqual([]);
});

test("owners are asked for what was being paid after a minute, once its payment has failed", async () => {
  const answer = (fault: "lost" | "refused") => {
    const changeSeats = () => Promise.reject(new StripeError(fault, "No.", {}));
    billing.world.rebind({ stripe: { ...billing.port, changeSeats } });
  };
  answer("lost");
  await request(eve, 2);
  await notified();
  await follow();
  for (const minutes of [1, 15]) {
    await afterMinute(minutes);
    expect(await requests(acme.owner)).toEqual([]);
  }
  answer("refused");
  await acme.reconcile();
  await afterMinute(15);
  expect(await requests(acme.owner)).toMatchObject([{ kind: "seats.requested", person: "Eve", thing: "2 seats" }]);
  await afterMinute(15);
  expect(await requests(acme.owner)).toHaveLength(1);
});

test("owners are asked once for what is still being paid after a day", async () => {
  const changeSeats = () => Promise.reject(new StripeError("lost", "No.", {}));
  billing.world.rebind({ stripe: { ...billing.port, changeSeats } });
  await request(eve, 2);
  await notified();
  await follow();
  await afterMinute();
  await afterMinute(23 * 60);
  expect(await requests(acme.owner)).toEqual([]);
  await afterMinute(60);
  expect(await requests(acme.owner)).toMatchObject([{ kind: "seats.requested", person: "Eve" }]);
  expect(billing.world.queued.work.filter((one) => v.is(Announcement, one))).toEqual([]);
});

test("owners are asked once for a request that replaces an earlier one", async () => {
  await request(eve, 9);
  await notified();
  billing.world.clock.pass(30);
  await billing.world.as(eve, () => Requests.revokeSeatRequest({}), { id: acme.organization, role: "owner" });
  await request(eve, 12);
  await notified();
  await afterMinute();
  const [asked, ...more] = await requests(acme.owner);
  expect([asked, more]).toMatchObject([{ person: "Eve", thing: "12 seats" }, []]);
});
