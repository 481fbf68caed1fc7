import { openWorld, type Person, type World } from "@muster/local/testing/worlds/world.ts";
import { beforeEach, expect, test } from "vitest";
import type * as ID from "../base/id.ts";
import { asSystem } from "../kernel/context.ts";
import { kernelKeys } from "../kernel/keys.ts";
import * as Organization from "../organization/organization.ts";
import { sessionKeys } from "../session/keys.ts";
import { update } from "../table/table.ts";
import * as Audit from "./audit.ts";
import { list } from "./list.ts";

let world: World;
let ada: Person;
let id: ID.ID<"organization">;
beforeEach(async () => {
  world = await openWorld();
  ada = await world.person("ada@example.com");
  id = (await world.as(ada, () => Organization.create({ name: "Acme" }))).id;
  await asSystem("follow", () => Audit.follow({ owner: id }));
});
const log = async () => (await world.as(ada, () => list({}), { id, role: "owner" })).items;

test("an event names the account that acted and the session that it used, never its token", async () => {
  const [session] = (await world.table.query(sessionKeys.sessions(ada.account))).items;
  expect(await log()).toMatchObject([{ actor: ada.account, via: session?.sk }]);
  expect(JSON.stringify(await world.rows.scan())).not.toContain(ada.token);
});

test("an event of an earlier release, without a credential, can be read", async () => {
  await world.table.write(update(kernelKeys.logged(id, 1), { unset: ["via"] }));
  const [event] = await log();
  expect(event).toMatchObject({ actor: ada.account, type: "organization.created" });
  expect(event).not.toHaveProperty("via");
});
