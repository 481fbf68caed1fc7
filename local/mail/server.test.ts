import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  GetSendQuotaCommand,
  SESClient,
  SendRawEmailCommand,
  type SendRawEmailCommandInput,
} from "@aws-sdk/client-ses";
import MailComposer from "nodemailer/lib/mail-composer/index.js";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { MailEvent } from "./event.ts";
import { type MailOptions, type MailServer, startMail } from "./server.ts";

let clock: number;
let events: MailEvent[];
let server: MailServer;
let client: SESClient;

async function open(options: MailOptions = {}) {
  server = await startMail({ now: () => clock, onEvent: (event) => void events.push(event), ...options });
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  client = new SESClient({ endpoint: server.endpoint, region: "eu-central-1", credentials, maxAttempts: 1 });
}

async function close() {
  client.destroy();
  await server.stop();
}

beforeEach(async () => {
  clock = Date.parse("2026-11-24T09:00:00Z");
  events = [];
  await open();
});

afterEach(close);

async function send(to: string | string[], more: Partial<SendRawEmailCommandInput> = {}) {
  const raw = await new MailComposer({
    from: '"Muster" <muster@example.com>',
    to,
    subject: "Größe ✓",
    text: "Open https://example.com/sign-in#code=1 now",
    html: '<p>Open <a href="https://example.com/sign-in#code=1">this</a></p>',
  })
    .compile()
    .build();
  return client.send(
    new SendRawEmailCommand({
      RawMessage: { Data: raw },
      Source: "muster@example.com",
      Destinations: [to].flat(),
      ...more,
    }),
  );
}

const sendRaw = (lines: string[], more: Partial<SendRawEmailCommandInput> = {}) =>
  client.send(new SendRawEmailCommand({ RawMessage: { Data: Buffer.from(lines.join("\r\n")) }, ...more }));

test("a mail is stored with its content, and its id is returned", async () => {
  const { MessageId } = await send("ada@example.com", { Tags: [{ Name: "kind", Value: "code" }] });
  expect(server.store.list()).toEqual([
    {
      id: MessageId,
      at: "2026-11-24T09:00:00.000Z",
      source: "muster@example.com",
      destinations: ["ada@example.com"],
      tags: { kind: "code" },
      from: "muster@example.com",
      to: ["ada@example.com"],
      subject: "Größe ✓",
      headers: expect.arrayContaining([{ name: "Subject", value: expect.any(String) }]),
      text: expect.stringContaining("https://example.com/sign-in#code=1"),
      html: expect.stringContaining("<a href"),
      mailStatuses: ["Delivery"],
    },
  ]);
  expect(server.store.raw(String(MessageId))?.toString()).toContain("MIME-Version: 1.0");
});

test("mails are found by address, newest first, also after a restart", async () => {
  const folder = mkdtempSync(join(tmpdir(), "muster-mail-"));
  await close();
  await open({ folder });
  const first = await send("ada@example.com");
  clock += 1_000;
  await send("bob@example.com");
  clock += 1_000;
  const last = await send("ada@example.com");
  await close();
  await open({ folder });
  expect(server.store.list("Ada@Example.com").map(({ id }) => id)).toEqual([last.MessageId, first.MessageId]);
  expect(server.store.raw(String(first.MessageId))?.toString()).toContain("Subject:");
  expect((await client.send(new GetSendQuotaCommand({}))).SentLast24Hours).toBe(3);
  rmSync(folder, { recursive: true });
});

test("sending above the quota is throttled like SES does, and works again a second later", async () => {
  await close();
  await open({ rate: { perSecond: 2, perDay: 4 } });
  await send("ada@example.com");
  await send("ada@example.com");
  await expect(send("ada@example.com")).rejects.toMatchObject({
    name: "Throttling",
    message: "Maximum sending rate exceeded.",
  });
  clock += 1_000;
  await send(["ada@example.com", "bob@example.com"]);
  clock += 1_000;
  await expect(send("ada@example.com")).rejects.toThrow("Daily message quota exceeded.");
  expect(await client.send(new GetSendQuotaCommand({}))).toMatchObject({
    MaxSendRate: 2,
    Max24HourSend: 4,
    SentLast24Hours: 4,
  });
  clock += 86_400_000;
  await send("ada@example.com");
  expect(server.store.list()).toHaveLength(4);
});

test("the account can be throttled below its quota, like SES does under load", async () => {
  await close();
  await open({ rate: { perSecond: 10, perDay: 100 } });
  server.faults({ throttleAbove: 1 });
  await send("ada@example.com");
  await expect(send("ada@example.com")).rejects.toThrow("Maximum sending rate exceeded.");
  server.faults({});
  await send("ada@example.com");
});

