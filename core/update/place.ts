import { implied } from "../base/failure.ts";
import type * as ID from "../base/id.ts";
import { type Permission, permissions } from "../base/permission.ts";
import type { Member as Actor } from "../kernel/actor.ts";
import { reaches } from "../kernel/authorize.ts";
import { table } from "../kernel/ports.ts";
import { usable } from "../kernel/stored.ts";
import { memberKeys } from "../member/keys.ts";
import type { MemberRow } from "../member/row.ts";
import { teamKeys } from "../team/keys.ts";
import { holdingOf, requireTeam, seesTeam, teamsOf, type Viewer } from "../team/names.ts";
import type { TeamRow } from "../team/row.ts";
import { failures } from "./failures.ts";
import { type Place, updateKeys } from "./keys.ts";
import { type UpdateRow, UpdateTextRow } from "./row.ts";

// A place is an organization, or one of its teams. Every member sees every place of their organization, except private
// teams, which only their members, owners and admins see.

type Update = ID.ID<"update">;
type Found = { text: UpdateTextRow; row: UpdateRow };
/** The feed that a request is about. */
type Where = { in?: "overview" | "organization" | undefined; team?: ID.ID<"team"> | undefined };

export const placeOf = ({ organization, team }: Pick<UpdateTextRow, "organization" | "team">): Place =>
  team ?? organization;

/** The rows that `placesOf` takes. */
export const keysOfPlaces = ({ team }: Where, { organization, account }: Actor) =>
  [memberKeys.member(organization, account), team && teamKeys.team(organization, team)] as const;

/** Returns the places that a feed merges: one, or the organization and the reader's own teams. */
export function placesOf(
  actor: Actor,
  where: Where,
  [membership, team]: readonly [MemberRow | undefined, TeamRow | undefined],
): Place[] {
  if (where.team) {
    requireTeam(actor, team);
    return [where.team];
  }
  const { organization } = actor;
  return where.in === "organization" ? [organization] : [organization, ...teamsOf(membership)];
}

/**
 * Returns an update that the actor may see, whatever else is asked of it.
 * @throws update.missing also for a deleted one, and for one of another organization or of a deleted team
 */
export async function visible(actor: Actor, text: UpdateTextRow | undefined): Promise<Found> {
  const found = await stored(actor, text);
  // threat: a deleted update is still shown
  if (found.text.deletedAt !== undefined) throw failures.missing();
  return found;
}

/** The same, but a deleted one too. */
export async function stored(actor: Actor, found: UpdateTextRow | undefined): Promise<Found> {
  const text = ofOrganization(actor, found);
  const [row, team] = await table.getMany([
    updateKeys.update(placeOf(text), text.pk),
    ...(text.team ? [teamKeys.team(actor.organization, text.team)] : []),
  ]);
  if (!row || !isSeen(actor, text, team)) throw failures.missing();
  return { text, row };
}

/** Returns whether a member sees the updates of a place of their organization. Those of a deleted team nobody sees. */
export const seesPlace = (
  member: MemberRow | undefined,
  place: { team?: ID.ID<"team"> | undefined },
  teamRow: TeamRow | undefined,
): boolean => member !== undefined && isSeen({ role: member.role, ...holdingOf(member) }, place, teamRow);

/** Only whether it is visible, without reading its feed. @throws update.missing */
export async function requireVisible(actor: Actor, found: UpdateTextRow | undefined): Promise<UpdateTextRow> {
  const text = ofOrganization(actor, found);
  // threat: a deleted update can still be commented on
  if (text.deletedAt !== undefined) throw failures.missing();
  const team = text.team && (await table.get(teamKeys.team(actor.organization, text.team)));
  if (!isSeen(actor, text, team)) throw failures.missing();
  return text;
}

const isSeen = (viewer: Viewer, { team }: { team?: ID.ID<"team"> | undefined }, row: TeamRow | undefined): boolean =>
  // threat: updates of a private team are read by their ids
  team === undefined || (row !== undefined && seesTeam(viewer, team, row));

/** @throws update.missing, row.unreadable */
function ofOrganization({ organization }: Actor, text: UpdateTextRow | undefined): UpdateTextRow {
  if (!text) throw failures.missing();
  if (!usable(UpdateTextRow, text)) throw implied.unreadable();
  // threat: an update of another organization is visible
  if (text.organization !== organization) throw failures.missing();
  return text;
}

/** Returns whether this member posts and moderates everywhere. */
export const managesUpdates = ({ role }: Pick<Actor, "role">): boolean => permissions["update.pin"][role] === "any";

/** Returns whether the actor may use a permission on what this account wrote. */
export const mayOn = (actor: Actor, permission: Permission, author: ID.ID<"account">): boolean =>
  reaches(actor, permissions[permission], { account: author });

/** @throws actor.forbidden */
export function requireOn(actor: Actor, permission: Permission, author: ID.ID<"account">): void {
  if (mayOn(actor, permission, author)) return;
  throw implied.forbidden({ permission, message: "Only its author may do this." });
}

/** Refuses an author to restore what owners and admins have deleted. @throws actor.forbidden */
export function requireRestorable(
  actor: Actor,
  permission: Permission,
  { author, deletedBy }: { author: ID.ID<"account">; deletedBy?: ID.ID<"account"> | undefined },
): void {
  requireOn(actor, permission, author);
  if (reaches(actor, permissions[permission], {}) || deletedBy === undefined || deletedBy === actor.account) return;
  // threat: an author restores what an admin deleted
  throw implied.forbidden({ permission, message: "An owner or admin deleted this. Ask them to restore it." });
}

export const keyOfText = ({ update }: { update: Update }) => [updateKeys.updateText(update)] as const;
