import { credentials, region } from "@muster/local/testing/worlds/table.ts";
import { bucketName, openBucket, type TestBucket } from "@muster/local-bucket/bucket.testing.ts";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { bind, bucket } from "../kernel/ports.ts";
import { ObjectChanged } from "./error.ts";
import { s3 } from "./s3.ts";

let server: TestBucket;

beforeEach(async () => {
  server = await openBucket();
  bind({ bucketObjects: s3(bucketName, { endpoint: server.endpoint, region, credentials, maxAttempts: 1 }) });
});
afterEach(() => server.stop());

async function text(stream: AsyncIterable<Uint8Array>): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of stream) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

async function* pieces(count: number, length: number) {
  for (let at = 0; at < count; at++) yield Buffer.alloc(length, String(at % 10));
}

const etagOf = async (key: string) => (await bucket.head(key))?.etag ?? "";

test("an object that was written is found with its type and size; a missing one is not found", async () => {
  await bucket.write("reports/größe.csv", "email,größe\n", "text/csv; charset=utf-8");
  expect(await bucket.head("reports/größe.csv")).toEqual({
    size: 14,
    etag: expect.stringMatching(/^"[0-9a-f]{32}"$/),
    contentType: "text/csv; charset=utf-8",
    metadata: {},
  });
  expect(await bucket.head("reports/other.csv")).toBeUndefined();
});

test("a range is read: up to a position, up to the end, and nothing if it begins at the end", async () => {
  await bucket.write("digits", "0123456789", "text/plain");
  const ifMatch = await etagOf("digits");
  const read = async (from: number, to?: number) => text(await bucket.read("digits", { from, to, ifMatch }));
  expect(await read(2, 4)).toBe("234");
  expect(await read(7)).toBe("789");
  expect(await read(8, 100)).toBe("89");
  expect(await read(10)).toBe("");
});

test("another or a missing version is distinguished from other errors", async () => {
  await bucket.write("a", "first", "text/plain");
  const ifMatch = await etagOf("a");
  await bucket.write("a", "second", "text/plain");
  await expect(bucket.read("a", { from: 0, ifMatch })).rejects.toBeInstanceOf(ObjectChanged);
  await expect(bucket.read("b", { from: 0, ifMatch })).rejects.toBeInstanceOf(ObjectChanged);
  server.faults({ drop: 1 });
  const error = await bucket.read("a", { from: 0, ifMatch }).catch((error: unknown) => error);
  expect(error).toBeInstanceOf(Error);
  expect(error).not.toBeInstanceOf(ObjectChanged);
  await expect(bucket.head("b")).rejects.not.toBeInstanceOf(ObjectChanged);
});

test("a version is copied with its type and metadata; another or a missing one is not", async () => {
  const [from, to] = ["imports/größe 1+1.csv", "files/a.csv"];
  await bucket.write(from, "first", "text/csv", { mark: "m4rk" });
  const ifMatch = await etagOf(from);
  expect(await bucket.copy(from, to, ifMatch)).toBe(await etagOf(to));
  await bucket.write(from, "second", "text/csv");
  expect(await bucket.head(to)).toMatchObject({ size: 5, contentType: "text/csv", metadata: { mark: "m4rk" } });
  expect(await text(await bucket.read(to, { from: 0, ifMatch: await etagOf(to) }))).toBe("first");
  await expect(bucket.copy(from, to, ifMatch)).rejects.toBeInstanceOf(ObjectChanged);
  await expect(bucket.copy("imports/other.csv", to, ifMatch)).rejects.toBeInstanceOf(ObjectChanged);
  server.faults({ drop: 1 });
  await expect(bucket.copy(from, to, ifMatch)).rejects.not.toBeInstanceOf(ObjectChanged);
});

test("a copy has no tags, so that it takes no permission for them", async () => {
  const sent: unknown[] = [];
  const handle = ({ headers }: { headers: Record<string, string> }) => {
    sent.push(headers["x-amz-tagging-directive"], headers["x-amz-tagging"]);
    return Promise.reject(new Error("This is all that is looked at."));
  };
  const watched = s3(bucketName, { region, credentials, maxAttempts: 1, requestHandler: { handle } as never });
  await expect(watched.copy("imports/a.csv", "files/a.csv", "etag")).rejects.toThrow("all that is looked at");
  expect(sent).toEqual(["REPLACE", undefined]);
});

test("a long stream is written in parts, a short one in one request", async () => {
  await bucket.write("long", pieces(13, 1_000_000), "text/plain");
  expect(await bucket.head("long")).toMatchObject({ size: 13_000_000, etag: expect.stringMatching(/-3"$/) });
  const read = await text(await bucket.read("long", { from: 4_999_999, to: 6_000_000, ifMatch: await etagOf("long") }));
  expect(read).toBe(`4${"5".repeat(1_000_000)}6`);
  await bucket.write("short", pieces(2, 3), "text/plain");
  expect(await bucket.head("short")).toMatchObject({ size: 6, etag: expect.not.stringContaining("-") });
  await bucket.write("empty", pieces(0, 0), "text/plain");
  expect(await bucket.head("empty")).toMatchObject({ size: 0 });
});

test("a stream that fails writes nothing and leaves nothing behind", async () => {
  async function* failing() {
    yield* pieces(7, 1_000_000);
    throw new Error("The source broke off.");
  }
  await expect(bucket.write("broken", failing(), "text/plain")).rejects.toThrow("The source broke off.");
  expect(await bucket.head("broken")).toBeUndefined();
  await expect.poll(() => server.files()).toEqual([]);
});

test("content that breaks off during a read is an error to its reader, not an end", async () => {
  await bucket.write("a", "x".repeat(100_000), "text/plain");
  const ifMatch = await etagOf("a");
  server.faults({ cut: 1 });
  await expect(bucket.read("a", { from: 0, ifMatch }).then(text)).rejects.toThrow("aborted");
  expect(server.struck.cut).toBe(1);
});

describe("objects are erased", () => {
  const keysUnder = async (prefix: string) => (await bucket.versions(prefix, 1_000)).versions.map(({ key }) => key);

  test("by key prefix, unusual keys included, and no others", async () => {
    const odd = ["imports/a/1+1 = 2.csv", "imports/a/größe&<>.csv", "imports/a/sub/x.csv"];
    for (const key of [...odd, "imports/b/x.csv"]) await bucket.write(key, "x", "text/csv");
    const { versions, hasMore } = await bucket.versions("imports/a/", 1_000);
    expect([versions.map(({ key }) => key).toSorted(), hasMore]).toEqual([odd.toSorted(), false]);
    await bucket.erase(versions);
    expect(await keysUnder("imports/")).toEqual(["imports/b/x.csv"]);
    await bucket.erase(versions);
    await bucket.erase([]);
  });

  test("in pages, in key order", async () => {
    const keys = ["reports/a", "reports/b", "reports/c"];
    for (const key of keys.toReversed()) await bucket.write(key, "x", "text/csv");
    const first = await bucket.versions("reports/", 2);
    expect([first.versions.map(({ key }) => key), first.hasMore]).toEqual([keys.slice(0, 2), true]);
    await bucket.erase(first.versions);
    expect(await keysUnder("reports/")).toEqual(keys.slice(2));
  });

  test("or an error says that they were not", async () => {
    await bucket.write("a", "x", "text/csv");
    await expect(bucket.erase([{ key: "a", version: "another" }])).rejects.toThrow("versions");
    server.faults({ drop: 1 });
    await expect(bucket.versions("a", 1)).rejects.toThrow("socket hang up");
    server.faults({});
    expect(await keysUnder("a")).toEqual(["a"]);
  });
});
