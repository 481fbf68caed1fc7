import type { IncomingMessage } from "node:http";
import { denied, Refusal } from "./refusal.ts";

const maxKeyBytes = 1_024;

/** A parsed request, before its permission is checked. */
export type ParsedRequest = {
  method: string;
  /** Decoded, including the bucket if the client has it there: what was signed. */
  path: string;
  /** The query of the address, decoded, in order. */
  pairs: [name: string, value: string][];
  query: ReadonlyMap<string, string>;
  /** With names in lowercase; repeated ones are joined by commas. */
  headers: Readonly<Record<string, string>>;
  bucket: string;
  /** Empty for the bucket itself. */
  key: string;
};

/**
 * Parses a request, with the bucket in its path (`/muster/key`) or its host (`muster.localhost`).
 * @throws Refusal
 */
export function read(request: IncomingMessage): ParsedRequest {
  const [rawPath, rawQuery] = splitOnce(request.url ?? "/", "?");
  const path = decode(rawPath);
  const pairs = rawQuery
    .split("&")
    .filter(Boolean)
    .map((pair) => splitOnce(pair, "="))
    .map(([name, value]): [string, string] => [decode(name), decode(value)]);
  const { bucket, key } = placeOf(path, request.headers.host ?? "");
  if (Buffer.byteLength(key) > maxKeyBytes) throw new Refusal(400, "KeyTooLongError", "Your key is too long");
  const headers = Object.entries(request.headersDistinct).map(([name, values = []]) => [name, values.join(",")]);
  return {
    method: request.method ?? "GET",
    path,
    pairs,
    query: new Map(pairs),
    headers: Object.fromEntries(headers),
    bucket,
    key,
  };
}

/** A foreign host name that resolves to this machine would let that host's pages in. */
function placeOf(path: string, host: string): { bucket: string; key: string } {
  const name = host.replace(/:\d+$/, "");
  if (name.endsWith(".localhost")) return { bucket: name.slice(0, -".localhost".length), key: path.slice(1) };
  if (name !== "127.0.0.1" && name !== "localhost") throw denied("This bucket is on this machine only.");
  const [bucket, key] = splitOnce(path.slice(1), "/");
  return { bucket, key };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new Refusal(400, "InvalidURI", "Couldn't parse the specified URI.");
  }
}

function splitOnce(text: string, by: string): [string, string] {
  const at = text.indexOf(by);
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + by.length)];
}
