import { Readable } from "node:stream";
import {
  CopyObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  S3Client,
  type S3ClientConfig,
  S3ServiceException,
} from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import type { BucketObjects, ObjectVersion } from "../kernel/ports.ts";
import { ObjectChanged } from "./error.ts";

/** A dead connection must become an error while the function still runs. */
const patience = { connectionTimeout: 2000, socketTimeout: 10_000 };
/** Parts of 5 MiB that are in memory at the same time. */
const partsAtOnce = 2;

/** The error for a range that begins at the end of the content. */
const nothing = (): AsyncIterable<Uint8Array> => Readable.from([]);

/** The objects of an S3 bucket. */
export function s3(bucket: string, config: S3ClientConfig = {}): BucketObjects {
  const client = new S3Client({ requestHandler: patience, ...config });

  return {
    async head(key) {
      try {
        const command = new HeadObjectCommand({ Bucket: bucket, Key: key });
        const { ContentLength = 0, ETag = "", ContentType = "", Metadata = {} } = await client.send(command);
        return { size: ContentLength, etag: ETag, contentType: ContentType, metadata: Metadata };
      } catch (error) {
        if (statusOf(error) === 404) return undefined;
        throw error;
      }
    },

    async read(key, { from, to, ifMatch }) {
      const Range = `bytes=${from}-${to ?? ""}`;
      try {
        // threat: an import reads on in a file that somebody has replaced
        const command = new GetObjectCommand({ Bucket: bucket, Key: key, Range, IfMatch: ifMatch });
        const { Body } = await client.send(command);
        return Body instanceof Readable ? Body : nothing();
      } catch (error) {
        if (statusOf(error) === 416) return nothing();
        throw changed(error, key);
      }
    },

    async write(key, content, contentType, metadata = {}) {
      const params = { Bucket: bucket, Key: key, ContentType: contentType, Metadata: metadata };
      // an empty string would be sent without a length; an empty buffer has one
      if (typeof content === "string") {
        await client.send(new PutObjectCommand({ ...params, Body: Buffer.from(content) }));
      } else {
        await new Upload({
          client,
          params: { ...params, Body: Readable.from(content) },
          queueSize: partsAtOnce,
        }).done();
      }
    },

    async copy(from, to, ifMatch) {
      const CopySource = `${bucket}/${from.split("/").map(encodeURIComponent).join("/")}`;
      const input = {
        Bucket: bucket,
        Key: to,
        CopySource,
        // threat: a copy is of another version than was asked for
        CopySourceIfMatch: ifMatch,
        // by default tags are copied, which takes permissions for them as soon as an upload has any
        // threat: an upload with tags cannot be imported for lack of a permission
        TaggingDirective: "REPLACE",
      } as const;
      try {
        const { CopyObjectResult } = await client.send(new CopyObjectCommand(input));
        return CopyObjectResult?.ETag ?? "";
      } catch (error) {
        throw changed(error, from);
      }
    },

    async versions(prefix, maxKeys) {
      const input = { Bucket: bucket, Prefix: prefix, MaxKeys: maxKeys, EncodingType: "url" } as const;
      const found = await client.send(new ListObjectVersionsCommand(input));
      const both = [...(found.Versions ?? []), ...(found.DeleteMarkers ?? [])];
      const versions = both.map(({ Key = "", VersionId = "" }) => ({ key: decoded(Key), version: VersionId }));
      return { versions: versions.toSorted(byKey), hasMore: found.IsTruncated === true };
    },

    async erase(versions) {
      if (versions.length === 0) return;
      const Objects = versions.map(({ key, version }) => ({ Key: key, VersionId: version }));
      const command = new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } });
      const { Errors = [] } = await client.send(command);
      if (Errors.length > 0) throw new Error(`${Errors.length} objects were not erased: ${Errors[0]?.Code}.`);
    },
  };
}

/** A key may contain characters that XML does not allow. */
const decoded = (key: string) => decodeURIComponent(key.replaceAll("+", " "));

/** Compares as S3 orders keys: by their bytes. */
const byKey = (one: ObjectVersion, other: ObjectVersion) =>
  Buffer.compare(Buffer.from(one.key), Buffer.from(other.key));

const changed = (error: unknown, key: string): unknown =>
  [404, 412].includes(statusOf(error)) ? new ObjectChanged(`There is another ${key}.`, { cause: error }) : error;

const statusOf = (error: unknown): number =>
  error instanceof S3ServiceException ? (error.$metadata.httpStatusCode ?? 500) : 500;
