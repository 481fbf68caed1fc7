import { after, type KnownRole, read, signalOf, v1 } from "./api.ts";
import { type IfBehind, includingOwnChange } from "./position.ts";

// The people of an organization. Separate from the rest of the API, which every page loads. Members

const members = v1.organizations[":organization"].members;
const oneMember = members[":account"];

export type Member = Awaited<ReturnType<typeof listMembers>>["items"][number];
export type MemberSort = "name" | "joined" | "role";
export type MemberFilter = { search?: string; role?: KnownRole; team?: string; leadOf?: string; sort?: MemberSort };

export function listMembers(
  organization: string,
  filter: MemberFilter,
  cursor?: string,
  { signal, ifBehind }: { signal?: AbortSignal; ifBehind?: IfBehind } = {},
) {
  const ask = (query: object) =>
    members.$get({ param: { organization }, query: { ...filter, ...query } }, { init: signalOf(signal) });
  return read(includingOwnChange(organization, cursor, ask, ifBehind));
}

/** Gets members by their accounts, at most 100 at once. Accounts that are not members are left out. */
export function findMembers(organization: string, accounts: readonly string[]) {
  return read(members.$get({ param: { organization }, query: { accounts: accounts.join(",") } }));
}

export function getMember(organization: string, account: string) {
  return read(oneMember.$get({ param: { organization, account }, query: {} }));
}

export function changeMemberRole(
  organization: string,
  account: string,
  role: KnownRole,
  more: { keepInvitations?: true } = {},
) {
  return read(oneMember.$patch({ param: { organization, account }, json: { role, ...more } }));
}

export type Revocation = Awaited<ReturnType<typeof previewRevocation>>;

/** Reads the pending invitations of a member that end with another role, or without one: with their membership. */
export function previewRevocation(organization: string, account: string, role?: KnownRole) {
  return read(
    oneMember["sent-invitations"].$get({ param: { organization, account }, query: role === undefined ? {} : { role } }),
  );
}

export function removeMember(organization: string, account: string) {
  return read(oneMember.$delete({ param: { organization, account }, json: {} }));
}

export function leaveOrganization(organization: string) {
  return read(members.leave.$post({ param: { organization }, json: {} }));
}

export function transferOwnership(organization: string, account: string) {
  return read(oneMember.transfer.$post({ param: { organization, account }, json: {} }));
}

// Invitations of an organization

const invitations = v1.organizations[":organization"].invitations;
const oneInvitation = invitations[":invitation"];

export type InvitationTab = "pending" | "ended" | "former";
export type Invitation = Awaited<ReturnType<typeof listInvitations>>["items"][number];
export type MailState = NonNullable<Invitation["mail"]>;
export type InvitationDetails = Awaited<ReturnType<typeof getInvitation>>;
export type Invitee = { email: string; role?: KnownRole; name?: string };
export type Reviewed = Awaited<ReturnType<typeof reviewInvitations>>["items"][number];
export type Sent = Awaited<ReturnType<typeof sendInvitations>>["items"][number];

/** A status of an email after which nobody may know of the invitation. */
export type Undelivered = "failed" | "unconfirmed";
/** A status of an email that is not known to have left. */
export type NotLeft = Undelivered | "queued";
/** A choice of invitations: one tab, or those of it whose last email has a status. */
export type InvitationsShown = { tab: InvitationTab; mail?: NotLeft | undefined };
/** The results of invitations that were to be sent again. */
export type Resent = Awaited<ReturnType<typeof resendInvitations>>;

export type Stalled = Awaited<ReturnType<typeof getStalledInvitations>>;

export function listInvitations(
  organization: string,
  { tab, mail }: InvitationsShown,
  cursor?: string,
  { signal, ifBehind }: { signal?: AbortSignal; ifBehind?: IfBehind } = {},
) {
  const ask = (query: object) =>
    invitations.$get(
      { param: { organization }, query: { state: tab, ...(mail && { mail }), ...query } },
      { init: signalOf(signal) },
    );
  return read(includingOwnChange(organization, cursor, ask, ifBehind));
}

export function getInvitation(organization: string, invitation: string) {
  return read(oneInvitation.$get({ param: { organization, invitation }, query: {} }));
}

export function changeInvitedRole(organization: string, invitation: string, role: KnownRole) {
  return read(oneInvitation.$patch({ param: { organization, invitation }, json: { role } }));
}

export function revokeInvitation(organization: string, invitation: string) {
  return read(oneInvitation.$delete({ param: { organization, invitation }, json: {} }));
}

/** Restores a removed member with their former role. */
export function reinstateMember(organization: string, invitation: string) {
  return read(oneInvitation.reinstate.$post({ param: { organization, invitation }, json: {} }));
}

/** Sends a new link; an ended invitation is sent again. */
export function resendInvitation(organization: string, invitation: string) {
  return read(oneInvitation.resend.$post({ param: { organization, invitation }, json: {} }));
}

/** Sends new links to some of those whose email did not leave. */
export function resendInvitations(organization: string, mail: Undelivered, cursor?: string) {
  return read(invitations.resend.$post({ param: { organization }, json: { mail, ...after(cursor) } }));
}

/** Counts the emails of invitations that may have stopped. */
export function getStalledInvitations(organization: string) {
  return read(invitations.stalled.$get({ param: { organization }, query: {} }));
}

/** Queues some emails again that may have stopped. */
export function resumeInvitationEmails(organization: string, cursor?: string) {
  return read(invitations["resume-emails"].$post({ param: { organization }, json: after(cursor) }));
}

export function getInvitationLink(organization: string, invitation: string) {
  return read(oneInvitation.link.$post({ param: { organization, invitation }, json: {} }));
}

export function removeInvitationSuppression(organization: string, invitation: string) {
  return read(oneInvitation["remove-suppression"].$post({ param: { organization, invitation }, json: {} }));
}

export function reviewInvitations(organization: string, rows: Invitee[]) {
  return read(invitations.review.$post({ param: { organization }, json: { invitations: rows } }));
}

/** With the same key a repeated request invites nobody twice. */
export function sendInvitations(
  organization: string,
  json: {
    invitations: Invitee[];
    message?: string;
    lifetimeDays?: number;
    ifPending?: "skip" | "change" | "change_and_email";
  },
  key: string,
) {
  // threat: the same invitations are sent twice after a lost answer
  return read(invitations.$post({ param: { organization }, json }, { headers: { "idempotency-key": key } }));
}
