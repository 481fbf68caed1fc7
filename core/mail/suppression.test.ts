import { resultOf } from "@muster/local/testing/result.ts";
import { openWorld, type World } from "@muster/local/testing/worlds/world.ts";
import { beforeEach, expect, test } from "vitest";
import * as Account from "../account/account.ts";
import { asSystem } from "../kernel/context.ts";
import { put } from "../table/table.ts";
import { mailKeys } from "./keys.ts";
import { removeSuppression } from "./suppression.ts";

const email = "ada@example.com";
const [bounced, complained] = ["2026-11-20T09:00:00.000Z", "2026-11-21T09:00:00.000Z"];
const key = mailKeys.suppression(Account.addressOf(email));
const run = (of = email) => asSystem("operator", () => removeSuppression({ email: of }));

let world: World;
beforeEach(async () => {
  world = await openWorld();
});

test("an operator removes a suppression, even after a complaint, and sees its reason", async () => {
  await world.table.write(put(key, { bounced, complained }));
  expect(await run("Ada@Example.com ")).toEqual({ was: { bounced, complained } });
  expect(await world.table.get(key)).toBeUndefined();
  expect(await run()).toEqual({ was: {} });
});

test("other addresses stay suppressed, and invalid addresses are refused", async () => {
  await world.table.write(put(key, { bounced }));
  expect(await run("bob@example.com")).toEqual({ was: {} });
  expect(await resultOf(run("nonsense"))).toBe("input.invalid");
  expect(await world.table.get(key)).toMatchObject({ bounced });
});

test("members cannot do this", async () => {
  const ada = await world.person(email);
  expect(await resultOf(world.as(ada, () => removeSuppression({ email })))).toBe("actor.forbidden");
});
