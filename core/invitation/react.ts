import * as v from "valibot";
import { fn } from "../kernel/fn.ts";
import { queues } from "../kernel/ports.ts";
import { Announcement, on, respond } from "../kernel/reaction.ts";
import { MemberLeft, MemberRemoved } from "../member/events.ts";
import type { Job } from "./schedule.ts";

/** A request of somebody who leaves may still be sending; by then it has ended. */
const underWaySeconds = 60;

/** Revokes the invitations of members who have left. Can be repeated. */
export const reactions = on([MemberRemoved, MemberLeft], async ({ account }, { owner }) => {
  const job: Job = { job: "revokeSent", organization: owner, by: account };
  await queues.send("work", [job]);
  await queues.send("work", [job], underWaySeconds);
});

export const react = fn("invitation.react", { input: Announcement, output: v.void() }, (announcement) =>
  respond(announcement, reactions),
);
