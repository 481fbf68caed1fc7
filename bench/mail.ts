import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { asSystem } from "@muster/core/kernel/context.ts";
import { bind } from "@muster/core/kernel/ports.ts";
import * as Bulk from "@muster/core/mail/bulk.ts";
import type { Send } from "@muster/core/mail/mailing.ts";
import * as Mailing from "@muster/core/mail/mailing.ts";
import { ses } from "@muster/core/mail/ses.ts";
import { connect } from "@muster/core/table/client.ts";
import { dynamo } from "@muster/core/table/dynamo.ts";
import { tableDefinition } from "@muster/core/table/schema.ts";
import { startEngine } from "@muster/local/engine/engine.ts";
import { startMail } from "@muster/local/mail/server.ts";
import { openImport, people } from "@muster/local/testing/mailing.ts";

/**
 * Mails of an import in real time, over the table engine and the mail server of a local run, by two workers: which
 * part of the account's rate they hold, and how many leave in any second at most. Run: npx tsx bench/mail.ts
 */
const rates = [14, 50];
const seconds = 25;
const workers = 2;
const perEvent = 97;
/** The provider's clock and ours meet over a socket. */
const allowance = 2;

const region = "eu-central-1";
const credentials = { accessKeyId: "local", secretAccessKey: "local" };
const settings = { productName: "Muster", siteUrl: "https://muster.example", freeSeats: 3, mailsPerHour: 1000 };
const pepper = "a pepper that only benchmarks use, 32 characters and more";

const print = (line: string) => process.stdout.write(`${line}\n`);

async function run(perSecond: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "muster-bench-"));
  const engine = await startEngine({ file: join(folder, "table.db") });
  const connection = { endpoint: engine.endpoint, region, credentials };
  await new DynamoDBClient(connection).send(new CreateTableCommand(tableDefinition("muster-bench")));
  const table = dynamo(connect(connection), "muster-bench");
  const provider = await startMail({ rate: { perSecond: perSecond * allowance, perDay: 1_000_000 } });
  const sender = { from: "muster@example.com", name: "Muster" };
  const mail = ses(sender, { endpoint: provider.endpoint, region, credentials });
  const queue: object[] = [];
  const moments: number[] = [];
  bind({
    table,
    settings,
    pepper,
    quota: mail.quota,
    mail: {
      rate: async () => perSecond,
      send: (letter) => {
        moments.push(performance.now());
        return mail.send(letter);
      },
    },
    queues: { send: async (_, bodies) => void queue.push(...bodies) },
  });
  const place = await openImport({ table, clock: { at: Date.now(), pass: () => {} } });
  for (let n = 0; n * perEvent < perSecond * seconds * 1.2; n++) {
    const mailing = await place.step(people(perEvent, `step-${n}`));
    await asSystem("work", () => Mailing.begin(mailing, perEvent));
  }

  const end = Date.now() + seconds * 1000;
  const worker = async () => {
    while (Date.now() < end) {
      const job = queue.shift() as Send;
      await asSystem("bulk", () => Bulk.send(job), end);
    }
  };
  await Promise.all(Array.from({ length: workers }, worker));
  const [first = 0] = moments;
  const lasted = ((moments.at(-1) ?? 0) - first) / 1000;
  const most = Math.max(...moments.map((from) => moments.filter((at) => at >= from && at < from + 1000).length));
  const share = (moments.length - 1) / (perSecond * lasted);
  print(
    `${perSecond} a second: ${(100 * share).toFixed(1)} % over ${lasted.toFixed(0)} s, at most ${most} in any second`,
  );
  await provider.stop();
  await engine.stop();
  rmSync(folder, { recursive: true, force: true });
}

for (const perSecond of rates) await run(perSecond);
process.exit();
