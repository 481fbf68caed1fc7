import { type Import, openImport, people } from "@muster/local/testing/fixtures/mailing.ts";
import { raw } from "@muster/local/testing/fixtures/raw.ts";
import { openWorld, type World } from "@muster/local/testing/worlds/world.ts";
import { beforeEach, describe, expect, test } from "vitest";
import { addressOf } from "../account/account.ts";
import { invitationKeys } from "../invitation/keys.ts";
import { asSystem } from "../kernel/context.ts";
import { MailPostponed } from "../kernel/mail-error.ts";
import type { Fault } from "../kernel/ports.ts";
import { organizationKeys } from "../organization/keys.ts";
import { update } from "../table/table.ts";
import * as Bulk from "./bulk.ts";
import { mailKeys } from "./keys.ts";
import * as Mailing from "./mailing.ts";

let world: World;
let acme: Import;

beforeEach(async () => {
  world = await openWorld();
  acme = await openImport(world);
});

async function send(count: number, group?: string): Promise<Mailing.Named> {
  const mailing = await acme.step(people(count, group));
  await asSystem("work", () => Mailing.begin(mailing, count));
  await asSystem("bulk", () => Bulk.perform({ job: "send", ...mailing, from: 0 }));
  return mailing;
}
const shown = async (requested: number, isMore = false) =>
  Mailing.describe(await world.table.get(mailKeys.importMails(acme.id)), { requested, isMore });

describe("the mails of an import", () => {
  test("have no status before there are any, and are done when all were sent", async () => {
    expect(await shown(0, true)).toMatchObject({ state: "none", sent: 0, left: 0 });
    await send(3);
    expect(await shown(3, true)).toMatchObject({ state: "sending", sent: 3, left: 0 });
    expect(await shown(3)).toMatchObject({ state: "done", sent: 3, left: 0, endedAt: "2026-11-24T09:00:00.000Z" });
  });

  test("that are in no mailing yet count as remaining", async () => {
    await send(3);
    expect(await shown(5)).toMatchObject({ state: "sending", sent: 3, left: 2 });
  });

  test("have a rate over the last minutes and a remaining time, which ignore what was before a break", async () => {
    await send(10, "one");
    world.clock.pass(20);
    await send(20, "two");
    expect(await shown(100)).toMatchObject({ rate: 1, secondsLeft: 70 });
    world.clock.pass(3600);
    await send(10, "three");
    expect((await shown(100)).rate).toBeUndefined();
    world.clock.pass(10);
    await send(20, "four");
    expect(await shown(100)).toMatchObject({ rate: 2, secondsLeft: 20 });
  });

  test("are stalled if none has left for 30 minutes, not while they leave slowly", async () => {
    const mailing = await acme.step(people(2));
    await asSystem("work", () => Mailing.begin(mailing, 2));
    world.clock.pass(1_700);
    await world.table.write(
      update(invitationKeys.addressIn(acme.organization, addressOf("p-0@example.com")), { set: { mail: "sent" } }),
    );
    await Mailing.recount(mailing);
    world.clock.pass(1_700);
    expect(await shown(2)).toMatchObject({ state: "sending", left: 1 });
    world.clock.pass(100);
    expect(await shown(2)).toMatchObject({ state: "stalled", left: 1 });
  });

  test("that an earlier release queued are not taken for stalled, as it did not write when", async () => {
    const mailing = await acme.step(people(2));
    await asSystem("work", () => Mailing.begin(mailing, 2));
    await world.table.write(update(mailKeys.importMails(acme.id), { unset: ["queuedAt"] }));
    world.clock.pass(3_600);
    expect(await shown(2)).toMatchObject({ state: "sending", left: 2 });
  });

  test("are not stalled while a worker puts them back: a suspended organization, a provider that cannot be reached", async () => {
    const mailing = await acme.step(people(2));
    await asSystem("work", () => Mailing.begin(mailing, 2));
    const sendAndPass = async () => {
      await asSystem("bulk", () => Bulk.perform({ job: "send", ...mailing, from: 0 }));
      world.clock.pass(1_200);
      expect(await shown(2)).toMatchObject({ state: "sending", left: 2 });
    };
    const setState = (state: "active" | "suspended") =>
      world.table.write(update(organizationKeys.organization(acme.organization), { set: { state } }));
    world.clock.pass(1_200);
    await setState("suspended");
    await sendAndPass();
    await sendAndPass();
    await setState("active");
    const send = () => Promise.reject(new MailPostponed("The mail provider cannot be reached."));
    world.rebind({ mail: { send, rate: async () => 100_000 } });
    await sendAndPass();
    await sendAndPass();
    world.clock.pass(600);
    expect(await shown(2)).toMatchObject({ state: "stalled", left: 2 });
  });

  test("are not stalled when they are queued again after a pause", async () => {
    const mailing = await acme.step(people(2));
    await asSystem("work", () => Mailing.begin(mailing, 2));
    world.clock.pass(7_200);
    const { organization, id } = acme;
    await asSystem("bulk", () => Bulk.perform({ job: "enqueue", organization, import: id }));
    expect(await shown(2)).toMatchObject({ state: "sending", left: 2 });
  });

  test("wait while the account's quota is used up, until it is checked again", async () => {
    const quota = async () => ({ perSecond: 1, perDay: 100, sentInDay: 100, at: world.clock.at });
    world.rebind({ quota });
    const mailing = await send(2);
    expect(await shown(2)).toMatchObject({ state: "waiting", left: 2, waitsUntil: "2026-11-24T09:11:00.000Z" });
    world.rebind();
    await asSystem("bulk", () => Bulk.perform({ job: "send", ...mailing, from: 0 }));
    expect(await shown(2)).toMatchObject({ state: "done", sent: 2 });
    expect(await shown(4)).toMatchObject({ state: "sending", left: 2 });
  });

  test("that were sent still count as sent when another mail is requested", async () => {
    const mailing = await send(2);
    const [email = ""] = people(2);
    const again = { set: { mail: "queued", attempt: 2 } };
    await world.table.write(update(raw(invitationKeys.addressIn(acme.organization, addressOf(email))), again));
    await Mailing.recount(mailing);
    expect(await shown(2)).toMatchObject({ state: "done", sent: 2, left: 0 });
  });

  test("stays as it was counted for a mail with a status of a newer release, and for all others of its mailing", async () => {
    const mailing = await send(3);
    const [, email = "", last = ""] = people(3);
    const rowOf = (one: string) => raw(invitationKeys.addressIn(acme.organization, addressOf(one)));
    await world.table.write(update(rowOf(email), { set: { mail: "deferred" } }));
    await world.table.write(update(rowOf(last), { set: { mail: "delivered" } }));
    await Mailing.recount(mailing);
    expect((await world.table.get(mailKeys.mailing(acme.id, mailing.seq)))?.letters).toBe("ssd");
    expect(await shown(3)).toMatchObject({ state: "done", sent: 3, delivered: 1 });
  });

  test("is shown without what cannot be read of its row, which is reported", async () => {
    const faults: Fault[] = [];
    world.rebind({ faults: { report: (fault) => faults.push(fault) } });
    await send(3);
    await world.table.write(
      update(raw(mailKeys.importMails(acme.id)), { set: { leftAt: 5, bounced: "many", next: "x" } }),
    );
    const info = await shown(3);
    expect(info).toMatchObject({ state: "done", sent: 3, bounced: 0 });
    expect(info).not.toHaveProperty("endedAt");
    expect(faults).toEqual(["bounced", "leftAt"].map((attribute) => ({ pk: acme.id, sk: "#mails", attribute })));
  });
});
