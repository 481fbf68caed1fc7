import { SQSClient } from "@aws-sdk/client-sqs";
import { addressOf } from "@muster/core/account/account.ts";
import { hourSeconds, minuteMs, minuteSeconds } from "@muster/core/base/duration.ts";
import * as ID from "@muster/core/base/id.ts";
import { MailPostponed } from "@muster/core/kernel/mail-error.ts";
import type { Mail } from "@muster/core/kernel/ports.ts";
import { organizationKeys } from "@muster/core/organization/keys.ts";
import { sqs } from "@muster/core/queue/sqs.ts";
import { connect } from "@muster/core/table/client.ts";
import { update } from "@muster/core/table/table.ts";
import { openSource, type QueueHandler, type Source } from "@muster/local/run/source.ts";
import { raw } from "@muster/local/testing/fixtures/raw.ts";
import { flowPut, invitationPut, organizationPut } from "@muster/local/testing/fixtures/rows.ts";
import { openWorld, siteUrl, type World } from "@muster/local/testing/worlds/world.ts";
import { type QueueServer, startQueues } from "@muster/local-queues/server.ts";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { stubEnvironment } from "../testing/environment.ts";
import { maxReceiveCount } from "./limits.ts";

// Mails that must wait, from the queues through the handler that Lambda runs, with the queues' settings on AWS.

const organization = ID.derive("organization", "acme");
const deadLettersOf = (queue: string) => ({ queue: `${queue}-dead`, maxReceiveCount });
const region = "eu-central-1";
const credentials = { accessKeyId: "local", secretAccessKey: "local" };

let handler: QueueHandler;
let world: World;
let server: QueueServer;
let client: SQSClient;
let queues: ReturnType<typeof sqs>;
/** The mails, each with the time it left by the world's clock. */
let sent: { to: string; at: number }[];
const abort = new AbortController();

beforeAll(async () => {
  stubEnvironment({
    MUSTER_SITE_URL: siteUrl,
    MUSTER_MAIL_FROM: "muster@example.com",
    MUSTER_SECRETS: JSON.stringify({ pepper: "a pepper for tests only, with 32 characters or more" }),
  });
  ({ handler } = await import("./mail.ts"));
});

beforeEach(async () => {
  world = await openWorld();
  sent = [];
  server = await startQueues({
    region,
    now: () => world.clock.at,
    queues: ["mail", "codes"].flatMap((name) => [
      { name, visibilitySeconds: 3 * minuteSeconds, deadLetters: deadLettersOf(name) },
      { name: deadLettersOf(name).queue },
    ]),
  });
  client = new SQSClient({ endpoint: server.endpoint, region, credentials, maxAttempts: 1 });
  queues = sqs({ mail: server.url("mail"), codes: server.url("codes") }, connect({ region, credentials }).config);
  await world.table.write(organizationPut(organization));
  bind();
});

afterEach(async () => {
  client.destroy();
  await server.stop();
});

const bind = (send: Mail["send"] = async ({ to }) => `${sent.push({ to, at: world.clock.at })}`, mailsPerHour = 2000) =>
  world.rebind({
    queues,
    mail: { send, rate: async () => 100_000 },
    settings: { productName: "Muster", siteUrl, freeSeats: 3, mailsPerHour },
  });

/** So many invitations of one organization, each on the queue. */
async function invite(count: number): Promise<void> {
  const jobs = await Promise.all(
    Array.from({ length: count }, async (_, n) => {
      const email = `person-${n}@example.com`;
      await world.table.write(invitationPut(organization, email));
      return { kind: "invitation", organization, address: addressOf(email), attempt: 1 };
    }),
  );
  await queues.send("mail", jobs);
}

async function askForCode(email: string): Promise<void> {
  const { step, flow } = flowPut(email);
  await world.table.write(step);
  await queues.send("codes", [{ kind: "code", flow }]);
}

