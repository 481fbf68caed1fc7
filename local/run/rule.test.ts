import { PutObjectCommand } from "@aws-sdk/client-s3";
import { SESClient, SendRawEmailCommand } from "@aws-sdk/client-ses";
import { SQSClient } from "@aws-sdk/client-sqs";
import { mailEventPattern, uploaded } from "@muster/functions/rules.ts";
import { testCredentials as credentials } from "@muster/local-base/credential.ts";
import { bucketName, openBucket, region } from "@muster/local-bucket/bucket.testing.ts";
import type { CreatedEvent } from "@muster/local-bucket/event.ts";
import type { MailEvent } from "@muster/local-mail/event.ts";
import { startMail } from "@muster/local-mail/server.ts";
import { openQueues } from "@muster/local-queues/queues.testing.ts";
import { expect, onTestFinished, test } from "vitest";
import { matchesAny } from "../stream/filter.ts";
import { openRules } from "./rule.ts";

test("the rule of uploads matches CSV files of imports, with any case of the suffix, and nothing else", async () => {
  const queues = await openQueues("imports");
  const sqs = new SQSClient({ endpoint: queues.endpoint, region, credentials });
  const announce = openRules([{ pattern: uploaded(bucketName), queueUrl: queues.url("imports") }], sqs);
  const bucket = await openBucket({ announce });
  onTestFinished(async () => {
    await bucket.stop();
    sqs.destroy();
    await queues.stop();
  });
  const taken = ["imports/a.csv", "imports/org_1/b.CSV", "imports/org_1/deep/c.cSv", "imports/.csv"];
  const left = ["reports/a.csv", "imports/a.csv.gz", "imports/acsv", "IMPORTS/a.csv", "x/imports/a.csv", "imports/csv"];
  const client = bucket.client();
  for (const Key of [...taken, ...left]) {
    await client.send(new PutObjectCommand({ Bucket: bucketName, Key, Body: "email\n" }));
  }
  await bucket.idle();
  const events = (await queues.take("imports")) as CreatedEvent[];
  expect(events.map(({ detail }) => detail.object.key)).toEqual(taken);
});

test("the rule of mails matches every event of a mail with its configuration set, and nothing else", async () => {
  const events: MailEvent[] = [];
  const mail = await startMail({ onEvent: (event) => void events.push(event) });
  const client = new SESClient({ endpoint: mail.endpoint, region, credentials });
  onTestFinished(async () => {
    client.destroy();
    await mail.stop();
  });
  const virus = ["X5O!P%@AP[4", "\\PZX54(P^)7CC)7}$", "EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"].join("");
  const names = ["success", "bounce", "complaint"];
  for (const text of [...names.map(() => "Hello"), virus]) {
    const to = `${names.shift() ?? "success"}@simulator.amazonses.com`;
    const Data = Buffer.from(`From: muster@example.com\r\nTo: ${to}\r\n\r\n${text}`);
    await client.send(new SendRawEmailCommand({ RawMessage: { Data }, ConfigurationSetName: "muster" }));
  }
  await mail.idle();
  const types = events.map((event) => event["detail-type"]);
  expect([...new Set(types)].sort()).toEqual(mailEventPattern("muster")["detail-type"]);
  expect(events.filter((event) => !matchesAny(event, [mailEventPattern("muster")]))).toEqual([]);
  expect(events.filter((event) => matchesAny(event, [mailEventPattern("another")]))).toEqual([]);
});
