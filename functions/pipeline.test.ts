import * as Audit from "@muster/core/audit/audit.ts";
import { auditKeys } from "@muster/core/audit/keys.ts";
import { kernelKeys } from "@muster/core/kernel/keys.ts";
import type { Ports, QueueName } from "@muster/core/kernel/ports.ts";
import { memberKeys } from "@muster/core/member/keys.ts";
import * as Organization from "@muster/core/organization/organization.ts";
import { terms } from "@muster/core/search/search.ts";
import { matchesAny, type Pattern } from "@muster/local/stream/filter.ts";
import { seededRandom } from "@muster/local/testing/random.ts";
import { openStream, type TestStream } from "@muster/local/testing/worlds/stream.ts";
import { openWorld, type Person, type World } from "@muster/local/testing/worlds/world.ts";
import type { DynamoDBRecord, SQSEvent, SQSRecord } from "aws-lambda";
import { beforeAll, describe, expect, test } from "vitest";
import { stubEnvironment } from "./testing/environment.ts";

// What follows from a change, from the table's stream to the last mail, run by the handlers that Lambda runs.

/** Imports have tests of their own, and are not processed here. */
type Queue = Exclude<QueueName, "imports" | "checks">;
type Batch = { batchItemFailures: { itemIdentifier: string }[] };
type StreamHandler = (event: { Records: DynamoDBRecord[] }) => Promise<Batch>;
type QueueHandler = (event: SQSEvent, context: typeof invocation) => Promise<Batch>;
const invocation = { getRemainingTimeInMillis: () => 90_000 };
let handlers: Record<"follow" | "view", StreamHandler> & Record<Queue, QueueHandler>;

beforeAll(async () => {
  stubEnvironment({
    MUSTER_MAIL_FROM: "muster@example.com",
    MUSTER_SECRETS: JSON.stringify({ pepper: "a pepper for tests only, with 32 characters or more" }),
  });
  const [follow, view, work, mail, bulk] = await Promise.all([
    import("./stream/follow.ts"),
    import("./stream/view.ts"),
    import("./queue/work.ts"),
    import("./queue/mail.ts"),
    import("./queue/bulk.ts"),
  ]);
  handlers = {
    follow: follow.handler,
    view: view.handler,
    work: work.handler,
    mail: mail.handler,
    codes: mail.handler,
    bulk: bulk.handler,
  };
});

const filters: Record<"follow" | "view", Pattern[]> = {
  follow: [{ eventName: ["INSERT"], dynamodb: { NewImage: { stream: { S: ["out", "log"] } } } }],
  view: [
    { dynamodb: { NewImage: { stream: { S: ["view"] } } } },
    { eventName: ["REMOVE"], dynamodb: { OldImage: { stream: { S: ["view"] } } } },
  ],
};

type Redelivery = {
  /** Each message and record is delivered again, at another time. */
  doubled?: boolean;
  /** Another seed divides batches and orders queues differently. */
  seed?: number;
};

/** Runs the stream and both queues until nothing is left; what a handler does not acknowledge is delivered again. */
class Pipeline {
  #queued: Record<Queue, SQSRecord[]> = { work: [], mail: [], codes: [], bulk: [] };
  #unread: Record<"follow" | "view", DynamoDBRecord[]> = { follow: [], view: [] };
  #random: () => number;
  #messages = 0;
  readonly world: World;
  readonly stream: TestStream;
  readonly redelivery: Redelivery;

  constructor(world: World, stream: TestStream, redelivery: Redelivery = {}) {
    this.world = world;
    this.stream = stream;
    this.redelivery = redelivery;
    this.#random = seededRandom(redelivery.seed ?? 1);
  }

