import type { BillingWorld, Customer } from "@muster/local/testing/worlds/billing.ts";
import type { Person } from "@muster/local/testing/worlds/world.ts";
import * as v from "valibot";
import { afterEach, beforeEach, expect, test } from "vitest";
import { changeAutomaticSeats } from "../billing/automatic/automatic.ts";
import { followSeats } from "../billing/automatic/follow.ts";
import * as Requests from "../billing/requests/requests.ts";
import { asSystem } from "../kernel/context.ts";
import { Announcement } from "../kernel/reaction.ts";
import { type Owners, openOwners } from "./billing-rules.testing.ts";
import { list } from "./list.ts";
import * as Notification from "./notification.ts";

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
/** Events that were queued to come again a minute later. */
async function afterMinute() {
  billing.world.clock.pass(60);
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
