import { createHash } from "node:crypto";
import {
  AbortMultipartUploadCommand,
  type ChecksumAlgorithm,
  CompleteMultipartUploadCommand,
  type CompleteMultipartUploadCommandInput,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { afterEach, beforeEach, expect, test } from "vitest";
import { bucketName as Bucket, openBucket, type TestBucket } from "./bucket.testing.ts";

const Key = "imports/org_1/large.csv";
const part = 5 * 2 ** 20;
const first = Buffer.alloc(part, "abc");
const second = Buffer.alloc(part + 1, "defg");
const third = Buffer.from("the end");

let bucket: TestBucket;
let client: S3Client;

beforeEach(async () => {
  bucket = await openBucket();
  client = bucket.client();
});
afterEach(() => bucket.stop());

async function begin(more: { ChecksumAlgorithm?: ChecksumAlgorithm } = {}): Promise<string> {
  const command = new CreateMultipartUploadCommand({
    Bucket,
    Key,
    ContentType: "text/csv",
    Metadata: { organization: "org_1" },
    ...more,
  });
  return (await client.send(command)).UploadId ?? "";
}

const send = (
  UploadId: string,
  PartNumber: number,
  Body: Buffer,
  more: { ChecksumAlgorithm?: ChecksumAlgorithm } = {},
) => client.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body, ...more }));

const complete = (
  UploadId: string,
  Parts: { PartNumber: number; ETag?: string | undefined }[],
  more: Partial<CompleteMultipartUploadCommandInput> = {},
) => client.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts }, ...more }));

const md5 = (bytes: Buffer) => createHash("md5").update(bytes).digest();

test("parts become one object in the order of their numbers, whatever order they arrive in", async () => {
  const UploadId = await begin();
  const [three, one, two] = [
    await send(UploadId, 3, third),
    await send(UploadId, 1, first),
    await send(UploadId, 2, second),
  ];
  const { ETag } = await complete(UploadId, [
    { PartNumber: 1, ETag: one.ETag },
    { PartNumber: 2, ETag: two.ETag },
    { PartNumber: 3, ETag: three.ETag },
  ]);
  expect(ETag).toBe(`"${md5(Buffer.concat([first, second, third].map(md5))).toString("hex")}-3"`);
  const whole = Buffer.concat([first, second, third]);
  const found = await client.send(new GetObjectCommand({ Bucket, Key }));
  expect(Buffer.from((await found.Body?.transformToByteArray()) ?? []).equals(whole)).toBe(true);
  expect(found).toMatchObject({ ETag, ContentType: "text/csv", Metadata: { organization: "org_1" } });
  for (const [from, to] of [
    [part - 2, part + 1],
    [0, part - 1],
    [part, part],
    [part - 1, part + second.length + 2],
  ] as const) {
    const { Body } = await client.send(new GetObjectCommand({ Bucket, Key, Range: `bytes=${from}-${to}` }));
    expect(Buffer.from((await Body?.transformToByteArray()) ?? []).equals(whole.subarray(from, to + 1))).toBe(true);
  }
});

test("a part can be sent again; what it replaces and unnamed parts are deleted from the disk", async () => {
  const UploadId = await begin();
  await send(UploadId, 1, first);
  const { ETag } = await send(UploadId, 1, third);
  await send(UploadId, 2, second);
  expect(bucket.files()).toHaveLength(2);
  await complete(UploadId, [{ PartNumber: 1, ETag }]);
  expect(await client.send(new HeadObjectCommand({ Bucket, Key }))).toMatchObject({ ContentLength: third.length });
  expect(bucket.files()).toHaveLength(1);
});

test("there is no object until the upload is complete, and none after an abort", async () => {
  const UploadId = await begin();
  const { ETag } = await send(UploadId, 1, first);
  await expect(client.send(new HeadObjectCommand({ Bucket, Key }))).rejects.toMatchObject({ name: "NotFound" });
  await client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
  expect(bucket.files()).toEqual([]);
  const gone = { name: "NoSuchUpload" };
  await expect(send(UploadId, 1, first)).rejects.toMatchObject(gone);
  await expect(complete(UploadId, [{ PartNumber: 1, ETag }])).rejects.toMatchObject(gone);
  await expect(client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }))).rejects.toMatchObject(gone);
  expect(bucket.files()).toEqual([]);
});

