import { depth } from "@muster/local/testing/random.ts";
import { resultOf } from "@muster/local/testing/result.ts";
import { type BillingWorld, type Customer, openAcme } from "@muster/local/testing/worlds/billing.ts";
import { remember } from "@muster/local/testing/worlds/remember.ts";
import * as fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { addressOf } from "../../account/account.ts";
import { daySeconds, hourSeconds } from "../../base/duration.ts";
import { idOf } from "../../invitation/invitation.ts";
import * as Invitations from "../../invitation/manage.ts";
import * as Sending from "../../invitation/send.ts";
import { asSystem } from "../../kernel/context.ts";
import { changeAutomaticSeats } from "./automatic.ts";
import { followSeats } from "./follow.ts";

// Seats as a few numbers: what an owner sets, who is invited and revoked, and the end of a period.

let billing: BillingWorld;
let acme: Customer;
let people = 0;
let goBack: () => Promise<void>;
beforeAll(async () => {
  ({ billing, acme } = await openAcme(2));
  goBack = await remember(billing);
});
afterAll(() => billing.stop());

type Set = { limit: number; spare: number };
type Step =
  | { do: "set"; to: Set | null }
  | { do: "invite"; many: number }
  | { do: "revoke" }
  | { do: "follow"; times: number }
  | { do: "renew" };
type Model = { set: Set | null; paid: number; used: number; charges: number };

const only = <const T>(value: T) => fc.constant(value);
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    do: only("set"),
    to: fc.option(fc.record({ limit: fc.integer({ min: 1, max: 12 }), spare: fc.integer({ min: 1, max: 4 }) })),
  }),
  fc.record({ do: only("invite"), many: fc.integer({ min: 1, max: 5 }) }),
  fc.record({ do: only("revoke") }),
  fc.record({ do: only("follow"), times: fc.integer({ min: 1, max: 3 }) }),
  fc.record({ do: only("renew") }),
);

/** Returns the numbers after a step. */
function expected({ set, paid, used, charges }: Model, one: Step): Model {
  const same = { set, paid, used, charges };
  switch (one.do) {
    case "set":
      return { ...same, set: one.to !== null && one.to.limit < used ? set : one.to };
    case "invite":
      return { ...same, used: Math.min(paid, used + one.many) };
    case "revoke":
      return { ...same, used: Math.max(1, used - 1) };
    case "follow": {
      const more = Math.max(paid, set ? Math.min(set.limit, used + set.spare) : 0);
      return { ...same, paid: more, charges: charges + Number(more > paid) };
    }
    case "renew": {
      const followed = set ? Math.max(used, Math.min(set.limit, used + set.spare)) : paid;
      return { ...same, paid: followed, charges: charges + Number(followed > paid) };
    }
  }
}

async function act(one: Step, invited: string[]): Promise<void> {
  const { world, server } = billing;
  const { organization } = acme;
  const follow = () => asSystem("work", () => followSeats({ job: "followSeats", organization }));
  switch (one.do) {
    case "set":
      await resultOf(acme.as(() => changeAutomaticSeats(one.to ?? { limit: null })));
      return;
    case "invite": {
      const emails = Array.from({ length: one.many }, () => `m${++people}@example.com`);
      const { items } = await acme.as(() => Sending.send({ invitations: emails.map((email) => ({ email })) }));
      invited.push(...items.flatMap(({ outcome, email }) => (outcome === "invited" ? [email] : [])));
      return;
    }
    case "revoke": {
      const email = invited.pop();
      if (email) await acme.as(() => Invitations.revoke({ invitation: idOf(addressOf(email)) }));
      return;
    }
    case "follow":
      await Promise.all(Array.from({ length: one.times }, follow));
      return;
    case "renew": {
      const end = Date.parse((await acme.row())?.mirror?.periodEnd ?? "");
      world.clock.at = end - 12 * hourSeconds * 1000;
      await follow();
      world.clock.at = end + daySeconds * 1000;
      server.catchUp();
      await acme.reconcile();
    }
  }
}

test("whatever is set and needed, the seats are those of the model, and so are the charges", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 12 }), async (steps) => {
      await goBack();
      // what somebody has bought stays for a week
      billing.world.clock.pass(8 * daySeconds);
      let model: Model = { set: null, paid: 2, used: 1, charges: 0 };
      const invited: string[] = [];
      for (const one of steps) {
        // Stripe makes so many changes a minute
        billing.world.clock.pass(60);
        await act(one, invited);
        model = expected(model, one);
        const { capacity, free, automatic } = await acme.organizationRow();
        const charges = (await acme.invoices()).filter(
          (found) => found.billing_reason === "subscription_update",
        ).length;
        const paid = (await acme.subscriptions())[0]?.items.data[0]?.quantity;
        const { limit, spare } = (automatic ?? {}) as Partial<Set>;
        const now = { set: automatic ? { limit, spare } : null, paid, used: Number(capacity) - Number(free), charges };
        expect([one, now]).toEqual([one, model]);
      }
    }),
    { numRuns: depth(6, 200) },
  );
});
