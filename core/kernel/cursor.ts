import { createCipheriv, createDecipheriv, createHmac, timingSafeEqual } from "node:crypto";
import * as v from "valibot";
import { failure } from "../base/failure.ts";
import type { Item, Page, Position, Query } from "../table/table.ts";
import { pepper, peppers, table } from "./ports.ts";

const tagBytes = 16;

export const failures = {
  invalid: failure(
    "invalid",
    "cursor.invalid",
    "This cursor belongs to another list. Start again from the first page.",
  ),
};

/** Where to begin: `next` of the page before. Without it, the list begins. A cursor fits only the list that gave it. */
export const Cursor = v.pipe(v.string(), v.maxLength(2000, "This cursor is too long."));

/** The shape of a page of a list, where it has an end with at most so many items. */
export const listOf = <S extends v.GenericSchema>(item: S, most?: number) =>
  v.object({
    /** The items of this page, in the order of the list. */
    items: most === undefined ? v.array(item) : v.pipe(v.array(item), v.maxLength(most)),
    /** The `cursor` of the next page. It is missing from the last one. */
    next: v.optional(v.string()),
  });

/**
 * One page of a query for a caller. `scope` names the list and its owner; a cursor opens only under the scope
 * that sealed it, so it can neither be made up nor carried to another organization.
 * @throws cursor.invalid
 */
export const page = <R extends Item>(scope: string, query: Query<R>, cursor: string | undefined) =>
  pageOf<R>(scope, cursor, (start) => table.query({ ...query, start }));

/** The same of whatever else can be read from a position. */
export async function pageOf<R extends Item>(
  scope: string,
  cursor: string | undefined,
  read: (start: Position | undefined) => Promise<Page<R>>,
): Promise<{ items: R[]; next?: string }> {
  const { items, next } = await read(cursor === undefined ? undefined : open(scope, cursor));
  return { items, ...(next && { next: seal(scope, next) }) };
}

/**
 * A position in a list for its caller to keep. Keys may hold what the caller must not see, so it cannot be read; the
 * same position is always the same text.
 */
export function seal(scope: string, position: Position): string {
  const body = JSON.stringify(position);
  const key = pepper();
  const tag = mac(key, scope, body);
  const sealed = createCipheriv("aes-256-ctr", cipherKey(key), tag).update(body, "utf8");
  return `${sealed.toString("base64url")}.${tag.toString("base64url")}`;
}

/** @throws cursor.invalid */
export function open(scope: string, cursor: string): Position {
  const [sealed = "", given = ""] = cursor.split(".");
  const tag = Buffer.from(given, "base64url");
  if (tag.length !== tagBytes) throw failures.invalid();
  for (const key of peppers()) {
    const body = createDecipheriv("aes-256-ctr", cipherKey(key), tag).update(sealed, "base64url").toString();
    if (timingSafeEqual(tag, mac(key, scope, body))) return JSON.parse(body) as Position;
  }
  throw failures.invalid();
}

/** Proves where a cursor comes from, and is the start of its cipher: the same only for the same position. */
const mac = (key: string, scope: string, body: string) =>
  createHmac("sha256", key)
    .update(JSON.stringify(["cursor", scope, body]))
    .digest()
    .subarray(0, tagBytes);

const cipherKey = (key: string) => createHmac("sha256", key).update("cursor cipher").digest();
