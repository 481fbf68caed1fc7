import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { SESClientConfig } from "@aws-sdk/client-ses";
import { fromEnv } from "@aws-sdk/credential-provider-env";
import { type MailOptions, type MailServer, startMail } from "@muster/local-mail/server.ts";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { MailPostponed, MailRefused } from "../kernel/mail-error.ts";
import { bind, type MailMessage } from "../kernel/ports.ts";
import { noWait } from "../rate/slots.ts";
import { ses } from "./ses.ts";

const credentials = { accessKeyId: "local", secretAccessKey: "local" };
let clock: number;
const closers: (() => Promise<void>)[] = [];
beforeEach(() => {
  clock = Date.parse("2026-11-24T09:00:00Z");
  bind({ now: () => new Date(clock) });
});
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function open(options: MailOptions = {}): Promise<{ server: MailServer; mail: ReturnType<typeof ses> }> {
  const server = await startMail(options);
  closers.push(() => server.stop());
  const sender = { from: "muster@example.com", name: "Müster, Inc.", configurationSet: "muster" };
  return { server, mail: ses(sender, { endpoint: server.endpoint, region: "eu-central-1", credentials }) };
}

const message: MailMessage = {
  to: "ada@example.com",
  subject: "ABCD-EFGH is your Müster code ✓",
  text: `${"Long line of text, longer than a mail's line may be. ".repeat(30)}\n.\nhttps://muster.example/sign-in#flow=flow_1&code=ABCDEFGH\n`,
  html: '<p>Größe <a href="https://muster.example/sign-in#flow=flow_1&amp;code=ABCDEFGH">Open</a></p>',
  tags: { kind: "code" },
};

test("a mail arrives as it was written, with sender, tags and the headers that suppress automatic replies", async () => {
  const { server, mail } = await open();
  const id = await mail.send(message, noWait);
  const [kept, ...more] = server.store.list();
  expect(more).toEqual([]);
  expect(kept).toMatchObject({
    id,
    destinations: ["ada@example.com"],
    to: ["ada@example.com"],
    subject: message.subject,
    tags: message.tags,
    configurationSet: "muster",
    source: "muster@example.com",
    from: "muster@example.com",
  });
  expect(kept?.text.replaceAll("\r\n", "\n").trim()).toBe(message.text.trim());
  expect(kept?.html?.trim()).toBe(message.html);
  const headers = Object.fromEntries((kept?.headers ?? []).map(({ name, value }) => [name.toLowerCase(), value]));
  expect(headers.from).toMatch(/M(ü|=C3=BC)ster.*<muster@example\.com>$/);
  expect(headers).toMatchObject({
    date: new Date(clock).toUTCString().replace("GMT", "+0000"),
    "message-id": expect.stringMatching(/^<[\w-]{36}@example\.com>$/),
    "mime-version": "1.0",
    "content-type": expect.stringMatching(/^multipart\/alternative;/),
    "auto-submitted": "auto-generated",
    "x-auto-response-suppress": "OOF, AutoReply",
  });
  expect(headers).not.toHaveProperty("list-unsubscribe");
});

test.each([
  ["Ada Lovelace", "Ada Lovelace <ada@example.com>"],
  ['Ada "Q" <x>, y', '"Ada \\"Q\\" <x>, y" <ada@example.com>'],
  ["Ada\r\nBcc: eve@example.com", undefined],
  ["Größe\r\n\r\n<b>body</b>", undefined],
])("a reply goes to one address, whatever the name is: %j", async (name, written) => {
  const { server, mail } = await open();
  await mail.send({ ...message, replyTo: { name, address: "ada@example.com" } }, noWait);
  const [kept] = server.store.list();
  const headers = kept?.headers ?? [];
  const replies = headers.filter((header) => header.name.toLowerCase() === "reply-to").map(({ value }) => value);
  expect(replies).toHaveLength(1);
  expect(replies[0]).toMatch(/<ada@example\.com>$/);
  expect(replies[0]).toBe(written ?? replies[0]);
  expect(headers.map((header) => header.name.toLowerCase())).not.toContain("bcc");
  expect(kept?.html?.trim()).toBe(message.html);
  expect(kept?.destinations).toEqual(["ada@example.com"]);
});

