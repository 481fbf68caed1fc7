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
  ...on([MemberRemoved, MemberLeft], ({ account }, { owner }) =>
    queue({ organization: owner, by: account, hasLeft: true }),
  ),
  ...on(MemberRoleChanged, async ({ account, from, to, keepsInvitations }, { owner, by }) => {
    if (!mayLose(from, to)) return;
    await queue({ organization: owner, by: account, ...(keepsInvitations && by && { keepFor: by }) });
  }),
  ...on(MemberTransferred, ({ from }, { owner }) => queue({ organization: owner, by: from })),
];

/** Of a role that only a newer release knows, nobody here can say what it may give: the job finds out. */
const mayLose = (from: Role | Unknown, to: Role | Unknown) =>
  from === unknown || to === unknown || grantsMore(from, to);

async function queue(whose: Omit<RevokeSent, "job">): Promise<void> {
  const job: Job = { job: "revokeSent", ...whose };
  await queues.send("work", [job]);
  await queues.send("work", [job], underWaySeconds);
}

export const react = fn("invitation.react", { input: Announcement, output: v.void() }, (announcement) =>
  respond(announcement, reactions),
);
