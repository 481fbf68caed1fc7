import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  PutObjectCommand,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { seededRandom } from "../testing/random.ts";
import { bucketName as Bucket, openBucket, region, type TestBucket } from "./bucket.testing.ts";
import type { CreatedEvent } from "./event.ts";

const at = Date.parse("2026-11-24T09:00:00.789Z");

let bucket: TestBucket;
let reported: unknown[];
let received: CreatedEvent[];
/** Interferes with an announcement on its way. */
let fault: (event: CreatedEvent) => void;

beforeEach(async () => {
  received = [];
  reported = [];
  fault = () => {};
  bucket = await openBucket({
    now: () => at,
    random: seededRandom(5),
    announce: async (event) => {
      fault(event);
      received.push(event);
    },
    report: (error) => reported.push(error),
  });
});

afterEach(() => bucket.stop());

const client = () => bucket.client({ systemClockOffset: at - Date.now() });
const put = (Key: string, Body = "email\n") => client().send(new PutObjectCommand({ Bucket, Key, Body }));

async function announced(): Promise<CreatedEvent[]> {
  await bucket.idle();
  return received.splice(0);
}
const keys = (events: CreatedEvent[]) => events.map(({ detail }) => detail.object.key);

test("an object that was put is announced as EventBridge tells it, with its key unencoded", async () => {
  await put("imports/org_1/größe 1+2.csv");
  expect(await announced()).toEqual([
    {
      version: "0",
      id: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
      "detail-type": "Object Created",
      source: "aws.s3",
      account: "000000000000",
      time: "2026-11-24T09:00:00Z",
      region,
      resources: [`arn:aws:s3:::${Bucket}`],
      detail: {
        version: "0",
        bucket: { name: Bucket },
        object: {
          key: "imports/org_1/größe 1+2.csv",
          size: 6,
          etag: createHash("md5").update("email\n").digest("hex"),
          sequencer: expect.stringMatching(/^[0-9A-F]{18}$/),
        },
        "request-id": expect.stringMatching(/^[0-9A-F]{16}$/),
        requester: "000000000000",
        "source-ip-address": "127.0.0.1",
        reason: "PutObject",
      },
    },
  ]);
});

test("so is one of several parts, but neither a single part nor a deletion", async () => {
  const Key = "imports/org_1/parts.csv";
  const { UploadId } = await client().send(new CreateMultipartUploadCommand({ Bucket, Key }));
  const part = { Bucket, Key, UploadId, PartNumber: 1 };
  const { ETag } = await client().send(new UploadPartCommand({ ...part, Body: "email\n" }));
  expect(await announced()).toEqual([]);
  const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
  await client().send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload }));
  expect(await announced()).toMatchObject([{ detail: { reason: "CompleteMultipartUpload", object: { size: 6 } } }]);
  await client().send(new DeleteObjectCommand({ Bucket, Key }));
  expect(await announced()).toEqual([]);
});

test("objects are announced in the order of their creation, and of one key the later has the greater sequencer", async () => {
  for (const body of ["1", "2", "3"]) await put("imports/a.csv", body);
  await bucket.idle();
  bucket.revive();
  await put("imports/a.csv", "4");
  const sequencers = (await announced()).map(({ detail }) => detail.object.sequencer);
  expect(sequencers).toEqual([...new Set(sequencers)].sort());
  expect(sequencers).toHaveLength(4);
});

describe("an announcement is never lost:", () => {
  test("a queue that does not accept it is tried again", async () => {
    let refusals = 2;
    fault = () => {
      if (refusals-- > 0) throw new Error("The queue is unavailable.");
    };
    await put("imports/a.csv");
    await put("imports/b.csv");
    expect(keys(await announced())).toEqual(["imports/a.csv", "imports/b.csv"]);
    expect(reported).toHaveLength(2);
  });

  test("a bucket that crashes between storing and announcing announces after its restart", async () => {
    bucket.faults({ crash: { after: 1 } });
    await expect(put("imports/a.csv")).rejects.toBeInstanceOf(Error);
    expect(received).toEqual([]);
    bucket.revive();
    expect(keys(await announced())).toEqual(["imports/a.csv"]);
    bucket.revive();
    expect(await announced()).toEqual([]);
  });

  test("a bucket that crashes while announcing announces again", async () => {
    let died = false;
    fault = () => {
      if (died) return;
      died = true;
      bucket.revive();
    };
    await put("imports/a.csv");
    const events = await announced();
    expect(keys(events)).toContain("imports/a.csv");
    expect(new Set(events.map(({ id }) => id)).size).toBe(1);
  });

  test("if an object was replaced before, both are announced", async () => {
    let away = true;
    fault = () => {
      if (away) throw new Error("The queue is unavailable.");
    };
    await put("imports/a.csv", "1");
    await put("imports/a.csv", "22");
    bucket.revive();
    away = false;
    bucket.revive();
    expect((await announced()).map(({ detail }) => detail.object.size)).toEqual([1, 2]);
  });
});

describe("a test can inject", () => {
  test("a repeated event", async () => {
    bucket.faults({ duplicate: 1 });
    await put("imports/a.csv");
    const events = await announced();
    expect(keys(events)).toEqual(["imports/a.csv", "imports/a.csv"]);
    expect(new Set(events.map(({ id }) => id)).size).toBe(1);
    expect(bucket.struck.duplicate).toBe(1);
  });

  test("a lost answer, after which the object is stored and announced", async () => {
    bucket.faults({ drop: 1 });
    await expect(put("imports/a.csv")).rejects.toBeInstanceOf(Error);
    expect(keys(await announced())).toEqual(["imports/a.csv"]);
    expect(bucket.struck.drop).toBe(1);
  });

  test("a crash before a request, after which nothing is stored", async () => {
    bucket.faults({ crash: { before: 2 } });
    await put("imports/a.csv");
    await expect(put("imports/b.csv")).rejects.toBeInstanceOf(Error);
    await expect(put("imports/c.csv")).rejects.toBeInstanceOf(Error);
    bucket.revive();
    expect(keys(await announced())).toEqual(["imports/a.csv"]);
    expect(bucket.struck.crash).toBe(1);
  });
});

test("without a receiver nothing is pending", async () => {
  const quiet = await openBucket();
  await quiet.client().send(new PutObjectCommand({ Bucket, Key: "imports/a.csv", Body: "email\n" }));
  expect(readFileSync(join(quiet.folder, "journal.jsonl"), "utf8")).not.toContain("Object Created");
  await quiet.idle();
  await quiet.stop();
});
