import * as v from "valibot";
import * as ID from "../base/id.ts";
import { fn } from "../kernel/fn.ts";
import { table } from "../kernel/ports.ts";
import { Keys } from "../table/keys.ts";
import { keyOf } from "../table/table.ts";
import { leaveAll } from "./leave.ts";

// A job erases what remains of a deleted account. Shapes

export const Job = v.strictObject({ job: v.literal("erase"), account: ID.schema("account") });
export type Job = v.InferOutput<typeof Job>;

// Functions

/**
 * Deletes all rows of an account without a profile, its events included; the last of them records the deletion. Its
 * devices stay until they have wiped themselves, for which they need their tokens.
 */
export const erase = fn("account.erase", { input: Job, output: v.void() }, async ({ account }, actor) => {
  if (await table.get(Keys.profile(account))) return;
  await leaveAll(account, actor);
  for (const partition of [Keys.ofAccount(account), Keys.outbox(account), Keys.log(account)]) await empty(partition);
});

async function empty(partition: { pk: string }): Promise<void> {
  for (;;) {
    const { items, next } = await table.query({ ...partition, consistent: true });
    const erased = items.map(keyOf).filter(({ sk }) => !ID.is("device", sk));
    await table.project(erased.map((key) => ({ remove: key })));
    if (!next) return;
  }
}
