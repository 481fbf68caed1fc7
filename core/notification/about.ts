import type * as ID from "../base/id.ts";
import { commentKeys } from "../comment/keys.ts";
import type { CommentRow } from "../comment/row.ts";
import { table } from "../kernel/ports.ts";
import { usable } from "../kernel/stored.ts";
import { memberKeys } from "../member/keys.ts";
import type { MemberRow } from "../member/row.ts";
import { organizationKeys } from "../organization/keys.ts";
import type { OrganizationRow } from "../organization/row.ts";
import type { Key } from "../table/table.ts";
import { teamKeys } from "../team/keys.ts";
import { updateKeys } from "../update/keys.ts";
import { seesPlace } from "../update/place.ts";
import { UpdateRow } from "../update/row.ts";
import type { NotificationRow } from "./row.ts";
import { updateKinds } from "./shape.ts";

// Notifications about updates: a text is read when it is shown, so that it is gone with its update.

type Account = ID.ID<"account">;
type Organization = ID.ID<"organization">;
export type About = {
  organization: Organization;
  /** The team that the update is for. */
  team?: ID.ID<"team"> | undefined;
  update: ID.ID<"update">;
  comment?: ID.ID<"comment"> | undefined;
};
type Notification = Pick<NotificationRow, "pk" | "sk" | "organization" | "team" | "comment" | "update">;

/** Returns those of these accounts who see it now, with their memberships. Nobody sees what was deleted. */
export async function readersOf(about: About, accounts: readonly Account[]): Promise<Map<Account, MemberRow>> {
  const keys = [keysOf(about), accounts.map((account) => memberKeys.member(about.organization, account))].flat();
  const found = new Map((await table.getMany(keys)).map((row, i) => [nameOf(keys[i] as Key), row]));
  // threat: somebody is notified of a text that is deleted already
  if (!titleIn(about, found)) return new Map();
  const team = about.team && teamKeys.team(about.organization, about.team);
  return new Map(
    accounts.flatMap((account): [Account, MemberRow][] => {
      const member = rowIn(found, memberKeys.member(about.organization, account));
      return member && seesPlace(member, about, team && rowIn(found, team)) ? [[account, member]] : [];
    }),
  );
}

/** Returns the titles of what an account's notifications are about, by notification: of all that the account sees now. */
export async function titlesOf(
  notifications: readonly Notification[],
): Promise<ReadonlyMap<ID.ID<"notification">, string>> {
  const about = notifications.flatMap(({ update, ...row }) => (update ? [{ ...row, update }] : []));
  const keys = about.flatMap((one): Key[] => [...keysOf(one), memberKeys.member(one.organization, one.pk)]);
  if (keys.length === 0) return new Map();
  // threat: somebody who was just taken out of a private team reads titles of its updates
  const rows = await table.getMany(keys);
  const found = new Map(rows.map((row, i) => [nameOf(keys[i] as Key), row]));
  return new Map(
    about.flatMap((one) => {
      const { organization, team, pk: account } = one;
      const title = titleIn(one, found);
      const member = rowIn(found, memberKeys.member(organization, account));
      const isSeen = seesPlace(member, one, team && rowIn(found, teamKeys.team(organization, team)));
      // threat: a former member keeps reading titles in notifications
      return title !== undefined && isSeen ? [[one.sk, title]] : [];
    }),
  );
}

/** Returns the updates of an account's notifications that the account has muted: those that say what is written there. */
export async function mutedOf(
  account: Account,
  notifications: readonly Pick<NotificationRow, "kind" | "update">[],
  { consistent = true } = {},
): Promise<ReadonlySet<string | undefined>> {
  const written = notifications.filter(({ kind }) => updateKinds.some((one) => one === kind));
  const updates = [...new Set(written.flatMap(({ update }) => update ?? []))];
  const found = await table.getMany(
    updates.map((id) => updateKeys.activity(id, account)),
    { consistent },
  );
  return new Set(updates.filter((_, i) => found[i]?.isMuted === true));
}

/** Returns whether an organization shows no updates for now: it is suspended, or has turned them off. */
export const isPaused = ({ state, posting }: Pick<OrganizationRow, "state" | "posting">) =>
  // threat: notifications show titles where updates are turned off
  state !== "deleted" && (state !== "active" || posting === "off");

type Found = ReadonlyMap<string, unknown>;
const nameOf = ({ pk, sk }: Key) => `${pk}|${sk}`;
const rowIn = <R>(found: Found, key: Key<R & Record<string, unknown>>) => found.get(nameOf(key)) as R | undefined;

const keysOf = (about: About): Key[] => [
  organizationKeys.organization(about.organization),
  updateKey(about),
  ...(about.team ? [teamKeys.team(about.organization, about.team)] : []),
  ...(about.comment ? [commentKeys.comment(about.update, about.comment)] : []),
];
const updateKey = ({ organization, team, update }: About) => updateKeys.update(team ?? organization, update);

/** The title, unless the update or the comment was deleted, or its organization is closed or has turned updates off. */
function titleIn(about: About, found: Found): string | undefined {
  const organizationRow = rowIn<OrganizationRow>(found, organizationKeys.organization(about.organization));
  if (!organizationRow || organizationRow.state === "deleted" || isPaused(organizationRow)) return undefined;
  const update = usable(UpdateRow, rowIn<UpdateRow>(found, updateKey(about)));
  if (!update || update.deletedAt !== undefined) return undefined;
  if (!about.comment) return update.title;
  const comment = rowIn<CommentRow>(found, commentKeys.comment(about.update, about.comment));
  // threat: a deleted comment stays in notifications
  return comment && comment.deletedAt === undefined ? update.title : undefined;
}
