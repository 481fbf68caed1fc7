import * as v from "valibot";
import { fn } from "../kernel/fn.ts";
import { queues } from "../kernel/ports.ts";
import { Announcement, on, respond } from "../kernel/reaction.ts";
import type { Job } from "./erase.ts";
import { AccountDeleted } from "./events.ts";

/** By then the deletion is announced, and concurrent joins have finished. */
const delaySeconds = 60;

/** Schedules the erasure of a deleted account. Can be repeated. */
export const reactions = on(AccountDeleted, (_, { owner }) =>
  queues.send("work", [{ job: "erase", account: owner } satisfies Job], delaySeconds),
);

export const react = fn("account.react", { input: Announcement, output: v.void() }, (announcement) =>
  respond(announcement, reactions),
);