  /** @param afterRound runs after each round, so that a crashed process is started again */
  async untilIdle(afterRound: () => void = () => {}): Promise<void> {
    for (let round = 0; round < 60; round++) {
      await this.#read();
      const waiting = [...Object.values(this.#unread), ...Object.values(this.#queued)];
      if (waiting.every(({ length }) => length === 0)) return;
      for (const name of ["follow", "view"] as const) await this.#consume(name);
      for (const name of ["work", "mail", "codes", "bulk"] as const) await this.#drain(name);
      afterRound();
    }
    throw new Error("The pipeline never becomes idle.");
  }

  async #read(): Promise<void> {
    const records = await this.stream.read();
    for (const name of ["follow", "view"] as const) {
      this.#unread[name].push(...records.filter((record) => matchesAny(record, filters[name])));
    }
  }

  /** In order: a failure repeats everything from there. */
  async #consume(name: "follow" | "view"): Promise<void> {
    const unread = this.#unread[name];
    const batch = unread.slice(0, 1 + Math.floor(this.#random() * 4));
    if (batch.length === 0) return;
    if (this.redelivery.doubled) await handlers[name]({ Records: batch });
    const { batchItemFailures } = await handlers[name]({ Records: batch });
    const failed = batchItemFailures[0]?.itemIdentifier;
    const done = failed ? batch.findIndex((record) => record.dynamodb?.SequenceNumber === failed) : batch.length;
    this.#unread[name] = unread.slice(done);
  }

  /** In any order, one by one. */
  async #drain(name: Queue): Promise<void> {
    const bodies = this.world.queued[name].splice(0);
    const copies = this.redelivery.doubled ? [...bodies, ...bodies] : bodies;
    this.#queued[name].push(...copies.map((body) => this.#message(body)));
    const batch = this.#queued[name].toSorted(() => this.#random() - 0.5);
    if (batch.length === 0) return;
    const { batchItemFailures } = await handlers[name]({ Records: batch }, invocation);
    const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
    this.#queued[name] = batch.filter(({ messageId }) => failed.has(messageId));
  }

  #message(body: object): SQSRecord {
    return { messageId: `message-${++this.#messages}`, body: JSON.stringify(body) } as SQSRecord;
  }
}

/** A deployment in which Ada creates an organization and renames it; nothing has been processed yet. */
async function begin(redelivery?: Redelivery) {
  const world = await openWorld();
  const stream = await openStream(world.rows);
  const ada = await world.person("ada@example.com");
  const { id } = await world.as(ada, () => Organization.create({ name: "Acme" }));
  world.clock.pass(1);
  await world.as(ada, () => Organization.rename({ name: "Acme Two" }), { id, role: "owner" });
  return { world, ada, id, pipeline: new Pipeline(world, stream, redelivery) };
}

/** Returns what is wrong afterwards. After a crash a mail may be unconfirmed, but it is never sent twice. */
async function wrongWith(
  { world, ada, id }: { world: World; ada: Person; id: Organization.Info["id"] },
  { unconfirmed = false } = {},
): Promise<string[]> {
  const rows = await world.rows.scan();
  const log = rows.filter(({ pk, sk }) => pk === `${id}#log` && !String(sk).startsWith("day#"));
  const notifications = rows.filter(({ sk }) => String(sk).startsWith("ntf_"));
  const stats = await world.table.get(auditKeys.stats(id));
  const membership = await world.table.get(memberKeys.member(id, ada.account));
  const found = rows
    .filter(({ pk }) => String(pk).startsWith(`${id}#find#`))
    .map(({ pk, sk }) => `${String(pk)} ${String(sk)}`);
  const expected = new Set(terms(membership).map(({ pk, sk }) => `${pk} ${sk}`));
  const state = String(notifications[0]?.mail);
  const mailed =
    state === "sent" ? world.sent.length === 1 : unconfirmed && state === "unconfirmed" && world.sent.length <= 1;
  const checks: [isRight: boolean, text: string][] = [
    [log.map(({ type }) => type).join() === "organization.created,organization.renamed", `log: ${log.length}`],
    [!rows.some(({ pk }) => pk === `${id}#out`), "the outbox is not empty"],
    [stats?.seq === 2 && stats.active === 1 && stats.owner === 1, "the numbers are wrong"],
    [notifications.length === 1, `${notifications.length} notifications`],
    [mailed, `${world.sent.length} mails, the notification says ${state}`],
    [found.length === expected.size && found.every((one) => expected.has(one)), "the search rows are wrong"],
  ];
  const wrong = checks.filter(([isRight]) => !isRight).map(([, text]) => text);
  return [...wrong, ...(await Audit.verify(id))];
}

