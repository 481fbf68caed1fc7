import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Piece, Stored } from "./state.ts";
import { openStore, type Store } from "./store.ts";

let folder: string;
let store: Store;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "muster-store-"));
  store = openStore(join(folder, "bucket"));
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true });
});

async function piece(text: string): Promise<Piece> {
  const sink = await store.open();
  await sink.write(Buffer.from(text));
  await sink.close();
  return { blob: sink.id, size: text.length };
}

async function object(key: string, ...texts: string[]): Promise<Stored> {
  const pieces: Piece[] = [];
  for (const text of texts) pieces.push(await piece(text));
  const size = texts.join("").length;
  return { key, size, etag: "etag", at: "2026-11-24T09:00:00.000Z", headers: {}, sums: {}, pieces };
}

async function contentOf(store: Store, key: string): Promise<string | undefined> {
  const found = store.state.objects.get(key);
  if (!found) return undefined;
  const held = store.hold(found.pieces);
  const bytes: Buffer[] = [];
  for await (const part of held.read(0, found.size - 1)) bytes.push(part);
  held.release();
  return Buffer.concat(bytes).toString();
}

test("content that is being read stays, with all its parts, until the last reader is done", async () => {
  const old = await object("a", "one", "two");
  store.put(old);
  const [first, second] = [store.hold(old.pieces), store.hold(old.pieces)];
  store.put(await object("a", "three"));
  first.release();
  const read: Buffer[] = [];
  for await (const bytes of second.read(0, 5)) read.push(bytes);
  expect(Buffer.concat(read).toString()).toBe("onetwo");
  second.release();
  await expect(async () => {
    for await (const _ of second.read(0, 5));
  }).rejects.toMatchObject({ code: "ENOENT" });
  expect(await contentOf(store, "a")).toBe("three");
});

test("wherever a crash cuts off the last line, the object is the old or the new one, whole", async () => {
  store.put(await object("a", "before"));
  const before = readFileSync(join(folder, "bucket/journal.jsonl"));
  const next = await object("a", "aft", "er");
  cpSync(join(folder, "bucket"), join(folder, "moment"), { recursive: true });
  store.put(next);
  const after = readFileSync(join(folder, "bucket/journal.jsonl"));
  for (let length = before.length; length <= after.length; length++) {
    const copy = join(folder, "copy");
    cpSync(join(folder, "moment"), copy, { recursive: true });
    writeFileSync(join(copy, "journal.jsonl"), after.subarray(0, length));
    const revived = openStore(copy);
    expect(await contentOf(revived, "a")).toBe(length === after.length ? "after" : "before");
    revived.close();
    rmSync(copy, { recursive: true });
  }
});

test("unreferenced content is deleted at the next start, and referenced content stays", async () => {
  const kept = await object("a", "kept");
  store.put(kept);
  const lost = await piece("never referenced");
  store.begin({ id: "upload", key: "b", headers: {}, parts: {} });
  const upload = store.state.uploads.get("upload");
  const part = { ...(await piece("part")), number: 1, md5: "", sums: {} };
  if (upload) store.addPart(upload, part);
  store.close();
  store = openStore(join(folder, "bucket"));
  expect(await contentOf(store, "a")).toBe("kept");
  expect(store.state.uploads.get("upload")?.parts).toEqual({ 1: part });
  const path = join(folder, "bucket/content", lost.blob);
  expect(() => readFileSync(path)).toThrow("ENOENT");
});

test("a closed store accepts nothing more, so that a late upload of a dead process changes nothing", async () => {
  const late = await object("a", "late");
  store.close();
  expect(() => store.put(late)).toThrow("The bucket is closed.");
  store = openStore(join(folder, "bucket"));
  expect(store.state.objects.size).toBe(0);
});

test("a foreign journal is refused, with what to do about it", () => {
  const file = join(folder, "bucket/journal.jsonl");
  appendFileSync(file, '{"strange":true}\n');
  expect(() => openStore(join(folder, "bucket"))).toThrow("--reset clears the state");
  truncateSync(file, 0);
});
