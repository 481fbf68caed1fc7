import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import * as Account from "@muster/core/account/account.ts";
import * as ID from "@muster/core/base/id.ts";
import * as Dirty from "@muster/core/billing/dirty.ts";
import { billingKeys } from "@muster/core/billing/keys.ts";
import * as Imports from "@muster/core/import/manage.ts";
import { kernelKeys } from "@muster/core/kernel/keys.ts";
import { mailKeys } from "@muster/core/mail/keys.ts";
import { notificationKeys } from "@muster/core/notification/keys.ts";
import * as Organization from "@muster/core/organization/organization.ts";
import { secretKeys } from "@muster/core/secret/keys.ts";
import { kindNames } from "@muster/core/secret/kind/shape.ts";
import * as Code from "@muster/core/session/code.ts";
import { sessionKeys } from "@muster/core/session/keys.ts";
import type { Item } from "@muster/core/table/table.ts";
import { credentialsOf } from "@muster/local/testing/fixtures/credentials.ts";
import { openImport } from "@muster/local/testing/fixtures/mailing.ts";
import { openKms, type TestKms } from "@muster/local/testing/worlds/kms.ts";
import { openStream, type TestStream } from "@muster/local/testing/worlds/stream.ts";
import { openWorld, type Person, siteUrl, type World } from "@muster/local/testing/worlds/world.ts";
import { bucketName, openBucket, type TestBucket } from "@muster/local-bucket/bucket.testing.ts";
import { type MailServer, startMail } from "@muster/local-mail/server.ts";
import { openQueues, type TestQueues } from "@muster/local-queues/queues.testing.ts";
import { sign } from "@muster/local-stripe/endpoint.ts";
import type { APIGatewayProxyStructuredResultV2, DynamoDBRecord } from "aws-lambda";
import type { Metafile } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bundle, type Entry, entries, folderOf } from "./bundle.ts";
import { bounceEvent, httpEvent, queueEvent } from "./testing/events.ts";
import { type RunningFunction, startFunction } from "./testing/lambda.ts";
import { type SecretsEndpoint, startSecrets } from "./testing/secrets-endpoint.ts";
import { weigh } from "./testing/weigh.ts";

/** In bytes: everything loaded at start, and the same with each file compressed. */
const budgets: Record<Entry, { loaded: number; gzip: number }> = {
  api: { loaded: 497_000, gzip: 178_000 },
  sync: { loaded: 526_000, gzip: 181_500 },
  identity: { loaded: 900_000, gzip: 300_000 },
  follow: { loaded: 342_500, gzip: 112_500 },
  view: { loaded: 298_500, gzip: 98_000 },
  work: { loaded: 534_500, gzip: 183_000 },
  mail: { loaded: 587_000, gzip: 186_000 },
  imports: { loaded: 568_500, gzip: 184_000 },
  bulk: { loaded: 529_000, gzip: 167_000 },
  checks: { loaded: 299_500, gzip: 100_000 },
  clock: { loaded: 420_500, gzip: 142_500 },
  "mail-events": { loaded: 386_000, gzip: 129_500 },
  stripe: { loaded: 297_500, gzip: 96_000 },
  "stripe-bus": { loaded: 278_000, gzip: 90_500 },
};
/** Chunks loaded on demand, most of it the SDK's event streams. */
const lazyBudget = 18_100;
/** The API also has most of its routes, each loaded by its first request. */
const apiExtraBudget = 363_500;
/** The code that reclaims unused seats, and makes seats follow those in use, loaded by the first such job. */
const workExtraBudget = 26_000;
/** The code that joins organizations by the domain of an address, which only codes prove. */
const identityExtraBudget = 5_000;
/** The code that reads changes of settings, loaded by the first one; devices send none. */
const syncExtraBudget = 148_000;
/** The client of KMS, loaded by the first key that is wrapped, opened, or signed with. */
const kmsBudget = 30_500;
const withKms: readonly Entry[] = ["api", "sync", "checks", "clock"];
/** Stripe's library and its adapter, loaded by the first call or webhook. */
const stripeBudget = 265_000;
/** The reader of settings files, loaded by the first import of one. */
const yamlBudget = 118_000;
/** The reader of Markdown, loaded by the first text that mentions somebody. */
const markdownBudget = 110_000;
/** Public suffixes and public email providers, loaded by the first domain that is added, or website that is denied. */
const namesBudget = 284_000;
const withSecrets: readonly Entry[] = ["api", "sync", "identity", "work", "mail", "bulk", "clock", "stripe"];
const withStripe: readonly Entry[] = ["api", "work", "clock", "stripe"];