test("a mail goes to its one recipient, whatever the address looks like", async () => {
  const { server, mail } = await open();
  await mail.send({ ...message, to: "o'neil+x@example.com" }, noWait);
  expect(server.store.list()[0]?.destinations).toEqual(["o'neil+x@example.com"]);
});

/** SES behind a server that answers as it does. */
async function reach(server: Server, requestTimeout = 60_000) {
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  closers.push(async () => {
    server.closeAllConnections();
    server.close();
  });
  return ses(
    { from: "muster@example.com", name: "Muster" },
    {
      endpoint: `http://127.0.0.1:${port}`,
      region: "eu-central-1",
      credentials,
      requestHandler: { requestTimeout, throwOnRequestTimeout: true },
    },
  );
}

test("a provider that is too busy is distinguished from one that refuses", async () => {
  const { mail } = await open({ rate: { perSecond: 1, perDay: 100 } });
  await mail.send(message, noWait);
  await expect(mail.send(message, noWait)).rejects.toMatchObject({ name: "MailPostponed" });
  const { mail: strict } = await open();
  await expect(strict.send({ ...message, tags: { "bad tag!": "x" } }, noWait)).rejects.toMatchObject({
    name: "MailRefused",
  });
});

describe("a provider that cannot be reached has certainly sent nothing, and the mail waits:", () => {
  const sender = { from: "muster@example.com", name: "Muster" };
  const region = "eu-central-1";
  const nobody = "http://127.0.0.1:9";
  test.each<[string, SESClientConfig]>([
    ["nothing listens", { endpoint: nobody, credentials }],
    ["its name is unknown", { endpoint: "http://provider.invalid", credentials }],
    ["there are no credentials", { endpoint: nobody, credentials: fromEnv() }],
  ])("%s", async (_, config) => {
    for (const name of ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]) vi.stubEnv(name, undefined);
    const error = await ses(sender, { region, ...config })
      .send(message, noWait)
      .catch((thrown: unknown) => thrown);
    vi.unstubAllEnvs();
    expect(error).toMatchObject({ name: "MailPostponed", lack: "provider", cause: expect.any(Error) });
  });

  test("no connection is established in time", async () => {
    const connecting = Object.assign(new Error("the request socket did not establish a connection with the server"), {
      name: "TimeoutError",
    });
    const requestHandler = { handle: () => Promise.reject(connecting) };
    const error = await ses(sender, { region, credentials, endpoint: nobody, requestHandler })
      .send(message, noWait)
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: "MailPostponed", cause: connecting });
  });
});

describe("an answer that the provider is down says that nothing was sent, and the mail waits:", () => {
  test.each<[string, number, string]>([
    ["SES's own", 503, "<ErrorResponse><Error><Code>ServiceUnavailable</Code></Error></ErrorResponse>"],
    ["an internal failure", 500, "<ErrorResponse><Error><Code>InternalFailure</Code></Error></ErrorResponse>"],
    ["a page of a load balancer", 502, "<html><body>Bad Gateway</body></html>"],
    ["an empty one", 504, ""],
    ["a refusal by something in between", 403, "<html>Forbidden"],
  ])("%s", async (_, status, body) => {
    const server = createServer((request, response) => {
      request.resume().on("end", () => response.writeHead(status, { "content-type": "text/html" }).end(body));
    });
    const mail = await reach(server);
    await expect(mail.send(message, noWait)).rejects.toMatchObject({ name: "MailPostponed", lack: "provider" });
  });
});

describe("if the provider was reached and does not answer, the result is unknown", () => {
  test.each<[string, (request: IncomingMessage) => void]>([
    ["it breaks off", ({ socket }) => socket.resetAndDestroy()],
    ["it closes", ({ socket }) => socket.destroy()],
    ["it hangs", () => {}],
  ])("%s", async (_, behave) => {
    const server = createServer((request) => request.on("end", () => behave(request)).resume());
    const patienceMs = 100;
    const mail = await reach(server, patienceMs);
    const error = await mail.send(message, noWait).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Error);
    expect(error).not.toBeInstanceOf(MailPostponed);
    expect(error).not.toBeInstanceOf(MailRefused);
  });
});