describe("what follows from a change", () => {
  test("is one entry in the log, one notification, one mail, and the numbers", async () => {
    const place = await begin();
    await place.pipeline.untilIdle();
    expect(await wrongWith(place)).toEqual([]);
  });

  for (const seed of [1, 2, 3]) {
    test(`is the same if everything is delivered twice and in another order (${seed})`, async () => {
      const place = await begin({ doubled: true, seed });
      await place.pipeline.untilIdle();
      expect(await wrongWith(place)).toEqual([]);
    });
  }

  test("is the same after a queue or the mail provider has failed repeatedly", async () => {
    const place = await begin({ doubled: true });
    let failures = 0;
    const fail = () => {
      if (failures++ < 4) throw new Error("Not now.");
    };
    place.world.rebind({
      queues: {
        send: async (queue, bodies) => {
          fail();
          place.world.queued[queue].push(...bodies);
        },
      },
    });
    await place.pipeline.untilIdle();
    expect(failures).toBeGreaterThan(4);
    expect(await wrongWith(place)).toEqual([]);
  });

  test("would be detected if a mail were sent twice, or an event lost", async () => {
    const place = await begin();
    await place.pipeline.untilIdle();
    place.world.sent.push(...place.world.sent);
    await place.world.table.write({ do: "remove", key: kernelKeys.logged(place.id, 2) });
    expect((await wrongWith(place)).length).toBeGreaterThan(1);
  });
});

describe("a process that crashes", () => {
  class Death extends Error {}

  /** Ports that crash before or after their n-th call, and stay down until they are revived. */
  function crashing(world: World, at: number, moment: "before" | "after") {
    let calls = 0;
    let isDead = false;
    let hasCrashed = false;
    const call = async <R>(run: () => Promise<R>): Promise<R> => {
      if (isDead) throw new Death("The process has crashed.");
      const dies = ++calls === at && !hasCrashed;
      if (dies) [isDead, hasCrashed] = [true, true];
      if (dies && moment === "before") throw new Death("The process crashed.");
      const answer = await run();
      if (dies) throw new Death("The process crashed.");
      return answer;
    };
    const { table } = world;
    const ports: Partial<Ports> = {
      table: {
        get: (...all) => call(() => table.get(...all)),
        getMany: (...all) => call(() => table.getMany(...all)),
        query: (...all) => call(() => table.query(...all)),
        write: (...all) => call(() => table.write(...all)),
        change: (...all) => call(() => table.change(...all)),
        project: (...all) => call(() => table.project(...all)),
      },
      queues: { send: (queue, bodies) => call(async () => void world.queued[queue].push(...bodies)) },
      mail: {
        send: (message) => call(async () => `message-${world.sent.push(message)}`),
        rate: () => call(async () => 100_000),
      },
    };
    return {
      ports,
      hasCrashed: () => hasCrashed,
      revive: () => {
        isDead = false;
      },
    };
  }

  for (const moment of ["before", "after"] as const) {
    test(`${moment} any of its calls loses nothing and duplicates nothing`, async () => {
      const wrong: string[] = [];
      let deaths = 0;
      for (let at = 1; ; at++) {
        const place = await begin();
        const process = crashing(place.world, at, moment);
        place.world.rebind(process.ports);
        await place.pipeline.untilIdle(process.revive);
        place.world.rebind();
        wrong.push(...(await wrongWith(place, { unconfirmed: true })).map((one) => `call ${at}: ${one}`));
        await place.world.rows.stop();
        if (!process.hasCrashed()) break;
        deaths++;
      }
      expect(wrong).toEqual([]);
      expect(deaths).toBeGreaterThan(10);
    });
  }
});
