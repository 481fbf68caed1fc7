import { crashAt } from "@muster/local/testing/crashes/crash.ts";
import { differences } from "@muster/local/testing/invariants/billing-agreement.ts";
import { openPlaces, type Place } from "@muster/local/testing/invariants/billing-place.ts";
import { perform } from "@muster/local/testing/invariants/billing-steps.ts";
import { resultOf } from "@muster/local/testing/result.ts";
import { afterAll, expect, test } from "vitest";
import { hourMs, hourSeconds } from "../../base/duration.ts";
import { asSystem } from "../../kernel/context.ts";
import { bind } from "../../kernel/ports.ts";
import { crashEverywhere, is } from "../crashes.testing.ts";
import { billingKeys } from "../keys.ts";
import { followSeats } from "./follow.ts";

// The process crashes before its first change, or after any. Another message comes, or the sweep: then it happened once.

const places = openPlaces();
afterAll(() => places.stop());

const of = 0;
const follow = ({ acme: { organization } }: Place) =>
  asSystem("work", () => followSeats({ job: "followSeats", organization }));
const set = (place: Place) => perform(place, { do: "automatic", of, limit: 8 });
const charges = async ({ acme }: Place) =>
  (await acme.invoices()).filter(({ billing_reason }) => billing_reason === "subscription_update").length;

const operations: Record<
  string,
  { prepare: (place: Place) => Promise<unknown>; wrong: (place: Place) => Promise<string[]> }
> = {
  "seats that are added": {
    prepare: async (place) => {
      await set(place);
      for (const who of [0, 1, 2]) await perform(place, { do: "invite", of, who });
    },
    wrong: async (place) => {
      const { capacity, free } = await place.acme.organizationRow();
      return [...is("seats", capacity, 5), ...is("free", free, 1), ...is("charges", await charges(place), 1)];
    },
  },
  "seats that a member requests": {
    prepare: async (place) => {
      await set(place);
      await perform(place, { do: "request", of, seats: 3 });
    },
    wrong: async (place) => {
      const { organization, owner } = place.acme;
      const request = await place.billing.world.table.get(billingKeys.seatRequest(organization, owner.account));
      const { capacity } = await place.acme.organizationRow();
      return [
        ...is("seats", capacity, 7),
        ...is("charges", await charges(place), 1),
        ...is("request", request?.state, "approved"),
      ];
    },
  },
  "seats that are removed": {
    prepare: async (place) => {
      await set(place);
      place.billing.world.clock.at = Date.parse((await place.acme.row())?.mirror?.periodEnd ?? "") - 12 * hourMs;
    },
    wrong: async ({ acme }) => is("seats", (await acme.organizationRow()).capacity, 2),
  },
};

test.each(Object.entries(operations))("%s are so once, whenever the process crashes", async (_, { prepare, wrong }) => {
  const next = await places.prepare(async (place) => {
    await prepare(place);
    place.billing.inbox.splice(0);
    place.billing.world.queued.work.splice(0);
  });
  const { found, changes } = await crashEverywhere(async (at, when) => {
    const place = await next();
    const { world, port, sweep } = place.billing;
    const process = crashAt(world, at, when, port);
    bind(process.ports);
    await resultOf(follow(place));
    world.rebind({ stripe: port });
    await follow(place);
    await sweep();
    world.clock.pass(7 * hourSeconds);
    await follow(place);
    await sweep();
    return { process, wrong: [...(await wrong(place)), ...(await differences(place))] };
  });
  expect(found).toEqual([]);
  expect(changes.length).toBeGreaterThanOrEqual(3);
});