test("the rate is the account's, read again every five minutes, and an old one is used if there is no new one", async () => {
  const rate = { perSecond: 14, perDay: 50_000 };
  const { server, mail } = await open({ rate });
  expect(await mail.rate()).toBe(14);
  rate.perSecond = 70;
  clock += 299_000;
  expect(await mail.rate()).toBe(14);
  clock += 1_000;
  expect(await mail.rate()).toBe(70);
  await server.stop();
  clock += 300_000;
  expect(await mail.rate()).toBe(70);
});

test("without any answer there is no rate, and with any there is at least one mail a second", async () => {
  const { server, mail } = await open();
  await server.stop();
  await expect(mail.rate()).rejects.toMatchObject({ code: "ECONNREFUSED" });
  const { mail: slow } = await open({ rate: { perSecond: 0.5, perDay: 200 } });
  expect(await slow.rate()).toBe(1);
});

test("the quota is the account's, at most as old as the caller accepts", async () => {
  const { server, mail } = await open({ rate: { perSecond: 14, perDay: 50_000 }, now: () => clock });
  await mail.send(message, noWait);
  const first = { perSecond: 14, perDay: 50_000, sentInDay: 1, at: clock };
  expect(await mail.quota(5000)).toEqual(first);
  await mail.send(message, noWait);
  clock += 4999;
  expect(await mail.quota(5000)).toEqual(first);
  clock += 1;
  expect(await mail.quota(5000)).toEqual({ ...first, sentInDay: 2, at: clock });
  await server.stop();
  clock += 60_000;
  expect(await mail.quota(5000)).toMatchObject({ sentInDay: 2 });
});

test.each([
  ["Throttling", "Maximum sending rate exceeded.", { lack: "rate", seconds: undefined }],
  ["ThrottlingException", "Rate exceeded", { lack: "rate", seconds: undefined }],
  ["LimitExceededException", "Too many requests.", { lack: "rate", seconds: undefined }],
  ["Unknown", "454 Throttling failure: Maximum sending rate exceeded", { lack: "rate", seconds: undefined }],
  ["Throttling", "Daily message quota exceeded.", { lack: "day", seconds: 600 }],
  ["Unknown", "454 Throttling failure: Daily message quota exceeded", { lack: "day", seconds: 600 }],
  ["AccountSendingPausedException", "Sending is paused.", { lack: undefined, seconds: undefined }],
])("SES that answers %s, %s, says what there is no room for", async (code, text, expected) => {
  const { server, mail } = await open();
  server.faults({ refusal: { code, message: text } });
  await expect(mail.send(message, noWait)).rejects.toMatchObject({ name: "MailPostponed", ...expected });
});

test("if SES's answer is lost, the result is unknown, and the mail is with SES", async () => {
  const { server, mail } = await open({ random: () => 0 });
  server.faults({ lostAnswers: 0.5 });
  const error = await mail.send(message, noWait).catch((thrown: unknown) => thrown);
  expect(error).not.toBeInstanceOf(MailPostponed);
  expect(server.store.list()).toHaveLength(1);
});

test("a mail of a list has the headers of one-click unsubscription, unfolded, and another mail has none", async () => {
  const { server, mail } = await open();
  const unsubscribeUrl = `https://muster.example/api/v1/unsubscribe/mst_uns_${"0".repeat(52)}.${"a".repeat(22)}`;
  await mail.send({ ...message, unsubscribeUrl }, noWait);
  await mail.send(message, noWait);
  const [single, list] = server.store.list().map(({ id }) => String(server.store.raw(id)));
  expect(list).toContain(`\r\nList-Unsubscribe: <${unsubscribeUrl}>\r\n`);
  expect(list).toContain("\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n");
  expect(single).not.toContain("List-Unsubscribe");
});
