import { createHash } from "node:crypto";
import { Agent } from "node:http";
import { Readable } from "node:stream";
import {
  ChecksumAlgorithm,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  type GetObjectCommandInput,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandInput,
  type ListObjectsV2CommandOutput,
  PutObjectCommand,
  type PutObjectCommandInput,
  PutObjectTaggingCommand,
  type S3Client,
  UploadPartCopyCommand,
} from "@aws-sdk/client-s3";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { bucketName as Bucket, openBucket, type TestBucket } from "./bucket.testing.ts";

let bucket: TestBucket;
let client: S3Client;

beforeEach(async () => {
  bucket = await openBucket();
  client = bucket.client();
});

afterEach(() => bucket.stop());

const put = (
  Key: string,
  Body: NonNullable<PutObjectCommandInput["Body"]>,
  more: Partial<PutObjectCommandInput> = {},
) => client.send(new PutObjectCommand({ Bucket, Key, Body, ...more }));

const get = (Key: string, more: Partial<GetObjectCommandInput> = {}) =>
  client.send(new GetObjectCommand({ Bucket, Key, ...more }));

async function text(Key: string, more: Partial<GetObjectCommandInput> = {}): Promise<string | undefined> {
  return (await get(Key, more)).Body?.transformToString();
}

const list = (more: Partial<ListObjectsV2CommandInput> = {}) =>
  client.send(new ListObjectsV2Command({ Bucket, ...more }));

const md5 = (bytes: string | Buffer) => createHash("md5").update(bytes).digest("hex");

/** Returns the name and status of the resulting failure. */
async function failure(promise: Promise<unknown>): Promise<[string, number] | undefined> {
  try {
    await promise;
    return undefined;
  } catch (error) {
    const { name, $metadata } = error as { name: string; $metadata?: { httpStatusCode?: number } };
    return [name, $metadata?.httpStatusCode ?? 0];
  }
}

describe("an object", () => {
  test("is returned as it was put, with its type, headers and metadata", async () => {
    const { ETag } = await put("imports/größe ✓ +&=?.csv", "email\nada@example.com\n", {
      ContentType: "text/csv; charset=utf-8",
      CacheControl: "no-cache",
      ContentDisposition: 'attachment; filename="a.csv"',
      ContentEncoding: "gzip",
      Metadata: { organization: "org_1" },
    });
    expect(ETag).toBe(`"${md5("email\nada@example.com\n")}"`);
    const found = await get("imports/größe ✓ +&=?.csv");
    expect(await found.Body?.transformToString()).toBe("email\nada@example.com\n");
    expect(found).toMatchObject({
      ETag,
      ContentType: "text/csv; charset=utf-8",
      CacheControl: "no-cache",
      ContentDisposition: 'attachment; filename="a.csv"',
      ContentEncoding: "gzip",
      ContentLength: 22,
      Metadata: { organization: "org_1" },
      LastModified: expect.any(Date),
    });
    const head = await client.send(new HeadObjectCommand({ Bucket, Key: "imports/größe ✓ +&=?.csv" }));
    expect(head).toMatchObject({ ETag, ContentLength: 22, Metadata: { organization: "org_1" } });
  });

  test("may be a stream, which the SDK sends in chunks followed by the checksum", async () => {
    const bytes = Buffer.alloc(300_001, "abcdefg");
    const Body = Readable.from([bytes.subarray(0, 7), bytes.subarray(7, 200_000), bytes.subarray(200_000)]);
    const { ETag } = await put("stream", Body, { ContentLength: bytes.length });
    expect(ETag).toBe(`"${md5(bytes)}"`);
    const found = await get("stream");
    expect(Buffer.from((await found.Body?.transformToByteArray()) ?? []).equals(bytes)).toBe(true);
    expect(found.ContentEncoding).toBeUndefined();
  });

  test("may be empty", async () => {
    await put("empty", "");
    expect(await text("empty")).toBe("");
    expect((await get("empty")).ContentLength).toBe(0);
  });

  test("is replaced in one step, and the old content is deleted from the disk", async () => {
    await put("a", "first");
    await put("a", "second");
    expect(await text("a")).toBe("second");
    expect(bucket.files()).toHaveLength(1);
  });

  test("stays whole for its reader when it is replaced or deleted during the read", async () => {
    const bytes = Buffer.alloc(8_000_000, "x");
    await put("a", bytes);
    const { Body } = await get("a");
    await put("a", "second");
    await client.send(new DeleteObjectCommand({ Bucket, Key: "a" }));
    expect(Buffer.from((await Body?.transformToByteArray()) ?? []).equals(bytes)).toBe(true);
    await expect.poll(() => bucket.files()).toEqual([]);
  });

  test("is released after a lost answer", async () => {
    await put("a", "first");
    bucket.faults({ drop: 1 });
    expect(await failure(get("a"))).toBeDefined();
    bucket.faults({});
    await put("a", "second");
    expect(bucket.files()).toHaveLength(1);
  });

  test("that does not exist is missing, for GET and HEAD", async () => {
    expect(await failure(get("nope"))).toEqual(["NoSuchKey", 404]);
    expect(await failure(client.send(new HeadObjectCommand({ Bucket, Key: "nope" })))).toEqual(["NotFound", 404]);
    expect(await failure(client.send(new DeleteObjectCommand({ Bucket, Key: "nope" })))).toBeUndefined();
  });

  test("is missing once it is deleted, alone or with others", async () => {
    for (const key of ["a", "b & c", "d"]) await put(key, key);
    await client.send(new DeleteObjectCommand({ Bucket, Key: "a" }));
    const Objects = [{ Key: "b & c" }, { Key: "never existed" }];
    const { Deleted } = await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    expect(Deleted).toEqual(Objects);
    expect((await list()).Contents?.map(({ Key }) => Key)).toEqual(["d"]);
    expect(bucket.files()).toHaveLength(1);
    const quiet = { Objects: [{ Key: "d" }], Quiet: true };
    expect((await client.send(new DeleteObjectsCommand({ Bucket, Delete: quiet }))).Deleted).toBeUndefined();
  });
});

