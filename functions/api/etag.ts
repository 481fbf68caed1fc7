import { hash } from "node:crypto";
import { failure } from "@muster/core/base/failure.ts";
import { failures as preconditionFailures } from "@muster/core/kernel/precondition.ts";
import type { Context } from "hono";

export const failures = {
  badIfMatch: failure("invalid", "request.if_match_invalid", "If-Match is * or a list of ETags, each in quotes."),
};

/** Returns the ETag of a response body. It is strong: different bytes have different ETags. */
export const etagOf = (body: string): string => `"${hash("sha256", body, "base64url").slice(0, 27)}"`;

/**
 * Adds the ETag of a body to the response, and returns whether the caller has that body already.
 * @throws request.if_match_invalid, request.precondition_failed if the caller requires another one
 */
export function isKnown(c: Context, body: string): boolean {
  const etag = etagOf(body);
  const wanted = ifMatch(c);
  if (wanted && !wanted.has(etag)) throw preconditionFailures.failed();
  c.header("etag", etag);
  const known = c.req
    .header("if-none-match")
    ?.split(",")
    .map((one) => one.trim().replace(/^W\//, ""));
  return known !== undefined && (known.includes(etag) || known.includes("*"));
}

/** The ETags that a caller accepts. A weak one matches nothing (RFC 9110, 13.1.1). */
export type Wanted = { isAny: boolean; has: (etag: string) => boolean };

/** One ETag of a list, or none, and the comma after it. */
const listed = /[ \t]*(?:(W\/)?("[\x21\x23-\x7e\x80-\xff]*")[ \t]*)?(?:,|$)/gy;

/**
 * Reads `If-Match`; returns nothing if the request has none.
 * @throws request.if_match_invalid
 */
export function ifMatch(c: Context): Wanted | undefined {
  const header = c.req.header("if-match")?.trim();
  if (header === undefined) return undefined;
  if (header === "*") return { isAny: true, has: () => true };
  const all = [...header.matchAll(listed)];
  const tags = all.filter(([, , etag]) => etag !== undefined);
  const isWhole = all.reduce((length, [text]) => length + text.length, 0) === header.length;
  // threat: a malformed If-Match is taken for one that matches nothing, or something
  if (!isWhole || tags.length === 0) throw failures.badIfMatch();
  // threat: a weak ETag matches in If-Match
  const strong = tags.flatMap(([, weak, etag]) => (weak ? [] : [etag]));
  return { isAny: false, has: (etag) => strong.includes(etag) };
}

/** The version that a caller has, of what has a version as its ETag. */
export function versionIn(c: Context): { version?: string } {
  const [, version] = /^(?:W\/)?"([\w-]+)"$/.exec(c.req.header("if-none-match")?.trim() ?? "") ?? [];
  return version === undefined ? {} : { version };
}
