import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pathToFileURL } from "node:url";
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { testCredentials as credentials } from "@muster/local-base/credential.ts";
import { afterEach, beforeEach, expect, test } from "vitest";
import { bucketName as Bucket, openBucket, region } from "./bucket.testing.ts";
import type { CreatedEvent } from "./event.ts";

const server = pathToFileURL(join(import.meta.dirname, "server.ts")).href;

let folder: string;
let child: ChildProcess;
let client: S3Client;

/** A bucket in a process of its own, whose events nobody accepts. */
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "muster-killed-"));
  const options = JSON.stringify({ name: Bucket, region, folder });
  const program = `import { startBucket } from ${JSON.stringify(server)};
    const bucket = await startBucket({ ...${options}, announce: () => Promise.reject(new Error("unavailable")) });
    process.stdout.write(bucket.endpoint);`;
  child = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", program], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [endpoint] = child.stdout ? await once(child.stdout, "data") : [];
  client = new S3Client({ endpoint: String(endpoint), region, credentials, maxAttempts: 1 });
});

afterEach(async () => {
  await kill();
  client.destroy();
  rmSync(folder, { recursive: true, force: true });
});

async function kill(): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGKILL");
  await ended;
}

const content = () => join(folder, "content");
const onDisk = () => readdirSync(content()).reduce((sum, name) => sum + statSync(join(content(), name)).size, 0);

/** Content whose first part arrives at once, and whose rest never does. */
function stuck(first: string, length: number): { Body: Readable; ContentLength: number } {
  const Body = new Readable({ read: () => {} });
  Body.push(first);
  return { Body, ContentLength: length };
}

test("killed during an upload, it has no half object, and the previous one stays", async () => {
  await client.send(new PutObjectCommand({ Bucket, Key: "imports/a.csv", Body: "before" }));
  const half = stuck("x".repeat(1_000_000), 2_000_000);
  const sent = client.send(new PutObjectCommand({ Bucket, Key: "imports/a.csv", ...half }));
  const failed = sent.catch((error: unknown) => error);
  await expect.poll(onDisk).toBeGreaterThan(500_000);
  await kill();
  expect(await failed).toBeInstanceOf(Error);

  const events: CreatedEvent[] = [];
  const again = await openBucket({ folder, announce: async (event) => void events.push(event) });
  const { Body } = await again.client().send(new GetObjectCommand({ Bucket, Key: "imports/a.csv" }));
  expect(await Body?.transformToString()).toBe("before");
  expect(again.files()).toHaveLength(1);
  await again.idle();
  expect(events.map(({ detail }) => detail.object.size)).toEqual([6]);
  await again.stop();
});

test("killed during a part, it continues the upload from the complete parts", async () => {
  const Key = "imports/a.csv";
  const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key }));
  const whole = Buffer.alloc(5 * 2 ** 20, "x");
  const { ETag } = await client.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber: 1, Body: whole }));
  const half = stuck("y".repeat(1_000_000), 2_000_000);
  const sent = client.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber: 2, ...half }));
  const failed = sent.catch((error: unknown) => error);
  await expect.poll(onDisk).toBeGreaterThan(whole.length + 500_000);
  await kill();
  expect(await failed).toBeInstanceOf(Error);

  const again = await openBucket({ folder });
  expect(again.files()).toHaveLength(1);
  const last = await again.client().send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber: 2, Body: "end" }));
  const MultipartUpload = {
    Parts: [
      { PartNumber: 1, ETag },
      { PartNumber: 2, ETag: last.ETag },
    ],
  };
  await again.client().send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload }));
  const { ContentLength, Body } = await again.client().send(new GetObjectCommand({ Bucket, Key }));
  expect(ContentLength).toBe(whole.length + 3);
  await Body?.transformToByteArray();
  await again.stop();
});
