import { randomBytes } from "node:crypto";
import { crc32 } from "node:zlib";
import { idBody } from "./id/shape.ts";

const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const idLength = 26;
const sumLength = 6;

/**
 * Returns a token of this prefix: the ids of the rows that a request with it needs, so that one read can fetch them, and
 * 256 secret bits with a checksum. Only its hash is stored.
 */
export function mint(prefix: string, ids: readonly string[], secret: Uint8Array = randomBytes(32)): string {
  const body = `${prefix}${ids.map((id) => id.slice(-idLength)).join("")}${base62(secret, 43)}`;
  return body + checksum(body);
}

/** Returns the ids in a token, without their prefixes, or nothing if it is mistyped or forged. Reads no rows. */
export function read(prefix: string, count: number, token: string): string[] | undefined {
  const shape = new RegExp(`^${prefix}((?:${idBody}){${count}})[0-9A-Za-z]{43}[0-9A-Za-z]{6}$`);
  const [, ids] = shape.exec(token) ?? [];
  if (ids === undefined) return;
  // threat: made-up tokens cost a read
  if (token.slice(-sumLength) !== checksum(token.slice(0, -sumLength))) return;
  return Array.from({ length: count }, (_, i) => ids.slice(i * idLength, (i + 1) * idLength));
}

function checksum(body: string) {
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(body));
  return base62(sum, sumLength);
}

function base62(bytes: Uint8Array, length: number) {
  let number = BigInt(`0x${Buffer.from(bytes).toString("hex")}`);
  let text = "";
  for (let i = 0; i < length; i++) {
    text = alphabet[Number(number % 62n)] + text;
    number /= 62n;
  }
  return text;
}
