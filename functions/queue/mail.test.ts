import * as ID from "@muster/core/base/id.ts";
import { MailPostponed, MailRefused } from "@muster/core/kernel/mail-error.ts";
import type { Mail, QueueName, Queues } from "@muster/core/kernel/ports.ts";
import { ses } from "@muster/core/mail/ses.ts";
import { notificationKeys } from "@muster/core/notification/keys.ts";
import { flowPut, notificationPut } from "@muster/local/testing/fixtures/rows.ts";
import { openTimeline } from "@muster/local/testing/worlds/timeline.ts";
import { openWorld, type Person, type World } from "@muster/local/testing/worlds/world.ts";
import { type MailServer, startMail } from "@muster/local-mail/server.ts";
import type { SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { log } from "../log.ts";
import { stubEnvironment } from "../testing/environment.ts";
import { reported } from "./sender.ts";

const pepper = "a pepper for tests only, with 32 characters or more";
const organization = ID.derive("organization", "acme");
const credentials = { accessKeyId: "local", secretAccessKey: "local" };

let handler: (event: SQSEvent, context: { getRemainingTimeInMillis: () => number }) => Promise<SQSBatchResponse>;
let world: World;
let ada: Person;
let provider: MailServer;
/** Jobs that were queued again. */
let postponed: { queue: QueueName; body: object; delaySeconds: number | undefined }[];
let rate: { perSecond: number; perDay: number };

beforeAll(async () => {
  stubEnvironment({
    MUSTER_MAIL_FROM: "muster@example.com",
    MUSTER_SECRETS: JSON.stringify({ pepper }),
  });
  ({ handler } = await import("./mail.ts"));
});

beforeEach(async () => {
  world = await openWorld();
  ada = await world.person("ada@example.com");
  rate = { perSecond: 1000, perDay: 50_000 };
  provider = await startMail({ rate, now: () => world.clock.at });
  postponed = [];
  world.rebind({ mail: mailer(), queues });
});
afterEach(() => provider.stop());

const mailer = () =>
  ses(
    { from: "muster@example.com", name: "Muster" },
    // without the patience of the client, which a busy machine would use up
    { endpoint: provider.endpoint, region: "eu-central-1", credentials, maxAttempts: 1, requestHandler: {} },
  );

/** So many messages, each of a notification that waits for its mail. */
async function messages(count: number, first = 0): Promise<SQSRecord[]> {
  return Promise.all(
    Array.from({ length: count }, async (_, n) => {
      const notification = ID.derive("notification", String(first + n));
      await world.table.write(notificationPut(ada.account, notification, organization));
      return message({ kind: "notification", account: ada.account, notification });
    }),
  );
}
const codeFor = async (email: string): Promise<SQSRecord> => {
  const { step, flow } = flowPut(email);
  await world.table.write(step);
  return message({ kind: "code", flow });
};
const queues: Queues = {
  send: async (queue, bodies, delaySeconds) =>
    void postponed.push(...bodies.map((body) => ({ queue, body, delaySeconds }))),
};
const message = (body: object) =>
  ({ messageId: ID.create("event"), body: JSON.stringify(body) }) as unknown as SQSRecord;
const invoke = async (Records: SQSRecord[], remainingMs = 30_000) => {
  const { batchItemFailures } = await handler({ Records }, { getRemainingTimeInMillis: () => remainingMs });
  return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
};
const states = async () => {
  const rows = await world.rows.scan();
  return rows.filter(({ sk }) => String(sk).startsWith("ntf_")).map((row) => row.mail);
};

describe("many concurrent invocations", () => {
  // each mail competes with all others for the row of the tokens: twice as many take four times as long
  const batches = async () => Promise.all(Array.from({ length: 3 }, (_, n) => messages(6, n * 6)));

  test("together stay below the rate of the provider", async () => {
    const timeline = openTimeline(world);
    const all = await batches();
    const moments: number[] = [];
    const mail = { send: async () => `${moments.push(world.clock.at)}`, rate: async () => 9 };
    world.rebind({ mail, queues, table: timeline.table, pause: timeline.pause });
    const failed = await timeline.run(() => Promise.all(all.map((batch) => invoke(batch))));
    expect(failed.flat()).toEqual([]);
    expect(moments).toHaveLength(18);
    const within = moments.map((from) => moments.filter((at) => at >= from && at < from + 1000).length);
    expect(Math.max(...within)).toBeLessThanOrEqual(9);
    expect(new Set(await states())).toEqual(new Set(["sent"]));
  });

  test("would exceed it without slots, and the excess waits again", async () => {
    rate.perSecond = 5;
    world.rebind({ mail: { ...mailer(), rate: async () => 1_000_000 }, queues });
    expect((await Promise.all((await batches()).map((batch) => invoke(batch)))).flat()).toEqual([]);
    expect(postponed.length).toBeGreaterThan(0);
    expect((await states()).filter((state) => state === "queued")).toHaveLength(postponed.length);
  });
});

describe("a mail that must wait is queued again and is not an error,", () => {
  test("untouched, if its slot comes after the end of the invocation", async () => {
    rate.perSecond = 5;
    const batch = await messages(8);
    expect(await invoke(batch, 8_100)).toEqual([]);
    expect(postponed).toHaveLength(3);
    expect(postponed[0]).toMatchObject({ queue: "mail", body: { kind: "notification" }, delaySeconds: 20 });
    expect((await states()).filter((state) => state === "queued")).toHaveLength(3);
  });

  test("if the provider has no room for it", async () => {
    const busy = async () => {
      throw new MailPostponed("Slower.");
    };
    world.rebind({ mail: { ...mailer(), send: busy }, queues });
    const [one] = await messages(1);
    const since = new Date(world.clock.at).toISOString();
    expect(await invoke([one as SQSRecord])).toEqual([]);
    const body = { ...JSON.parse(one?.body ?? ""), since, turn: { budget: "few notifications", at: since } };
    expect(postponed).toEqual([{ queue: "mail", body, delaySeconds: 20 }]);
    expect(await states()).toEqual(["queued"]);
  });

  const cause = new Error("The answer of the provider.");
  test.each([
    ["the provider", { lack: "provider", cause }, "provider"],
    ["an error that is nobody's fault", { cause }, "provider"],
    ["the quota of the day", { lack: "day", cause }, "day"],
  ] as const)("with its age in the log if %s is why, and after an hour for a slot", async (_, more, lack) => {
    const warned = vi.spyOn(log, "warn").mockImplementation(() => {});
    let reason = new MailPostponed("Later.", { lack: "slot" });
    world.rebind({ mail: { ...mailer(), send: () => Promise.reject(reason) }, queues });
    await invoke(await messages(1));
    world.clock.pass(3_599);
    await invoke([message(postponed[0]?.body ?? {})]);
    const early = warned.mock.calls.splice(0);
    world.clock.pass(1);
    await invoke([message(postponed[1]?.body ?? {})]);
    reason = new MailPostponed("It is down.", more);
    await invoke([message(postponed[2]?.body ?? {})]);
    const said = warned.mock.calls.splice(0).filter(([words]) => words === "A mail waits.");
    warned.mockRestore();
    expect(early).toEqual([]);
    const common = { kind: "notification", ageSeconds: 3_600, seconds: 20 };
    expect(said).toEqual([
      ["A mail waits.", { ...common, why: "Later.", lack: "slot" }],
      ["A mail waits.", { ...common, why: "It is down.", lack, reason }],
    ]);
  });

  test("if the provider cannot be reached", async () => {
    const batch = await messages(3);
    await provider.stop();
    expect(await invoke(batch)).toEqual([]);
    expect(postponed).toHaveLength(3);
    expect(new Set(await states())).toEqual(new Set(["queued"]));
    provider = await startMail();
  });

  test("a code on its own queue, until it may leave", async () => {
    const settings = { productName: "Muster", siteUrl: "https://muster.example", freeSeats: 3, mailsPerHour: 1 };
    world.rebind({ mail: mailer(), queues, settings });
    const codes = await Promise.all([1, 2, 3, 4, 5].map((n) => codeFor(`bob-${n}@example.com`)));
    for (const code of codes) expect(await invoke([code])).toEqual([]);
    expect(provider.store.list()).toHaveLength(4);
    const booking = { budget: expect.stringMatching("codes of strangers in"), at: expect.any(String) };
    const body = {
      kind: "code",
      flow: expect.any(String),
      turn: booking,
      since: new Date(world.clock.at).toISOString(),
    };
    expect(postponed).toEqual([{ queue: "codes", body, delaySeconds: 28 }]);
  });

  test("and is an error if it cannot be queued", async () => {
    rate.perSecond = 5;
    const unreachable = async () => Promise.reject(new Error("The queue does not answer."));
    world.rebind({ mail: mailer(), queues: { send: unreachable } });
    expect(await invoke(await messages(6), 8_100)).toHaveLength(1);
  });
});

test("a worker does not know the result of more than one mail at 14 a second; codes do not wait for that", async () => {
  const timeline = openTimeline(world, () => 12);
  let [most, codes, maxCodes] = [0, 0, 0];
  const keys = Array.from({ length: 6 }, (_, n) =>
    notificationKeys.notification(ada.account, ID.derive("notification", String(n))),
  );
  const send: Mail["send"] = async ({ tags }, slot) => {
    await slot.come();
    const isCode = tags.kind === "code";
    if (isCode) maxCodes = Math.max(maxCodes, ++codes);
    const rows = await timeline.table.getMany(keys);
    most = Math.max(most, rows.filter((row) => row?.mail === "unconfirmed").length);
    await timeline.pause(400);
    if (isCode) codes--;
    slot.gone();
    return "id";
  };
  const mail = { send, rate: async () => 14 };
  world.rebind({ mail, queues, table: timeline.table, pause: timeline.pause });
  const batch = [...(await messages(6)), await codeFor("bob@example.com"), await codeFor("eve@example.com")];
  expect(await timeline.run(() => invoke(batch))).toEqual([]);
  expect(await states()).toEqual(Array.from({ length: 6 }, () => "sent"));
  expect([most, maxCodes]).toEqual([1, 2]);
});

test("an invocation reports only a message that is not a job", async () => {
  const [good, bad] = [await messages(2), message({ kind: "message" })];
  expect(await invoke([bad, ...good])).toEqual([bad.messageId]);
  expect(await states()).toEqual(["sent", "sent"]);
});

test.each([
  ["a lost connection", new Error("socket hang up"), 1],
  ["an outage", new MailPostponed("The mail provider is down.", { lack: "provider" }), 1],
  ["throttling", new MailPostponed("Slower.", { lack: "rate" }), 1],
  ["no slot in time", new MailPostponed("Later.", { lack: "slot" }), 0],
  ["the quota of the day", new MailPostponed("Tomorrow.", { lack: "day" }), 0],
  ["an address that the provider refuses", new MailRefused("No."), 0],
])("%s is counted as often as it keeps the provider from accepting an email", async (_, error, times) => {
  const warned = vi.spyOn(log, "warn").mockImplementation(() => {});
  const send = async () => {
    throw error;
  };
  const message = { to: "ada@example.com", subject: "", text: "", html: "", tags: { kind: "code" } };
  const slot = { come: async () => undefined, gone: () => undefined };
  const mail: Mail = reported({ ...mailer(), send });
  await expect(mail.send(message, slot)).rejects.toBe(error);
  expect(warned.mock.calls).toEqual(
    Array.from({ length: times }, () => ["An email was not accepted.", { kind: "code", error }]),
  );
  warned.mockRestore();
});