const names = Object.keys(entries) as Entry[];
const pepper = "a pepper that only this test uses, 32 characters and more";
const originSecret = "what-CloudFront-shows-the-API";
const webhookSecret = "whsec_that0only0this0test0uses";
const stripe = { key: "sk_test_that0only0this0test0uses", webhooks: [webhookSecret] };
const secretsArn = "arn:aws:secretsmanager:eu-central-1:000000000000:secret:muster-AbCdEf";

let folder: string;
let metafiles: Record<Entry, Metafile>;
let world: World;
let stream: TestStream;
let queues: TestQueues;
let mailbox: MailServer;
let bucket: TestBucket;
let secrets: SecretsEndpoint;
let kms: TestKms;
let environment: Record<string, string>;
let ada: Person;
const started = new Map<Entry, RunningFunction>();

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "muster-bundles-"));
  metafiles = await bundle(folder);
  world = await openWorld();
  world.rebind({ pepper, now: () => new Date() });
  stream = await openStream(world.rows);
  queues = await openQueues("work", "mail", "codes", "bulk", "imports", "checks");
  mailbox = await startMail();
  bucket = await openBucket();
  secrets = await startSecrets({ [secretsArn]: JSON.stringify({ pepper, origin: originSecret, stripe }) });
  kms = await openKms();
  environment = {
    AWS_ENDPOINT_URL_DYNAMODB: world.rows.endpoint,
    AWS_ENDPOINT_URL_SQS: queues.endpoint,
    AWS_ENDPOINT_URL_SES: mailbox.endpoint,
    AWS_ENDPOINT_URL_S3: bucket.endpoint,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.endpoint,
    MUSTER_TABLE: world.rows.name,
    MUSTER_RELEASE: "v1.2.0",
    MUSTER_SITE_URL: siteUrl,
    MUSTER_MAIL_FROM: "muster@example.com",
    MUSTER_WORK_QUEUE_URL: queues.url("work"),
    MUSTER_MAIL_QUEUE_URL: queues.url("mail"),
    MUSTER_CODES_QUEUE_URL: queues.url("codes"),
    MUSTER_IMPORTS_QUEUE_URL: queues.url("imports"),
    MUSTER_BUCKET: bucketName,
    MUSTER_BUCKET_URL: bucket.url,
    MUSTER_BULK_QUEUE_URL: queues.url("bulk"),
    MUSTER_CHECKS_QUEUE_URL: queues.url("checks"),
    MUSTER_SECRETS_ARN: secretsArn,
    MUSTER_KEY_ARN: kms.arn,
    MUSTER_KMS_URL: kms.endpoint,
  };
  ada = await world.person("ada@example.com");
});

afterAll(async () => {
  await Promise.all([...started.values()].map((one) => one.stop()));
  await Promise.all([queues?.stop(), mailbox?.stop(), bucket?.stop(), secrets?.stop(), kms?.stop()]);
  rmSync(folder, { recursive: true, force: true });
});

/** The function in its own process, started once. */
async function running(name: Entry): Promise<RunningFunction> {
  const known = started.get(name) ?? (await startFunction(folderOf(name, folder), environment));
  started.set(name, known);
  return known;
}

const invoke = async (name: Entry, event: object) => (await running(name)).invoke(event);

