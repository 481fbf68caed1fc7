// Pure data and functions of it, and of roles alone: the web reads the same table.

import { permissionsOfAccounts } from "./account-permission.ts";
import { permissionsOfJobs } from "./job-permission.ts";
import { type Role, roles } from "./role.ts";

/**
 * The people that a permission applies to: everybody, everybody below an owner, only oneself, or the teams one leads.
 */
export type Target = "any" | "belowOwner" | "own" | "led";
export type Grantee = "public" | "account" | "system" | Role;
/** Kinds of credentials that an actor may use. */
export const credentials = ["session", "token", "device", "operator"] as const;
export type CredentialKind = (typeof credentials)[number];
export type Rule = { readonly [G in Grantee]?: Target } & {
  readonly via?: readonly CredentialKind[];
  readonly sessions?: false;
  readonly reauthenticated?: true;
  readonly deleted?: true;
  readonly unpaid?: true;
  readonly suspended?: true;
  readonly feature?: "updates";
};

const everyMember = { owner: "any", admin: "any", write: "any", read: "any" } as const;
const managers = { owner: "any", admin: "any" } as const;
/**
 * Permissions that stay open in a read-only organization: for payment, and for changes that make the organization
 * smaller.
 */
const evenUnpaid = { ...managers, unpaid: true } as const;
// threat: a person who has taken over a session changes API keys
/** Permissions that somebody could misuse through a session that they have taken. */
const recentManagers = { ...managers, reauthenticated: true } as const;
const paying = { ...evenUnpaid, suspended: true } as const;
const belowOwner = { owner: "any", admin: "belowOwner" } as const;
/** Permissions for texts of members, from reading them to deleting them. */
const readers = { ...everyMember, feature: "updates" } as const;
const authors = { owner: "any", admin: "any", write: "any", feature: "updates" } as const;
const ownTexts = { owner: "own", admin: "own", write: "own", feature: "updates" } as const;
const deletable = { owner: "any", admin: "any", write: "own", unpaid: true, feature: "updates" } as const;
const moderators = { ...managers, feature: "updates" } as const;
/** Permissions of a team's leads in it, beside owners and admins. */
const leads = { ...managers, write: "led", read: "led" } as const;
const leadsOfFeeds = { ...leads, feature: "updates" } as const;
const own = { owner: "own", admin: "own", write: "own", read: "own" } as const;
const leaving = { ...own, unpaid: true } as const;

/**
 * The permissions of people, and the members that each applies to. `reauthenticated` requires a recently confirmed
 * identity. `deleted` is open to owners of a deleted organization, where everything else is missing; `unpaid` in a
 * read-only one, where every other change is refused; `suspended` to owners of a suspended one, which they can
 * otherwise only view. A permission with a `feature` is closed where the organization has turned that off. One of an
 * account is open to sessions, unless it says otherwise; `via` names the other kinds of credentials that it is open to.
 */