const source = (queue: "mail" | "codes"): Source =>
  openSource({
    name: "mail",
    handler,
    client,
    queueUrl: server.url(queue),
    region,
    signal: abort.signal,
    queueArn: `arn:aws:sqs:${region}:000000000000:${queue}`,
  });

/** Processes what is due now. */
async function workOff(queue: "mail" | "codes" = "mail"): Promise<void> {
  for (let polls = 0; polls < 40; polls++) if ((await source(queue).poll()) === 0) return;
  throw new Error("The queue never becomes empty.");
}

/** Lets time pass, and processes at each step what is due then. */
async function passTime(seconds: number, stepSeconds: number): Promise<void> {
  for (let passed = 0; passed < seconds; passed += stepSeconds) {
    await workOff();
    world.clock.pass(stepSeconds);
  }
  await workOff();
}

const states = async () => {
  const rows = await world.rows.scan();
  return rows.filter(({ state }) => state === "pending").map(({ mail }) => mail);
};
const dead = () => ["mail", "codes"].map((queue) => server.depth(deadLettersOf(queue).queue).visible);
const empty = { visible: 0, inFlight: 0, delayed: 0 };

describe("a burst above the budget", () => {
  const perHour = 60;
  const atOnce = 8;
  const mails = 23;

  test("is sent completely, each when it is booked, without dead letters", async () => {
    bind(undefined, perHour);
    const begun = world.clock.at;
    await invite(mails);
    await workOff();
    expect(sent).toHaveLength(atOnce);
    expect(server.depth("mail")).toEqual({ ...empty, delayed: mails - atOnce });
    await passTime(25 * minuteSeconds, minuteSeconds / 2);
    expect(new Set(sent.map(({ to }) => to)).size).toBe(mails);
    const windows = sent.map(({ at }) => Math.floor((at - begun) / (5 * minuteMs)));
    expect([0, 1, 2, 3, 4].map((n) => windows.filter((window) => window === n).length)).toEqual([12, 5, 4, 2, 0]);
    expect(new Set(await states())).toEqual(new Set(["sent"]));
    expect(server.depth("mail")).toEqual(empty);
    expect(dead()).toEqual([0, 0]);
  });

  test("does not keep a code waiting", async () => {
    bind(undefined, perHour);
    await invite(mails);
    await workOff();
    await askForCode("ada@example.com");
    await workOff("codes");
    expect(sent.at(-1)).toEqual({ to: "ada@example.com", at: world.clock.at });
  });
});

describe("for more than a day", () => {
  const outage = { send: async () => Promise.reject(new MailPostponed("The mail provider cannot be reached.")) };
  const state = (is: string) =>
    world.table.write(update(raw(organizationKeys.organization(organization)), { set: { state: is } }));
  test.each([
    ["the provider", async () => bind(outage.send), async () => bind()],
    ["the suspended organization", () => state("suspended"), () => state("active")],
  ])("a mail waits for %s", async (_, begin, end) => {
    await begin();
    await invite(2);
    await passTime(25 * hourSeconds, 2.5 * hourSeconds); // twice as often as what fails becomes a dead letter
    expect(sent).toEqual([]);
    expect(await states()).toEqual(["queued", "queued"]);
    await end();
    world.clock.pass(15 * minuteSeconds);
    await workOff();
    expect(sent).toHaveLength(2);
    expect(new Set(await states())).toEqual(new Set(["sent"]));
    expect(dead()).toEqual([0, 0]);
  });
});

test("an invalid or always failing message is a dead letter within 20 minutes", async () => {
  const { table } = world;
  await queues.send("mail", [{ kind: "message" }]);
  await invite(1);
  world.rebind({ queues, table: { ...table, getMany: async () => Promise.reject(new Error("This is a bug.")) } });
  await passTime(20 * minuteSeconds, minuteSeconds);
  expect(dead()).toEqual([2, 0]);
  expect(sent).toEqual([]);
});
