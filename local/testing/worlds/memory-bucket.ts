import { createHash } from "node:crypto";
import { ObjectChanged } from "@muster/core/bucket/error.ts";
import type { BucketLinks, BucketObjects, ObjectHead } from "@muster/core/kernel/ports.ts";

export type MemoryBucket = {
  ports: { bucketObjects: BucketObjects; bucketLinks: BucketLinks };
  /** Puts an object, like somebody with credentials. */
  put: (key: string, content: string | Uint8Array, metadata?: Record<string, string>) => ObjectHead;
  text: (key: string) => string | undefined;
  keys: () => string[];
  remove: (key: string) => void;
};

type Kept = { bytes: Buffer; head: ObjectHead };

/** A bucket whose objects are in memory; it answers like S3. */
export function openMemoryBucket(): MemoryBucket {
  const kept = new Map<string, Kept>();

  function put(key: string, content: string | Uint8Array, metadata = {}, contentType = "text/csv") {
    const bytes = Buffer.from(content as Uint8Array);
    const etag = `"${createHash("md5").update(bytes).digest("hex")}"`;
    const head = { size: bytes.length, etag, contentType, metadata };
    kept.set(key, { bytes, head });
    return head;
  }

  async function* pieces(bytes: Buffer) {
    for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
  }

  return {
    ports: {
      bucketObjects: {
        head: async (key) => kept.get(key)?.head,
        read: async (key, { from, to, ifMatch }) => {
          const found = kept.get(key);
          if (found?.head.etag !== ifMatch) throw new ObjectChanged(`There is another ${key}.`);
          return pieces(found.bytes.subarray(from, to === undefined ? undefined : to + 1));
        },
        write: async (key, content, contentType, metadata) => {
          if (typeof content === "string") return void put(key, content, metadata, contentType);
          const all: Uint8Array[] = [];
          for await (const piece of content) all.push(piece);
          put(key, Buffer.concat(all), metadata, contentType);
        },
        copy: async (from, to, ifMatch) => {
          const found = kept.get(from);
          if (found?.head.etag !== ifMatch) throw new ObjectChanged(`There is another ${from}.`);
          kept.set(to, found);
          return found.head.etag;
        },
        versions: async (prefix, most) => {
          const keys = [...kept.keys()].filter((key) => key.startsWith(prefix)).toSorted();
          const versions = keys.slice(0, most).map((key) => ({ key, version: "null" }));
          return { versions, hasMore: keys.length > most };
        },
        erase: async (versions) => {
          for (const { key } of versions) kept.delete(key);
        },
      },
      bucketLinks: {
        presignUpload: async ({ key, contentType, metadata = {} }) => ({
          url: "https://bucket.example",
          fields: {
            key,
            "Content-Type": contentType,
            ...Object.fromEntries(Object.entries(metadata).map(([name, value]) => [`x-amz-meta-${name}`, value])),
          },
        }),
        presignDownload: async ({ key, fileName }) =>
          `https://bucket.example/${key}?name=${encodeURIComponent(fileName)}`,
      },
    },
    put: (key, content, metadata) => put(key, content, metadata),
    text: (key) => kept.get(key)?.bytes.toString(),
    keys: () => [...kept.keys()].toSorted(),
    remove: (key) => void kept.delete(key),
  };
}
