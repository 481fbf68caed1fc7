import * as ID from "@muster/core/base/id.ts";
import { reclaimKeys } from "@muster/core/reclaim/keys.ts";
import * as Reclaim from "@muster/core/reclaim/reclaim.ts";
import { type OrganizationFixture, openOrganization } from "@muster/local/testing/fixtures/organization.ts";
import type { Context, SQSEvent } from "aws-lambda";
import { beforeAll, beforeEach, expect, test } from "vitest";
import { stubEnvironment } from "../testing/environment.ts";
import { queueEvent } from "../testing/events.ts";

let handler: (event: SQSEvent, context: Pick<Context, "getRemainingTimeInMillis">) => Promise<unknown>;
beforeAll(async () => {
  stubEnvironment();
  handler = (await import("./work.ts")).handler;
});

let fixture: OrganizationFixture;
beforeEach(async () => {
  fixture = await openOrganization({ seats: 5 });
});

test("a job that its function has no time for goes on with another message", async () => {
  const { world, organization, ada } = fixture;
  const started = await fixture.as(ada, () => Reclaim.start({ members: 0, invitations: 0 }));
  expect(started.state).toBe("running");
  const { id } = (await world.table.get(reclaimKeys.reclaim(organization))) ?? {};
  const job = { job: "reclaim", organization, id };
  const run = (remaining: number) =>
    handler(queueEvent({ one: JSON.stringify(job) }), { getRemainingTimeInMillis: () => remaining });
  const state = async () => (await world.table.get(reclaimKeys.reclaim(organization)))?.state;

  world.queued.work.length = 0;
  await run(40_000);
  expect([world.queued.work, await state()]).toEqual([[job], "running"]);
  await run(60_000);
  expect([world.queued.work, await state()]).toEqual([[job], "done"]);
});

test("a message that is not begun in time is queued again, and has not failed", async () => {
  const { world, organization } = fixture;
  // it fails as soon as it is begun: the log has no such event
  const message = { owner: organization, seq: 99, event: ID.create("event"), type: "organization.deleted" };
  const run = (remaining: number) =>
    handler(queueEvent({ one: JSON.stringify(message) }), { getRemainingTimeInMillis: () => remaining });
  world.queued.work.length = 0;
  expect([await run(40_000), world.queued.work]).toEqual([{ batchItemFailures: [] }, [message]]);
  expect(await run(60_000)).toEqual({ batchItemFailures: [{ itemIdentifier: "one" }] });
});
