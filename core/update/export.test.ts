import { type OrganizationFixture, openOrganization } from "@muster/local/testing/fixtures/organization.ts";
import { addComment, addUpdate } from "@muster/local/testing/fixtures/updates.ts";
import { resultOf } from "@muster/local/testing/result.ts";
import { beforeEach, describe, expect, test } from "vitest";
import * as ID from "../base/id.ts";
import * as Comment from "../comment/comment.ts";
import * as Team from "../team/team.ts";
import { type Entry, exportEntries, exportTable } from "./export.ts";
import * as Removal from "./remove.ts";
import * as Update from "./update.ts";

let fixture: OrganizationFixture;
beforeEach(async () => {
  fixture = await openOrganization({ seats: 10 });
});

const asAda = <R>(run: () => Promise<R>) => fixture.as(fixture.ada, run);
const given = () => ({ organization: fixture.organization, author: fixture.ada.account });
const team = async (name: string) => (await asAda(() => Team.create({ name }))).id;
const post = (title: string, more: { team?: ID.ID<"team">; content?: string } = {}) => {
  fixture.world.clock.pass(1);
  return asAda(() => Update.create({ title, content: "Text.", ...more }));
};
const comment = (update: ID.ID<"update">, content: string) => {
  fixture.world.clock.pass(1);
  return asAda(() => Comment.create({ update, content }));
};

async function exported(most = Infinity) {
  const parts: Entry[][] = [];
  for (let cursor: string | undefined; ; ) {
    const from = cursor === undefined ? {} : { cursor };
    const { items, next } = await asAda(() => exportEntries(from));
    parts.push(items);
    cursor = next;
    if (cursor === undefined || parts.length >= most) return parts;
  }
}
const titleOf = (entry: Entry) => (entry.type === "update" ? entry.title : `- ${entry.content}`);

describe("an export of updates", () => {
  test("has those of the organization and of every team with their comments, whole, without what was deleted", async () => {
    const [design, , research] = [await team("Design"), await team("Empty"), await team("Research")];
    const long = "Long. ".repeat(200).trim();
    const first = await post("First", { content: long });
    await comment(first.id, "One");
    const gone = await comment(first.id, "Gone");
    await comment(first.id, "Two");
    await post("Of research", { team: research });
    await post("Of design", { team: design });
    const deleted = await post("Deleted");
    await post("Second");
    await asAda(() => Comment.remove({ update: first.id, comment: gone.id }));
    await asAda(() => Removal.remove({ update: deleted.id }));
    const all = (await exported()).flat();
    const [one, other] = [design, research].toSorted();
    const names = { [design]: "Design", [research]: "Research" };
    expect(all.map(titleOf)).toEqual([
      "Second",
      "First",
      "- One",
      "- Two",
      `Of ${names[one ?? ""]?.toLowerCase()}`,
      `Of ${names[other ?? ""]?.toLowerCase()}`,
    ]);
    expect(all[1]).toMatchObject({ content: long, author: { account: fixture.ada.account, name: "Ada" } });
    expect(all[2]).toMatchObject({ update: first.id });
    expect(all.slice(4).map((entry) => entry.type === "update" && entry.team?.name)).toEqual([
      names[one ?? ""],
      names[other ?? ""],
    ]);
  });

  test("has each entry once, however many updates and comments there are", async () => {
    const design = await team("Design");
    const written: string[] = [];
    for (let n = 0; n < 60; n++) {
      const more = n % 2 === 0 ? {} : { team: design };
      const update = await addUpdate(fixture.world, { ...given(), ...more });
      written.push(update);
      const comments = n === 40 ? 250 : n % 7;
      for (let m = 0; m < comments; m++) written.push(await addComment(fixture.world, { ...given(), update }));
    }
    const parts = await exported();
    expect(
      parts
        .flat()
        .map(({ id }) => id)
        .toSorted(),
    ).toEqual(written.toSorted());
    expect(Math.max(...parts.map((part) => part.length))).toBeLessThan(300);
  });

  test("has parts that are no longer than an answer may be", async () => {
    const content = "語".repeat(20_000);
    for (let n = 0; n < 30; n++) await post(`Long ${n}`, { content });
    const parts = await exported();
    expect(parts.flat()).toHaveLength(30);
    for (const part of parts) expect(Buffer.byteLength(JSON.stringify(part))).toBeLessThan(3_000_000);
  });

  test("passes over teams without updates, a limited number at a time", async () => {
    for (let n = 0; n < 55; n++) await team(`Team ${n}`);
    expect((await exported()).map((part) => part.length)).toEqual([0, 0]);
  });

  test("is a table with names in place of ids, that runs no formula", async () => {
    const bob = await fixture.join("bob@example.com");
    const { id } = await post("=1+1", { content: `Hello @${bob.account}, "all"` });
    await comment(id, "Yes");
    const { csv } = await asAda(() => exportTable({}));
    const [heading, ...lines] = csv.split("\r\n");
    expect(heading).toBe(
      "\uFEFFtype,id,update,replyTo,team,author,account,title,content,tags,reactions,seen,createdAt,editedAt",
    );
    expect(lines[0]).toContain(`,Ada,${fixture.ada.account},'=1+1,"Hello @Bob, ""all""",`);
    expect(lines[1]).toMatch(new RegExp(`^comment,com_\\w+,${id},,,Ada,`));
    expect(lines).toHaveLength(3);
  });

  test("is closed to members, and its cursor opens no other organization", async () => {
    const bob = await fixture.join("bob@example.com", "write");
    expect(await resultOf(fixture.as(bob, () => exportEntries({})))).toBe("actor.forbidden");
    for (let n = 0; n < 30; n++) await addUpdate(fixture.world, given());
    const { next: cursor = "" } = await asAda(() => exportEntries({}));
    const other = { id: ID.create("organization"), role: "owner" } as const;
    expect(await resultOf(fixture.world.as(fixture.ada, () => exportEntries({ cursor }), other))).toBe(
      "cursor.invalid",
    );
  });
});
