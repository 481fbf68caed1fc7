import { type OrganizationFixture, openOrganization } from "@muster/local/testing/fixtures/organization.ts";
import { resultOf, times } from "@muster/local/testing/result.ts";
import { beforeEach, describe, expect, test } from "vitest";
import * as Audit from "../audit/audit.ts";
import * as ID from "../base/id.ts";
import { type Role, roles } from "../base/role.ts";
import { asSystem } from "../kernel/context.ts";
import { kernelKeys } from "../kernel/keys.ts";
import { reactsTo } from "../kernel/reaction.ts";
import * as Mail from "../mail/mail.ts";
import * as MailReact from "../mail/react.ts";
import * as Member from "../member/member.ts";
import { type Item, put } from "../table/table.ts";
import { idOf } from "./invitation.ts";
import * as Manage from "./manage.ts";
import * as React from "./react.ts";
import * as Recipient from "./recipient.ts";
import * as Resending from "./resending.ts";
import * as Sending from "./send.ts";

let fixture: OrganizationFixture;
beforeEach(async () => {
  fixture = await openOrganization();
});

const asAda = <R>(run: () => Promise<R>) => fixture.as(fixture.ada, run);
const named = async (email: string) => ({ invitation: idOf(String((await fixture.rowOf(email))?.pk)) });

/** The announced events of a type. */
async function announced(type: string): Promise<Audit.Announcement[]> {
  await asSystem("follow", () => Audit.follow({ owner: fixture.organization }));
  const { items } = await fixture.world.table.query({
    ...kernelKeys.log(fixture.organization),
    from: "0",
    to: "9",
    consistent: true,
  });
  return items.flatMap((row: Item) => Audit.announcement(row) ?? []).filter((one) => one.type === type);
}

async function react(type: string) {
  const { react: follow } = type.startsWith("member.") ? React : MailReact;
  for (const one of await announced(type)) await asSystem("work", () => follow(one));
}

async function mailFor(email: string, attempt = 1) {
  const address = (await fixture.rowOf(email))?.pk;
  return { kind: "invitation", organization: fixture.organization, address, attempt };
}

describe("what follows from an invitation", () => {
  test("is one mail to each invited address, whose job names only the row", async () => {
    await asAda(() => Sending.send({ invitations: [{ email: "a@example.com" }, { email: "b@example.com" }] }));
    await react("invitation.created");
    expect(fixture.world.queued.mail).toEqual([await mailFor("a@example.com"), await mailFor("b@example.com")]);
  });

  test("is another mail when it is resent, and none for the old attempt", async () => {
    await fixture.invite("a@example.com");
    fixture.world.clock.pass(600);
    await asAda(async () => Resending.resend(await named("a@example.com")));
    await react("invitation.resent");
    expect(fixture.world.queued.mail).toEqual([await mailFor("a@example.com", 2)]);
    fixture.world.queued.mail.length = 0;
    await react("invitation.created");
    expect(fixture.world.queued.mail).toEqual([await mailFor("a@example.com", 2)]);
  });

  test("is one mail, however often the event is delivered", async () => {
    await fixture.invite("a@example.com");
    await times(4, () => react("invitation.created"));
    for (const job of fixture.world.queued.mail) await asSystem("mail", () => Mail.deliver(job as Mail.Job));
    expect(fixture.world.sent.map(({ to }) => to)).toEqual(["a@example.com"]);
    fixture.world.queued.mail.length = 0;
    await react("invitation.created");
    expect(fixture.world.queued.mail).toEqual([]);
  });

  test("is no mail once it was accepted, declined or revoked", async () => {
    const bob = await fixture.world.person("bob@example.com");
    await fixture.invite(bob.email);
    await fixture.invite("a@example.com");
    const token = await fixture.tokenOf(bob.email);
    await fixture.world.as(bob, () => Recipient.accept({ token }));
    await asAda(async () => Manage.revoke(await named("a@example.com")));
    await react("invitation.created");
    expect(fixture.world.queued.mail).toEqual([]);
  });
});

describe("what follows from another role", () => {
  const lower: [Role, Role][] = [
    ["owner", "admin"],
    ["owner", "write"],
    ["owner", "read"],
    ["admin", "write"],
    ["admin", "read"],
  ];
  const cases = roles.flatMap((from) => roles.filter((to) => to !== from).map((to) => [from, to] as const));

  test.each(cases)("from %s to %s is a look at invitations only if some may be lost", async (from, to) => {
    const bob = await fixture.join("bob@example.com", from);
    await asAda(() => Member.changeRole({ account: bob.account, role: to }));
    await react("member.role_changed");
    const jobs = lower.some(([one, other]) => one === from && other === to) ? 2 : 0;
    expect(fixture.world.queued.work).toHaveLength(jobs);
  });

  test("is a look at invitations if a newer release made it a role that this one does not know", async () => {
    const bob = await fixture.join("bob@example.com", "write");
    await asAda(() => Member.changeRole({ account: bob.account, role: "read" }));
    const [changed] = await announced("member.role_changed");
    const key = kernelKeys.logged(fixture.organization, changed?.seq ?? 0);
    const row = await fixture.world.table.get(key);
    const data = { account: bob.account, from: "write", to: "inviter" };
    await fixture.world.table.write(put(key, { ...row, data } as never));
    await react("member.role_changed");
    expect(fixture.world.queued.work).toHaveLength(2);
  });
});

describe("what follows from a departure", () => {
  test.each(["removed", "left"])("of somebody who was %s is that their invitations are revoked, twice", async (how) => {
    const bob = await fixture.join("bob@example.com", "admin");
    fixture.world.clock.pass(60);
    if (how === "removed") await asAda(() => Member.remove({ account: bob.account }));
    else await fixture.as(bob, () => Member.leave({}));
    const sent: unknown[] = [];
    fixture.world.rebind({ queues: { send: async (...all) => void sent.push(all) } });
    await react(`member.${how}`);
    const job = { job: "revokeSent", organization: fixture.organization, by: bob.account, hasLeft: true };
    expect(sent).toEqual([
      ["work", [job]],
      ["work", [job], 60],
    ]);
  });
});

test("an event that is missing from the log is an error, so that it is retried", async () => {
  await fixture.invite("a@example.com");
  const [one] = await announced("invitation.created");
  const elsewhere = { ...one, seq: 99 } as Audit.Announcement;
  const other = { ...one, event: ID.create("event") } as Audit.Announcement;
  for (const wrong of [elsewhere, other]) {
    expect(await resultOf(asSystem("work", () => MailReact.react(wrong)))).toContain("has no event");
  }
  expect(fixture.world.queued.mail).toEqual([]);
});

test("nothing follows from an event that concerns no mail and no departure", () => {
  const types = ["invitation.ended", "invitation.accepted", "member.reinstated", "organization.created"];
  expect(types.filter((type) => reactsTo(type, [...React.reactions, ...MailReact.reactions]))).toEqual([]);
});
