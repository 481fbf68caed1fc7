import { linkDevice } from "@muster/local/testing/fixtures/devices.ts";
import type { BillingWorld, Customer } from "@muster/local/testing/worlds/billing.ts";
import { afterEach, beforeEach, expect, test } from "vitest";
import { addressOf } from "../account/account.ts";
import { implied } from "../base/failure.ts";
import * as Device from "../device/device.ts";
import { deviceKeys } from "../device/keys.ts";
import { invitationKeys } from "../invitation/keys.ts";
import { memberKeys } from "../member/keys.ts";
import { organizationKeys } from "../organization/keys.ts";
import { type Step, update } from "../table/table.ts";
import { reclaimKeys } from "./keys.ts";
import { openReclaims, type Reclaims } from "./reclaim.testing.ts";

// What a reclaim has read is no longer so when it writes.

let place: Reclaims;
let billing: BillingWorld;
let acme: Customer;
beforeEach(async () => {
  place = await openReclaims();
  ({ billing, acme } = place);
});
afterEach(() => billing.stop());

/** The write that ends a reclaim and stores its change of seats. */
const reduces = (steps: readonly Step[]) =>
  steps.some((step) => step.do === "put" && step.key.sk === "#billing" && step.item.op !== undefined);

/** Runs all of a reclaim. Just before it changes seats, something else happens, once. */
async function runBeside(happens: () => Promise<unknown>): Promise<void> {
  const { table } = billing.world;
  const other = once(happens);
  const write: typeof table.write = async (...steps) => {
    if (reduces(steps)) await other();
    return table.write(...steps);
  };
  billing.world.rebind({ table: { ...table, write } });
  await place.runAll();
  billing.world.rebind({ table });
}
/** Does something once. */
function once(run: () => Promise<unknown>) {
  let isDone = false;
  return async () => {
    if (isDone) return;
    isDone = true;
    await run();
  };
}

test.each([implied.contended, implied.busy])("its seats are reduced a moment after %s", async (fault) => {
  await place.join("old@example.com", "write", 70);
  await place.start({ reduces: true });
  const { table } = billing.world;
  let refused = 0;
  const write: typeof table.write = async (...steps) => {
    if (reduces(steps) && refused++ === 0) throw fault();
    return table.write(...steps);
  };
  billing.world.rebind({ table: { ...table, write } });
  await place.runAll();
  billing.world.rebind({ table });
  expect(refused).toBe(2);
  expect(await place.get()).toMatchObject({ state: "done", removed: 1, seats: 11 });
  expect([(await place.get())?.failure, await place.paid()]).toEqual([undefined, 11]);
});

test("its seats are reduced by what is free after somebody changes them at the same moment", async () => {
  await place.join("old@example.com", "write", 70);
  await place.start({ reduces: true });
  await runBeside(async () => {
    await acme.edit(9);
    await acme.reconcile();
  });
  expect(await place.get()).toMatchObject({ state: "done", seats: 8 });
  expect(await place.paid()).toBe(8);
});

test("its seats are reduced to those in use after somebody is invited at the same moment", async () => {
  for (const name of ["old", "older"]) await place.join(`${name}@example.com`, "write", 70);
  await place.invite(...Array.from({ length: 9 }, (_, n) => `new${n}@example.com`));
  await place.start({ reduces: true });
  await runBeside(() => place.invite("late@example.com"));
  expect(await place.get()).toMatchObject({ state: "done", removed: 2, seats: 11 });
  expect([(await place.get())?.failure, await place.paid()]).toEqual([undefined, 11]);
});

test("what stopped its reduction in an earlier release is a sentence, too", async () => {
  await place.start({ reduces: true });
  await place.runAll();
  const failure = implied.contended.code;
  await billing.world.table.write(update(reclaimKeys.reclaim(acme.organization), { set: { failure } }));
  expect(await place.get()).toMatchObject({ failure, reason: expect.stringContaining("Try again") });
});

test.each(["suspended", "deleted"] as const)("it stops in a %s organization", async (state) => {
  const old = await place.join("old@example.com", "write", 70);
  await place.start();
  await billing.world.table.write(
    update(organizationKeys.organization(acme.organization), { set: { state, growth: false } }),
  );
  await place.runAll();
  expect([(await place.row())?.state, await place.isMember(old)]).toEqual(["stopped", true]);
});

test("it revokes no invitation for somebody who may no longer do so", async () => {
  const carol = await place.join("carol@example.com", "admin", 0);
  await place.invite("held@example.com");
  billing.world.clock.pass(12 * 86_400);
  await place.startAs(carol, "admin");
  const demote = () =>
    billing.world.table.write(update(memberKeys.member(acme.organization, carol.account), { set: { role: "write" } }));
  const held = invitationKeys.addressIn(acme.organization, addressOf("held@example.com"));
  const end = place.afterReading(held, once(demote));
  await place.runAll();
  end();
  const invitation = await billing.world.table.get(held);
  expect([(await place.row())?.state, invitation?.state]).toEqual(["stopped", "pending"]);
});

test("it removes nobody whose device was in use, and ends between the look and the removal", async () => {
  const { organization } = acme;
  const { table } = billing.world;
  const wakes = await place.join("wakes@example.com", "write", 100);
  const { id: device } = await linkDevice(billing.world, { account: wakes.account, organization });
  const touch = (contactAt: string) =>
    table.write(update(deviceKeys.device(wakes.account, device), { set: { contactAt } }));
  await touch(place.before(70));
  await place.start();
  const wakeAndEnd = once(async () => {
    await touch(place.before(0));
    await billing.world.as(wakes, () => Device.revokeOwn({ device }));
    await place.active(wakes.account, place.dayBefore(100));
  });
  const end = place.afterReading(memberKeys.member(organization, wakes.account), wakeAndEnd, { isAlone: true });
  await place.runAll();
  end();
  expect([await place.isMember(wakes), (await place.get())?.removed]).toEqual([true, 0]);
});
