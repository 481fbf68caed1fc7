import * as ID from "@muster/core/kernel/id.ts";
import type { Letter } from "@muster/core/kernel/ports.ts";
import { MailPostponed } from "@muster/core/mail/error.ts";
import { ses } from "@muster/core/mail/ses.ts";
import { Keys } from "@muster/core/table/keys.ts";
import { put } from "@muster/core/table/table.ts";
import { type MailServer, startMail } from "@muster/local/mail/server.ts";
import { openWorld, type Person, type World } from "@muster/local/testing/world.ts";
import type { SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";

const pepper = "a pepper that only tests use, of 32 characters and more";
const organization = ID.derive("organization", "acme");
const credentials = { accessKeyId: "local", secretAccessKey: "local" };

let handler: (event: SQSEvent, context: { getRemainingTimeInMillis: () => number }) => Promise<SQSBatchResponse>;
let world: World;
let ada: Person;
let provider: MailServer;
let rate: { perSecond: number; perDay: number };

beforeAll(async () => {
  const environment = {
    MUSTER_TABLE: "muster",
    MUSTER_SITE_URL: "https://muster.example",
    MUSTER_MAIL_FROM: "muster@example.com",
    MUSTER_WORK_QUEUE_URL: "http://127.0.0.1/work",
    MUSTER_MAIL_QUEUE_URL: "http://127.0.0.1/mail",
    MUSTER_SECRETS: JSON.stringify({ pepper }),
    AWS_REGION: "eu-central-1",
    POWERTOOLS_LOG_LEVEL: "SILENT",
  };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  ({ handler } = await import("./mail.ts"));
});

beforeEach(async () => {
  world = await openWorld();
  ada = await world.person("ada@example.com");
  rate = { perSecond: 1000, perDay: 50_000 };
  provider = await startMail({ rate });
  world.rebind({ mail: mailer() });
});
afterEach(() => provider.stop());

const mailer = () =>
  ses(
    { from: "muster@example.com", name: "Muster" },
    { endpoint: provider.endpoint, region: "eu-central-1", credentials, maxAttempts: 1 },
  );

/** So many messages, each of a notice that waits for its mail. */
async function messages(count: number, first = 0): Promise<SQSRecord[]> {
  return Promise.all(
    Array.from({ length: count }, async (_, n) => {
      const notice = ID.derive("notice", String(first + n));
      const at = "2026-11-24T09:00:00.000Z";
      const row = { kind: "organization.created", organization, subject: "Acme", at, mail: "queued" };
      await world.table.write(put(Keys.notice(ada.account, notice), row));
      return message({ kind: "notice", account: ada.account, notice });
    }),
  );
}
const message = (body: object) =>
  ({ messageId: ID.create("event"), body: JSON.stringify(body) }) as unknown as SQSRecord;
const invoke = async (Records: SQSRecord[], remainingMs = 30_000) => {
  const { batchItemFailures } = await handler({ Records }, { getRemainingTimeInMillis: () => remainingMs });
  return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
};
const states = async () => {
  const rows = await world.rows.scan();
  return rows.filter(({ sk }) => String(sk).startsWith("ntc_")).map((row) => row.mail);
};

describe("many invocations at once", () => {
  const batches = async () => Promise.all(Array.from({ length: 6 }, (_, n) => messages(10, n * 10)));

  test("stay together below the rate of the provider", async () => {
    rate.perSecond = 20;
    const all = await batches();
    await invoke(await messages(1, 1000)); // now the rate is known; what the provider bears is a little more
    rate.perSecond = 35;
    expect((await Promise.all(all.map((batch) => invoke(batch)))).flat()).toEqual([]);
    expect(provider.store.list()).toHaveLength(61);
    expect(new Set(await states())).toEqual(new Set(["sent"]));
  });

  test("would exceed it without taking turns, and what was too much waits again", async () => {
    rate.perSecond = 5;
    world.rebind({ mail: { ...mailer(), rate: async () => 1_000_000 } });
    const failed = (await Promise.all((await batches()).map((batch) => invoke(batch)))).flat();
    expect(failed.length).toBeGreaterThan(0);
    expect((await states()).filter((state) => state === "queued")).toHaveLength(failed.length);
  });
});

describe("an invocation", () => {
  test("gives back what has no turn before its end, untouched", async () => {
    rate.perSecond = 5;
    const batch = await messages(4);
    const failed = await invoke(batch, 8_100);
    expect(failed).toEqual(batch.slice(1).map(({ messageId }) => messageId));
    expect((await states()).filter((state) => state === "queued")).toHaveLength(3);
  });

  test("takes another turn for a mail that the provider had no room for, and gives it back after three", async () => {
    const real = mailer();
    let refusals = 2;
    const busy = async (letter: Letter) => {
      if (refusals-- > 0) throw new MailPostponed("Slower.");
      return real.send(letter);
    };
    world.rebind({ mail: { ...real, send: busy } });
    expect(await invoke(await messages(1))).toEqual([]);
    expect(await states()).toEqual(["sent"]);
    refusals = 3;
    const batch = await messages(1, 1);
    expect(await invoke(batch)).toEqual([batch[0]?.messageId]);
    expect(refusals).toBe(0);
    expect(await states()).toContain("queued");
  });

  test("gives back everything when the rate cannot be known", async () => {
    const batch = await messages(3);
    await provider.stop();
    expect(await invoke(batch)).toEqual(batch.map(({ messageId }) => messageId));
    expect(new Set(await states())).toEqual(new Set(["queued"]));
    provider = await startMail();
  });

  test("fails by one message alone when that is not a job", async () => {
    const [good, bad] = [await messages(2), message({ kind: "letter" })];
    expect(await invoke([bad, ...good])).toEqual([bad.messageId]);
    expect(await states()).toEqual(["sent", "sent"]);
  });
});
