import { createCipheriv, createDecipheriv } from "node:crypto";
import * as v from "valibot";
import { failure } from "../base/failure.ts";
import type { Item, Page, Position, Query } from "../table/table.ts";
import { table } from "./ports.ts";
import { mac, macs, signed } from "./signed.ts";

const tagBytes = 16;
/**
 * The tag that authenticates a cursor, and is the initialization vector of its cipher: the same only for the same
 * position.
 */
const cursors = signed("cursor", tagBytes);
const cipher = "cursor cipher";

export const failures = {
  invalid: failure(
    "invalid",
    "cursor.invalid",
    "This cursor belongs to another list. Start again from the first page.",
  ),
};

/**
 * The place to begin: `next` of the previous page. Omit it for the first page. A cursor works only in the list that
 * returned it.
 */
export const Cursor = v.pipe(v.string(), v.maxLength(2000, "This cursor is too long."));

/** The shape of a page of a list, with at maxItems so many items if the list has a limit. */
export const listOf = <S extends v.GenericSchema>(item: S, maxItems?: number) =>
  v.object({
    /** The items of this page, in the order of the list. */
    items: maxItems === undefined ? v.array(item) : v.pipe(v.array(item), v.maxLength(maxItems)),
    /** The `cursor` of the next page. Missing on the last page. */
    next: v.optional(v.string()),
  });

/**
 * Returns one page of a query. `scope` names the list and its owner; a cursor opens only under the scope that sealed
 * it, so nobody can forge it or use it in another organization.
 * @throws cursor.invalid
 */
export const page = <R extends Item>(scope: string, query: Query<R>, cursor: string | undefined) =>
  pageOf<R>(scope, cursor, (start) => table.query({ ...query, start }));

/** Returns one page of anything that can be read from a position. */
export async function pageOf<R extends Item>(
  scope: string,
  cursor: string | undefined,
  read: (start: Position | undefined) => Promise<Page<R>>,
): Promise<{ items: R[]; next?: string }> {
  const { items, next } = await read(cursor === undefined ? undefined : open(scope, cursor));
  return { items, ...(next && { next: seal(scope, next) }) };
}

/**
 * Seals a position in a list for the caller to keep. Encrypted, because keys may hold what the caller must not see. The
 * same position always gives the same text.
 */
export function seal(scope: string, position: Position): string {
  const body = JSON.stringify(position);
  const tag = cursors.bytes(scope, body);
  // threat: a cursor reveals the key of a row
  const sealed = createCipheriv("aes-256-ctr", mac(cipher), tag).update(body, "utf8");
  return `${sealed.toString("base64url")}.${tag.toString("base64url")}`;
}

/** @throws cursor.invalid */
export function open(scope: string, cursor: string): Position {
  const [sealed = "", given = ""] = cursor.split(".");
  const tag = Buffer.from(given, "base64url");
  if (tag.length !== tagBytes) throw failures.invalid();
  // threat: a rotation of the pepper ends every list at its page
  for (const key of macs(cipher)) {
    const body = createDecipheriv("aes-256-ctr", key, tag).update(sealed, "base64url").toString();
    // threat: a made-up cursor opens
    // threat: a cursor opens in another organization
    if (cursors.opens(given, scope, body)) return JSON.parse(body) as Position;
  }
  throw failures.invalid();
}