test("a bucket whose time was moved is reached by clients of the machine's time", async () => {
  const aheadMs = 40 * 86_400_000;
  const moved = await openBucket({ now: () => Date.now() + aheadMs });
  const other = moved.client({ maxAttempts: 2 });
  await other.send(new PutObjectCommand({ Bucket, Key: "a", Body: "hello" }));
  const { LastModified, Body } = await other.send(new GetObjectCommand({ Bucket, Key: "a" }));
  expect(await Body?.transformToString()).toBe("hello");
  expect(Number(LastModified)).toBeGreaterThan(Date.now() + aheadMs - 60_000);
  other.destroy();
  await moved.stop();
});

describe("a range of an object", () => {
  beforeEach(() => put("digits", "0123456789"));

  test.each([
    ["bytes=2-4", "234", "bytes 2-4/10"],
    ["bytes=7-", "789", "bytes 7-9/10"],
    ["bytes=-3", "789", "bytes 7-9/10"],
    ["bytes=-30", "0123456789", "bytes 0-9/10"],
    ["bytes=8-100", "89", "bytes 8-9/10"],
  ])("%s", async (Range, expected, ContentRange) => {
    const found = await get("digits", { Range });
    expect(await found.Body?.transformToString()).toBe(expected);
    expect(found).toMatchObject({ ContentRange, ContentLength: expected.length, $metadata: { httpStatusCode: 206 } });
  });

  test("after its end is refused, and an invalid one means the whole", async () => {
    expect(await failure(get("digits", { Range: "bytes=10-" }))).toEqual(["InvalidRange", 416]);
    expect(await failure(get("digits", { Range: "bytes=-0" }))).toEqual(["InvalidRange", 416]);
    for (const Range of ["bytes=4-2", "lines=1-2", "bytes=1-2,4-5"]) {
      expect((await get("digits", { Range })).$metadata.httpStatusCode).toBe(200);
    }
  });

  test("has no checksum of the whole", async () => {
    expect(await text("digits", { Range: "bytes=2-4", ChecksumMode: "ENABLED" })).toBe("234");
  });
});

