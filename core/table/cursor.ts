import { createHmac, timingSafeEqual } from "node:crypto";
import * as v from "valibot";
import { failure } from "../kernel/failure.ts";
import { pepper, table } from "../kernel/ports.ts";
import type { Item, Position, Query } from "./table.ts";

export const failures = {
  invalid: failure(
    "invalid",
    "cursor.invalid",
    "This cursor belongs to another list. Start again from the first page.",
  ),
};

/** Where the next page begins, as the page before gave it. */
export const Cursor = v.pipe(v.string(), v.maxLength(2000, "This cursor is too long."));

/**
 * One page of a query for a caller. `scope` names the list and its owner; a cursor opens only under the scope
 * that sealed it, so it can neither be made up nor carried to another organization.
 * @throws cursor.invalid
 */
export async function page(
  scope: string,
  query: Query,
  cursor: string | undefined,
): Promise<{ items: Item[]; next?: string }> {
  const { items, next } = await table.query({
    ...query,
    start: cursor === undefined ? undefined : open(scope, cursor),
  });
  return { items, ...(next && { next: seal(scope, next) }) };
}

export function seal(scope: string, position: Position): string {
  const body = Buffer.from(JSON.stringify(position)).toString("base64url");
  return `${body}.${mac(scope, body).toString("base64url")}`;
}

export function open(scope: string, cursor: string): Position {
  const [body = "", tag = ""] = cursor.split(".");
  const given = Buffer.from(tag, "base64url");
  const expected = mac(scope, body);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) throw failures.invalid();
  return JSON.parse(Buffer.from(body, "base64url").toString()) as Position;
}

const mac = (scope: string, body: string) =>
  createHmac("sha256", pepper())
    .update(JSON.stringify(["cursor", scope, body]))
    .digest()
    .subarray(0, 16);
