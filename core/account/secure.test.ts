import { around, isWrite } from "@muster/local/testing/faults/table-call.ts";
import { linkDevice } from "@muster/local/testing/fixtures/devices.ts";
import { type OrganizationFixture, openOrganization } from "@muster/local/testing/fixtures/organization.ts";
import { addPasskey } from "@muster/local/testing/fixtures/passkeys.ts";
import type { Person } from "@muster/local/testing/worlds/world.ts";
import { beforeEach, expect, test } from "vitest";
import { deviceKeys } from "../device/keys.ts";
import * as Member from "../member/member.ts";
import * as Passkey from "../passkey/passkey.ts";
import { secure } from "./secure.ts";

let acme: OrganizationFixture;
let bob: Person;
let device: Awaited<ReturnType<typeof linkDevice>>;
beforeEach(async () => {
  acme = await openOrganization();
  bob = await acme.join("bob@example.com", "admin");
  device = await linkDevice(acme.world, { account: bob.account, organization: acme.organization });
  await addPasskey(acme.world, bob);
  await acme.world.person("bob@example.com");
});

const run = () => acme.world.as(bob, () => secure({}));
const rows = () => acme.world.rows.scan();
const sessionsOf = async (person: Person) =>
  (await rows()).filter(({ pk, sk }) => pk === person.account && String(sk).startsWith("ses_")).length;
const typesOf = async (owner: string) =>
  (await rows()).filter(({ pk, type }) => String(pk).startsWith(owner) && type !== undefined).map(({ type }) => type);

test("ends sessions, devices, and passkeys, and nothing of other people", async () => {
  const others = await sessionsOf(acme.ada);
  expect([await sessionsOf(bob), others]).toEqual([2, 1]);
  await run();
  expect([await sessionsOf(bob), await sessionsOf(acme.ada)]).toEqual([0, others]);
  expect((await acme.world.as(bob, () => Passkey.list({}))).items).toEqual([]);
  const row = await acme.world.table.get(deviceKeys.device(bob.account, device.id));
  expect(row?.wipe?.reason).toBe("revoked");
  expect(await typesOf(acme.organization)).toEqual(expect.arrayContaining(["device.revoked", "member.secured"]));
  expect(await typesOf(bob.account)).toEqual(expect.arrayContaining(["account.passkey_removed", "account.secured"]));
});

test("can be repeated after a crash at any write, and tells organizations that were left nothing", async () => {
  await acme.as(acme.ada, () => Member.remove({ account: bob.account }));
  let left = 0;
  around(acme.world.rows.client, (next) => async (operation, input) => {
    if (isWrite(operation) && left-- === 0) throw new Error("The process has died.");
    return next(operation, input);
  });
  const crashes = (at: number) => {
    left = at;
    return run().then(
      () => false,
      () => true,
    );
  };
  let at = 0;
  while (await crashes(at)) at++;
  expect(at).toBeGreaterThan(2);
  expect(await sessionsOf(bob)).toBe(0);
  expect(await typesOf(acme.organization)).not.toContain("member.secured");
});
