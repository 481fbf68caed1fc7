import * as v from "valibot";
import { fn } from "../kernel/fn.ts";
import type { ID } from "../kernel/id.ts";
import { instant, table } from "../kernel/ports.ts";
import { Keys, Lists } from "../table/keys.ts";
import { type Position, update } from "../table/table.ts";
import { follow } from "./audit.ts";

/** No organization of Muster is older. */
const firstMonth = "2026-11";
const organizationsPerRun = 1000;
const organizationsAtOnce = 20;
/** An event that has waited this long was forgotten; a younger one is on its way. */
const forgottenSeconds = 600;

/**
 * Drains outboxes that nobody drained, as after a stream that was down for longer than it remembers. Walks the
 * organizations month by month, a bounded number a run, goes on where it stopped, and begins again after the last.
 */
export const sweep = fn(
  "audit.sweep",
  { input: v.strictObject({}), output: v.object({ checked: v.number(), moved: v.number() }) },
  async () => {
    const mark = await table.get(Keys.watermark("audit.sweep"));
    const month = typeof mark?.month === "string" ? mark.month : firstMonth;
    const start = mark?.start as Position | undefined;
    const { items, next } = await table.query({ list: Lists.organizations(month), limit: organizationsPerRun, start });
    let moved = 0;
    const errors: unknown[] = [];
    for (let i = 0; i < items.length; i += organizationsAtOnce) {
      const some = items.slice(i, i + organizationsAtOnce).map(({ pk }) => drain(pk as ID<"organization">));
      for (const one of await Promise.allSettled(some)) {
        if (one.status === "fulfilled") moved += one.value;
        else errors.push(one.reason);
      }
    }
    // the watermark moves only after all of this run is done; one broken log does not keep the others waiting
    const onward = next ? { set: { month, start: next } } : { set: { month: monthAfter(month) }, unset: ["start"] };
    await table.write(update(Keys.watermark("audit.sweep"), onward));
    if (errors.length > 0) throw new AggregateError(errors, `${errors.length} outboxes could not be drained.`);
    return { checked: items.length, moved };
  },
);

async function drain(owner: ID<"organization">): Promise<number> {
  const { items } = await table.query({ ...Keys.outbox(owner), limit: 1 });
  const [oldest] = items;
  if (!oldest || String(oldest.at) > instant(-forgottenSeconds)) return 0;
  return (await follow({ owner })).moved;
}

function monthAfter(month: string): string {
  const [year = 0, number = 0] = month.split("-").map(Number);
  const next = new Date(Date.UTC(year, number, 1)).toISOString().slice(0, 7);
  return next > instant().slice(0, 7) ? firstMonth : next;
}
