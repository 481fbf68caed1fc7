import * as v from "valibot";
import { grantsMore } from "../base/permission.ts";
import type { Role } from "../base/role.ts";
import { type Unknown, unknown } from "../base/row.ts";
import { fn } from "../kernel/fn.ts";
import { queues } from "../kernel/ports.ts";
import { Announcement, on, respond } from "../kernel/reaction.ts";
import { MemberLeft, MemberRemoved, MemberRoleChanged, MemberTransferred } from "../member/events.ts";
import type { Job } from "./schedule.ts";
import type { RevokeSent } from "./sender.ts";

/** A request of somebody who loses a right may still be sending; by then it has ended. */
const underWaySeconds = 60;

/** Ends the invitations of members who left, and those of others that they may no longer give. Can be repeated. */
export const reactions = [
  // threat: invitations stay open when their inviter leaves
  ...on([MemberRemoved, MemberLeft], ({ account }, { owner }) =>
    // threat: an invitation that somebody sent before they left works again when they return
    queue({ organization: owner, by: account, hasLeft: true }),
  ),
  ...on(MemberRoleChanged, async ({ account, from, to, keepsInvitations }, { owner, by }) => {
    // threat: each promotion walks all pending invitations twice
    if (!mayLose(from, to)) return;
    // threat: invitations are kept although nobody chose that
    await queue({ organization: owner, by: account, ...(keepsInvitations && by && { keepFor: by }) });
  }),
  // threat: a former owner's invitations of owners outlive a transfer
  ...on(MemberTransferred, ({ from }, { owner }) => queue({ organization: owner, by: from })),
];

/** Of a role that only a newer release knows, nobody here can say what it may give: the job finds out. */
const mayLose = (from: Role | Unknown, to: Role | Unknown) =>
  // threat: a role of a newer release keeps invitations that it may not give
  from === unknown || to === unknown || grantsMore(from, to);

async function queue(whose: Omit<RevokeSent, "job">): Promise<void> {
  const job: Job = { job: "revokeSent", ...whose };
  await queues.send("work", [job]);
  // threat: an invitation that was under way when its inviter left stays open, and holds its seat
  await queues.send("work", [job], underWaySeconds);
}

export const react = fn("invitation.react", { input: Announcement, output: v.void() }, (announcement) =>
  respond(announcement, reactions),
);
