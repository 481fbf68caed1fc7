import { openWorld } from "@muster/local/testing/worlds/world.ts";
import { expect, test } from "vitest";
import * as Organization from "../organization/organization.ts";
import * as Plan from "./plan.ts";

test("the free plan has the seats that the operator grants, and a new organization has exactly those", async () => {
  const world = await openWorld();
  const ada = await world.person("ada@example.com");
  world.rebind({
    settings: { productName: "Muster", siteUrl: "https://muster.example", freeSeats: 7, mailsPerHour: 9 },
  });
  const { items } = await world.as(ada, () => Plan.list({}));
  expect(items).toEqual([{ id: "free", seats: 7 }]);
  const founded = await world.as(ada, () => Organization.create({ name: "Acme" }));
  expect([founded.plan, founded.seats?.capacity]).toEqual(["free", 7]);
});
