import * as v from "valibot";
import type { ID } from "../base/id.ts";
import { fn } from "../kernel/fn.ts";
import { table } from "../kernel/ports.ts";
import { Announcement, on, respond } from "../kernel/reaction.ts";
import { rowsOf } from "../kernel/rows.ts";
import { writeUnless } from "../kernel/write-unless.ts";
import { MemberLeft, MemberRemoved } from "../member/events.ts";
import { memberKeys } from "../member/keys.ts";
import { ending } from "./end.ts";
import { failures } from "./failures.ts";
import { deviceKeys } from "./keys.ts";

/** Marks the devices of somebody who is no longer a member: they have to wipe themselves. Can be repeated. */
export const reactions = [
  ...on(MemberRemoved, ({ account }, { owner, at }) => mark(owner, account, "removed", at)),
  ...on(MemberLeft, ({ account }, { owner, at }) => mark(owner, account, "left", at)),
];

export const react = fn("device.react", { input: Announcement, output: v.void() }, (announcement) =>
  respond(announcement, reactions),
);

/** Somebody who is a member again since may have linked others, which stay. */
async function mark(organization: ID<"organization">, account: ID<"account">, reason: "removed" | "left", at: string) {
  const [rows, member] = await Promise.all([
    rowsOf({ ...deviceKeys.devicesOf(account), consistent: true }),
    table.get(memberKeys.member(organization, account)),
  ]);
  for (const row of rows) {
    // threat: devices that were linked since are ended with the former ones
    if (row.organization !== organization || row.wipe || (member && row.linkedAt > at)) continue;
    await writeUnless(failures.ended, ...ending(row, reason));
  }
}
