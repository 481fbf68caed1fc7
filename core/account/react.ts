import * as v from "valibot";
import * as Audit from "../audit/audit.ts";
import { fn } from "../kernel/fn.ts";
import * as ID from "../kernel/id.ts";
import { queues } from "../kernel/ports.ts";
import type { Job } from "./erase.ts";

/** By then the deletion itself is announced, and whoever joined something in that moment has. */
const settleSeconds = 60;

/** Whether anything follows for accounts from an event of this type. */
export const follows = (type: string): boolean => type === "account.deleted";

/** Has an account that was deleted erased. Twice does no harm. */
export const react = fn("account.react", { input: Audit.Announcement, output: v.void() }, async ({ owner }) => {
  if (ID.is("account", owner))
    await queues.send("work", [{ job: "erase", account: owner } satisfies Job], settleSeconds);
});
