import * as v from "valibot";
import { failure, isFailure } from "../base/failure.ts";
import * as ID from "../base/id.ts";
import { fn } from "../kernel/fn.ts";
import { table } from "../kernel/ports.ts";
import { rowsOf } from "../kernel/rows.ts";
import { memberKeys } from "../member/keys.ts";
import type { MemberRow } from "../member/row.ts";
import { all, equal, lacks, present, update, when } from "../table/table.ts";
import { failures as preferenceFailures, waysIn } from "./preference.ts";
import { type Group, groups, type Way } from "./shape.ts";
import { mintUndo, type Named, read, undoes } from "./unsubscribe-link.ts";

// The link of an email ends such emails without a session: what they told is in the product only. It does no more, and
// only its undo changes that back.

/** Times that a membership is read again, because others change it. */
const looks = 3;

// Shapes

const Link = v.pipe(v.string(), v.maxLength(120, "This link is not valid."));
const Changed = v.object({
  organization: ID.schema("organization"),
  /** The groups that no longer come by email. */
  groups: v.array(v.picklist(groups)),
});
/** The changes of an unsubscription. */
export const Unsubscribed = v.object({
  /** The kind of emails that it ended: those that come at once, or the daily digest. */
  way: v.picklist(["email", "digest"]),
  /** Organizations of which nothing was changed are left out. */
  changed: v.array(Changed),
  /** Undoes that for an hour. */
  undo: v.string(),
});

// Failures

export const failures = {
  badLink: failure("gone", "notification.link_invalid", "This link no longer works. Sign in to change your emails."),
  badUndo: failure(
    "gone",
    "notification.undo_invalid",
    "This can no longer be undone here. Sign in to change your emails.",
  ),
};

// Functions

/** Ends the emails that a link names. Repeating it changes nothing. */
export const unsubscribe = fn(
  "notification.unsubscribe",
  {
    input: v.strictObject({ link: Link }),
    output: Unsubscribed,
    failures: [failures.badLink, preferenceFailures.changed],
  },
  async ({ link }) => {
    const named = requireNamed(link);
    const way = wayOf(named);
    const members = await membershipsOf(named);
    const changed = await Promise.all(
      members.map(async ({ sk: organization }) => ({
        organization,
        groups: await change(organization, named.account, { from: way, to: "product", of: groups }),
      })),
    );
    const told = changed.filter(({ groups: some }) => some.length > 0);
    return { way, changed: told, undo: mintUndo(link, told) };
  },
);

/** Undoes that: what it changed comes by email again, unless it was changed since. */
export const resubscribe = fn(
  "notification.resubscribe",
  {
    input: v.strictObject({
      link: Link,
      /** The changes, as the unsubscription returned them. */
      changed: v.pipe(v.array(v.strictObject(Changed.entries)), v.maxLength(100, "At most 100 organizations.")),
      /** The link, as the unsubscription returned it in `undo`. */
      undo: Link,
    }),
    output: v.void(),
    failures: [failures.badLink, failures.badUndo, preferenceFailures.changed],
  },
  async ({ link, changed, undo }) => {
    const named = requireNamed(link);
    // threat: a link undoes what its unsubscription has not changed
    if (!undoes(undo, link, changed)) throw failures.badUndo();
    const theirs = new Set((await membershipsOf(named)).map(({ sk }) => sk));
    // threat: undoing an unsubscription changes another organization's emails
    for (const { organization, groups: of } of changed.filter((one) => theirs.has(one.organization))) {
      await change(organization, named.account, { from: "product", to: wayOf(named), of });
    }
  },
);

const wayOf = ({ organization }: Named): "email" | "digest" => (organization ? "email" : "digest");

function requireNamed(link: string): Named {
  const named = read(link);
  if (!named) throw failures.badLink();
  return named;
}

async function membershipsOf({ account, organization }: Named): Promise<MemberRow[]> {
  if (!organization) return rowsOf({ ...memberKeys.organizationsOf(account), consistent: true });
  const row = await table.get(memberKeys.member(organization, account));
  return row ? [row] : [];
}

/** Returns the groups that were changed from one way to another. */
async function change(
  organization: ID.ID<"organization">,
  account: ID.ID<"account">,
  { from, to, of }: { from: Way; to: Way; of: readonly Group[] },
): Promise<Group[]> {
  const key = memberKeys.member(organization, account);
  for (let look = 1; ; look++) {
    const row = await table.get(key);
    if (!row) return [];
    const ways = waysIn(row);
    // threat: unsubscribing turns on what was off
    const changed = of.filter((group) => ways[group] === from);
    if (changed.length === 0) return [];
    const notify = { ...row.notify, ...Object.fromEntries(changed.map((group) => [group, to])) };
    const asRead = row.notify === undefined ? lacks("notify") : equal("notify", row.notify);
    try {
      await table.write(update(key, { set: { notify } }, when(all(present, asRead), preferenceFailures.changed)));
      return changed;
    } catch (error) {
      if (look === looks || !isFailure(error, preferenceFailures.changed)) throw error;
    }
  }
}
