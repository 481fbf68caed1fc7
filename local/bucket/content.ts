import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { type Algorithm, algorithms, headerOf, openSum, type Sums } from "./checksum.ts";
import { type Bytes, dechunk, malformedTrailer } from "./chunked.ts";
import type { ParsedRequest } from "./parsed-request.ts";
import { badDigest, incomplete, invalidRequest, Refusal, tooLarge, tooSmall } from "./refusal.ts";
import type { Verified } from "./signature.ts";

const largestBytes = 5 * 2 ** 30;
const maxText = 2 * 2 ** 20;

export type Sink = {
  id: string;
  write: (bytes: Buffer) => Promise<void> | void;
  /** Resolves when nothing removes the written content anymore. */
  close: () => Promise<void> | void;
  discard: () => Promise<void> | void;
};

export type Open = () => Promise<Sink>;

/** Content that was stored and belongs to no object yet. */
export type Received = {
  blob: string;
  size: number;
  /** In hexadecimal. */
  md5: string;
  sums: Sums;
};

/** Requirements on content. */
type Expected = {
  size?: number;
  minimum?: number;
  maximum?: number;
  /** In base64. */
  md5?: string;
  /** In hexadecimal. */
  sha256?: string;
  sums: Algorithm[];
  /** Called once the content has arrived, because a checksum may follow it. */
  sumOf: (algorithm: Algorithm) => string | undefined;
};

/** Never destroys the request, so that it can still be answered. */
export const bodyOf = (request: IncomingMessage): Bytes => request.iterator({ destroyOnReturn: false });

/**
 * Receives the body of a signed request, and checks it against everything that the request says about it.
 * @throws Refusal; then nothing of it is stored
 */
export function receive(
  request: IncomingMessage,
  parsed: ParsedRequest,
  verified: Verified,
  open: Open,
): Promise<Received> {
  const { headers, query } = parsed;
  const said = (name: string) => headers[name] ?? query.get(name);
  const md5 = headers["content-md5"];
  const isFramed = verified.payload.startsWith("STREAMING-");
  const { content, trailers } = isFramed
    ? dechunk(bodyOf(request), verified)
    : { content: bodyOf(request), trailers: new Map<string, string>() };
  const named = trailerOf(headers, isFramed);
  return keep(content, open, {
    size: sizeOf(headers, isFramed),
    ...(md5 !== undefined && { md5 }),
    ...(/^[0-9a-f]{64}$/.test(verified.payload) && { sha256: verified.payload }),
    sums: algorithms.filter((one) => said(headerOf(one)) !== undefined || named === one),
    sumOf: (algorithm) => said(headerOf(algorithm)) ?? trailers.get(headerOf(algorithm)),
  });
}

/**
 * Receives content.
 * @throws Refusal, and the content's own errors; then nothing of it is stored
 */
export async function keep(content: Bytes, open: Open, expected: Expected): Promise<Received> {
  const { minimum = 0, maximum = largestBytes } = expected;
  const digests = openDigests(expected);
  const sink = await open();
  let size = 0;
  try {
    for await (const bytes of content) {
      size += bytes.length;
      if (size > maximum) throw tooLarge(maximum);
      digests.update(bytes);
      await sink.write(bytes);
    }
    if (size < minimum) throw tooSmall(minimum);
    if (expected.size !== undefined && size !== expected.size) throw incomplete();
    const { md5, sums } = await digests.verify();
    await sink.close();
    return { blob: sink.id, size, md5, sums };
  } catch (error) {
    await sink.discard();
    throw error;
  }
}

/** Computes digests of content while it arrives, which must be those that were said about it. */
function openDigests(expected: Expected) {
  const md5 = createHash("md5");
  const sha256 = expected.sha256 === undefined ? undefined : createHash("sha256");
  const sums = expected.sums.map((algorithm) => ({ algorithm, sum: openSum(algorithm) }));
  return {
    update: (bytes: Buffer) => {
      md5.update(bytes);
      sha256?.update(bytes);
      for (const { sum } of sums) sum.update(bytes);
    },
    /** @throws Refusal */
    verify: async (): Promise<Pick<Received, "md5" | "sums">> => {
      const digest = md5.digest();
      if (expected.md5 !== undefined && expected.md5 !== digest.toString("base64")) throw badDigest("Content-MD5");
      if (sha256?.digest("hex") !== expected.sha256) throw otherContent();
      const found: Sums = {};
      for (const { algorithm, sum } of sums) found[algorithm] = await verified(algorithm, await sum.digest(), expected);
      return { md5: digest.toString("hex"), sums: found };
    },
  };
}

/** A small body with instructions. */
export async function readText(request: IncomingMessage, parsed: ParsedRequest, verified: Verified): Promise<string> {
  if (Number(parsed.headers["content-length"]) > maxText) throw tooLarge(maxText);
  const pieces: Buffer[] = [];
  const nothing = () => {};
  const sink = { id: "", write: (bytes: Buffer) => void pieces.push(bytes), close: nothing, discard: nothing };
  await receive(request, parsed, verified, async () => sink);
  return Buffer.concat(pieces).toString();
}

async function verified(algorithm: Algorithm, found: string, { sumOf }: Expected): Promise<string> {
  const said = sumOf(algorithm);
  if (said === undefined) throw malformedTrailer();
  if (said !== found) throw badDigest(algorithm.toUpperCase());
  return found;
}

function sizeOf(headers: ParsedRequest["headers"], isFramed: boolean): number {
  const size = isFramed ? headers["x-amz-decoded-content-length"] : headers["content-length"];
  if (size === undefined || !/^\d{1,15}$/.test(size)) {
    throw new Refusal(411, "MissingContentLength", "You must provide the Content-Length HTTP header.");
  }
  if (Number(size) > largestBytes) throw tooLarge(largestBytes);
  return Number(size);
}

/** The checksum that is announced to follow the content. */
function trailerOf(headers: ParsedRequest["headers"], isFramed: boolean): Algorithm | undefined {
  const name = headers["x-amz-trailer"];
  if (name === undefined) return undefined;
  const algorithm = algorithms.find((one) => headerOf(one) === name.toLowerCase());
  if (!algorithm || !isFramed) throw invalidRequest("The value specified in the x-amz-trailer header is not supported");
  return algorithm;
}

const otherContent = () =>
  new Refusal(
    400,
    "XAmzContentSHA256Mismatch",
    "The provided 'x-amz-content-sha256' header does not match what was computed.",
  );
