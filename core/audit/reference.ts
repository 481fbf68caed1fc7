import { billingReference } from "./billing-reference.ts";
import type { DataOf, EventName } from "./catalog.ts";
import { invitationReference } from "./invitation-reference.ts";
import { rolloutReference } from "./rollout-reference.ts";
import { updateReference } from "./update-reference.ts";

// The descriptions of events in docs/events.md. No function loads this.

type Entry<N extends EventName> = {
  /** When it is recorded. */
  when: string;
  data: { readonly [F in keyof DataOf<N>]-?: string };
  /** No reaction, notification or number depends on it: it is recorded for the log only. */
  logOnly?: true;
};

const team = "The team.";
const invitation = "The invitation.";
const account = "The account of the member.";
const id = "The import.";
const teams = "The teams of the member; absent when there are none.";
const name = "The name.";
const renamed = { from: "The name before.", to: "The name after." };
const roles = { from: "The role before.", to: "The role after." };
const rules = { from: "The setting before.", to: "The setting after." };
const device = { device: "The device.", account, platform: "What it runs on." };
const secret = {
  secret: "The API key.",
  kind: "Its provider and kind.",
  last4: "Its last four characters, or those of the id that belongs to it.",
};
const named = { domain: "The domain.", name: "Its name, such as acme.com." };
const led = { team, name: "The name of the team.", account: "The account of the member." };
const moved = { team, name: "The name of the team.", accounts: "The accounts of the members." };
const pass = "How often the file was read, this time included.";

