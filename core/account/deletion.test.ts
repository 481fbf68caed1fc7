import { openStage, type Stage } from "@muster/local/testing/stage.ts";
import { told } from "@muster/local/testing/told.ts";
import type { Person } from "@muster/local/testing/world.ts";
import { beforeEach, describe, expect, test } from "vitest";
import * as Audit from "../audit/audit.ts";
import * as Answer from "../invitation/answer.ts";
import { asSystem } from "../kernel/context.ts";
import * as Member from "../member/member.ts";
import * as Notice from "../notice/notice.ts";
import * as ODeletion from "../organization/deletion.ts";
import { Keys } from "../table/keys.ts";
import * as Account from "./account.ts";
import * as Deletion from "./deletion.ts";
import * as Erase from "./erase.ts";
import { follows, react } from "./react.ts";

let stage: Stage;
let bob: Person;
beforeEach(async () => {
  stage = await openStage();
  bob = await stage.join("bob@example.com", "admin");
});

const remove = (person = bob, email = person.email) =>
  stage.world.as(person, () => Deletion.deleteByAddress({ email }));
const sessionsOf = async ({ account }: Person) => (await stage.world.table.query(Keys.sessions(account))).items;
/** What follows from it. */
async function erase({ account }: Person = bob): Promise<void> {
  await asSystem("follow", () => Audit.follow({ owner: account }));
  const { items } = await stage.world.table.query({ ...Keys.log(account), to: "9" });
  for (const row of items) {
    const announcement = Audit.announcement(row);
    if (announcement && follows(announcement.type)) await asSystem("work", () => react(announcement));
  }
  for (const job of stage.world.queued.work.splice(0) as Erase.Job[]) await asSystem("work", () => Erase.erase(job));
}
/** Rows of somebody: by account, by address, or with their e-mail. */
async function rowsOf({ account, email }: Person) {
  const names = [account, Account.addressOf(email), email];
  const rows = await stage.world.rows.scan();
  return rows.filter(({ pk, sk, email: own }) =>
    [pk, sk, own].some((text) => names.some((name) => String(text).includes(name))),
  );
}

