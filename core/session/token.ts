import { randomBytes } from "node:crypto";
import { crc32 } from "node:zlib";
import * as ID from "../base/id.ts";

const prefix = "mst_ses_";
const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const shape = /^mst_ses_([0-7][0-9A-HJKMNP-TV-Z]{25})([0-9A-Za-z]{43})([0-9A-Za-z]{6})$/;

/**
 * A session's token names its account, so that one read can fetch everything that a request needs. Only its hash is
 * stored.
 */
export function mint(account: ID.ID<"account">): string {
  const body = `${prefix}${account.slice("acc_".length)}${base62(randomBytes(32), 43)}`;
  return body + checksum(body);
}

/** Returns the account and session that a token names, or nothing if it is mistyped or forged. Reads no rows. */
export function read(token: string): { account: ID.ID<"account">; session: ID.ID<"session"> } | undefined {
  const [, account, , sum] = shape.exec(token) ?? [];
  if (!account || sum !== checksum(token.slice(0, -6))) return;
  return { account: `acc_${account}`, session: ID.derive("session", token) };
}

function checksum(body: string) {
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(body));
  return base62(sum, 6);
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
