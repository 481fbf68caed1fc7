import type { Announcement } from "@muster/core/audit/audit.ts";
import { auditKeys } from "@muster/core/audit/keys.ts";
import type { ID } from "@muster/core/base/id.ts";
import type { Fault } from "@muster/core/kernel/ports.ts";
import { notificationKeys } from "@muster/core/notification/keys.ts";
import { organizationKeys } from "@muster/core/organization/keys.ts";
import * as Organization from "@muster/core/organization/organization.ts";
import { update } from "@muster/core/table/table.ts";
import * as Team from "@muster/core/team/team.ts";
import { matchesAny } from "@muster/local/stream/filter.ts";
import { openStream, type TestStream } from "@muster/local/testing/worlds/stream.ts";
import { openWorld, type Person, type World } from "@muster/local/testing/worlds/world.ts";
import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent, SQSEvent } from "aws-lambda";
import { beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { log } from "../log.ts";
import { stubEnvironment } from "../testing/environment.ts";
import { filters } from "./filters.ts";

let follow: (event: DynamoDBStreamEvent) => Promise<DynamoDBBatchResponse>;
let work: (event: SQSEvent, context: { getRemainingTimeInMillis: () => number }) => Promise<unknown>;
let clock: (event: object, context: { getRemainingTimeInMillis: () => number }) => Promise<void>;
const context = { getRemainingTimeInMillis: () => 240_000 };
beforeAll(async () => {
  stubEnvironment();
  follow = (await import("./follow.ts")).handler;
  work = (await import("../queue/work.ts")).handler;
  clock = (await import("../schedule/clock.ts")).handler;
});

let world: World;
let stream: TestStream;
let ada: Person;
beforeEach(async () => {
  world = await openWorld();
  stream = await openStream(world.rows);
  ada = await world.person("ada@example.com");
});

const found = (name: string) => world.as(ada, () => Organization.create({ name }));
const rename = (id: ID<"organization">, name: string) =>
  world.as(ada, () => Organization.rename({ name }), { id, role: "owner" });
/** Returns what Lambda's filter lets through. */
async function read(): Promise<DynamoDBRecord[]> {
  const isMeant = ({ eventName, dynamodb }: DynamoDBRecord) =>
    eventName === "INSERT" && ["out", "log"].includes(dynamodb?.NewImage?.stream?.S ?? "");
  return (await stream.read()).filter(isMeant);
}
const handle = async (Records: DynamoDBRecord[]) =>
  (await follow({ Records })).batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
const numberOf = (record: DynamoDBRecord | undefined) => record?.dynamodb?.SequenceNumber;
const announcedTypes = () => (world.queued.work as Announcement[]).map(({ type }) => type);
const announced = async (id: ID<"organization">) => (await world.table.get(auditKeys.stats(id)))?.announced;
const unreachable = {
  send: async () => {
    throw new Error("No queue.");
  },
};

describe("what follows from the stream", () => {
  test("is the announcement of events with reactions, and the whole log counts as announced", async () => {
    const { id } = await found("Acme");
    await world.as(ada, () => Team.create({ name: "Design" }), { id, role: "owner" });
    expect(await handle(await read())).toEqual([]);
    expect(await handle(await read())).toEqual([]);
    expect(announcedTypes()).toEqual(["organization.created"]);
    expect(await announced(id)).toBe(2);
  });

  test("is repeated from the first row of a log if the queue cannot be reached", async () => {
    const { id } = await found("Acme");
    await handle(await read());
    const [first] = await read();
    await found("Beta");
    const [outbox] = await read();
    world.rebind({ queues: unreachable });
    const batch = [outbox, first].flatMap((record) => record ?? []);
    expect(await handle(batch)).toEqual([numberOf(first)]);
    expect(await announced(id)).toBeUndefined();
    world.rebind();
    expect(await handle(batch.slice(1))).toEqual([]);
    expect([announcedTypes(), await announced(id)]).toEqual([["organization.created"], 1]);
  });

  test("happens for all but a record that is broken, which is alone in being tried again", async () => {
    const { id } = await found("Acme");
    await rename(id, "Acme Two");
    await handle(await read());
    const [one, two] = await read();
    const broken = { dynamodb: { SequenceNumber: "7", NewImage: { pk: { S: `${id}#log` }, x: { UNHEARD: "of" } } } };
    const batch = [one, broken as unknown as DynamoDBRecord, two].flatMap((record) => record ?? []);
    expect(await handle(batch)).toEqual(["7"]);
    expect(await announced(id)).toBe(2);
  });

  test("passes over a row of the log that this release cannot read, and reports it without a value", async () => {
    const { id } = await found("Acme");
    await handle(await read());
    const [one] = await read();
    const image = { ...one?.dynamodb?.NewImage, id: { S: "a value of the next release" } };
    const faults: Fault[] = [];
    world.rebind({ faults: { report: (fault) => faults.push(fault) } });
    expect(await handle([{ dynamodb: { SequenceNumber: "7", NewImage: image } }])).toEqual([]);
    expect(announcedTypes()).toEqual([]);
    expect(faults).toEqual([{ pk: `${id}#log`, sk: "000000000001", attribute: "id" }]);
  });

  test("still happens if the log's row never appeared in the stream", async () => {
    const { id } = await found("Acme");
    await handle(await read());
    expect(announcedTypes()).toEqual([]);
    world.clock.pass(600);
    await clock({ job: "sweep" }, context);
    const Records = world.queued.work
      .splice(0)
      .map((body, n) => ({ messageId: String(n), body: JSON.stringify(body) }) as SQSEvent["Records"][number]);
    await work({ Records }, context);
    const { items } = await world.table.query(notificationKeys.notifications(ada.account));
    expect(items).toMatchObject([{ kind: "organization.created", organization: id }]);
    await clock({ job: "sweep" }, context);
    expect(announcedTypes()).toEqual([]);
  });
});

describe("a heartbeat of the clock", () => {
  const tick = () => clock({ job: "sweep" }, context);
  const passed = async () => (await stream.read()).filter((record) => matchesAny(record, filters.follow));
  const stopped = async () => {
    const error = vi.spyOn(log, "error").mockImplementation(() => undefined);
    await tick();
    const said = error.mock.calls.filter(([words]) => words === "A part of the deployment has stopped.");
    error.mockRestore();
    return said.map(([, one]) => (one as { part?: string } | undefined)?.part);
  };

  test("says that a consumer runs, as long as it comes", async () => {
    await tick();
    for (let minutes = 0; minutes < 40; minutes += 5) {
      world.clock.pass(300);
      await tick();
      expect(await handle(await passed())).toEqual([]);
    }
    expect(await stopped()).toEqual(["view"]);
    expect(await passed()).toHaveLength(1);
    for (let minutes = 0; minutes < 35; minutes += 5) {
      world.clock.pass(300);
      await tick();
    }
    expect(new Set(await stopped())).toEqual(new Set(["follow", "view"]));
  });
});

describe("a change of an organization with automatic seats", () => {
  const set = async (id: ID<"organization">, spare: number) => {
    const automatic = { limit: 9, spare, subscription: "sub_1" };
    await world.table.write(update(organizationKeys.organization(id), { set: { automatic, stream: "seats" } }));
  };
  const take = (id: ID<"organization">, seats = 1) =>
    world.table.write(update(organizationKeys.organization(id), { add: { free: -seats } }));
  const passed = async () => (await stream.read()).filter((record) => matchesAny(record, filters.follow));
  const looks = () => world.queued.work.filter((one) => "job" in one);

  test("queues one look, however many seats are taken at once, if fewer are free than are kept", async () => {
    const ids = [(await found("Acme")).id, (await found("Beta")).id, (await found("Gamma")).id] as const;
    await set(ids[0], 2);
    await set(ids[1], 1);
    await passed();
    for (const id of ids) await take(id);
    for (let times = 0; times < 5; times++) await rename(ids[0], `Acme ${times}`);
    const Records = await passed();
    expect(Records.filter(({ eventName }) => eventName === "MODIFY")).toHaveLength(7);
    expect(await handle(Records)).toEqual([]);
    expect(looks()).toEqual([{ job: "followSeats", organization: ids[0] }]);
    // an outbox is read for its own rows only
    const query = () => Promise.reject(new Error("No outbox."));
    world.rebind({ table: { ...world.table, query } });
    expect(await handle(Records.filter(({ eventName }) => eventName === "MODIFY"))).toEqual([]);
  });

  test("comes again from the stream if the queue cannot be reached", async () => {
    const { id } = await found("Acme");
    await set(id, 2);
    await passed();
    await take(id);
    const Records = await passed();
    world.rebind({ queues: unreachable });
    expect(await handle(Records)).toEqual([numberOf(Records[0])]);
    world.rebind();
    expect(await handle(Records)).toEqual([]);
    expect(looks()).toHaveLength(1);
  });
});