async function request(event: Parameters<typeof httpEvent>[0]) {
  const viewer = { "x-muster-origin": originSecret, "cloudfront-viewer-address": "203.0.113.9:51234" };
  const answer = await invoke("api", httpEvent({ ...event, headers: { ...viewer, ...event.headers } }));
  const { statusCode, headers, body = "", cookies, isBase64Encoded } = answer as APIGatewayProxyStructuredResultV2;
  expect(isBase64Encoded).toBe(false);
  return { statusCode, headers, cookies, json: body === "" ? undefined : JSON.parse(body) };
}

const rowsAt = async (pk: string): Promise<Item[]> => (await world.rows.scan()).filter((row) => row.pk === pk);

const authorized = () => ({ headers: { authorization: `Bearer ${ada.token}` } });

/** Creates an organization, and returns its stream records. */
async function found(name: string): Promise<{ id: ID.ID<"organization">; records: DynamoDBRecord[] }> {
  await stream.read();
  const { id } = await world.as(ada, () => Organization.create({ name }));
  return { id, records: await stream.read() };
}

const carrying = (records: DynamoDBRecord[], kind: string) =>
  records.filter((record) => record.dynamodb?.NewImage?.stream?.S === kind);

const broken = (record: DynamoDBRecord | undefined, SequenceNumber: string): DynamoDBRecord => ({
  ...record,
  dynamodb: { ...record?.dynamodb, SequenceNumber, NewImage: { pk: { UNHEARD: "of" } as never } },
});