describe("an account", () => {
  test("is deleted by its address only", async () => {
    expect(await told(remove(bob, "eve@example.com"))).toBe("account.mistyped");
    expect(await sessionsOf(bob)).toHaveLength(1);
    expect(await told(remove(bob, "  BOB@example.com"))).toBe("done");
    expect(await told(remove())).toBe("account.missing");
  });

  test("is deleted under a fresh proof of identity only", async () => {
    stage.world.clock.pass(601);
    expect(await told(remove())).toBe("actor.stale");
    expect(await stage.world.table.get(Keys.profile(bob.account))).toBeDefined();
  });

  test("leaves every organization with its seat, and all its sessions end", async () => {
    const before = await stage.home();
    await remove();
    expect(await stage.home()).toMatchObject({ free: Number(before.free) + 1, owners: 1 });
    expect(await stage.world.table.get(Keys.member(stage.organization, bob.account))).toBeUndefined();
    expect(await stage.rowOf("bob@example.com")).toBeUndefined();
    expect(await sessionsOf(bob)).toEqual([]);
    const { items } = await stage.world.table.query(Keys.outbox(stage.organization));
    expect(items.at(-1)).toMatchObject({ type: "member.left", data: { account: bob.account, role: "admin" } });
  });

  test("leaves its address free: whoever has it signs up anew", async () => {
    await remove();
    const again = await stage.world.person("bob@example.com");
    expect(again.account).not.toBe(bob.account);
    expect((await stage.world.as(again, () => Account.get({}))).name).toBe("Bob");
    await erase();
    expect((await stage.world.as(again, () => Account.get({}))).email).toBe("bob@example.com");
    expect(await sessionsOf(again)).toHaveLength(1);
  });

  test("is erased a moment later: no row names it but what others keep of what happened", async () => {
    await stage.world.as(bob, () => Account.edit({ name: "Robert" }));
    await stage.as(stage.ada, () => Member.changeRole({ account: bob.account, role: "write" }));
    await asSystem("follow", () => Audit.follow({ owner: stage.organization }));
    const { items } = await stage.world.table.query({ ...Keys.log(stage.organization), to: "9" });
    for (const row of items) {
      const announcement = Audit.announcement(row);
      if (announcement && Notice.follows(announcement.type)) await asSystem("work", () => Notice.react(announcement));
    }
    expect((await rowsOf(bob)).length).toBeGreaterThan(5);
    await remove();
    await erase();
    expect((await rowsOf(bob)).map(({ pk, sk }) => [pk, sk])).toEqual([]);
    await erase();
    expect(await rowsOf(bob)).toEqual([]);
  });

  test("is not erased while it lives, whoever asks for it", async () => {
    const before = await rowsOf(bob);
    await asSystem("work", () => Erase.erase({ job: "erase", account: bob.account }));
    expect(await rowsOf(bob)).toEqual(before);
  });

  test("is forgotten by organizations that it left before", async () => {
    await stage.as(bob, () => Member.leave({}));
    expect(await stage.rowOf("bob@example.com")).toMatchObject({ state: "former" });
    await remove();
    expect(await stage.rowOf("bob@example.com")).toBeUndefined();
  });

  test("leaves the invitations to its address to whoever sent them", async () => {
    await stage.as(bob, () => Member.leave({}));
    await stage.invite("bob@example.com");
    await remove();
    await erase();
    expect(await stage.rowOf("bob@example.com")).toMatchObject({ state: "pending" });
  });

  test("that joins something in the moment of its end leaves it again", async () => {
    const token = await (async () => {
      await stage.as(bob, () => Member.leave({}));
      await stage.invite("bob@example.com");
      return stage.tokenOf("bob@example.com");
    })();
    const profile = (await stage.world.table.get(Keys.profile(bob.account))) ?? {};
    const ahead = new Map([[`${bob.account}|#profile`, profile]]);
    await remove();
    const late = { ...bob, context: { ...bob.context, ahead } };
    expect(await told(stage.world.as(late, () => Answer.accept({ token })))).toBe("done");
    await erase();
    expect(await rowsOf(bob)).toEqual([]);
    expect(await stage.home()).toMatchObject({ free: 10, owners: 1 });
  });
});

describe("the only owner of an organization", () => {
  test("stays, and is told of which", async () => {
    await expect(remove(stage.ada)).rejects.toMatchObject({
      code: "account.sole_owner",
      message: expect.stringContaining("the only owner of Acme."),
      fields: [{ path: stage.organization, message: "Acme" }],
    });
    expect(await stage.world.table.get(Keys.member(stage.organization, stage.ada.account))).toBeDefined();
    expect(await sessionsOf(stage.ada)).toHaveLength(1);
  });

  test("may go once another is one", async () => {
    await stage.as(stage.ada, () => Member.changeRole({ account: bob.account, role: "owner" }));
    await remove(stage.ada);
    expect(await stage.home()).toMatchObject({ owners: 1 });
    expect(await told(remove(bob))).toBe("account.sole_owner");
  });

  test("of what is deleted may go, and nobody restores it", async () => {
    await stage.as(stage.ada, () => ODeletion.deleteByName({ name: "Acme" }));
    await remove(stage.ada);
    await erase(stage.ada);
    expect(await stage.home()).toMatchObject({ state: "deleted", owners: 0 });
    expect(await rowsOf(stage.ada)).toEqual([]);
  });

  test("is one of two who go at once, of whom one stays", async () => {
    await stage.as(stage.ada, () => Member.changeRole({ account: bob.account, role: "owner" }));
    const answers = await Promise.all([told(remove(stage.ada)), told(remove(bob))]);
    expect(answers.toSorted()).toEqual(["done", expect.stringMatching(/^(owner\.last|account\.sole_owner)$/)]);
    expect(await stage.home()).toMatchObject({ owners: 1 });
  });
});
