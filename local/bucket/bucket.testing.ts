import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { S3Client, type S3ClientConfig } from "@aws-sdk/client-s3";
import { testCredentials as credentials } from "@muster/local-base/credential.ts";
import { type BucketOptions, type BucketServer, startBucket } from "./server.ts";

export const region = "eu-central-1";
export const bucketName = "muster-test";

export type TestBucket = {
  folder: string;
  client: (config?: S3ClientConfig) => S3Client;
  /** The files of content on the disk. */
  files: () => string[];
} & BucketServer;

/** A bucket of its own in a folder of its own, both deleted after `stop`. */
export async function openBucket(options: Partial<BucketOptions> = {}): Promise<TestBucket> {
  const made = options.folder ?? mkdtempSync(join(tmpdir(), "muster-bucket-"));
  const server = await startBucket({ name: bucketName, region, ...options, folder: made });
  const clients: S3Client[] = [];
  return {
    ...server,
    folder: made,
    client: (config = {}) => {
      const client = new S3Client({ endpoint: server.endpoint, region, credentials, maxAttempts: 1, ...config });
      clients.push(client);
      return client;
    },
    files: () => readdirSync(join(made, "content")),
    stop: async () => {
      for (const client of clients) client.destroy();
      await server.stop();
      rmSync(made, { recursive: true, force: true });
    },
  };
}