export const permissionsOfPeople = {
  ...permissionsOfAccounts,
  // threat: writers read the audit log
  "audit.list": managers,
  "billing.approveSeatRequest": managers,
  "billing.cancel": paying,
  "billing.changeAutomaticSeats": { owner: "any", unpaid: true, suspended: true },
  "billing.checkout": paying,
  "billing.confirm": paying,
  "billing.declineSeatRequest": managers,
  "billing.discount": paying,
  "billing.export": managers,
  "billing.get": managers,
  "billing.getSeatRequest": own,
  "billing.invoices": managers,
  "billing.ledger": managers,
  "billing.months": managers,
  "billing.listSeatRequests": managers,
  "billing.portal": paying,
  "billing.preview": evenUnpaid,
  "billing.refundPayment": paying,
  "billing.requestSeats": everyMember,
  // threat: owners of a suspended organization change its seats
  "billing.resize": evenUnpaid,
  "billing.resume": paying,
  "billing.unusedTime": { owner: "any" },
  "billing.upcoming": managers,
  "billing.revokeSeatRequest": own,
  "sync.certify": managers,
  "comment.create": authors,
  "comment.edit": ownTexts,
  "comment.list": readers,
  "comment.report": readers,
  "comment.setReaction": readers,
  "comment.remove": deletable,
  "comment.restore": deletable,
  "departure.get": managers,
  "departure.list": managers,
  "departure.preview": managers,
  "device.export": managers,
  "device.get": managers,
  "device.list": managers,
  "device.mark": managers,
  "device.revoke": evenUnpaid,
  "device.summarize": managers,
  "sync.listReceipts": managers,
  "domain.add": managers,
  "domain.changeJoin": { owner: "any" },
  "domain.check": managers,
  "domain.get": managers,
  "domain.list": managers,
  "domain.remove": evenUnpaid,
  "figure.list": managers,
  "import.cancel": evenUnpaid,
  "import.create": managers,
  "import.edit": managers,
  "import.get": managers,
  "import.list": managers,
  "import.pauseMails": evenUnpaid,
  "import.report": managers,
  "import.resendMails": managers,
  "import.resumeMails": managers,
  "import.retry": managers,
  "import.rows": managers,
  "import.setting": managers,
  "invitation.changeRole": belowOwner,
  "invitation.export": managers,
  "invitation.get": managers,
  // threat: an admin copies the links of owners' invitations
  "invitation.link": belowOwner,
  "invitation.list": managers,
  "invitation.previewRevocation": managers,
  "invitation.removeSuppression": managers,
  // threat: an admin may resend the invitations of owners
  "invitation.resend": belowOwner,
  "invitation.resendMany": managers,
  "invitation.review": managers,
  // threat: an admin may revoke the invitations of owners
  "invitation.revoke": { ...belowOwner, unpaid: true },
  // threat: writers invite
  "invitation.send": managers,
  "mail.getStalled": managers,
  "mail.resumeStalled": managers,
  // threat: an admin may change owners
  "member.changeRole": belowOwner,
  "member.export": managers,
  "member.get": everyMember,
  "member.leave": leaving,
  "member.list": everyMember,
  "member.reinstate": belowOwner,
  // threat: an admin may remove owners
  "member.remove": { ...belowOwner, unpaid: true },
  // threat: an organization is transferred by a stolen session
  "member.transfer": { owner: "any", reauthenticated: true },
  "notification.changePreferences": { ...own, unpaid: true },
  "notification.getPreferences": own,
  "organization.delete": { owner: "any", reauthenticated: true, unpaid: true },
  "organization.get": everyMember,
  // threat: members rename the organization
  "organization.rename": managers,
  "organization.restore": { owner: "any", reauthenticated: true, deleted: true },
  "reclaim.cancel": evenUnpaid,
  "reclaim.get": managers,
  "reclaim.listUnused": managers,
  "reclaim.start": evenUnpaid,
  "rollout.finish": managers,
  "rollout.get": managers,
  "rollout.pause": evenUnpaid,
  "rollout.preview": managers,
  "rollout.resume": managers,
  "rollout.rollBack": managers,
  "secret.check": managers,
  "secret.create": recentManagers,
  "secret.edit": recentManagers,
  "secret.get": managers,
  "secret.list": managers,
  "secret.remove": { ...recentManagers, unpaid: true },
  "secret.replace": recentManagers,
  "setting.change": managers,
  "setting.changeTeam": managers,
  "setting.choose": { owner: "own", admin: "own", write: "own", read: "own" },
  "setting.effective": { owner: "any", admin: "any", write: "own", read: "own" },
  "setting.exportDocument": managers,
  "setting.get": managers,
  "setting.getCatalog": everyMember,
  // threat: members without the permission read the contact of an organization
  "setting.getGeneral": managers,
  "setting.getOwn": { owner: "own", admin: "own", write: "own", read: "own" },
  "setting.getTeam": managers,
  "setting.getWebsites": managers,
  "setting.history": managers,
  "setting.importDocument": managers,
  "setting.preview": managers,
  "setting.previewTeam": managers,
  "setting.restore": managers,
  // threat: members without the permission change settings
  "setting.saveGeneral": managers,
  "team.addLead": leads,
  // threat: members put each other into teams
  "team.addMembers": leads,
  // threat: members create teams
  "team.create": managers,
  "team.edit": leads,
  "team.get": everyMember,
  "team.leave": leaving,
  "team.list": everyMember,
  "team.remove": evenUnpaid,
  "team.removeLead": { ...managers, write: "own", read: "own", unpaid: true },
  "team.removeMembers": { ...leads, unpaid: true },
  "update.create": authors,
  "update.dismissReports": moderators,
  "update.edit": ownTexts,
  "update.export": managers,
  "update.exportTable": managers,
  "update.get": readers,
  "update.history": moderators,
  "update.list": readers,
  "update.listReactions": readers,
  "update.listReports": moderators,
  "update.listSeen": moderators,
  "update.listTags": readers,
  "update.markSeen": readers,
  "update.mentionable": authors,
  "update.news": readers,
  "update.mute": readers,
  "update.pin": leadsOfFeeds,
  "update.report": readers,
  "update.setReaction": readers,
  "update.remove": deletable,
  "update.removeByAuthor": evenUnpaid,
  "update.restore": deletable,
  "update.unpin": leadsOfFeeds,
  "update.visit": readers,
} as const satisfies Record<string, Rule>;

/** Everything that any actor may do. */
export const permissions = /* @__PURE__ */ Object.assign({}, permissionsOfPeople, permissionsOfJobs);

export type Permission = keyof typeof permissions;

/** Everything that a kind of credential may do at most. */
export const openTo = (kind: CredentialKind): Permission[] =>
  (Object.keys(permissions) as Permission[]).filter((permission) =>
    (permissions[permission] as Rule).via?.includes(kind),
  );

/** Returns whether a target covers this member or thing. Without one, returns whether it covers any at all. */
export function covers(
  allowed: Target | undefined,
  target: { role?: Role | undefined; isOwn?: boolean; isLed?: boolean },
): boolean {
  switch (allowed) {
    case "any":
      return true;
    case "belowOwner":
      // threat: below an owner counts as anybody
      return target.role !== "owner";
    case "own":
      return target.isOwn === true;
    case "led":
      // threat: a lead manages teams of others
      return target.isLed === true;
    case undefined:
      return false;
  }
}

/** Returns whether a member of the first role may grant the second, by any route. */
export function canGrant(giver: Role, role: Role): boolean {
  // threat: an admin makes owners
  return giver === "owner" || (giver === "admin" && role !== "owner");
}

/** Returns whether a member of the first role may grant something that one of the second may not. */
export const grantsMore = (giver: Role, than: Role): boolean =>
  roles.some((role) => canGrant(giver, role) && !canGrant(than, role));
