import { CopyObjectCommand, type CopyObjectCommandInput, GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { afterEach, beforeEach, expect, test } from "vitest";
import { bucketName as Bucket, openBucket, type TestBucket } from "./bucket.testing.ts";

let bucket: TestBucket;
beforeEach(async () => {
  bucket = await openBucket();
});
afterEach(() => bucket.stop());

const Key = "a b/größe.csv";
const CopySource = `${Bucket}/${encodeURIComponent(Key)}`;
const put = async (Body: string) =>
  (
    await bucket
      .client()
      .send(new PutObjectCommand({ Bucket, Key, Body, ContentType: "text/csv", Metadata: { of: "me" } }))
  ).ETag;
const copy = (more: Partial<CopyObjectCommandInput> = {}) =>
  bucket.client().send(new CopyObjectCommand({ Bucket, Key: "b", CopySource, ...more }));
const get = async (key: string) => {
  const { Body, ContentType, Metadata, ETag } = await bucket.client().send(new GetObjectCommand({ Bucket, Key: key }));
  return [await Body?.transformToString(), ContentType, Metadata, ETag];
};
const failed = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    ({ name }: Error) => name,
  );

test("a copy has the content and headers of its source, and stays when the source is replaced", async () => {
  const etag = await put("first");
  const { CopyObjectResult } = await copy({ CopySourceIfMatch: etag });
  expect(CopyObjectResult?.ETag).toBe(etag);
  await put("second");
  expect(await get("b")).toEqual(["first", "text/csv", { of: "me" }, etag]);
  bucket.revive();
  expect(await get("b")).toEqual(["first", "text/csv", { of: "me" }, etag]);
});

test("a copy may say that it has no tags, and nothing else of them", async () => {
  const etag = await put("first");
  await copy({ TaggingDirective: "REPLACE" });
  expect(await get("b")).toEqual(["first", "text/csv", { of: "me" }, etag]);
  expect(await failed(copy({ TaggingDirective: "COPY" }))).toBe("NotImplemented");
  expect(await failed(copy({ TaggingDirective: "REPLACE", Tagging: "a=b" }))).toBe("NotImplemented");
});

test("an object without content can be copied", async () => {
  await put("");
  await copy();
  expect((await get("b"))[0]).toBe("");
});

test("another or a missing source is refused, and nothing is left of it", async () => {
  const etag = await put("first");
  await put("second");
  expect(await failed(copy({ CopySourceIfMatch: etag }))).toBe("PreconditionFailed");
  expect(await failed(copy({ CopySource: `${Bucket}/other` }))).toBe("NoSuchKey");
  expect(await failed(copy({ CopySource: "elsewhere/a" }))).toBe("NoSuchBucket");
  expect(await failed(copy({ CopySource: `${CopySource}?versionId=1` }))).toBe("InvalidArgument");
  expect(await failed(copy({ CopySource: `${Bucket}/%zz` }))).toBe("InvalidArgument");
  expect(bucket.files()).toHaveLength(1);
});
