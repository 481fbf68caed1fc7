import * as v from "valibot";
import type { ID } from "../base/id.ts";
import { fn } from "../kernel/fn.ts";
import { table } from "../kernel/ports.ts";
import { Announcement, on, respond } from "../kernel/reaction.ts";
import { writeUnless } from "../kernel/write-unless.ts";
import { MemberLeft, MemberRemoved } from "../member/events.ts";
import { all, equal, lacks, update, when } from "../table/table.ts";
import { failures } from "./failures.ts";
import { secretKeys } from "./keys.ts";
import { maxSecretsPerOrganization } from "./limits.ts";
import type { SecretRow } from "./row.ts";

/** Marks the keys that somebody has entered who is no longer a member: they may still have them. Can be repeated. */
export const reactions = on([MemberRemoved, MemberLeft], async ({ account }, { owner, at }) => {
  const query = { ...secretKeys.secrets(owner), limit: maxSecretsPerOrganization, consistent: true };
  const { items } = await table.query(query);
  // threat: a key of somebody who left is not marked
  for (const row of items) if (row.storedBy === account && row.storedAt <= at) await mark(owner, row, at);
});

export const react = fn("secret.react", { input: Announcement, output: v.void() }, (announcement) =>
  respond(announcement, reactions),
);

/** Nothing is to be done for a key that was replaced or deleted since, or is marked. */
async function mark(organization: ID<"organization">, { sk, version }: SecretRow, departedAt: string): Promise<void> {
  const isSame = when(all(equal("version", version), lacks("departedAt")), failures.changed);
  await writeUnless(failures.changed, update(secretKeys.secret(organization, sk), { set: { departedAt } }, isSame));
}
