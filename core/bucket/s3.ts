import { Readable } from "node:stream";
import {
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
  type S3ClientConfig,
  S3ServiceException,
} from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import type { BucketObjects } from "../kernel/ports.ts";
import { ObjectChanged } from "./error.ts";

/** A connection that went dead must become an error while the function still runs. */
const patience = { connectionTimeout: 2000, socketTimeout: 10_000 };
/** Parts of 5 MiB that are in memory at once. */
const partsAtOnce = 2;

/** Of a range that begins where the content ends. */
const nothing = (): AsyncIterable<Uint8Array> => Readable.from([]);

/** The objects of a bucket of S3. */
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
        const command = new GetObjectCommand({ Bucket: bucket, Key: key, Range, IfMatch: ifMatch });
        const { Body } = await client.send(command);
        return Body instanceof Readable ? Body : nothing();
      } catch (error) {
        if (statusOf(error) === 416) return nothing();
        if ([404, 412].includes(statusOf(error))) throw new ObjectChanged(`There is another ${key}.`, { cause: error });
        throw error;
      }
    },

    async write(key, content, contentType) {
      const params = { Bucket: bucket, Key: key, ContentType: contentType };
      // an empty text would be sent without its length, an empty buffer has one
      if (typeof content === "string")
        await client.send(new PutObjectCommand({ ...params, Body: Buffer.from(content) }));
      else
        await new Upload({
          client,
          params: { ...params, Body: Readable.from(content) },
          queueSize: partsAtOnce,
        }).done();
    },
  };
}

const statusOf = (error: unknown): number =>
  error instanceof S3ServiceException ? (error.$metadata.httpStatusCode ?? 500) : 500;
