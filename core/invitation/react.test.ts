import { openStage, type Stage } from "@muster/local/testing/stage.ts";
import { times, told } from "@muster/local/testing/told.ts";
import { beforeEach, describe, expect, test } from "vitest";
import * as Audit from "../audit/audit.ts";
import { asSystem } from "../kernel/context.ts";
import * as ID from "../kernel/id.ts";
import * as Mail from "../mail/mail.ts";
import * as Member from "../member/member.ts";
import { Keys } from "../table/keys.ts";
import type { Item } from "../table/table.ts";
import * as Answer from "./answer.ts";
import { idOf } from "./invitation.ts";
import * as Manage from "./manage.ts";
import * as Offer from "./offer.ts";
import * as React from "./react.ts";

let stage: Stage;
beforeEach(async () => {
  stage = await openStage();
});

const asAda = <R>(run: () => Promise<R>) => stage.as(stage.ada, run);
const named = async (email: string) => ({ invitation: idOf(String((await stage.rowOf(email))?.pk)) });

/** What has happened of a type, as it is announced. */
async function announced(type: string): Promise<Audit.Announcement[]> {
  await asSystem("follow", () => Audit.follow({ owner: stage.organization }));
  const { items } = await stage.world.table.query({
    ...Keys.log(stage.organization),
    from: "0",
    to: "9",
    consistent: true,
  });
  return items.flatMap((row: Item) => Audit.announcement(row) ?? []).filter((one) => one.type === type);
}

async function react(type: string) {
  for (const one of await announced(type)) await asSystem("work", () => React.react(one));
}

async function mailFor(email: string, attempt = 1) {
  const address = (await stage.rowOf(email))?.pk;
  return { kind: "invitation", organization: stage.organization, address, attempt };
}

describe("what follows from an invitation", () => {
  test("is one mail to each who was invited, whose job names the row and says nothing else", async () => {
    await asAda(() => Offer.send({ invitations: [{ email: "a@example.com" }, { email: "b@example.com" }] }));
    await react("invitation.created");
    expect(stage.world.queued.mail).toEqual([await mailFor("a@example.com"), await mailFor("b@example.com")]);
  });

  test("is another mail when it is sent anew, and none of the old attempt", async () => {
    await stage.invite("a@example.com");
    stage.world.clock.pass(600);
    await asAda(async () => Offer.resend(await named("a@example.com")));
    await react("invitation.resent");
    expect(stage.world.queued.mail).toEqual([await mailFor("a@example.com", 2)]);
    stage.world.queued.mail.length = 0;
    await react("invitation.created");
    expect(stage.world.queued.mail).toEqual([await mailFor("a@example.com", 2)]);
  });

  test("is one mail however often the event is told", async () => {
    await stage.invite("a@example.com");
    await times(4, () => react("invitation.created"));
    for (const job of stage.world.queued.mail) await asSystem("mail", () => Mail.deliver(job as Mail.Job));
    expect(stage.world.sent.map(({ to }) => to)).toEqual(["a@example.com"]);
    stage.world.queued.mail.length = 0;
    await react("invitation.created");
    expect(stage.world.queued.mail).toEqual([]);
  });

  test("is no mail once it was answered or taken back", async () => {
    const bob = await stage.world.person("bob@example.com");
    await stage.invite(bob.email);
    await stage.invite("a@example.com");
    const token = await stage.tokenOf(bob.email);
    await stage.world.as(bob, () => Answer.accept({ token }));
    await asAda(async () => Manage.revoke(await named("a@example.com")));
    await react("invitation.created");
    expect(stage.world.queued.mail).toEqual([]);
  });
});

describe("what follows from a departure", () => {
  test.each(["removed", "left"])(
    "of somebody who was %s is that their invitations are withdrawn, twice",
    async (how) => {
      const bob = await stage.join("bob@example.com", "admin");
      stage.world.clock.pass(60);
      if (how === "removed") await asAda(() => Member.remove({ account: bob.account }));
      else await stage.as(bob, () => Member.leave({}));
      const sent: unknown[] = [];
      stage.world.rebind({ queues: { send: async (...all) => void sent.push(all) } });
      await react(`member.${how}`);
      const job = { job: "withdraw", organization: stage.organization, by: bob.account };
      expect(sent).toEqual([
        ["work", [job]],
        ["work", [job], 60],
      ]);
    },
  );
});

test("an event that the log does not have at its place is a failure, so that it is tried again", async () => {
  await stage.invite("a@example.com");
  const [one] = await announced("invitation.created");
  const elsewhere = { ...one, seq: 99 } as Audit.Announcement;
  const other = { ...one, event: ID.create("event") } as Audit.Announcement;
  for (const wrong of [elsewhere, other]) {
    expect(await told(asSystem("work", () => React.react(wrong)))).toContain("has no event");
  }
  expect(stage.world.queued.mail).toEqual([]);
});

test("nothing follows from what concerns no mail and no departure", () => {
  const types = ["invitation.ended", "invitation.accepted", "member.role_changed", "organization.created"];
  expect(types.filter(React.follows)).toEqual([]);
});
