import { type OrganizationFixture, openOrganization } from "@muster/local/testing/fixtures/organization.ts";
import { type Follower, openFollower } from "@muster/local/testing/worlds/follower.ts";
import { beforeEach, expect, test } from "vitest";
import { minuteSeconds } from "../base/duration.ts";
import type { ID } from "../base/id.ts";
import * as Comment from "../comment/comment.ts";
import { commentKeys } from "../comment/keys.ts";
import { asSystem } from "../kernel/context.ts";
import { update as change, type Table, typed } from "../table/table.ts";
import { type CommentJob, eraseComment } from "./erase-comment.ts";
import { undoMinutes } from "./limits.ts";
import * as Update from "./update.ts";

let fixture: OrganizationFixture;
let follower: Follower;
let update: ID<"update">;
let comment: ID<"comment">;
beforeEach(async () => {
  fixture = await openOrganization();
  follower = await openFollower(fixture);
  update = (await asAda(() => Update.create({ title: "Release", content: "It is out." }))).id;
  comment = (await asAda(() => Comment.create({ update, content: "Private words." }))).id;
});

const asAda = <R>(run: () => Promise<R>) => fixture.as(fixture.ada, run);
const remove = () => asAda(() => Comment.remove({ update, comment }));
const job = (): CommentJob => ({ job: "eraseComment", organization: fixture.organization, update, comment });
const erase = () => asSystem("work", () => eraseComment(job()));
const untilFinal = () => fixture.world.clock.pass(undoMinutes * minuteSeconds + 1);
const content = async () => (await fixture.world.table.get(commentKeys.comment(update, comment)))?.content;

test("a deleted comment keeps no text when it can no longer be restored, only the place for its answers", async () => {
  await asAda(() => Comment.create({ update, content: "Answer.", replyTo: comment }));
  await remove();
  untilFinal();
  await erase();
  await erase();
  const { items } = await asAda(() => Comment.list({ update }));
  expect(items.map(({ content: text, isDeleted }) => [text, isDeleted])).toEqual([
    ["", true],
    ["Answer.", false],
  ]);
  expect(JSON.stringify(await fixture.world.rows.scan())).not.toContain("Private words.");
  await follower.view();
  expect((await asAda(() => Update.get({ update }))).comments).toBe(1);
});

test("a comment keeps its text while it is there, and while it can be restored", async () => {
  await erase();
  await remove();
  await erase();
  expect(await content()).toBe("Private words.");
  await asAda(() => Comment.restore({ update, comment }));
  untilFinal();
  await erase();
  expect(await content()).toBe("Private words.");
});

test("a comment that is restored and deleted again while it is erased keeps its text", async () => {
  await remove();
  untilFinal();
  const { table } = fixture.world;
  const write: Table["write"] = async (...steps) => {
    const deletedAt = new Date(fixture.world.clock.at).toISOString();
    await table.write(change(commentKeys.comment(update, comment), { set: { deletedAt } }));
    return table.write(...steps);
  };
  fixture.world.rebind({ table: typed({ ...table, write }) });
  await erase();
  fixture.world.rebind();
  expect(await content()).toBe("Private words.");
});

test("to delete a comment queues the job that erases it, a few minutes after it could be restored", async () => {
  await remove();
  const sent: [object, number | undefined][] = [];
  const send = async (_queue: string, bodies: readonly object[], delay?: number) =>
    bodies.forEach((body) => void sent.push([body, delay]));
  fixture.world.rebind({ queues: { send } });
  await follower.work();
  expect(sent).toEqual([[job(), (undoMinutes + 4) * minuteSeconds]]);
});
