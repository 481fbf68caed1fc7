import { check } from "@muster/core/heartbeat/check.ts";
import { heartbeatKeys } from "@muster/core/heartbeat/keys.ts";
import { asSystem } from "@muster/core/kernel/context.ts";
import { memberKeys } from "@muster/core/member/keys.ts";
import { settingKeys } from "@muster/core/setting/keys.ts";
import type { Item, Table } from "@muster/core/table/table.ts";
import * as Members from "@muster/core/team/members.ts";
import * as Team from "@muster/core/team/team.ts";
import { matchesAny } from "@muster/local/stream/filter.ts";
import { type OrganizationFixture, openOrganization } from "@muster/local/testing/fixtures/organization.ts";
import { openStream, type TestStream } from "@muster/local/testing/worlds/stream.ts";
import type { DynamoDBBatchResponse, DynamoDBStreamEvent, SQSEvent } from "aws-lambda";
import { beforeAll, beforeEach, expect, test } from "vitest";
import { stubEnvironment } from "../testing/environment.ts";
import { filters } from "./filters.ts";

let view: (event: DynamoDBStreamEvent) => Promise<DynamoDBBatchResponse>;
let work: (event: SQSEvent, context: { getRemainingTimeInMillis: () => number }) => Promise<unknown>;
beforeAll(async () => {
  stubEnvironment();
  view = (await import("./view.ts")).handler;
  work = (await import("../queue/work.ts")).handler;
});

let fixture: OrganizationFixture;
let stream: TestStream;
beforeEach(async () => {
  fixture = await openOrganization();
  stream = await openStream(fixture.world.rows);
});

const asAda = <R>(run: () => Promise<R>) => fixture.as(fixture.ada, run);
const membership = async () =>
  (await fixture.world.table.get(memberKeys.member(fixture.organization, fixture.ada.account))) as Item;
/** Returns what Lambda's filter lets through. */
async function read() {
  const isMeant = (image: { stream?: { S?: string } } | undefined) => image?.stream?.S === "view";
  return (await stream.read()).filter(
    ({ dynamodb }) => isMeant(dynamodb?.NewImage as never) || isMeant(dynamodb?.OldImage as never),
  );
}

async function teamWithAda() {
  const { id: team } = await asAda(() => Team.create({ name: "Design" }));
  await asAda(() => Members.addMembers({ team, accounts: [fixture.ada.account] }));
  return team;
}

test("a heartbeat of the clock is written down, and wakes no consumer again", async () => {
  await stream.read();
  await asSystem("clock.heartbeats", () => check({ ran: [], expected: { view: 1_800 } }));
  const records = (await stream.read()).filter((record) => matchesAny(record, filters.view));
  expect(records).toHaveLength(1);
  expect(await view({ Records: records })).toEqual({ batchItemFailures: [] });
  const row = await fixture.world.table.get(heartbeatKeys.heartbeat("view"));
  expect(row?.at).toBe(new Date(fixture.world.clock.at).toISOString());
  expect((await stream.read()).filter((record) => matchesAny(record, filters.view))).toEqual([]);
});

test("a member of a deleted team is repaired after the search rows are written", async () => {
  const team = await teamWithAda();
  await asAda(() => Team.remove({ team }));
  const seen: string[] = [];
  const { table } = fixture.world;
  const watched: Table = {
    ...table,
    project: async (rows) => {
      seen.push("project");
      return table.project(rows);
    },
    getMany: async (keys, options) => {
      if (keys.some(({ sk }) => sk === team)) seen.push("look");
      return table.getMany(keys, options);
    },
  };
  fixture.world.rebind({ table: watched });
  expect(await view({ Records: await read() })).toEqual({ batchItemFailures: [] });
  expect(seen.slice(-2)).toEqual(["project", "look"]);
  expect(await membership()).not.toHaveProperty("teams");
});

test("members are counted by their teams, also those before a record that is broken", async () => {
  const cohorts = async () =>
    (await fixture.world.table.query({ ...settingKeys.cohorts(fixture.organization), consistent: true })).items;
  const team = await teamWithAda();
  const records = await read();
  const broken = { dynamodb: { SequenceNumber: "broken", NewImage: { pk: { X: 1 } } } } as never;
  const { batchItemFailures } = await view({ Records: [...records, broken] });
  expect(batchItemFailures).toEqual([{ itemIdentifier: "broken" }]);
  expect(await cohorts()).toMatchObject([{ teams: [team], own: {}, members: 1 }]);
  await asAda(() => Team.remove({ team }));
  await view({ Records: records });
  await view({ Records: await read() });
  expect(await cohorts()).toMatchObject([{ teams: [], own: {}, members: 1 }]);
});

test("a job on the queue cleans up a deleted team", async () => {
  const team = await teamWithAda();
  await view({ Records: await read() });
  await asAda(() => Team.remove({ team }));
  const body = JSON.stringify({ job: "cleanUp", organization: fixture.organization, team });
  await work({ Records: [{ messageId: "1", body }] } as SQSEvent, { getRemainingTimeInMillis: () => 90_000 });
  expect(await membership()).not.toHaveProperty("teams");
});
