import * as v from "valibot";
import * as Event from "../kernel/event.ts";
import { fn } from "../kernel/fn.ts";
import { Integer } from "../kernel/shape.ts";
import { parse } from "../kernel/valid.ts";
import { Cursor, failures as cursorFailures, listOf, page } from "../table/cursor.ts";
import { Keys } from "../table/keys.ts";
import type { Item } from "../table/table.ts";

const pageSize = 50;

// Shapes

/** What the log says of an event to somebody who may read it. */
export const Info = v.object({
  /** Its number in the log of the organization: 1, 2, 3, without a gap. */
  seq: Integer,
  ...Event.Info.entries,
  hash: v.string(),
});
export type Info = v.InferOutput<typeof Info>;

/** An event in the audit log of an organization. */
export const Entry = v.omit(Info, ["hash"]);

// Functions

/** The organization's log, newest first. */
export const list = fn(
  "audit.list",
  {
    input: v.strictObject({ cursor: v.optional(Cursor) }),
    output: listOf(Entry, pageSize),
    failures: [cursorFailures.invalid],
  },
  async ({ cursor }, { organization }) => {
    // positions are digits, so the marks of days lie behind them
    const query = { ...Keys.log(organization), to: "9", limit: pageSize, newestFirst: true };
    const { items, next } = await page(`audit.list ${organization}`, query, cursor);
    return { items: items.map((item) => omitHash(describe(item))), ...(next && { next }) };
  },
);

// For reactions and commands

/** An event as its row in the log tells it. */
export function describe(item: Item): Info {
  return parse(Info, { ...item, seq: Number(item.sk) });
}

const omitHash = ({ hash: _, ...info }: Info) => info;
