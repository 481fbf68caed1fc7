import { type Announcement, on, respond } from "../../kernel/reaction.ts";
import { writeUnless } from "../../kernel/write-unless.ts";
import { MemberLeft, MemberRemoved } from "../../member/events.ts";
import { atMost, remove, when } from "../../table/table.ts";
import { billingKeys } from "../keys.ts";
import { failures } from "./failures.ts";

/** Deletes what somebody has requested who is no longer a member. Can be repeated: a later request of theirs stays. */
export const reactions = on([MemberRemoved, MemberLeft], async ({ account }, { owner, at }) => {
  const isEarlier = when(atMost("requestedAt", at), failures.decided);
  await writeUnless(failures.decided, remove(billingKeys.seatRequest(owner, account), isEarlier));
});

export const react = (announcement: Announcement): Promise<void> => respond(announcement, reactions);
