import { SQSClient } from "@aws-sdk/client-sqs";
import { asSystem } from "@muster/core/kernel/context.ts";
import * as Mailing from "@muster/core/mail/mailing.ts";
import { sqs } from "@muster/core/queue/sqs.ts";
import { connect } from "@muster/core/table/client.ts";
import { openSource, type QueueHandler } from "@muster/local/run/source.ts";
import { type Import, openImport, people } from "@muster/local/testing/fixtures/mailing.ts";
import { openWorld, siteUrl, type World } from "@muster/local/testing/worlds/world.ts";
import { type QueueServer, startQueues } from "@muster/local-queues/server.ts";
import { afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { stubEnvironment } from "../testing/environment.ts";

// Bulk mails, from the queue through the handler that Lambda runs.

const region = "eu-central-1";
const credentials = { accessKeyId: "local", secretAccessKey: "local" };
/** Seconds that a mail takes, by the world's clock. */
const perMailSeconds = 0.1;

let handler: QueueHandler;
let world: World;
let server: QueueServer;
let client: SQSClient;
const abort = new AbortController();

beforeAll(async () => {
  stubEnvironment({
    MUSTER_SITE_URL: siteUrl,
    MUSTER_MAIL_FROM: "muster@example.com",
    MUSTER_SECRETS: JSON.stringify({ pepper: "a pepper for tests only, with 32 characters or more" }),
  });
  ({ handler } = await import("./bulk.ts"));
});

beforeEach(async () => {
  world = await openWorld();
  server = await startQueues({
    region,
    now: () => world.clock.at,
    queues: [
      { name: "bulk", visibilitySeconds: 180, deadLetters: { queue: "bulk-dead", maxReceiveCount: 5 } },
      { name: "bulk-dead" },
    ],
  });
  client = new SQSClient({ endpoint: server.endpoint, region, credentials, maxAttempts: 1 });
  const send = async ({ to }: { to: string }) => {
    world.clock.pass(perMailSeconds);
    world.sent.push({ to } as never);
    return "id";
  };
  const queues = sqs({ bulk: server.url("bulk") }, connect({ region, credentials }).config);
  world.rebind({ queues, mail: { send, rate: async () => 100_000 } });
});

afterEach(async () => {
  client.destroy();
  await server.stop();
});

const poll = () =>
  openSource({
    name: "bulk",
    handler,
    client,
    queueUrl: server.url("bulk"),
    region,
    batchSize: 1,
    signal: abort.signal,
    queueArn: `arn:aws:sqs:${region}:000000000000:bulk`,
  }).poll();

async function begin(place: Import, emails: readonly string[]): Promise<void> {
  const mailing = await place.step(emails);
  await asSystem("work", () => Mailing.begin(mailing, emails.length));
}

test("ten mails of one organization overtake the many of another", async () => {
  const [large, small] = [await openImport(world, "large"), await openImport(world, "small")];
  for (let step = 0; step < 12; step++) await begin(large, people(3, `large-${step}`));
  await poll();
  await poll();
  await begin(small, people(10, "small"));
  const startedAt = world.clock.at;
  world.sent.length = 0;
  await poll();
  expect(world.sent.map(({ to }) => to).toSorted()).toEqual(people(10, "small").toSorted());
  expect((world.clock.at - startedAt) / 1000).toBeLessThan(3);
  while ((await poll()) > 0);
  expect(await large.numbers()).toEqual({ sent: 36 });
  expect(server.depth("bulk")).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
});

test("an invalid or always failing message is a dead letter, and is never duplicated on the way", async () => {
  const place = await openImport(world, "acme");
  await begin(place, people(2));
  await sqs({ bulk: server.url("bulk") }, connect({ region, credentials }).config).send("bulk", [{ job: "dance" }]);
  const { table } = world;
  world.rebind({
    queues: sqs({ bulk: server.url("bulk") }, connect({ region, credentials }).config),
    table: { ...table, getMany: async () => Promise.reject(new Error("This is a bug.")) },
  });
  for (let n = 0; n < 12; n++) {
    while ((await poll()) > 0);
    world.clock.pass(181);
  }
  expect(server.depth("bulk-dead").visible).toBe(2);
  expect(server.depth("bulk")).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
});
