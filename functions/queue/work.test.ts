import * as Reclaim from "@muster/core/reclaim/reclaim.ts";
import { Keys } from "@muster/core/table/keys.ts";
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
  const { id } = (await world.table.get(Keys.reclaim(organization))) ?? {};
  const job = { job: "reclaim", organization, id };
  const run = (remaining: number) =>
    handler(queueEvent({ one: JSON.stringify(job) }), { getRemainingTimeInMillis: () => remaining });
  const state = async () => (await world.table.get(Keys.reclaim(organization)))?.state;

  world.queued.work.length = 0;
  await run(15_000);
  expect([world.queued.work, await state()]).toEqual([[job], "running"]);
  await run(30_000);
  expect([world.queued.work, await state()]).toEqual([[job], "done"]);
});