describe("a condition", () => {
  test("of a reader is met: another version is refused, the same one is not sent again", async () => {
    const { ETag = "" } = await put("a", "first");
    expect(await text("a", { IfMatch: ETag })).toBe("first");
    expect(await failure(get("a", { IfNoneMatch: ETag }))).toEqual([expect.anything(), 304]);
    expect(await failure(get("a", { IfModifiedSince: new Date() }))).toEqual([expect.anything(), 304]);
    expect(await text("a", { IfModifiedSince: new Date(0) })).toBe("first");
    await put("a", "second");
    expect(await failure(get("a", { IfMatch: ETag }))).toEqual(["PreconditionFailed", 412]);
    expect(await text("a", { IfNoneMatch: ETag })).toBe("second");
    expect(await failure(get("a", { IfUnmodifiedSince: new Date(0) }))).toEqual(["PreconditionFailed", 412]);
  });

  test("of a writer is met: only if nothing exists, only in place of the expected one", async () => {
    const { ETag = "" } = await put("a", "first", { IfNoneMatch: "*" });
    expect(await failure(put("a", "other", { IfNoneMatch: "*" }))).toEqual(["PreconditionFailed", 412]);
    await put("a", "second", { IfMatch: ETag });
    expect(await failure(put("a", "third", { IfMatch: ETag }))).toEqual(["PreconditionFailed", 412]);
    expect(await failure(put("b", "third", { IfMatch: ETag }))).toEqual(["NoSuchKey", 404]);
    expect(await text("a")).toBe("second");
    expect(bucket.files()).toHaveLength(1);
  });

  test("of two concurrent writers is met by one", async () => {
    const wanted = { IfNoneMatch: "*" };
    const ended = await Promise.all(["one", "other"].map((body) => failure(put("a", body, wanted))));
    expect(ended.filter((each) => each === undefined)).toHaveLength(1);
    expect(bucket.files()).toHaveLength(1);
  });
});

describe("a checksum", () => {
  test.each(Object.values(ChecksumAlgorithm).filter((one) => /^(CRC|SHA1$|SHA256$)/.test(one)))(
    "%s is checked, stored, and returned on request",
    async (algorithm) => {
      const sent = await put("sum", "content", { ChecksumAlgorithm: algorithm });
      const name = `Checksum${algorithm}` as "ChecksumCRC32";
      expect(sent[name]).toMatch(/^[\w+/]+=*$/);
      expect((await get("sum", { ChecksumMode: "ENABLED" }))[name]).toBe(sent[name]);
      expect((await get("sum", { ChecksumMode: undefined }))[name]).toBe(sent[name]);
      const wrong = { [name]: Buffer.alloc(Buffer.from(sent[name] ?? "", "base64").length).toString("base64") };
      expect(await failure(put("sum", "content", wrong))).toEqual(["BadDigest", 400]);
    },
  );

  test("that does not match the content is refused, and the previous object stays", async () => {
    await put("a", "before");
    expect(await failure(put("a", "after", { ContentMD5: "AAAAAAAAAAAAAAAAAAAAAA==" }))).toEqual(["BadDigest", 400]);
    expect(await text("a")).toBe("before");
    expect(bucket.files()).toHaveLength(1);
    await put("a", "after", { ContentMD5: createHash("md5").update("after").digest("base64") });
    expect(await text("a")).toBe("after");
  });
});

describe("a list", () => {
  beforeEach(async () => {
    for (const key of ["b/2", "a", "b/1", "b/c/1", "é", "z", "&<"]) await put(key, key);
  });
  const keysOf = ({ Contents = [] }: Pick<ListObjectsV2CommandOutput, "Contents">) => Contents.map(({ Key }) => Key);

  test("is in the order of the keys' bytes", async () => {
    const found = await list();
    expect(keysOf(found)).toEqual(["&<", "a", "b/1", "b/2", "b/c/1", "z", "é"]);
    expect(found).toMatchObject({ IsTruncated: false, KeyCount: 7 });
    expect(found.Contents?.[1]).toMatchObject({ ETag: `"${md5("a")}"`, Size: 1, LastModified: expect.any(Date) });
  });

  test("comes in pages, each beginning where the last one ended", async () => {
    const keys: (string | undefined)[] = [];
    let ContinuationToken: string | undefined;
    do {
      const page = await list({ MaxKeys: 3, ...(ContinuationToken && { ContinuationToken }) });
      expect(keysOf(page).length).toBeLessThanOrEqual(3);
      keys.push(...keysOf(page));
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken);
    expect(keys).toEqual(["&<", "a", "b/1", "b/2", "b/c/1", "z", "é"]);
  });

  test("may have a prefix, group by a delimiter, and begin after a key", async () => {
    expect(keysOf(await list({ Prefix: "b/" }))).toEqual(["b/1", "b/2", "b/c/1"]);
    const gathered = await list({ Delimiter: "/" });
    expect(keysOf(gathered)).toEqual(["&<", "a", "z", "é"]);
    expect(gathered.CommonPrefixes).toEqual([{ Prefix: "b/" }]);
    expect(keysOf(await list({ StartAfter: "b/2" }))).toEqual(["b/c/1", "z", "é"]);
    expect(keysOf(await list({ EncodingType: "url", Prefix: "é" }))).toEqual(["%C3%A9"]);
  });

  test("groups by a delimiter across its pages, too", async () => {
    const first = await list({ Delimiter: "/", MaxKeys: 3 });
    expect([keysOf(first), first.CommonPrefixes]).toEqual([["&<", "a"], [{ Prefix: "b/" }]]);
    const second = await list({ Delimiter: "/", ContinuationToken: first.NextContinuationToken });
    expect([keysOf(second), second.CommonPrefixes]).toEqual([["z", "é"], undefined]);
  });
});

