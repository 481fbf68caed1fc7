import { openBooks } from "@muster/local/testing/books.ts";
import { importsOf } from "@muster/local/testing/imports.ts";
import { openStage } from "@muster/local/testing/stage.ts";
import { describe, expect, test } from "vitest";
import * as Member from "../member/member.ts";
import * as Team from "../team/team.ts";
import * as Manage from "./manage.ts";

async function begin(options?: { seats?: number }) {
  const stage = await openStage(options);
  const books = await openBooks(stage);
  return { ...stage, stage, books, imports: importsOf(stage) };
}

const csv = (...rows: string[]) => `email,role,name,teams\r\n${rows.map((row) => `${row}\r\n`).join("")}`;
const many = (count: number, tag = "p") => Array.from({ length: count }, (_, n) => `${tag}${n}@example.com`);

describe("an import", () => {
  test("invites the rows of its file, says of each what became of it, and gives back the seats it has not used", async () => {
    const { stage, imports, books, world, organization } = await begin({ seats: 20 });
    const { id: team } = await stage.as(stage.ada, () => Team.create({ name: "Émile Team" }));
    await stage.join("member@example.com");
    await stage.invite("invited@example.com");
    world.clock.pass(600);
    const id = await imports.begin(
      csv(
        "one@example.com,Admin,Ada Lovelace,Emile Team",
        "two@example.com,,,",
        "nobody,,,",
        "three@example.com,boss,,",
        "member@example.com,,,",
        "invited@example.com,,,",
        "ONE@example.com,read,,",
        "four@example.com,write,,No Such Team",
        ",,Nameless,",
        "five@example.com,owner,,",
      ),
    );
    expect((await imports.get(id)).state).toBe("running");
    await imports.work();
    expect(await imports.outcomes(id)).toEqual([
      ...["invited", "invited", "invalid_email", "unknown_role", "already_member", "already_invited"],
      ...["duplicate", "unknown_team", "missing_email", "invited"],
    ]);
    expect(await stage.rowOf("one@example.com")).toMatchObject({
      ...{ state: "pending", role: "admin", name: "Ada Lovelace", src: id, by: stage.ada.account, mail: "queued" },
      ...{ teams: new Set([team]), lifetimeDays: 7, expiresAt: "2026-12-01T09:10:00.000Z" },
    });
    const info = await imports.get(id);
    expect(info).toMatchObject({ state: "done", rows: 10, retryable: 0, reported: true });
    expect(info.counts).toMatchObject({ invited: 3, invalid_email: 1, duplicate: 1, missing_email: 1 });
    expect((await stage.home()).free).toBe(15);
    expect(await books.look()).toEqual([]);
    const { items } = await stage.as(stage.ada, () => Manage.list({}));
    expect(items.map((one) => [one.id, one.state, one.invitedBy?.name])).toEqual([[id, "done", "Ada"]]);
    const due = await world.table.get({ pk: "due#2026-12-01T09", sk: `${organization}#inv` });
    expect(due).toBeDefined();
  });

  test("gives seats in the order of the file, and takes up the rest when there are more", async () => {
    const { stage, imports, books, world } = await begin({ seats: 150 });
    const id = await imports.begin(csv(...many(400)));
    await imports.work();
    const outcomes = await imports.outcomes(id);
    expect(outcomes.slice(0, 150).every((one) => one === "invited")).toBe(true);
    expect(outcomes.slice(150).every((one) => one === "no_seat")).toBe(true);
    expect(await imports.get(id)).toMatchObject({
      state: "done",
      retryable: 250,
      counts: { invited: 150, no_seat: 250 },
    });
    const { grow } = growing(stage);
    await grow(100);
    await stage.as(stage.ada, () => Manage.retry({ import: id }));
    await imports.work();
    expect((await imports.outcomes(id)).map((one) => one === "invited").lastIndexOf(true)).toBe(249);
    expect(await imports.get(id)).toMatchObject({ pass: 2, retryable: 150, counts: { invited: 250, no_seat: 150 } });
    await grow(1000);
    await stage.as(stage.ada, () => Manage.retry({ import: id }));
    await imports.work();
    expect(await imports.get(id)).toMatchObject({ pass: 3, retryable: 0, counts: { invited: 400 }, rows: 400 });
    expect((await stage.home()).free).toBe(850);
    expect(await books.look()).toEqual([]);
    expect(world.queued.imports).toEqual([]);
  });

  test("ends the rows that it has not reached when whom it acts for may invite no more", async () => {
    const { stage, imports, books } = await begin({ seats: 500 });
    const bob = await stage.join("bob@example.com", "admin");
    await books.look();
    const id = await imports.begin(csv(...many(300), "x@example.com,owner,,"), bob);
    await stage.as(stage.ada, () => Member.changeRole({ account: bob.account, role: "write" }));
    await imports.work();
    expect(await imports.get(id)).toMatchObject({
      ...{ state: "failed", reason: "inviter_gone", counts: { inviter_gone: 301 }, retryable: 301 },
    });
    await stage.as(stage.ada, () => Manage.retry({ import: id }));
    await imports.work();
    expect(await imports.get(id)).toMatchObject({ state: "done", counts: { invited: 301 } });
    expect(await books.look()).toEqual([]);
  });
});

function growing(stage: Awaited<ReturnType<typeof openStage>>) {
  return {
    grow: (seats: number) =>
      stage.world.table.write({
        do: "update",
        key: { pk: stage.organization, sk: "#org" },
        change: { add: { capacity: seats, free: seats } },
      }),
  };
}
