import { createHash } from "node:crypto";
import { incomplete, Refusal } from "./refusal.ts";
import { chunkSignature, isSame, trailerSignature, unequal, type Verified } from "./signature.ts";

const maxLine = 16_384;

export type Bytes = AsyncIterable<Buffer>;

export type Dechunked = {
  content: Bytes;
  /** The trailers after the content, by names in lowercase; complete once the content is read. */
  trailers: ReadonlyMap<string, string>;
};

/**
 * Removes the frames of `aws-chunked` from a body, piece by piece, and checks their signatures if there are some.
 * @throws Refusal while it is read, at the first error
 */
export function dechunk(body: Bytes, verified: Verified): Dechunked {
  const trailers = new Map<string, string>();
  return { content: framed(openReader(body), trailers, verified), trailers };
}

async function* framed(reader: Reader, trailers: Map<string, string>, verified: Verified): Bytes {
  const signs = verified.payload.startsWith("STREAMING-AWS4");
  let previous = verified.signature;
  for (;;) {
    const [, size, signature = ""] =
      /^([0-9a-f]{1,8})(?:;chunk-signature=([0-9a-f]{64}))?$/i.exec(await reader.line()) ?? [];
    if (size === undefined) throw incomplete();
    const length = Number.parseInt(size, 16);
    const hash = createHash("sha256");
    for await (const bytes of reader.take(length)) {
      if (signs) hash.update(bytes);
      yield bytes;
    }
    if (signs) {
      if (!isSame(chunkSignature(verified, previous, hash.digest("hex")), signature)) throw unequal();
      previous = signature;
    }
    if (length === 0) break;
    if ((await reader.line()) !== "") throw incomplete();
  }
  await readTrailers(reader, trailers);
  if (verified.payload === "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER") verifyTrailers(trailers, verified, previous);
}

async function readTrailers(reader: Reader, trailers: Map<string, string>): Promise<void> {
  for (;;) {
    const line = await reader.line();
    if (line === "") return;
    const at = line.indexOf(":");
    if (at < 1) throw malformedTrailer();
    trailers.set(line.slice(0, at).toLowerCase(), line.slice(at + 1).trim());
  }
}

function verifyTrailers(trailers: Map<string, string>, verified: Verified, previous: string): void {
  const signature = trailers.get("x-amz-trailer-signature") ?? "";
  trailers.delete("x-amz-trailer-signature");
  const text = [...trailers].map(([name, value]) => `${name}:${value}\n`).join("");
  if (!isSame(trailerSignature(verified, previous, text), signature)) throw unequal();
}

export const malformedTrailer = () =>
  new Refusal(400, "MalformedTrailerError", "The request contained trailing data that was not well-formed.");

type Reader = {
  /** Up to the next line break, exclusive. */
  line: () => Promise<string>;
  take: (length: number) => Bytes;
};

function openReader(body: Bytes): Reader {
  const source = body[Symbol.asyncIterator]();
  let rest: Buffer = Buffer.alloc(0);

  async function more(): Promise<Buffer> {
    const next = await source.next();
    if (next.done) throw incomplete();
    return next.value;
  }

  return {
    async line() {
      let end = rest.indexOf("\r\n");
      while (end < 0) {
        if (rest.length > maxLine) throw incomplete();
        rest = Buffer.concat([rest, await more()]);
        end = rest.indexOf("\r\n");
      }
      const line = rest.toString("latin1", 0, end);
      rest = rest.subarray(end + 2);
      return line;
    },
    async *take(length) {
      let missing = length;
      while (missing > 0) {
        if (rest.length === 0) rest = await more();
        const bytes = rest.subarray(0, missing);
        rest = rest.subarray(bytes.length);
        missing -= bytes.length;
        yield bytes;
      }
    },
  };
}
