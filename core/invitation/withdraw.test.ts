import { openBooks } from "@muster/local/testing/books.ts";
import { broken } from "@muster/local/testing/broken.ts";
import { openRoad } from "@muster/local/testing/overtake.ts";
import { openShift, type Shift } from "@muster/local/testing/shift.ts";
import { openStage, type Stage } from "@muster/local/testing/stage.ts";
import { times, told } from "@muster/local/testing/told.ts";
import type { Person } from "@muster/local/testing/world.ts";
import { beforeEach, describe, expect, test } from "vitest";
import * as Member from "../member/member.ts";
import type { Table } from "../table/table.ts";
import * as Answer from "./answer.ts";
import { idOf } from "./invitation.ts";
import * as Manage from "./manage.ts";
import * as Offer from "./offer.ts";
import type { Job } from "./schedule.ts";

let stage: Stage;
let shift: Shift;
let bob: Person;
beforeEach(async () => {
  stage = await openStage({ seats: 400 });
  shift = openShift(stage.world);
  bob = await stage.join("bob@example.com", "admin");
});

const asAda = <R>(run: () => Promise<R>) => stage.as(stage.ada, run);
const stateOf = async (email: string) => (await stage.rowOf(email))?.state;
const named = async (email: string) => ({ invitation: idOf(String((await stage.rowOf(email))?.pk)) });
const free = async () => (await stage.home()).free;

/** Removes Bob, and answers the job that follows from it. */
async function remove(): Promise<Job> {
  await asAda(() => Member.remove({ account: bob.account }));
  return { job: "withdraw", organization: stage.organization, by: bob.account };
}

/** The table of somebody whom others overtake right after the rows were read. */
function overtaken(table: Table, meanwhile: () => Promise<unknown>): Table {
  let isFirst = true;
  return {
    ...table,
    getMany: async (...all) => {
      const rows = await table.getMany(...all);
      if (isFirst) {
        isFirst = false;
        await meanwhile();
      }
      return rows;
    },
  };
}

describe("when somebody is gone", () => {
  test("what they offered is withdrawn; what others vouch for, or they sent since, stays", async () => {
    const books = await openBooks(stage);
    for (const name of ["theirs", "changed", "anew", "later"]) await stage.invite(`${name}@example.com`, "read", bob);
    await stage.invite("mine@example.com");
    stage.world.clock.pass(600);
    await asAda(async () => Manage.changeRole({ ...(await named("changed@example.com")), role: "write" }));
    await asAda(async () => Offer.resend(await named("anew@example.com")));
    await books.look();
    const job = await remove();
    expect(await books.look()).toEqual([]);
    stage.world.clock.pass(1);
    await stage.join(bob.email, "admin");
    stage.world.clock.pass(600);
    await stage.as(bob, async () => Offer.resend(await named("later@example.com")));

    expect(await times(2, () => told(shift.run(job)))).toEqual(["done", "done"]);
    expect(await stateOf("theirs@example.com")).toBe("revoked");
    for (const name of ["changed", "anew", "later", "mine"]) {
      expect(await stateOf(`${name}@example.com`)).toBe("pending");
    }
    expect(await books.look()).toEqual([]);
    expect(await free()).toBe(395);
  });

  test("what another took over at that moment stays, and the rest is withdrawn all the same", async () => {
    for (const name of ["taken", "theirs"]) await stage.invite(`${name}@example.com`, "read", bob);
    const takeOver = async () =>
      asAda(async () => Manage.changeRole({ ...(await named("taken@example.com")), role: "write" }));
    const job = await remove();
    stage.world.rebind({ table: overtaken(stage.world.table, takeOver) });
    expect(await told(shift.run(job))).toBe("done");
    stage.world.rebind();
    expect([await stateOf("taken@example.com"), await stateOf("theirs@example.com")]).toEqual(["pending", "revoked"]);
  });

  test("what was declined at that moment ends once", async () => {
    const books = await openBooks(stage);
    const carol = await stage.world.person("carol@example.com");
    for (const name of ["carol", "theirs"]) await stage.invite(`${name}@example.com`, "read", bob);
    await books.look();
    const token = await stage.tokenOf(carol.email);
    const job = await remove();
    const decline = () => stage.world.as(carol, () => Answer.decline({ token }));
    stage.world.rebind({ table: overtaken(stage.world.table, decline) });
    expect(await told(shift.run(job))).toBe("done");
    stage.world.rebind();
    expect([await stateOf(carol.email), await stateOf("theirs@example.com")]).toEqual(["declined", "revoked"]);
    expect(await free()).toBe(400);
    expect(await books.look()).toEqual([]);
  });

  test("what a request still sends that was under way is withdrawn by the second pass", async () => {
    const books = await openBooks(stage);
    const road = openRoad(stage.world.table);
    stage.world.rebind({ table: road.table });
    const send = () => stage.as(bob, () => Offer.send({ invitations: [{ email: "late@example.com" }] }));
    const [, job] = await road.overtake(send, remove);
    expect(await stateOf("late@example.com")).toBe("pending");
    stage.world.clock.pass(60);
    expect(await shift.run(job)).toEqual({ withdrawn: 1 });
    expect(await stateOf("late@example.com")).toBe("revoked");
    expect(await free()).toBe(400);
    expect(await books.look()).toEqual([]);
  });

  test("hundreds are withdrawn, and repeating it changes nothing", { timeout: 60_000 }, async () => {
    for (let part = 0; part < 3; part++) {
      const invitations = Array.from({ length: 100 }, (_, n) => ({ email: `p${part}-${n}@example.com` }));
      await stage.as(bob, () => Offer.send({ invitations }));
    }
    const job = await remove();
    expect(await free()).toBe(100);
    expect(await shift.run(job)).toEqual({ withdrawn: 300 });
    expect(await free()).toBe(400);
    const before = await stage.world.rows.scan();
    expect(await shift.run(job)).toEqual({ withdrawn: 0 });
    expect(await stage.world.rows.scan()).toEqual(before);
  });

  test("a withdrawal that forgot to give the seats back would be noticed", async () => {
    const books = await openBooks(stage);
    await stage.invite("theirs@example.com", "read", bob);
    await books.look();
    const job = await remove();
    const forgetful = broken(stage.world.table, (step) =>
      step.do === "update" && step.key.pk === stage.organization ? undefined : step,
    );
    stage.world.rebind({ table: forgetful });
    await shift.run(job);
    stage.world.rebind();
    expect(await books.look()).not.toEqual([]);
  });
});