test("a malformed mail is refused in SES's words, and not stored", async () => {
  const refused = (lines: string[], more?: Partial<SendRawEmailCommandInput>) =>
    expect(sendRaw(lines, more)).rejects.toMatchObject({ name: "InvalidParameterValue" });
  const to = { Destinations: ["ada@example.com"] };
  await refused(["To: ada@example.com", "", "no sender"], to);
  await refused(["From: muster@example.com", "", "no recipient"]);
  await refused(["From: muster@example.com", "Subject: a", "Subject: b", "", "two subjects"], to);
  await refused(["no header at all", "", "text"], to);
  await refused(["From: muster@example.com", "", "bad address"], { Destinations: ["ada"] });
  await refused(["From: muster@example.com", "", "bad address"], { Destinations: ["ada@exam ple.com"] });
  await expect(send("ada@example.com", { Tags: [{ Name: "a b", Value: "1" }] })).rejects.toThrow("Invalid tag name");
  expect(server.store.list()).toEqual([]);
});

test("the mail's own recipients count if none are named", async () => {
  await sendRaw(["From: Muster <muster@example.com>", "To: Ada <ada@example.com>", "Cc: bob@example.com", "", "text"]);
  expect(server.store.list()[0]).toMatchObject({
    source: "muster@example.com",
    destinations: ["ada@example.com", "bob@example.com"],
  });
});

test("what happened to a mail is announced as an event of SES, with the mail's tags", async () => {
  const { MessageId } = await send("ada@example.com", {
    ConfigurationSetName: "muster",
    Tags: [{ Name: "kind", Value: "code" }],
  });
  await server.idle();
  expect(events).toEqual([
    expect.objectContaining({ "detail-type": "Email Sent", detail: expect.objectContaining({ send: {} }) }),
    {
      version: "0",
      id: expect.any(String),
      "detail-type": "Email Delivered",
      source: "aws.ses",
      account: "000000000000",
      time: "2026-11-24T09:00:00Z",
      region: "eu-central-1",
      resources: ["arn:aws:ses:eu-central-1:000000000000:configuration-set/muster"],
      detail: {
        eventType: "Delivery",
        delivery: expect.objectContaining({ recipients: ["ada@example.com"] }),
        mail: expect.objectContaining({
          messageId: MessageId,
          destination: ["ada@example.com"],
          source: "muster@example.com",
          tags: expect.objectContaining({ kind: ["code"], "ses:configuration-set": ["muster"] }),
        }),
      },
    },
  ]);
});

const bounced = (bounceSubType: string) => ({
  eventType: "Bounce",
  bounce: { bounceType: "Permanent", bounceSubType },
});

test.each([
  ["success@simulator.amazonses.com", [{ eventType: "Delivery" }]],
  ["bounce@simulator.amazonses.com", [bounced("General")]],
  ["bounce+label@simulator.amazonses.com", [bounced("General")]],
  ["suppressionlist@simulator.amazonses.com", [bounced("Suppressed")]],
  ["complaint@simulator.amazonses.com", [{ eventType: "Delivery" }, { eventType: "Complaint" }]],
])("a mail to %s has the result of SES's simulator", async (address, details) => {
  await send(address, { ConfigurationSetName: "muster" });
  await server.idle();
  expect(events.map(({ detail }) => detail)).toMatchObject([{ eventType: "Send" }, ...details]);
  expect(server.store.list()[0]?.mailStatuses).toEqual(details.map(({ eventType }) => eventType));
});

test("a mail with a virus is accepted and rejected", async () => {
  const virus = ["X5O!P%@AP[4", "\\PZX54(P^)7CC)7}$", "EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"].join("");
  const lines = ["From: muster@example.com", "To: ada@example.com", "", virus];
  await sendRaw(lines, { ConfigurationSetName: "muster" });
  await server.idle();
  expect(events).toMatchObject([{ "detail-type": "Email Rejected", detail: { reject: { reason: "Bad content" } } }]);
});

test("mails wait with their answers while too many events wait to be passed on", async () => {
  let release = () => {};
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  await close();
  await open({ onEvent: () => gate, rate: { perSecond: 1_000, perDay: 1_000 } });
  let answered = 0;
  const sendSome = (count: number) =>
    Array.from({ length: count }, async () => {
      await send("ada@example.com", { ConfigurationSetName: "muster" });
      answered++;
    });
  // two events each: that it was sent, and that it was delivered
  await Promise.all(sendSome(50));
  const more = sendSome(5);
  await expect.poll(() => server.store.heads()).toHaveLength(55);
  // an answer that was given by now has arrived before the answers to later requests
  for (let request = 0; request < 3; request++) await client.send(new GetSendQuotaCommand());
  expect(answered).toBe(50);
  release();
  await Promise.all(more);
  expect(answered).toBe(55);
});

test("who does not know the key sends no mail", async () => {
  const credentials = { accessKeyId: "guess", secretAccessKey: "local" };
  const stranger = new SESClient({ endpoint: server.endpoint, region: "eu-central-1", credentials, maxAttempts: 1 });
  await expect(stranger.send(new GetSendQuotaCommand({}))).rejects.toThrow("security token included");
  stranger.destroy();
});

test("without a configuration set there is no event, and without a signature no mail", async () => {
  await send("ada@example.com");
  await server.idle();
  expect(events).toEqual([]);
  const unsigned = await fetch(server.endpoint, {
    method: "POST",
    body: new URLSearchParams({ Action: "GetSendQuota" }),
  });
  expect(unsigned.status).toBe(403);
});
