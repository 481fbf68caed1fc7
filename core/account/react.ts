import * as v from "valibot";
import { fn } from "../kernel/fn.ts";
import { queues } from "../kernel/ports.ts";
import { Announcement, on, respond } from "../kernel/reaction.ts";
import type { Job } from "./erase.ts";
import { AccountDeleted } from "./events.ts";

/** By then the deletion itself is announced, and whoever joined something in that moment has. */
const settleSeconds = 60;

/** Has an account that was deleted erased. Twice does no harm. */
export const reactions = on(AccountDeleted, (_, { owner }) =>
  queues.send("work", [{ job: "erase", account: owner } satisfies Job], settleSeconds),
);

export const react = fn("account.react", { input: Announcement, output: v.void() }, (announcement) =>
  respond(announcement, reactions),
);