test("an upload survives a restart", async () => {
  const UploadId = await begin();
  const one = await send(UploadId, 1, first);
  bucket.revive();
  const two = await send(UploadId, 2, third);
  bucket.revive();
  await complete(UploadId, [
    { PartNumber: 1, ETag: one.ETag },
    { PartNumber: 2, ETag: two.ETag },
  ]);
  bucket.revive();
  const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
  expect((await Body?.transformToByteArray())?.length).toBe(first.length + third.length);
});

test("the list of parts must match what was sent, in order, and large enough", async () => {
  const UploadId = await begin();
  const one = { PartNumber: 1, ETag: (await send(UploadId, 1, third)).ETag };
  const two = { PartNumber: 2, ETag: (await send(UploadId, 2, first)).ETag };
  const refused = (parts: { PartNumber: number; ETag?: string | undefined }[], more = {}) =>
    complete(UploadId, parts, more).then(
      () => "taken",
      (error: Error) => error.name,
    );
  expect(await refused([{ PartNumber: 3, ETag: one.ETag }])).toBe("InvalidPart");
  expect(await refused([{ PartNumber: 1, ETag: two.ETag }])).toBe("InvalidPart");
  expect(await refused([two, one])).toBe("InvalidPartOrder");
  expect(await refused([two, two])).toBe("InvalidPartOrder");
  expect(await refused([one, two])).toBe("EntityTooSmall");
  expect(await refused([])).toBe("MalformedXML");
  expect(await refused([two], { MpuObjectSize: 7 })).toBe("InvalidRequest");
  await expect(send(UploadId, 0, first)).rejects.toMatchObject({ name: "InvalidArgument" });
  await expect(send(UploadId, 10_001, first)).rejects.toMatchObject({ name: "InvalidArgument" });
  expect(await refused([two], { MpuObjectSize: part })).toBe("taken");
});

test("a conditional write succeeds only if its expectation holds", async () => {
  const UploadId = await begin();
  const Parts = [{ PartNumber: 1, ETag: (await send(UploadId, 1, third)).ETag }];
  await client.send(new PutObjectCommand({ Bucket, Key, Body: "before" }));
  await expect(complete(UploadId, Parts, { IfNoneMatch: "*" })).rejects.toMatchObject({ name: "PreconditionFailed" });
  await complete(UploadId, Parts);
  expect(bucket.files()).toHaveLength(1);
});

test.each<ChecksumAlgorithm>(["CRC32", "SHA256"])("%s is that of the parts' own checksums", async (algorithm) => {
  const more = { ChecksumAlgorithm: algorithm };
  const name = `Checksum${algorithm}` as "ChecksumCRC32";
  const UploadId = await begin(more);
  const one = await send(UploadId, 1, first, more);
  const two = await send(UploadId, 2, third, more);
  const Parts = [
    { PartNumber: 1, ETag: one.ETag, [name]: one[name] },
    { PartNumber: 2, ETag: two.ETag, [name]: two[name] },
  ];
  const swapped = [Parts[0], { ...Parts[1], PartNumber: 2, [name]: one[name] }];
  await expect(complete(UploadId, swapped as typeof Parts)).rejects.toMatchObject({ name: "InvalidPart" });
  const done = await complete(UploadId, Parts);
  expect(done[name]).toMatch(/^[\w+/]+=*-2$/);
  const found = await client.send(new GetObjectCommand({ Bucket, Key, ChecksumMode: "ENABLED" }));
  expect(found[name]).toBe(done[name]);
  expect((await found.Body?.transformToByteArray())?.length).toBe(first.length + third.length);
});

test("CRC64NVME is that of the whole object", async () => {
  const more = { ChecksumAlgorithm: "CRC64NVME" as const };
  const UploadId = await begin(more);
  const Parts = [
    { PartNumber: 1, ETag: (await send(UploadId, 1, first, more)).ETag },
    { PartNumber: 2, ETag: (await send(UploadId, 2, third, more)).ETag },
  ];
  const Body = Buffer.concat([first, third]);
  const { ChecksumCRC64NVME } = await client.send(new PutObjectCommand({ Bucket, Key: "alone", Body, ...more }));
  const wrong = { ChecksumCRC64NVME: "AAAAAAAAAAA=" };
  await expect(complete(UploadId, Parts, wrong)).rejects.toMatchObject({ name: "BadDigest" });
  expect(await complete(UploadId, Parts, { ChecksumCRC64NVME })).toMatchObject({ ChecksumCRC64NVME });
  const found = await client.send(new GetObjectCommand({ Bucket, Key, ChecksumMode: "ENABLED" }));
  expect(await found.Body?.transformToByteArray()).toHaveLength(Body.length);
});