describe("a client that", () => {
  test.each([
    [
      "has a wrong secret",
      { credentials: { accessKeyId: "local", secretAccessKey: "guess" } },
      "SignatureDoesNotMatch",
    ],
    ["has a wrong key", { credentials: { accessKeyId: "other", secretAccessKey: "local" } }, "InvalidAccessKeyId"],
    ["signs for another region", { region: "us-east-1" }, "AuthorizationHeaderMalformed"],
    ["has a clock that is wrong", { systemClockOffset: -16 * 60_000 }, "RequestTimeTooSkewed"],
  ])("%s is refused", async (_, config, code) => {
    const other = bucket.client(config);
    const [name] = (await failure(other.send(new PutObjectCommand({ Bucket, Key: "a", Body: "a" })))) ?? [];
    expect(name).toBe(code);
    expect(bucket.files()).toEqual([]);
  });

  test("does not sign is refused", async () => {
    await put("a", "a");
    const answer = await fetch(`${bucket.url}/a`);
    expect([answer.status, await answer.text()]).toEqual([403, expect.stringContaining("<Code>AccessDenied</Code>")]);
  });

  test("has the bucket in the host name finds it too", async () => {
    const requestHandler = {
      httpAgent: new Agent({ lookup: (_host, _options, found) => found(null, [{ address: "127.0.0.1", family: 4 }]) }),
    };
    const endpoint = bucket.endpoint.replace("127.0.0.1", "localhost");
    const byHost = bucket.client({ endpoint, requestHandler });
    const hosts: unknown[] = [];
    byHost.middlewareStack.add(
      (next) => (args) => {
        hosts.push((args.request as { hostname: string }).hostname);
        return next(args);
      },
      { step: "finalizeRequest", priority: "low" },
    );
    await byHost.send(new PutObjectCommand({ Bucket, Key: "a/b", Body: "by host" }));
    expect(hosts).toEqual([`${Bucket}.localhost`]);
    expect(await text("a/b")).toBe("by host");
  });

  test("uses a foreign host name is refused", async () => {
    const Host = "muster.example:80";
    const foreign = bucket.client();
    foreign.middlewareStack.add(
      (next) => (args) => {
        (args.request as { headers: Record<string, string> }).headers.host = Host;
        return next(args);
      },
      { step: "build", priority: "low" },
    );
    expect(await failure(foreign.send(new GetObjectCommand({ Bucket, Key: "a" })))).toEqual(["AccessDenied", 403]);
  });

  test("requests another bucket gets none", async () => {
    const other = client.send(new GetObjectCommand({ Bucket: "other-bucket", Key: "a" }));
    expect(await failure(other)).toEqual(["NoSuchBucket", 404]);
    expect(await failure(client.send(new HeadBucketCommand({ Bucket })))).toBeUndefined();
  });

  test("requests an unsupported operation gets an error, and nothing is half done", async () => {
    await put("a", "first");
    const copy = { Bucket, Key: "b", CopySource: `${Bucket}/a` };
    for (const more of [{ MetadataDirective: "REPLACE" }, { TaggingDirective: "COPY" }] as const) {
      expect(await failure(client.send(new CopyObjectCommand({ ...copy, ...more })))).toEqual(["NotImplemented", 501]);
    }
    const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key: "b" }));
    const part = { ...copy, UploadId, PartNumber: 1 };
    expect(await failure(client.send(new UploadPartCopyCommand(part)))).toEqual(["NotImplemented", 501]);
    expect(await failure(put("b", "x", { Tagging: "a=b" }))).toEqual(["NotImplemented", 501]);
    const Tagging = { TagSet: [{ Key: "a", Value: "b" }] };
    expect(await failure(client.send(new PutObjectTaggingCommand({ Bucket, Key: "a", Tagging })))).toEqual([
      "NotImplemented",
      501,
    ]);
    expect(await text("a")).toBe("first");
    expect((await list()).KeyCount).toBe(1);
  });

  test("sends a key or metadata that S3 would not accept is refused", async () => {
    expect(await failure(put("k".repeat(1_025), "x"))).toEqual(["KeyTooLongError", 400]);
    expect(await failure(put("a", "x", { Metadata: { a: "x".repeat(2_048) } }))).toEqual(["MetadataTooLarge", 400]);
    expect(bucket.files()).toEqual([]);
  });
});
