import * as v from "valibot";
import { failure } from "../base/failure.ts";
import type * as ID from "../base/id.ts";
import { withoutUndefined } from "../base/without-undefined.ts";
import { groupOf } from "../catalog/notifications.ts";
import { fn } from "../kernel/fn.ts";
import { table } from "../kernel/ports.ts";
import { rowsOfEach } from "../kernel/rows.ts";
import { readOnly } from "../kernel/stored.ts";
import { failures as memberFailures } from "../member/failures.ts";
import { memberKeys } from "../member/keys.ts";
import { MemberRow } from "../member/row.ts";
import { all, equal, type Key, lacks, present, update, when } from "../table/table.ts";
import { updateKeys } from "../update/keys.ts";
import type { ActivityRow } from "../update/row.ts";
import { type Group, groups, type Kind, type Way, ways } from "./shape.ts";

// How a member wants the notifications of an organization. It is stored with the membership, and ends with it.

// Shapes

const Ways = v.picklist(ways);
const entries = {
  /** Mentions of you, and of your teams. */
  mentions: Ways,
  /** Comments on your updates, and answers to your comments. */
  comments: Ways,
  /** Accepted invitations that you sent, and requests for new ones. */
  invitations: Ways,
  /** Requests for seats that you can decide, and the decision on yours. */
  seats: Ways,
  /** Rollouts of the settings that have halted. */
  rollouts: Ways,
} satisfies Record<Group, typeof Ways>;
/**
 * Your ways to be notified of events in an organization: in the product and by `email` at once, in the product and once
 * a day by email (`digest`), in the `product` only, or not.
 */
export const Preferences = v.object(entries);
export type Preferences = v.InferOutput<typeof Preferences>;

// Failures

export const failures = {
  changed: failure("conflict", "notification.preferences_changed", "These were just changed elsewhere. Try again."),
};

// Functions

/** Returns how I am notified of what happens in an organization. */
export const getPreferences = fn(
  "notification.getPreferences",
  {
    input: v.strictObject({}),
    output: Preferences,
    failures: [memberFailures.missing],
    reads: (_, { organization, account }) => [memberKeys.member(organization, account)],
  },
  async (_, __, [row]) => describe(row),
);

/** Changes how I am notified of what happens in an organization from now on. */
export const changePreferences = fn(
  "notification.changePreferences",
  {
    input: v.partial(v.strictObject(entries)),
    output: Preferences,
    failures: [memberFailures.missing, failures.changed],
    reads: (_, { organization, account }) => [memberKeys.member(organization, account)],
  },
  async (changes, { organization, account }, [row]) => {
    const before = describe(row);
    const notify = { ...row?.notify, ...withoutUndefined(changes) };
    const asRead = row?.notify === undefined ? lacks("notify") : equal("notify", row.notify);
    // threat: two tabs overwrite each other's notification preferences
    const guard = when(all(present, asRead), failures.changed);
    await table.write(update(memberKeys.member(organization, account), { set: { notify } }, guard));
    return { ...before, ...withoutUndefined(changes) };
  },
);

// For new notifications

type Notified = {
  organization: ID.ID<"organization">;
  account: ID.ID<"account">;
  kind: Kind;
  update?: ID.ID<"update"> | undefined;
};

/**
 * Returns how each of these is wanted, in one read. What changes access, ownership or money all get by email; comments
 * on an update that somebody has muted they do not get.
 */
export async function waysOf(notifications: readonly Notified[]): Promise<Way[]> {
  const chosen = notifications.filter(({ kind }) => groupOf(kind));
  const keysOf = (one: Notified): [Key<MemberRow>, ...Key<ActivityRow>[]] => [
    memberKeys.member(one.organization, one.account),
    ...(isMutable(one) ? [updateKeys.activity(one.update, one.account)] : []),
  ];
  const rows = await rowsOfEach(chosen, keysOf, { consistent: false });
  const found = new Map(chosen.map((one, i) => [one, rows[i]]));
  return notifications.map((one) => {
    const [member, activity] = found.get(one) ?? [];
    // threat: a comment on a muted update notifies all the same
    return activity?.isMuted === true ? "off" : wayOf(one.kind, member);
  });
}

// threat: a mention on a muted update does not arrive
/** Returns whether it is about an update that its reader may have muted. Mentions of them still arrive. */
export const isMutable = <N extends Pick<Notified, "kind" | "update">>(
  one: N,
): one is N & { update: ID.ID<"update"> } => one.kind === "update.commented" && one.update !== undefined;

/** Returns how a member wants such a notification. */
export function wayOf(kind: Kind, row: Pick<MemberRow, "notify"> | undefined): Way {
  const group = groupOf(kind);
  // threat: somebody can turn off what changes access, ownership or money
  return group ? wayIn(row, group) : "email";
}

function describe(row: MemberRow | undefined): Preferences {
  if (!row) throw memberFailures.missing();
  return waysIn(readOnly(MemberRow, row));
}

/** Returns how a member wants each group. */
export const waysIn = ({ notify }: Pick<MemberRow, "notify">): Preferences =>
  Object.fromEntries(groups.map((group) => [group, wayIn({ notify }, group)])) as Preferences;

/** A way that only a newer release knows is no email at least. */
function wayIn(row: Pick<MemberRow, "notify"> | undefined, group: Group): Way {
  const stored = row?.notify?.[group];
  return stored === undefined ? "email" : (ways.find((one) => one === stored) ?? "product");
}
