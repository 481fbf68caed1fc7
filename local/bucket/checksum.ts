import { createHash } from "node:crypto";
import { Crc32, Crc32c, Crc64Nvme } from "@aws-sdk/checksums/crc";

/** The checksums that S3 supports beside the ETag; each has a header of that name. */
export const algorithms = ["crc32", "crc32c", "crc64nvme", "sha1", "sha256"] as const;
export type Algorithm = (typeof algorithms)[number];
export type Sums = Partial<Record<Algorithm, string>>;

export type Sum = {
  update: (bytes: Uint8Array) => void;
  /** In base64, once. */
  digest: () => Promise<string>;
};

const crcs = { crc32: Crc32, crc32c: Crc32c, crc64nvme: Crc64Nvme };

export function openSum(algorithm: Algorithm): Sum {
  if (algorithm === "sha1" || algorithm === "sha256") {
    const hash = createHash(algorithm);
    return { update: (bytes) => void hash.update(bytes), digest: async () => hash.digest("base64") };
  }
  const crc = new crcs[algorithm]();
  return {
    update: (bytes) => crc.update(bytes),
    digest: async () => Buffer.from(await crc.digest()).toString("base64"),
  };
}

/** The checksum of the parts' checksums, as S3 has it for an object of several parts: `…-3`. */
export async function composite(algorithm: Algorithm, sums: readonly string[]): Promise<string> {
  const sum = openSum(algorithm);
  sum.update(Buffer.concat(sums.map((one) => Buffer.from(one, "base64"))));
  return `${await sum.digest()}-${sums.length}`;
}

export const headerOf = (algorithm: Algorithm) => `x-amz-checksum-${algorithm}`;

/** An object's checksums as headers. */
export const shown = (sums: Sums): Record<string, string> =>
  Object.fromEntries(Object.entries(sums).map(([algorithm, value]) => [`x-amz-checksum-${algorithm}`, value]));