describe("the contents of a bundle", () => {
  test.each(names)("%s keeps its budget", (name) => {
    const { loaded, gzip, lazy } = weigh(metafiles[name]);
    const here = "functions/bundle.test.ts";
    const less = "Load less: import a shape.ts or row.ts instead, or import() what few calls need";
    expect(loaded, `${less}. Or raise \`loaded\` of ${name} in ${here}.`).toBeLessThanOrEqual(budgets[name].loaded);
    expect(gzip, `${less}. Or raise \`gzip\` of ${name} in ${here}.`).toBeLessThanOrEqual(budgets[name].gzip);
    const extra =
      (name === "api" ? apiExtraBudget + yamlBudget + markdownBudget + namesBudget : 0) +
      (name === "sync" ? syncExtraBudget : 0) +
      (name === "identity" ? identityExtraBudget : 0) +
      (name === "work" ? workExtraBudget : 0) +
      (withKms.includes(name) ? kmsBudget : 0) +
      (withStripe.includes(name) ? stripeBudget : 0);
    expect(lazy, `What ${name} loads on demand grew: raise the budget of its kind in ${here}.`).toBeLessThanOrEqual(
      lazyBudget + extra,
    );
  });

  test.each(names)("%s finds no credentials except those in its environment", (name) => {
    const { allInputs } = weigh(metafiles[name]);
    const found = allInputs.filter((input) => /credential-provider|client-(sso|sts|signin)|bowser/.test(input));
    // a list of exports is left of this package where globals are replaced
    const list = "credential-provider-env/dist-es/index.js";
    const providers = found.filter(
      (input) => !((["api", "sync", "identity"] as Entry[]).includes(name) && input.endsWith(list)),
    );
    expect(providers.map((input) => input.replace(/.*@aws-sdk\//, ""))).toEqual([
      "credential-provider-env/dist-es/fromEnv.js",
    ]);
  });

  test("the API contains no library that it does not need", () => {
    const { allInputs } = weigh(metafiles.api);
    expect(allInputs.some((input) => input.includes("node_modules/@aws-sdk/client-dynamodb/"))).toBe(true);
    const needless = /node_modules\/(zod|openid-client|nodemailer|@aws-sdk\/(client-(ses|s3)|lib-storage)|@valibot)\//;
    expect(allInputs.filter((input) => needless.test(input))).toEqual([]);
  });

  test("Stripe's library is loaded on demand, in the functions that call Stripe and in no other", () => {
    const ofStripe = (input: string) => /node_modules\/stripe\//.test(input);
    expect(names.filter((name) => weigh(metafiles[name]).allInputs.some(ofStripe))).toEqual(withStripe);
    expect(names.filter((name) => weigh(metafiles[name]).inputs.some(ofStripe))).toEqual([]);
  });

  test("only the ways to sign in beside a code contain the library of passkeys", () => {
    const isOfPasskeys = (input: string) => /node_modules\/@simplewebauthn\//.test(input);
    expect(names.filter((name) => weigh(metafiles[name]).allInputs.some(isOfPasskeys))).toEqual(["identity"]);
  });

  test("only the API signs requests to the bucket", () => {
    const signs = (input: string) => input.endsWith("core/bucket/presign.ts");
    expect(names.filter((name) => weigh(metafiles[name]).allInputs.some(signs))).toEqual(["api"]);
  });

  test("those that need secrets contain what reads them, and no other", () => {
    const reads = (input: string) => input.endsWith("functions/secrets-manager.ts");
    expect(names.filter((name) => weigh(metafiles[name]).allInputs.some(reads))).toEqual(withSecrets);
  });

  test("only the checks of API keys and what serves devices contain what opens a key", () => {
    const opens = (input: string) => /core\/(key\/open|secret\/open)\.ts$/.test(input);
    expect(names.filter((name) => weigh(metafiles[name]).allInputs.some(opens))).toEqual(["sync", "checks"]);
  });

  test("only the checks of API keys contain what sends one to a provider", () => {
    const sends = (input: string) => /core\/(net\/ask|secret\/run-check)\.ts$/.test(input);
    expect(names.filter((name) => weigh(metafiles[name]).allInputs.some(sends))).toEqual(["checks"]);
  });

  test("only what serves devices contains what signs documents", () => {
    const signs = (input: string) => input.endsWith("core/sync/jws.ts");
    expect(names.filter((name) => weigh(metafiles[name]).allInputs.some(signs))).toEqual(["sync"]);
  });

  test("only the mailers contain what writes and sends mails", () => {
    const mailers = names.filter((name) =>
      weigh(metafiles[name]).allInputs.some((input) => /nodemailer|client-ses\//.test(input)),
    );
    expect(mailers).toEqual(["mail", "bulk"]);
  });
});

test("sync, on the Node of Lambda, refuses who is no device", async () => {
  const answer = await invoke(
    "sync",
    httpEvent({ path: "/api/v1/sync", headers: { "x-muster-origin": originSecret } }),
  );
  expect(answer).toMatchObject({ statusCode: 401 });
});

test("identity, on the Node of Lambda, asks for any passkey of this site", async () => {
  const answer = await invoke(
    "identity",
    httpEvent({ path: "/api/v1/passkeys/sign-in/options", headers: { "x-muster-origin": originSecret } }),
  );
  expect(answer).toMatchObject({ statusCode: 200 });
  expect(JSON.parse((answer as { body: string }).body)).toMatchObject({ rpId: new URL(siteUrl).hostname });
});

describe("api, on the Node of Lambda", () => {
  test("reports its health, in JSON that no cache stores", async () => {
    const { statusCode, headers, json } = await request({ path: "/api/v1/health" });
    expect([statusCode, json]).toEqual([200, { status: "ok", release: "v1.2.0" }]);
    expect(headers).toMatchObject({ "cache-control": "no-store", "x-request-id": "GrQzTjK5liAEMvA=" });
  });

  test("signs somebody in: a flow, a mail in the queue, a session, a cookie that works", async () => {
    const browser = { origin: siteUrl, "x-muster": "1", "sec-fetch-site": "same-origin" };
    const email = "grace@example.com";
    const requested = await request({ method: "POST", path: "/api/v1/sign-in", headers: browser, body: { email } });
    expect(requested.statusCode).toBe(202);
    const { flow } = requested.json as { flow: ID.ID<"flow"> };
    expect(await world.table.get(sessionKeys.flow(flow))).toMatchObject({ email, purpose: "signIn" });
    expect(await queues.take("codes")).toEqual([{ kind: "code", flow }]);

    const code = Code.derive(flow, Account.addressOf(email));
    const opened = await request({
      method: "POST",
      path: "/api/v1/sign-in/code",
      headers: browser,
      body: { flow, code: Code.pretty(code) },
    });
    expect(opened.statusCode).toBe(201);
    expect(opened.cookies?.[0]).toMatch(
      /^__Host-s=mst_ses_\w+; Max-Age=2592000; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
    );
    expect(await world.table.get(sessionKeys.flow(flow))).toBeUndefined();

    const cookies = (opened.cookies ?? []).map((cookie) => String(cookie.split(";")[0]));
    const mine = await request({ path: "/api/v1/account", cookies });
    expect([mine.statusCode, mine.json]).toEqual([200, expect.objectContaining({ email })]);
  });

  test("refuses requests that bypass CloudFront", async () => {
    const { statusCode, json } = await request({
      method: "POST",
      path: "/api/v1/sign-in",
      headers: { "x-muster-origin": "a guess" },
      body: { email: "eve@example.com" },
    });
    expect([statusCode, json.code]).toEqual([403, "request.wrong_origin"]);
  });

  test("answers unknown paths with a problem", async () => {
    const { statusCode, headers, json } = await request({ path: "/api/v1/nothing" });
    expect([statusCode, headers?.["content-type"]]).toEqual([404, "application/problem+json"]);
    expect(json).toMatchObject({ code: "route.missing", requestId: "GrQzTjK5liAEMvA=" });
  });
});

describe("the stream's functions, on the Node of Lambda", () => {
  test("follow moves an event into the log, and stops at a record that it cannot read", async () => {
    const one = await found("Acme");
    const other = await found("Umbrella");
    const [good] = carrying(one.records, "out");
    const [later] = carrying(other.records, "out");
    const Records = [good, broken(good, "222"), later];
    expect(await invoke("follow", { Records })).toEqual({ batchItemFailures: [{ itemIdentifier: "222" }] });
    expect(await rowsAt(`${one.id}#log`)).toContainEqual(
      expect.objectContaining({ sk: "000000000001", type: "organization.created" }),
    );
    expect(await rowsAt(`${other.id}#log`)).toEqual([]);
  });

  test("follow queues reactions to what has reached the log", async () => {
    const { id, records } = await found("Initech");
    await invoke("follow", { Records: carrying(records, "out") });
    const logged = carrying(await stream.read(), "log");
    expect(await invoke("follow", { Records: logged })).toEqual({ batchItemFailures: [] });
    expect(await queues.take("work")).toEqual([
      { owner: id, seq: 1, event: expect.stringMatching(/^evt_/), type: "organization.created" },
    ]);
  });

  test("view maintains the search rows of a member, and stops at a record that it cannot read", async () => {
    const { id, records } = await found("Hooli");
    const [member] = carrying(records, "view");
    const Records = [member, broken(member, "333")];
    expect(await invoke("view", { Records })).toEqual({ batchItemFailures: [{ itemIdentifier: "333" }] });
    expect(await rowsAt(`${id}#find#a`)).toContainEqual(
      expect.objectContaining({ sk: `ada@example.com#${ada.account}` }),
    );
  });
});

describe("the queues' functions, on the Node of Lambda", () => {
  test("work writes the notification of an event; a poison message fails alone", async () => {
    const { id, records } = await found("Globex");
    await invoke("follow", { Records: carrying(records, "out") });
    const [event] = await rowsAt(`${id}#log`);
    const announcement = { owner: id, seq: 1, event: event?.id, type: event?.type };
    const batch = queueEvent({ poison: '{"owner":"nobody"}', good: JSON.stringify(announcement) });
    expect(await invoke("work", batch)).toEqual({ batchItemFailures: [{ itemIdentifier: "poison" }] });
    const notification = String(event?.id).replace("evt_", "ntf_") as ID.ID<"notification">;
    expect(await world.table.get(notificationKeys.notification(ada.account, notification))).toMatchObject({
      subject: "Globex",
      mail: "queued",
    });
    expect(await queues.take("mail")).toEqual([{ kind: "notification", account: ada.account, notification }]);
  });

  test("mail sends the code of a sign-in; a poison message fails alone", async () => {
    const email = "linus@example.com";
    const requested = await request({ method: "POST", path: "/api/v1/sign-in", body: { email } });
    const { flow } = requested.json as { flow: ID.ID<"flow"> };
    await queues.take("mail");
    const batch = queueEvent({ poison: "not JSON", good: JSON.stringify({ kind: "code", flow }) });
    expect(await invoke("mail", batch)).toEqual({ batchItemFailures: [{ itemIdentifier: "poison" }] });
    const code = Code.derive(flow, Account.addressOf(email));
    expect(mailbox.store.list(email).map(({ text }) => text)).toEqual([expect.stringContaining(Code.pretty(code))]);
    expect(await world.table.get(sessionKeys.flow(flow))).toHaveProperty("sentAt");
  });

  test("bulk sends the mails of an import's event; a poison message fails alone", async () => {
    world.clock.at = Date.now();
    const place = await openImport(world, "bulk");
    const mailing = await place.step(["tim@example.com"]);
    const good = JSON.stringify({ job: "send", ...mailing, from: 0 });
    const batch = queueEvent({ poison: '{"job":"dance"}', good });
    expect(await invoke("bulk", batch)).toEqual({ batchItemFailures: [{ itemIdentifier: "poison" }] });
    expect(mailbox.store.list("tim@example.com")).toHaveLength(1);
    expect(await place.truth()).toEqual({ sent: 1 });
  });

  test("checks opens a key that the API has sealed; a poison message fails alone", async () => {
    const { id } = await found("Aperture");
    const path = `/api/v1/organizations/${id}/secrets`;
    // its private key cannot sign: that shows only when it is open, and nobody is asked
    const body = { name: "Tests", credentials: credentialsOf("vertex_ai") };
    const { json } = await request({ method: "POST", path, body, ...authorized() });
    const { id: secret } = json as { id: ID.ID<"secret"> };
    await request({ method: "POST", path: `${path}/${secret}/check`, ...authorized() });
    const [job] = await queues.take("checks");
    expect(job).toMatchObject({ job: "check", organization: id, secret, version: 1 });
    const batch = queueEvent({ poison: '{"job":"dance"}', good: JSON.stringify(job) });
    expect(await invoke("checks", batch)).toEqual({ batchItemFailures: [{ itemIdentifier: "poison" }] });
    expect(await world.table.get(secretKeys.secret(id, secret))).toHaveProperty("check.status", "damaged");
    expect(kms.calls.map(({ action }) => action)).toEqual(["GenerateDataKey", "Decrypt"]);
  });

  test("mail-events suppresses an address that bounced", async () => {
    const email = "nobody@example.com";
    expect(await invoke("mail-events", bounceEvent(email))).toBeNull();
    expect(await world.table.get(mailKeys.suppression(Account.addressOf(email)))).toHaveProperty("bounced");
  });

  test("mail-events fails on an unknown event, so that it is retried and kept", async () => {
    await expect(invoke("mail-events", { detail: {} })).rejects.toThrow("Failure: Some fields need attention.");
  });
});

describe("imports, on the Node of Lambda", () => {
  test("imports an uploaded file, invites, reports, and leaves nothing on its queue", async () => {
    const { id } = await found("Stark");
    const member = { id, role: "owner" as const };
    const { import: begun, upload } = await world.as(ada, () => Imports.create({ fileName: "people.csv" }), member);
    const key = `imports/${id}/${begun.id}.csv`;
    const object = { Bucket: bucketName, Key: key, Body: "email\nbob@example.com\n" };
    const Metadata = { mark: upload.fields["x-amz-meta-mark"] ?? "" };
    await bucket.client().send(new PutObjectCommand({ ...object, Metadata }));
    const created = { source: "aws.s3", "detail-type": "Object Created", detail: { object: { key, sequencer: "01" } } };
    let bodies = [created as unknown];
    for (let round = 0; bodies.length > 0 && round < 9; round++) {
      const batch = queueEvent(Object.fromEntries(bodies.map((body, n) => [String(n), JSON.stringify(body)])));
      expect(await invoke("imports", batch)).toEqual({ batchItemFailures: [] });
      bodies = await queues.take("imports");
    }
    const info = await world.as(ada, () => Imports.get({ import: begun.id }), member);
    expect(info).toMatchObject({ state: "done", counts: { invited: 1 }, reported: true });
    expect(upload.fields.key).toBe(key);
    expect(bucket.files()).toHaveLength(6);
  });

  test("fails on an unknown message only", async () => {
    const batch = queueEvent({ poison: '{"job":"dance"}', other: '{"job":"check"}' });
    expect((await invoke("imports", batch)) as object).toEqual({
      batchItemFailures: [{ itemIdentifier: "poison" }, { itemIdentifier: "other" }],
    });
  });
});

describe("clock, on the Node of Lambda", () => {
  test("sweeps and records its progress", async () => {
    expect(await invoke("clock", { job: "sweep" })).toBeNull();
    expect(await world.table.get(kernelKeys.watermark("audit.sweep"))).toHaveProperty("month");
  });

  test("fails on a tick for an unknown job", async () => {
    await expect(invoke("clock", { job: "dance" })).rejects.toThrow("Failure: Some fields need attention.");
  });
});

describe("Stripe's entry points, on the Node of Lambda", () => {
  const detail = (organization: string) => ({
    id: "evt_1",
    object: "event",
    type: "invoice.paid",
    data: {
      object: {
        id: "in_1",
        metadata: { organizationId: organization },
      },
    },
  });

  test("a signed webhook queues reconciliation of its organization, and any other is refused", async () => {
    const { id } = await found("Paying");
    await queues.take("work");
    const body = JSON.stringify(detail(id));
    const sent = (signature: string) =>
      httpEvent({
        method: "POST",
        path: "/api/webhooks/stripe",
        body: detail(id),
        headers: { "stripe-signature": signature },
      });
    const seconds = Math.floor(Date.now() / 1000);
    expect(await invoke("stripe", sent(sign(body, ["whsec_guess"], seconds)))).toEqual({ statusCode: 400 });
    expect(await world.table.get(billingKeys.dirty(id))).toBeUndefined();
    expect(await invoke("stripe", sent(sign(body, [webhookSecret], seconds)))).toEqual({ statusCode: 200 });
    expect(await world.table.get(billingKeys.dirty(id))).toBeDefined();
    expect(await queues.take("work")).toContainEqual({ job: "reconcile", organization: id });
  });

  test("an event of EventBridge does the same, unless it is from another source", async () => {
    const { id } = await found("Paying too");
    const event = { source: "aws.partner/stripe.com/ed_1", detail: detail(id) };
    await expect(invoke("stripe-bus", { ...event, source: "aws.s3" })).rejects.toThrow("Some fields need attention");
    expect(await invoke("stripe-bus", event)).toBeNull();
    expect(await world.table.get(billingKeys.dirty(id))).toBeDefined();
  });

  test("work reconciles a marked organization, and finds that it never bought anything", async () => {
    const { id } = await found("Free");
    await world.table.write(Dirty.mark(id));
    const batch = queueEvent({ one: JSON.stringify({ job: "reconcile", organization: id }) });
    expect(await invoke("work", batch)).toEqual({ batchItemFailures: [] });
    expect(await world.table.get(billingKeys.dirty(id))).toBeUndefined();
  });
});

describe("a process", () => {
  test("reads its secrets once, at start, if it needs them at all", () => {
    expect(started.size).toBe(names.length);
    expect(secrets.calls()).toBe(withSecrets.filter((name) => started.has(name)).length);
  });

  test("logs JSON lines, and no secret, code, token or address", () => {
    const said = [...started.values()].map((one) => one.said()).join("");
    const lines = said.trim().split("\n");
    const messages = lines.map((line) => JSON.parse(line).message);
    expect(messages).toContain("A message failed and will be retried.");
    expect(messages).not.toContain("The API could not answer its own first request.");
    expect(said).not.toMatch(/mst_|@example\.com|pepper|what-CloudFront|only0this|[2-9A-Z]{4}-[2-9A-Z]{4}/);
  });

  test.each(names)("%s does not start without its table, and says so", async (name) => {
    const { MUSTER_TABLE: _, ...less } = environment;
    const one = await startFunction(folderOf(name, folder), less);
    await expect(one.invoke({})).rejects.toThrow("MUSTER_TABLE is not set: the name of the DynamoDB table.");
    await one.stop();
  });

  test("does not start on Lambda with shortcuts for local runs", async () => {
    const eased = { ...environment, MUSTER_SECRETS: JSON.stringify({ pepper }) };
    const one = await startFunction(folderOf("api", folder), eased);
    await expect(one.invoke({})).rejects.toThrow("MUSTER_SECRETS is for local runs");
    await one.stop();
  });
});

describe("the memory of the API", () => {
  test("never has Node's fetch, whose loading takes a sixth of a start", async () => {
    const say = 'process.on("SIGUSR2", () => console.log("LOADED " + process.moduleLoadList.join()))';
    const NODE_OPTIONS = `--import=data:text/javascript,${encodeURIComponent(say)}`;
    const one = await startFunction(folderOf("api", folder), { ...environment, NODE_OPTIONS });
    const headers = { "x-muster-origin": originSecret, ...authorized().headers };
    const paths = ["/api/v1/organizations", "/api/v1/nowhere", "/api/v1/health"];
    const answers = await Promise.all(paths.map((path) => one.invoke(httpEvent({ path, headers }))));
    process.kill(one.pid, "SIGUSR2");
    await expect.poll(one.said).toContain("LOADED ");
    await one.stop();
    expect(answers).toMatchObject([{ statusCode: 200 }, { statusCode: 404 }, { statusCode: 200 }]);
    expect(one.said()).toContain("NativeModule net");
    expect(one.said()).not.toContain("undici");
  });

  test("holds no part of a key once its request is answered, right or wrong", async () => {
    const dumps = mkdtempSync(join(tmpdir(), "muster-heap-"));
    const options = `--heapsnapshot-signal=SIGUSR2 --diagnostic-dir=${dumps}`;
    const one = await startFunction(folderOf("api", folder), { ...environment, NODE_OPTIONS: options });
    const { id } = await found("Black Mesa");
    const post = async (body: object) => {
      const viewer = { "x-muster-origin": originSecret, "cloudfront-viewer-address": "203.0.113.9:51234" };
      const path = `/api/v1/organizations/${id}/secrets`;
      const { headers } = authorized();
      const event = httpEvent({ method: "POST", path, body, headers: { ...viewer, ...headers } });
      return (await one.invoke(event)) as APIGatewayProxyStructuredResultV2;
    };
    const statuses: (number | undefined)[] = [];
    for (const kind of kindNames) {
      const { statusCode } = await post({ name: "Tests", credentials: credentialsOf(kind, "HEAPQZ") });
      const wrong = await post({ name: "Tests", credentials: { ...credentialsOf(kind, "HEAPQZ"), key: "sk-HEAPQZ" } });
      statuses.push(statusCode, wrong.statusCode);
    }
    const text = await heapOf(one, dumps);
    await one.stop();
    rmSync(dumps, { recursive: true });
    expect(new Set(statuses)).toEqual(new Set([201, 400]));
    expect(statuses.filter((status) => status === 201)).toHaveLength(kindNames.length);
    expect(text).toContain(originSecret);
    const at = text.search(/heapqz/i);
    expect(at === -1 ? "" : text.slice(at - 80, at + 40)).toBe("");
  });

  async function heapOf({ pid, invoke }: RunningFunction, dumps: string): Promise<string> {
    process.kill(pid, "SIGUSR2");
    await expect.poll(() => readdirSync(dumps)).toHaveLength(1);
    // it is written at once, so that the next answer comes when it is whole
    await invoke(httpEvent({ path: "/api/v1/health" }));
    const [name = ""] = readdirSync(dumps);
    return readFileSync(join(dumps, name), "utf8");
  }
});