export const reference: { readonly [N in EventName]: Entry<N> } = {
  "account.updated": {
    when: "Someone changes their profile.",
    data: {
      name: "The name before and after, if it changed.",
      color: "The color before and after, if it changed.",
      locale: "The language before and after, if it changed.",
      zone: "The time zone before and after, if it changed.",
    },
  },
  "account.deleted": { when: "Someone deletes their account.", data: {} },
  ...billingReference,
  "reclaim.started": {
    when: "An owner or admin starts to reclaim unused seats.",
    data: {
      members: "How many members are removed at the most.",
      invitations: "How many invitations are revoked at the most.",
      reduces: "Whether the subscription is reduced afterwards.",
    },
  },
  "reclaim.canceled": { when: "Someone stops it.", data: {}, logOnly: true },
  "reclaim.ended": {
    when: "It has reclaimed all seats that are still unused, its author may no longer remove members, or the organization is suspended.",
    data: {
      account: "Who started it.",
      removed: "How many members were removed.",
      revoked: "How many invitations were revoked.",
      reason: "`done`, or `stopped`.",
      seats: "The seats of the subscription after it, if it was reduced.",
    },
  },
  "departure.recorded": {
    when: "A moment after a member with devices left or was removed, or a device was revoked.",
    data: {
      departure: "The departure.",
      account: "The account whose devices ended.",
      reason: "Why: `removed`, `left`, `revoked`, or `token_reused`.",
      devices: "How many devices ended.",
      secrets: "How many API keys that they fetched have to be replaced.",
    },
  },
  "device.canary_changed": {
    when: "A member, an owner, or an admin makes a device a canary, or ends that.",
    data: { ...device, isCanary: "Whether it is one now." },
    logOnly: true,
  },
  "device.linked": {
    when: "A member links a device.",
    data: { ...device, app: "The client, as it calls itself." },
    logOnly: true,
  },
  "device.renamed": { when: "A member renames a device.", data: device, logOnly: true },
  "device.revoked": {
    when: "A member, an owner, or an admin revokes a device, or an old token of it was used again.",
    data: { ...device, reason: "Why: `revoked` or `token_reused`." },
  },
  "device.wiped": {
    when: "A device confirms that it has removed everything that it got.",
    data: { ...device, reason: "Why it had to." },
    logOnly: true,
  },
  "domain.added": { when: "An owner or admin adds a domain.", data: named, logOnly: true },
  "domain.expired": { when: "The record of a verified domain stayed lost, so it is no longer verified.", data: named },
  "domain.join_changed": {
    when: "An owner changes how people with an address of a domain become members.",
    data: { ...named, from: "Mode and role before.", to: "Mode and role after." },
  },
  "domain.record_lost": {
    when: "A check finds that the record of a verified domain is lost.",
    data: { ...named, until: "When the domain stops being verified if the record stays lost." },
  },
  "domain.record_restored": {
    when: "A check finds the lost record of a verified domain again.",
    data: named,
    logOnly: true,
  },
  "domain.released": { when: "A deleted organization gives a verified domain back.", data: named, logOnly: true },
  "domain.removed": { when: "An owner or admin removes a domain.", data: named, logOnly: true },
  "domain.verified": { when: "A check finds the record of a domain.", data: named, logOnly: true },
  "import.canceled": { when: "An owner or admin cancels an import.", data: { import: id }, logOnly: true },
  "import.created": {
    when: "A file to import is uploaded.",
    data: { import: id, via: "The dashboard or a script.", by: "The account that the import runs as." },
    logOnly: true,
  },
  "import.ended": {
    when: "An import ends.",
    data: { import: id, state: "How it ended.", reason: "Why it failed or ended early." },
    logOnly: true,
  },
  "import.mails_paused": {
    when: "An owner or admin pauses the emails of an import.",
    data: { import: id },
    logOnly: true,
  },
  "import.mails_resent": {
    when: "An owner or admin resends emails of an import that failed or are not confirmed.",
    data: {
      import: id,
      mail: "What was wrong with the emails.",
      mailing: "The position in the log of the event whose emails they are.",
      count: "How many of them are sent again.",
    },
  },
  "import.mails_resumed": { when: "An owner or admin resumes the emails of an import.", data: { import: id } },
  "import.retried": {
    when: "An owner or admin retries the rows that may have another result.",
    data: { import: id, pass, by: "The account that the import runs as." },
    logOnly: true,
  },
  "import.setting_changed": { when: "An owner or admin changes how scripts import.", data: rules, logOnly: true },
  "import.started": {
    when: "An import starts to read its file.",
    data: { import: id, pass, by: "The account that the import runs as." },
    logOnly: true,
  },
  ...invitationReference,
  "member.joined": {
    when: "Someone joins with an address of a verified domain.",
    data: {
      account,
      invitation,
      role: "The role of the member.",
      domain: "The domain of the address.",
      domainName: "The name of that domain.",
    },
  },
  "member.left": { when: "A member leaves.", data: { account, invitation, role: "The role of the member.", teams } },
  "member.reinstated": {
    when: "A removed member is restored.",
    data: { account, invitation, role: "The role of the member.", teams },
  },
  "member.removed": {
    when: "A member is removed.",
    data: { account, invitation, role: "The role of the member.", teams },
  },
  "member.role_changed": {
    when: "The role of a member changes.",
    data: {
      account,
      ...roles,
      keepsInvitations:
        "Whether the one who changed it keeps the member's invitations that the new role may not give; absent if not.",
    },
  },
  "member.transferred": {
    when: "An owner transfers ownership.",
    data: {
      from: "The account of the previous owner.",
      to: "The account of the new owner.",
      role: "The new owner's previous role.",
    },
  },
  "organization.created": {
    when: "An organization is created.",
    data: { name, seats: "How many seats it began with. Missing in events of earlier releases." },
  },
  "organization.deleted": { when: "An owner deletes the organization.", data: { name } },
  "organization.granted": {
    when: "The operator grants seats, or a grant ends.",
    data: {
      from: "All seats before.",
      to: "All seats after.",
      granted: "How many of them are granted now. Missing in events of earlier releases.",
      until: "When the grant ends. Missing if it does not.",
    },
  },
  "organization.mails_paused": {
    when: "The emails of invitations are paused, because too many bounced or were reported as spam.",
    data: {
      why: "Whether they `bounced` or `complained`.",
      delivered: "How many of the last days were delivered. The numbers are absent because of an account's emails.",
      bounced: "How many bounced.",
      complained: "How many were reported as spam.",
      account: "The account that sent too many, in several organizations; absent if this organization sent too many.",
    },
  },
  "organization.mails_resumed": { when: "The operator resumes the emails of invitations.", data: {} },
  "organization.reactivated": { when: "The operator reactivates a suspended organization.", data: {}, logOnly: true },
  "organization.renamed": { when: "The organization is renamed.", data: renamed },
  "organization.restored": { when: "An owner restores a deleted organization.", data: {} },
  "organization.suspended": { when: "The operator suspends the organization.", data: {}, logOnly: true },
  ...rolloutReference,
  "secret.created": { when: "An owner or admin adds an API key.", data: secret },
  "secret.deleted": { when: "An owner or admin deletes an API key.", data: secret },
  "secret.disabled": { when: "An owner or admin disables an API key.", data: secret },
  "secret.enabled": { when: "An owner or admin enables an API key.", data: secret },
  "secret.renamed": { when: "An owner or admin renames an API key.", data: secret },
  "secret.replaced": {
    when: "An owner or admin replaces an API key.",
    data: { ...secret, version: "The number of the new version." },
  },
  "secret.restricted": {
    when: "An owner or admin changes which teams may use an API key.",
    data: { ...secret, teams: "The teams that may use it; absent when every member may." },
  },
  "setting.saved": {
    when: "Settings are saved.",
    data: {
      section: "The section.",
      team: "The team, if its own settings changed.",
      revision: "The revision after the change.",
      fields: "The fields that changed.",
    },
  },
  "team.created": { when: "A team is created.", data: { team, name }, logOnly: true },
  "team.deleted": { when: "A team is deleted.", data: { team, name } },
  "team.described": { when: "The description of a team changes.", data: { team, name }, logOnly: true },
  "team.joined": { when: "Members are added to a team.", data: moved },
  "team.lead_added": { when: "A member of a team becomes one of its leads.", data: led, logOnly: true },
  "team.lead_removed": {
    when: "A member of a team no longer leads it, and stays in it.",
    data: led,
    logOnly: true,
  },
  "team.left": { when: "Members leave a team or are removed from it.", data: moved },
  "team.posting_changed": {
    when: "Who posts updates to a team changes.",
    data: { team, name: "The name of the team.", posting: "Its `members`, or its `leads` only." },
    logOnly: true,
  },
  "team.renamed": { when: "A team is renamed.", data: { team, ...renamed }, logOnly: true },
  "team.visibility_changed": {
    when: "Who sees a team changes. What people saw before is not undone.",
    data: { team, name: "The name of the team.", visibility: "`open` to the organization, or `private`." },
    logOnly: true,
  },
  ...updateReference,
};
