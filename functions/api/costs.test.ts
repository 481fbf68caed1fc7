import { readFileSync, writeFileSync } from "node:fs";
import { type Cost, measureCosts, requireSuccess } from "@muster/local/testing/costs/costs.ts";
import { beforeAll, expect, test } from "vitest";
import { operations } from "./openapi.ts";

const file = new URL("../../docs/costs.md", import.meta.url);

/**
 * What authentication reads in one round trip: the session; in an organization also the membership and the
 * organization.
 */
const authentication = { nobody: [0, 0], session: [1, 1], member: [1, 3], device: [1, 1] } as const;

/** Maximum costs: trips and read units beyond authentication, write units of the table and of its index. */
type Ceiling = readonly [trips: number, read: number, write: number, index: number];

/** The budgets of the data model. */
const model: Record<string, Ceiling> = {
  "organization.get, authenticates": [0, 0, 0, 0],
  "audit.list, the newest 50": [1, 2, 0, 0],
  "account.get, the first in an hour": [1, 1, 1, 0],
  "follow, 1 event": [2, 2, 6, 0],
  "a limit": [1, 0, 1, 0],
  "invitation.decline": [1, 3, 6, 2],
  "invitation.revoke": [1, 1, 6, 2],
  "member.leave": [1, 0, 8, 2],
  "member.remove": [1, 1, 8, 2],
  "member.transfer": [1, 1, 6, 2],
};

/**
 * What differs from the data model on purpose, and what it does not name; with the reason, and the requests to Stripe.
 */
const own: Record<string, { ceiling: Ceiling; stripe?: number; why: string }> = {
  "audit.list, about one subject, of 250 examined": {
    ceiling: [1, 8, 0, 0],
    why: "Not in the data model: a filter examines a whole page of 250 events, one request.",
  },
  "organization.create": {
    ceiling: [2, 1, 9, 2],
    why: "Budget 1 trip, 8 + 2 WRU. +1 RRU: the creator's profile, whose name the membership shows; it is read with authentication. +1 trip, +1 WRU: the daily limit of new organizations.",
  },
  "organization.create, with Idempotency-Key": {
    ceiling: [2, 2, 11, 2],
    why: "Budget +2 WRU for the key. +1 RRU: whether the key was used; it is read with authentication.",
  },
  "organization.create, repeated": {
    ceiling: [0, 2, 0, 0],
    why: "The stored answer is read with authentication.",
  },
  "organization.list, 4 organizations": {
    ceiling: [2, 5, 0, 0],
    why: "Budget 1 trip. The names are read from the organizations, so that a new one is included: a second trip, 1 RRU each.",
  },
  "organization.get, with members and invitations": {
    ceiling: [2, 3, 0, 0],
    why: "+2 trips, +3 RRU for owners and admins, unless owners use all seats: events that are not in the log yet, then both rows again, so that all numbers are of one moment.",
  },
  "organization.rename": {
    ceiling: [1, 1, 8, 1],
    why: "Like any other section of the settings; the name is in the list of organizations. The section is read with authentication.",
  },
  "rollout.get": { ceiling: [0, 2, 0, 0], why: "Organization and progress are read with authentication." },
  "rollout.preview, 1 device": { ceiling: [2, 1, 1, 0], why: "A limit, and one query of the devices." },
  "rollout.pause": { ceiling: [1, 2, 6, 1], why: "Organization, its place in the list, event." },
  "rollout.resume": { ceiling: [1, 2, 6, 1], why: "Organization, its place in the list, event." },
  "rollout.finish": { ceiling: [1, 2, 8, 1], why: "Organization, its place in the list, its revision, event." },
  "rollout.rollBack, one setting": {
    ceiling: [2, 6, 12, 1],
    why: "As a change of settings, with the revision that it undoes.",
  },
  "rollout.check, 1 device": { ceiling: [5, 4, 3, 0], why: "The devices, and what was counted." },
  "rollout.due, no rollout": { ceiling: [1, 1, 0, 0], why: "One query of a list." },
  "setting.change, in waves": {
    ceiling: [1, 4, 14, 1],
    why: "As a change of settings, with the progress of the rollout, its place in the list, and its event.",
  },
  "setting.change, one": {
    ceiling: [1, 4, 8, 0],
    why: "Organization, section, history, event. The sections are read with authentication.",
  },
  "setting.change, one of each section": {
    ceiling: [2, 5, 20, 0],
    why: "Four sections and an event for each; what the operator says of models.",
  },
  "setting.preview, one setting of members of one team": {
    ceiling: [5, 17, 1, 0],
    why: "A limit. The sections are read with authentication. Names and overrides of the teams, the cohorts, the API keys, and the number of members, which is read again while an event waits; nothing of a member.",
  },
  "setting.previewTeam": {
    ceiling: [6, 19, 1, 0],
    why: "As a preview of the organization's settings. +1 trip, 2 RRU: the team, and what it overrides.",
  },
  "setting.get": { ceiling: [0, 4, 0, 0], why: "The sections are read with authentication." },
  "setting.history, 2 revisions": { ceiling: [1, 1, 0, 0], why: "One query." },
  "setting.restore, one revision back": { ceiling: [3, 6, 20, 0], why: "The revisions since, then as a change." },
  "setting.choose": { ceiling: [1, 0, 2, 0], why: "The choices lie on the membership." },
  "setting.changeTeam": { ceiling: [1, 2, 10, 0], why: "As a section. +2 WRU: a check that the team exists." },
  "setting.getOwn": { ceiling: [0, 0, 0, 0], why: "The membership is read with authentication." },
  "setting.getTeam": { ceiling: [0, 2, 0, 0], why: "Team and row are read with authentication." },
  "setting.effective, of a member of one team": {
    ceiling: [1, 8, 0, 0],
    why: "Sections and operator are read with authentication; +1 call: the member's teams.",
  },
  "setting.exportDocument": {
    ceiling: [2, 6, 1, 0],
    why: "As the settings, with General. +2 calls: a limit, and what teams override.",
  },
  "setting.importDocument": { ceiling: [2, 5, 9, 0], why: "A limit, then as a change of the settings, with General." },
  "setting.getCatalog": { ceiling: [0, 1, 0, 0], why: "The catalog is read with authentication." },
  "setting.getWebsites, 50,000": { ceiling: [1, 130, 0, 0], why: "64 parts, beside the sections." },
  "setting.change, one website more of 50,000": {
    ceiling: [4, 200, 60, 0],
    why: "The parts are read to know what changes; one of 64 is written.",
  },
  "setting.getGeneral": { ceiling: [0, 1, 0, 0], why: "The section's row is read with authentication." },
  "setting.saveGeneral, contact and address": {
    ceiling: [1, 1, 8, 0],
    why: "As budgeted: organization, section, history, event. +1 RRU: the previous values; they are read with authentication.",
  },
  "setting.saveGeneral, the name and the contact": {
    ceiling: [1, 1, 10, 1],
    why: "+2 WRU: a rename has an event of its own. +1 WRU: the name is in the list of organizations.",
  },
  "setting.saveGeneral, equal values": { ceiling: [0, 1, 0, 0], why: "Nothing to write." },
  "session.signIn.code, a new account": {
    ceiling: [3, 3, 10, 0],
    why: "Budget 1 RRU. +2 RRU in the same trip: whether an organization has verified the domain of the address, and whether the address is suppressed. The code is used up in the write that opens the session: a lost answer costs nobody their code.",
  },
  "session.signIn.token, a known account": { ceiling: [3, 3, 6, 0], why: "The same." },
  "session.signIn.token, a known account that joins by its domain": {
    ceiling: [6, 7, 16, 1],
    why: "+3 trips, +4 RRU: organization, membership, address and profile. +10 + 1 WRU: five rows of one write, of which one is only checked.",
  },
  "a departure, with 2 devices and 3 API keys": {
    ceiling: [7, 12, 9, 0],
    why: "Reads what the member's devices fetched, and these devices and API keys alone. Marks each of them, and writes the departure and an event.",
  },
  "departure.list": {
    ceiling: [2, 5, 0, 0],
    why: "One query. The names of the people, and the versions of the API keys, in one trip.",
  },
  "departure.get, with 2 devices and 3 API keys": {
    ceiling: [2, 9, 0, 0],
    why: "What it fetched, its devices and its API keys as they are now.",
  },
  "sync.certify, with 2 devices and 3 API keys": {
    ceiling: [3, 9, 1, 0],
    why: "The departure as it stands, a limit, and one signature.",
  },
  "departure.preview, with 2 devices and 3 API keys": {
    ceiling: [2, 6, 0, 0],
    why: "The member's devices, what they fetched, and these API keys.",
  },
  "device.authorize": { ceiling: [2, 0, 5, 0], why: "A limit, and the rows of both codes." },
  "device.review": {
    ceiling: [7, 9, 4, 0],
    why: "Two limits, which are given back when the code is right. Both codes, and the member's organizations.",
  },
  "device.approve": {
    ceiling: [7, 4, 5, 0],
    why: "Limits and codes as before, membership and organization, and the decision.",
  },
  "device.deny": { ceiling: [6, 2, 5, 0], why: "Limits and codes as before, and the decision." },
  "a client, asks for a device that is not approved yet": {
    ceiling: [2, 1, 1, 0],
    why: "The device code, and when it was asked for.",
  },
  "device.exchange": {
    ceiling: [2, 1, 12, 1],
    why: "Both rows of the device, where its name is, its number in the membership, an event, and a check that the organization is active.",
  },
  "a device, is in contact, hourly": { ceiling: [1, 0, 2, 0], why: "For its member, and for admins." },
  "device.mine": {
    ceiling: [2, 4, 0, 0],
    why: "One query; the names of the organizations, and when they last knew of a contact.",
  },
  "device.rename": { ceiling: [2, 2, 6, 0], why: "Both rows and an event; the name of the organization." },
  "device.revokeOwn": {
    ceiling: [2, 2, 10, 1],
    why: "Its three rows, their number in the membership, and an event.",
  },
  "device.get": { ceiling: [1, 2, 0, 0], why: "The device is read with authentication; then the name of its member." },
  "device.list": { ceiling: [2, 3, 0, 0], why: "One consistent query, and the names of the members." },
  "device.export": { ceiling: [2, 3, 0, 0], why: "The same." },
  "sync.listReceipts": {
    ceiling: [2, 3, 0, 0],
    why: "One query, and the key of the device, by which they are verified.",
  },
  "device.summarize, a device": { ceiling: [1, 3, 0, 0], why: "One query. Up to 100 devices are counted each time." },
  "device.summarize, 1,000 devices, in teams": {
    ceiling: [5, 75, 1, 0],
    why: "One query for each megabyte of devices, after one of who is in which team; the names of the teams; and the summary is kept, once for all who ask.",
  },
  "device.summarize, 1,000 devices, a moment later": {
    ceiling: [0, 2, 0, 0],
    why: "The kept summary is read with authentication.",
  },
  "device.mark": {
    ceiling: [2, 2, 6, 0],
    why: "Both rows and an event; the device is read with authentication, then the name of its member.",
  },
  "device.revoke": { ceiling: [2, 3, 10, 1], why: "As one's own, and the row that admins see." },
  "sync.get, nothing has changed": {
    ceiling: [0, 3, 0, 0],
    why: "One call. Membership, organization and the operator's settings are read with the device.",
  },
  "sync.get, 4 seconds without a change": {
    ceiling: [5, 13, 1, 0],
    why: "+1 write: one of its two places to wait in. +1 call each second: what all devices of an organization share, and in each fourth second also the device and its member.",
  },
  "sync.get, all settings": {
    ceiling: [3, 8, 1, 0],
    why: "+1 write: documents of a device are counted. +1 call: the four sections, consistent: an old section under a new revision would stay with the device. And the organization again: what was saved in between may be a rollout that has not reached the device.",
  },
  "sync.get, all settings, which the process has read before": {
    ceiling: [1, 3, 1, 0],
    why: "The count. API keys are read where there are some. The settings of a revision are kept for all members in the same teams with the same choices.",
  },
  "sync.get, with 2 API keys that it lacks": {
    ceiling: [9, 15, 5, 0],
    why: "+2 data keys, and a row for each API key that says that the device has it. +2 writes, once an hour for all devices: when a device got the key. +1 call, 4 RRU: after that, whether its member still is one, so that no departure misses an API key.",
  },
  "sync.get, with 50,000 denied websites": {
    ceiling: [5, 80, 1, 0],
    why: "+1 call: the 64 parts of the list, once for a process and revision. The device then gets each part that it lacks by a request of its own.",
  },
  "sync.readList": { ceiling: [0, 3, 0, 0], why: "Nothing more, after a document by the same process; else as that." },
  "sync.signingKeys": { ceiling: [0, 0, 0, 0], why: "No row." },
  "sync.report, 12 receipts": {
    ceiling: [2, 3, 13, 0],
    why: "Each receipt, and the device as owners and admins see it.",
  },
  "domain.add": {
    ceiling: [1, 0, 6, 1],
    why: "Domain, event, and the number of domains, which is on the organization's row. The domain is in the list of those that the clock checks.",
  },
  "domain.get": { ceiling: [0, 1, 0, 0], why: "The domain is read with authentication." },
  "domain.check, a waiting one is verified": {
    ceiling: [3, 1, 10, 2],
    why: "Two limits. Domain, claim, event, and a check that the organization is not deleted. The domain moves in its list.",
  },
  "domain.check, a verified one": {
    ceiling: [4, 2, 3, 2],
    why: "Two limits and the domain, which moves in its list. Whose the claim is is read, so that one that is gone is made again.",
  },
  "domain.changeJoin": { ceiling: [1, 1, 6, 0], why: "Domain, claim, event. The domain is read with authentication." },
  "domain.remove": {
    ceiling: [2, 2, 8, 1],
    why: "Domain, claim, event, and the number of domains. The domain is read with authentication, and whose the claim is before it is removed.",
  },
  "domain.list, 10 domains": { ceiling: [1, 2, 0, 0], why: "One consistent query." },
  "domain.joinable": {
    ceiling: [2, 4, 0, 0],
    why: "The claim of the domain, which only the session knows; then organization, membership and address.",
  },
  "domain.joinable, none": { ceiling: [1, 1, 0, 0], why: "Whether there is a claim of the domain." },
  "domain.join": {
    ceiling: [3, 5, 10, 1],
    why: "The profile is read with authentication; then the claim; then organization, membership and address. Membership, address, seat, event, and a check of the claim.",
  },
  "the clock, checks 10 domains": {
    ceiling: [4, 22, 10, 20],
    why: "One query of the list, domains and organizations in one trip, their claims, and one update each, which moves it in the list.",
  },
  "secret.create": {
    ceiling: [1, 0, 8, 0],
    why: "Data key, secret, event, and the number of secrets, which is on the organization's row. KMS makes the data key.",
  },
  "secret.create, for one team": {
    ceiling: [2, 1, 10, 0],
    why: "+2 WRU for each team: a check that it exists. +1 trip: the names of the teams.",
  },
  "secret.check": {
    ceiling: [3, 1, 4, 1],
    why: "The check that waits, two limits, and a message. The secret is read with authentication.",
  },
  "secret.get": { ceiling: [0, 1, 0, 0], why: "The secret is read with authentication." },
  "secret.edit": {
    ceiling: [1, 1, 6, 0],
    why: "Row, event, and the organization's row, by which devices learn of it. The secret is read with authentication.",
  },
  "secret.replace": {
    ceiling: [1, 1, 8, 0],
    why: "Data key, secret, event, and the organization's row, by which devices learn of it. The version before stays in the row.",
  },
  "secret.replace, once more": { ceiling: [1, 1, 10, 0], why: "+2 WRU: the data key of the version before that goes." },
  "secret.remove": { ceiling: [1, 1, 8, 0], why: "Like creating one; +2 WRU if it was ever replaced." },
  "secret.list, 10 keys": { ceiling: [1, 2, 0, 0], why: "One consistent query of a partition." },
  "session.requestCode": {
    ceiling: [3, 0, 4, 0],
    why: "Budget 2 trips. The network's limit comes first, so that one network cannot use up the budgets of many addresses. +1 WRU: the larger network, counted at once with the smaller one.",
  },
  "session.requestReauthentication": { ceiling: [3, 0, 4, 0], why: "The same as for a sign-in code." },
  "session.reauthenticate": {
    ceiling: [3, 0, 6, 0],
    why: "The code is used up and the session updated in one transaction.",
  },
  "session.list, 2 sessions": { ceiling: [1, 1, 0, 0], why: "One query of the account's own partition." },
  "session.end.session": { ceiling: [1, 0, 1, 0], why: "One row." },
  "session.end.sign-out": { ceiling: [1, 0, 1, 0], why: "One row." },
  "session.endAll, 2 sessions": { ceiling: [2, 1, 2, 0], why: "A query, then one row each, 25 a call." },
  "plan.list": { ceiling: [0, 0, 0, 0], why: "From the deployment's settings." },
  "resource.list": { ceiling: [0, 0, 0, 0], why: "From the deployment's settings." },
  "account.get": { ceiling: [0, 1, 0, 0], why: "The profile is read with authentication." },
  "account.edit, nothing that members see": {
    ceiling: [1, 1, 4, 1],
    why: "Profile and event. +1 WRU: nothing walks all accounts, so the sweep finds an account's event in a list.",
  },
  "account.edit, the color, in 2 organizations": {
    ceiling: [2, 2, 8, 5],
    why: "Each membership shows the color: 2 WRU, and 1 for its row in the index. The event is in a list.",
  },
  "account.edit, the name, in 2 organizations": {
    ceiling: [2, 2, 8, 5],
    why: "Each membership shows the name and is sorted by it: 2 WRU and a new place in the index each. The event is in a list.",
  },
  "member.get": { ceiling: [0, 1, 0, 0], why: "The membership is read with authentication." },
  "member.list, 100 by name": { ceiling: [1, 4, 0, 0], why: "Budget 3 to 4 RRU: one query of the index, at any size." },
  "member.list, 25 found by a word": {
    ceiling: [2, 20, 0, 0],
    why: "Budget 16 RRU, at most 20: search rows, then the 25 memberships, half a unit each.",
  },
  "member.list, 3 found by a word and a role": {
    ceiling: [2, 20, 0, 0],
    why: "The rows of the narrower filter. +1 RRU: how many members have the role; it is read with authentication.",
  },
  "member.list, the newest 25": { ceiling: [2, 20, 0, 0], why: "Like a search." },
  "member.list, 3 of a role": { ceiling: [2, 20, 0, 0], why: "Like a search; a short page costs less." },
  "member.list, 25 by their accounts": {
    ceiling: [1, 25, 0, 0],
    why: "One read of the 25 memberships, a unit each: an account that is missing is shown as a former member, so the read is consistent.",
  },
  "member.export, 151 members": { ceiling: [1, 5, 0, 0], why: "One query of the index for up to 1,000 members." },
  "invitation.export, none": { ceiling: [2, 0.5, 1, 1], why: "One query of the index for up to 1,000 addresses." },
  "invitation.accept": {
    ceiling: [1, 4, 6, 2],
    why: "Budget 4 RRU with the session. +1 RRU: the profile of the new member, whose name the membership shows; it is read with authentication.",
  },
  "invitation.accept, as an owner": { ceiling: [1, 4, 8, 2], why: "+2 WRU: the number of owners." },
  "invitation.request": {
    ceiling: [2, 3, 4, 0],
    why: "The rows that a link names in one trip, without a session; the time of the request, and the event.",
  },
  "invitation.changeRole": { ceiling: [1, 1, 4, 1], why: "Like a member's role: row and event." },
  "invitation.get": {
    ceiling: [1, 2.5, 0, 0],
    why: "Row and suppression are read with authentication; then the inviter's name, ½ RRU.",
  },
  "invitation.link": {
    ceiling: [0, 1, 0, 0],
    why: "The link is derived from the row, which is read with authentication.",
  },
  "invitation.list, 100 of 126": {
    ceiling: [2, 4, 0, 0],
    why: "Budget 3 RRU, up to 4 with long addresses. +½ RRU per inviter, in a second trip: their current names.",
  },
  "invitation.list, 100 in 16 shards": {
    ceiling: [3, 11.5, 0, 0],
    why: "Budget 8 RRU and 2 trips, 11 and 3 while rows are in few shards: at least ½ RRU for each, all at once. +½ RRU per inviter.",
  },
  "import.create": {
    ceiling: [3, 0, 6, 2],
    why: "The hourly limit; then the row, in the watch list for the clock, and the event.",
  },
  "import.list, 25 imports": {
    ceiling: [2, 39.5, 0, 0],
    why: "One consistent query, so that the list shows what the page shows; then ½ RRU for each inviter's name, here 25 different ones. +25 RRU: the mail counts of each, in the same trip as the names.",
  },
  "import.get, while it runs": {
    ceiling: [1, 3.5, 0, 0],
    why: "The import and its mail counts are read with authentication; then the current chunk and the inviter's name, at once.",
  },
  "import.rows, 100 of 200": {
    ceiling: [1, 3, 0, 0],
    why: "The import is read with authentication; one query for the outcomes.",
  },
  "import.report": { ceiling: [0, 1, 0, 0], why: "A URL is signed, not stored." },
  "import.cancel": { ceiling: [1, 2, 6, 2], why: "Row and two events; the mail counts are read with authentication." },
  "import.retry": {
    ceiling: [5, 6.5, 12, 2],
    why: "The row and its event; then it begins: waiting imports, the lock, the row, the chunk, the event. The answer has the progress.",
  },
  "import.pauseMails": {
    ceiling: [2, 2.5, 4, 0],
    why: "The mark and the event; the import is read with authentication.",
  },
  "import.resendMails, none failed": { ceiling: [1, 2, 0, 0], why: "One query of its mailings, 500 at a time." },
  "import.resendMails, one failed of each 97, 10 times": {
    ceiling: [45, 92, 140, 10],
    why: "Of each mailing its event is read, and the one row: to sort it, for its write, and to count it.",
  },
  "import.resumeMails": { ceiling: [2, 2.5, 4, 0], why: "Like pausing." },
  "import.setting": {
    ceiling: [0, 1, 0, 0],
    why: "The setting is read with authentication; +1 RRU: whether its account is still an owner or admin.",
  },
  "import.edit": { ceiling: [1, 1, 4, 0], why: "Setting and event; its account is read with authentication." },
  "imports, a file arrives and begins": {
    ceiling: [4, 7, 14, 2],
    why: "What is known about it; the row, the upload and the content's import; then waiting imports, and it begins. A script's file takes one trip more: the account that it runs as.",
  },
  "imports, open chunk, 97 rows, close": {
    ceiling: [8, 108, 220, 98],
    why: "Budget of the step 206 + 97 WRU. 12 WRU: seats and chunk at both ends, and the import's counts. Then its end, with the lock.",
  },
  "imports, open chunk, 970 rows, close": {
    ceiling: [26, 1008, 2080, 972],
    why: "2 trips for 97 rows, half a call for 25: 100 rows are read, 100 are written.",
  },
  "imports, the report of 970 rows": { ceiling: [4, 3, 1, 0], why: "The rest are objects of the bucket." },
  "clock, all imports progress": {
    ceiling: [1, 0.5, 0, 0],
    why: "One query of the list of imports that have not ended.",
  },
  "invitation.mine, 1 invitation": {
    ceiling: [2, 4, 0, 0],
    why: "Budget 1 trip. Each shows the name of its organization and inviter, and whether the inviter may still invite: 3 RRU each.",
  },
  "invitation.preview": {
    ceiling: [1, 4, 0, 0],
    why: "All in one trip: invitation, organization, inviter's membership and name.",
  },
  "invitation.previewRevocation, 1,000 pending": {
    ceiling: [2, 40, 1, 1],
    why: "One query of the list of pending invitations, at most 1,000 of them.",
  },
  "mail.getStalled, 25 of 100, in 16 shards": {
    ceiling: [6, 188, 1, 1],
    why: "A query of each list of pending invitations; the 100 whose email waits are read, and two budgets; of the 25, whether a worker has tried them today or yesterday.",
  },
  "mail.resumeStalled, 25 of 100, in 16 shards": {
    ceiling: [7, 187, 53, 27],
    why: "Found like those that are counted; a row for each, and one event.",
  },
  "invitation.resend": { ceiling: [1, 2, 8, 2], why: "Like inviting one; its place in the list moves: +1 WRU." },
  "invitation.resendMany, 25 failed": {
    ceiling: [4, 130, 210, 50],
    why: "One query of up to 1,000 pending invitations; the 25 are read to sort them and again for their write, which has a row and an event for each.",
  },
  "invitation.review, 25 rows": {
    ceiling: [0, 26, 0, 0],
    why: "1 RRU per address, 1 RRU for what the account has sent today; all are read with authentication.",
  },
  "invitation.send, 1 row": {
    ceiling: [1, 2, 8, 1],
    why: "Budget 1 RRU. +1 RRU: what the account has sent today for organizations that do not pay; it is read with authentication.",
  },
  "invitation.send, 25 rows": { ceiling: [1, 26, 56, 25], why: "Budget 25 RRU. +1 RRU: the same." },
  "invitation.send, 100 rows": {
    ceiling: [4, 101, 224, 100],
    why: "Four writes of 25 one after the other: smaller ones wait less for each other at the seats.",
  },
  "member.changeRole": {
    ceiling: [1, 1, 6, 1],
    why: "Budget 4 + 1 WRU. +2 WRU: a check that the actor's role is unchanged, so that a demoted member cannot grant one.",
  },
  "member.changeRole, to owner": { ceiling: [1, 1, 8, 1], why: "Budget 6 + 1 WRU. +2 WRU for the same check." },
  "member.reinstate": {
    ceiling: [2, 2, 10, 2],
    why: "Budget 1 trip, 1 RRU, 8 + 2 WRU. +2 WRU: a check of the actor's role. +1 RRU in a trip of its own: the profile, whose name the membership shows; the row has its account.",
  },
  "invitation.removeSuppression": {
    ceiling: [1, 2, 4, 0],
    why: "Row and suppression are read with authentication; the row says that the organization allows email again, and the event is written.",
  },
  "react, a notification": {
    ceiling: [3, 2, 1, 0],
    why: "Budget 2 trips, 1 RRU. +1 RRU in a trip of its own: names are read for the notification, because events have none.",
  },
  "react, a comment that mentions 2 members": {
    ceiling: [7, 10.5, 3, 0],
    why: "The event; the update, for its author; the organization, the comment, the update and both members, for what they see now; two names; how both want it, and whether the author has muted the update. One notification each, and the hourly budget of the author.",
  },
  "react, 25 invitations": {
    ceiling: [2, 26, 0, 0],
    why: "The event, and each invitation: whether its mail still has to be sent.",
  },
  "expire, 25 invitations": {
    ceiling: [4, 27, 54, 50],
    why: "+1 trip, 1 RRU: the number of shards of the list; the query of the index costs 1 RRU if 25 rows are longer than 4 KB. +1 trip, 1 RRU for each invitation: the list does not have which import sent it, which the event says.",
  },
  "clock, nothing due": {
    ceiling: [4, 3, 1, 0],
    why: "Its progress, the hour that ends and the one two days ahead, and the new progress.",
  },
  "team.create": {
    ceiling: [1, 0, 10, 1],
    why: "Team, name, event, the number of teams, which is on the organization's row, and 2 WRU for each word of the name, which finds it.",
  },
  "team.list, found by a word": {
    ceiling: [3, 6, 0, 0],
    why: "A query of the words, then 1 RRU for each team found, and ½ for its number of members.",
  },
  "team.get": { ceiling: [0, 2, 0, 0], why: "The team and its number of members are read with authentication." },
  "team.list, 30 teams": {
    ceiling: [2, 17, 0, 0],
    why: "A query of the names, then ½ RRU for the number of members of each team that is shown.",
  },
  "team.edit": {
    ceiling: [1, 2, 16, 0],
    why: "Team, event, the old and the new name, their words, here three, and the organization, from which devices learn of it. Team and count are read with authentication.",
  },
  "team.remove": {
    ceiling: [1, 2, 12, 1],
    why: "Like creating one, here of two words. Its members are cleaned up afterwards.",
  },
  "team.addMembers, 1 member": {
    ceiling: [1, 2, 6, 1],
    why: "Budget 4 + 1 WRU. +2 WRU: a check that the team still exists. Team and membership are read with authentication.",
  },
  "team.addMembers, 25 members": {
    ceiling: [1, 26, 56, 25],
    why: "One write: 2 + 1 WRU per member. The event names all 25, so it is larger than 1 KB.",
  },
  "team.addMembers, 1 member, by a lead": {
    ceiling: [1, 2, 8, 1],
    why: "+2 WRU: a check that the caller still leads the team.",
  },
  "team.edit, who sees it": {
    ceiling: [1, 2, 10, 0],
    why: "Team, event, and the name and its words, here two, which lists and searches read.",
  },
  "team.list, one's own": {
    ceiling: [1, 6, 0, 0],
    why: "The caller's teams and their member counts by their ids, at once.",
  },
  "team.addLead": { ceiling: [1, 2, 6, 1], why: "Like adding a member." },
  "team.removeLead": { ceiling: [1, 2, 4, 1], why: "Like removing a member." },
  "team.removeMembers, 1 member": { ceiling: [1, 2, 4, 1], why: "As budgeted for adding one; nothing is checked." },
  "team.leave": { ceiling: [1, 1, 4, 1], why: "Like being removed; the actor's membership is already read." },
  "member.get, in a team, of 30": {
    ceiling: [1, 2, 0, 0],
    why: "+1 trip, 1 RRU per team: its name, however many teams there are.",
  },
  "member.list, 25 of a team": {
    ceiling: [3, 20, 0, 0],
    why: "Like a search. +1 RRU: the team, which is read with authentication. +1 trip, 1 RRU per team: its name.",
  },
  "invitation.accept, into a team": {
    ceiling: [2, 5, 6, 2],
    why: "+1 trip, 1 RRU per team: whether the invitation's team still exists.",
  },
  "follow, 1 event of a team": {
    ceiling: [3, 3, 8, 0],
    why: "+1 trip, 1 RRU: whether the team still exists. +2 WRU: its number of members.",
  },
  "view, a new member of two names": {
    ceiling: [6, 4, 15, 0],
    why: "Budget 5 WRU for the search. +2 trips, 1 RRU, 4 WRU: the member counts as active. +1 trip, 1 RRU: the profile, whose name may have changed while the membership was written. +2 trips, 2 RRU, 6 WRU: the member is counted in a cohort; a batch counts up to 48 of them in one write.",
  },
  "view, a changed name, in 4 organizations": {
    ceiling: [2, 2, 0, 0],
    why: "The profile and its memberships: whether each shows the name. One that was written at the same moment is corrected.",
  },
  "view, a new member of a team": {
    ceiling: [7, 5, 16, 0],
    why: "Budget 6 WRU for the search. +2 trips, 1 RRU, 4 WRU: the member counts as active. +1 trip, 1 RRU per team: whether it was deleted before the search rows knew of its member. +1 trip, 1 RRU: the profile. +2 trips, 2 RRU, 6 WRU: the cohort of the member.",
  },
  "react, a deleted team": { ceiling: [1, 1, 0, 0], why: "The event; the rest is a job of its own." },
  "cleanUp, a team of 25": {
    ceiling: [5, 3, 26, 25],
    why: "Whether it is deleted, its settings, the search rows of its members, and a write for each, independent of the others.",
  },
  "update.create": {
    ceiling: [3, 1, 7, 0],
    why: "Budget 1 trip, 4 WRU. +2 WRU: a row with the text says where an update is, so that its address has its id alone. +1 trip, +1 WRU: the hourly limit. +1 trip: the names in the answer. Of a member with the role Write +2 WRU: a check that members may post.",
  },
  "update.create, to a team": {
    ceiling: [3, 3, 9, 0],
    why: "+1 RRU: the team, with authentication, and +1 RRU for its name in the answer, consistently. +2 WRU: a check that it still exists.",
  },
  "update.removeByAuthor": {
    ceiling: [2, 1, 5, 0],
    why: "An event, and a check that nobody of this account is a member. A job does the rest.",
  },
  "update.continueRemoval, 25 updates, 10 of the author": {
    ceiling: [40, 60, 80, 0],
    why: "A page of a feed. 5 WRU for each update of the author; a query of comments for each other one.",
  },
  "update.export, 25 with 2 comments each": {
    ceiling: [3, 27, 0, 0],
    why: "25 updates, the text of each and its comments: half a unit for each text, and for each update's comments.",
  },
  "update.exportTable": { ceiling: [3, 27, 0, 0], why: "As the export of all updates." },
  "update.list, 20 of the organization": {
    ceiling: [2, 14.5, 0, 0],
    why: "Budget 3 + 10 RRU: the feed, and what the reader did with each; the third trip is saved by reading that together with names. +1 RRU: pinned ones; when the feed was last looked at.",
  },
  "update.list, 20 of the organization and 3 teams": {
    ceiling: [3, 21.5, 0, 0],
    why: "Budget 5 + 10 RRU. +1 trip: a place that holds more of the newest is read on. +5 RRU: a share of each place is read at first. +1 RRU: the teams, consistently.",
  },
  "update.listTags": {
    ceiling: [1, 0.5, 0, 0],
    why: "One query for each tag and place.",
  },
  "update.mentionable": {
    ceiling: [2, 2, 0, 0],
    why: "The words of names and the names of teams, at once; then the members found.",
  },
  "update.news": {
    ceiling: [1, 0.5, 0, 0],
    why: "One row for each place; the membership is read with authentication.",
  },
  "update.visit": {
    ceiling: [1, 0, 1, 0],
    why: "One row.",
  },
  "update.markSeen, 1 update": {
    ceiling: [1, 2, 1, 0],
    why: "Budget 1 WRU. Where it is, and whether it was seen, are read with authentication.",
  },
  "update.markSeen, 1 update, again": {
    ceiling: [1, 2, 0, 0],
    why: "It was seen before, on whichever day: nothing is written.",
  },
  "update.get": {
    ceiling: [2, 3, 0, 0],
    why: "The text with authentication, then its row in the feed; then the author, and what the reader did with it.",
  },
  "update.edit": {
    ceiling: [4, 3, 9, 0],
    why: "Row, text, the version before, event. +1 trip, +1 WRU: the hourly limit. As getting it, before the change and in the answer.",
  },
  "update.remove": {
    ceiling: [2, 2, 8, 0],
    why: "Row, text, the pinned ones, event. The rest is erased later.",
  },
  "update.restore": {
    ceiling: [3, 3, 6, 0],
    why: "Like deleting it, and the answer.",
  },
  "update.mute": { ceiling: [1, 1, 1, 0], why: "Where it is; one update of what the member did with it." },
  "update.pin": {
    ceiling: [2, 2, 6, 0],
    why: "Row, the pinned ones, event.",
  },
  "update.unpin": {
    ceiling: [2, 2, 6, 0],
    why: "Like pinning it.",
  },
  "update.report": {
    ceiling: [2, 2, 9, 0],
    why: "What the reporter did, a check that it was not deleted, the reports of it, event. +1 trip, +1 WRU: the hourly limit.",
  },
  "comment.report": { ceiling: [2, 3, 11, 0], why: "The same, and a check that the comment was not deleted." },
  "update.listReports, 20 with 1 report each": {
    ceiling: [3, 32.5, 0, 0],
    why: "One query; then each update, consistently; then names.",
  },
  "update.dismissReports": { ceiling: [1, 1, 4, 0], why: "The reports, event." },
  "update.eraseComment": {
    ceiling: [3, 2, 5, 0],
    why: "The reports and the comment; then as dismissing, and the text.",
  },
  "update.walkReports, 10 texts that who left reported": {
    ceiling: [3, 31, 40, 0],
    why: "One query; each with the membership and what the member did with it; then each text's reports.",
  },
  "update.setReaction": {
    ceiling: [1, 1, 1, 0],
    why: "Budget 1 WRU. +1 RRU: where the update is, with authentication. It is counted later.",
  },
  "update.listReactions": {
    ceiling: [1, 2, 0, 0],
    why: "One query of 50, and the names of those on the page.",
  },
  "update.listSeen": {
    ceiling: [1, 2, 0, 0],
    why: "Like reactions.",
  },
  "update.history": {
    ceiling: [3, 3.5, 0, 0],
    why: "As getting it; one query of its versions, then the names in them.",
  },
  "comment.list": {
    ceiling: [1, 2, 0, 0],
    why: "One query of 50, and the names of their authors.",
  },
  "comment.create": {
    ceiling: [3, 2, 7, 0],
    why: "Budget 1 trip, 4 WRU. +2 WRU: a check that the update was not deleted. +1 trip, +1 WRU: the hourly limit. +1 trip: the answer.",
  },
  "comment.edit": {
    ceiling: [3, 3, 5, 0],
    why: "Comment, event; both rows are read with authentication. +1 trip, +1 WRU: the hourly limit.",
  },
  "comment.remove": {
    ceiling: [1, 2, 4, 0],
    why: "Comment, event.",
  },
  "comment.restore": {
    ceiling: [2, 3, 4, 0],
    why: "Comment, event, and the answer.",
  },
  "comment.setReaction": {
    ceiling: [1, 2, 1, 0],
    why: "Like a reaction to the update.",
  },
  "view, 64 reactions to an update": {
    ceiling: [3, 2, 1, 0],
    why: "Where it is, the row, and one write, however many there are in a batch.",
  },
  "view, a new update with a tag": {
    ceiling: [2, 1, 4, 0],
    why: "A row for each word, tag and author, and the news of its place. +1 RRU: whether it was erased in between.",
  },
  "notification.list, 1 notification": {
    ceiling: [1, 2, 0, 0],
    why: "One query of the account's own partition, and what the account has read, with authentication.",
  },
  "notification.list, 50 mentions of 50 updates": {
    ceiling: [2, 81, 0, 0],
    why: "The query; then the updates, the organization and the membership, consistent: whether their titles are still seen; and whether they are muted, which may lag.",
  },
  "notification.getPreferences": { ceiling: [0, 0, 0, 0], why: "The membership is read with authentication." },
  "notification.changePreferences": { ceiling: [1, 0, 1, 0], why: "They lie on the membership." },
  "notification.unsubscribe": {
    ceiling: [2, 5, 0, 0],
    why: "The memberships in one query, and each once more, so that a change that is just made is kept.",
  },
  "notification.resubscribe": { ceiling: [1, 1, 0, 0], why: "The memberships in one query." },
  "notification.markRead, 1 notification": { ceiling: [1, 0, 1, 0], why: "One guarded update." },
  "notification.markAllRead": { ceiling: [1, 0, 1, 0], why: "One guarded update, however many there are." },
  "follow, the first event of a day": { ceiling: [2, 2, 8, 0], why: "+2 WRU: a mark of where the day begins." },
  "follow, 1 event that changes seats": {
    ceiling: [2, 2, 8, 0],
    why: "+2 WRU: the daily figures, in the same write.",
  },
  "view, a member was active": {
    ceiling: [2, 1, 4, 0],
    why: "Budget 0. Once a member and day: that they are counted, and the number of the day. For 50 in a batch, 2.04 WRU each.",
  },
  "figure.list, 90 days": {
    ceiling: [1, 4, 0, 0],
    why: "Four queries at once: days with changes, the last one before them, days with activity, and the first of those.",
  },
  "follow, 46 events at once": {
    ceiling: [3, 6, 186, 0],
    why: "4 WRU per event and 2 for the head; then a check for more.",
  },
  "announce, 46 events of one log": {
    ceiling: [1, 0, 1, 0],
    why: "One update per batch, up to where the log was announced: what the queue never received is found later.",
  },
  "mail, a code": {
    ceiling: [6, 7.5, 3, 0],
    why: "+2.5 RRU: whether its address has an account or an invitation, and its domain an organization. +4 RRU: whether too many codes to strangers bounced, in its network and in all. The budgets of its network and of all, then its status.",
  },
  "mail, a notification": {
    ceiling: [6, 3, 4, 0],
    why: "Budget 1 RRU, 1 WRU. +2 RRU: name and address, and whether it is suppressed. +3 WRU: the budgets of its organization and of all, and a claim before sending.",
  },
  "mail, a mention": {
    ceiling: [8, 6.5, 5, 0],
    why: "A notification. +3 RRU: the organization, the update and the membership, which decide whether it is sent. +½ RRU: whether it is still wanted by email. +1 WRU: the budget of its reader.",
  },
  "mail, a digest of 10 mentions": {
    ceiling: [9, 11, 15, 0],
    why: "What happened in 3 days in one query, the account, and once each: what is read, the organization, the membership and the update. The row of the digest, its claim, its status, the budget, and a mark for each notification, so that no other digest tells it.",
  },
  "clock, no digest is due": {
    ceiling: [3, 9, 1, 0],
    why: "Its progress, a query of each of the 4 shards of each hour since, of two at most, and the new progress.",
  },
  "notify, 1 member, by a daily digest": {
    ceiling: [4, 1.5, 2, 0],
    why: "How it is wanted, and the zone; the notification, and that a digest is due.",
  },
  "mail, a notification is delivered": { ceiling: [1, 0, 1, 0], why: "One guarded update." },
  "mail, an invitation": {
    ceiling: [7, 4, 5, 2],
    why: "Budget 1 RRU, 1 + 1 WRU. +3 RRU: the organization, whether the address is suppressed, the inviter's name. +4 + 1 WRU: the budgets of its organization and of all, that of the address, and a claim before sending.",
  },
  "mail, an invitation is delivered": {
    ceiling: [2, 0, 3, 1],
    why: "Budget 1 WRU: one guarded update. +2 WRU in one trip: the outcome is counted for its organization and for who invited.",
  },
  "mail, a slot": {
    ceiling: [2, 2, 1, 0],
    why: "One read of the tokens and of a lowered rate, and a booking. A late mail is reported: the same again.",
  },
  "bulk, a mail of an import": {
    ceiling: [14, 14, 9, 2],
    why: "A mail: its row before and after, its suppression, the inviter; 1 WRU for the budget of its address, 2 + 2 to claim it and to record that it was sent. For the whole message: slots and their use, the event twice, the organization, the import's numbers before and after, 4 WRU for them.",
  },
  "account.previewDeletion, owner of 1 organization": {
    ceiling: [2, 2, 0, 0],
    why: "A query of the account's memberships, then the organizations that it owns.",
  },
  "account.delete, in 1 organization": {
    ceiling: [8, 8, 15, 2],
    why: "Its organizations twice, before and while they are left; each is left in one write, like any departure. Then the profile, the address and the event, and the sessions.",
  },
  "organization.delete": {
    ceiling: [1, 1, 6, 2],
    why: "The organization and the event. The clock finds it by a list. +1 RRU, 2 WRU: that it is not a customer, or the marker that ends its payment.",
  },
  "organization.restore": {
    ceiling: [1, 1, 4, 2],
    why: "Like deleting it. Whether it is a customer is read with authentication.",
  },
  "clock, a purge is due": {
    ceiling: [2, 3, 0, 0],
    why: "The list of those that are due, and whether a purge is running.",
  },
  "purge, 25 members": {
    ceiling: [200, 2000, 1000, 200],
    why: "2 WRU per row, since it is counted in the write that deletes it. Most reads are of hours with possible due rows.",
  },
  "purge, a round that finds nothing": { ceiling: [200, 200, 20, 20], why: "A query of every place." },
  "billing.checkout": {
    ceiling: [4, 2, 13, 0],
    stripe: 3,
    why: "The customer, the name, then the checkout: customer and checkout are stored, and have keys.",
  },
  "billing.checkout, repeated": {
    ceiling: [0, 1, 0, 0],
    stripe: 2,
    why: "The open checkout is read with authentication; Stripe says whether the customer is there and it still is open.",
  },
  "billing.confirm, paid just now": {
    ceiling: [6, 7, 9, 2],
    stripe: 3,
    why: "The checkout at Stripe and its invoice, then a reconciliation: marker, pending change, both rows; one write with its event and the row of the seat ledger.",
  },
  "billing.get": { ceiling: [0, 1, 0, 0], why: "The billing row is read with authentication; Stripe is not called." },
  "billing.preview": {
    ceiling: [0, 1, 0, 0],
    stripe: 1,
    why: "The row is read with authentication; Stripe computes what is due now, or the next invoice.",
  },
  "billing.resize, more seats, at the displayed price": {
    ceiling: [6, 5, 17, 1],
    stripe: 4,
    why: "The price again, the change, its result, its invoice. Stored before and after, with the row of the seat ledger; the marker is written and removed.",
  },
  "billing.resize, fewer seats": {
    ceiling: [6, 5, 15, 1],
    stripe: 2,
    why: "The change, and its result. Stored before and after, with the row of the seat ledger.",
  },
  "billing.changeAutomaticSeats": {
    ceiling: [1, 1, 8, 1],
    why: "The row, its place in a list, and the event, with the organization checked.",
  },
  "billing.requestSeats": {
    ceiling: [2, 0, 7, 0],
    why: "A counter of the day; the request and its event, with the membership checked.",
  },
  "billing.getSeatRequest": { ceiling: [0, 1, 0, 0], why: "The row is read with authentication." },
  "billing.listSeatRequests": { ceiling: [2, 2, 0, 0], why: "The requests, and the names of those who made them." },
  "billing.revokeSeatRequest": { ceiling: [1, 1, 4, 0], why: "The request and its event." },
  "billing.declineSeatRequest": { ceiling: [1, 1, 4, 0], why: "Like revoking." },
  "billing.approveSeatRequest": {
    ceiling: [8, 9, 26, 1],
    stripe: 4,
    why: "Like adding seats. The request is decided with the change and ends with it, with an event of its own.",
  },
  "reclaim.listUnused": { ceiling: [1, 1, 0, 0], why: "A page of the list of members." },
  "reclaim.start": { ceiling: [2, 0.5, 4, 0], why: "The order and its event; the name of its author." },
  "reclaim.get": { ceiling: [1, 2, 0, 0], why: "The row is read with authentication; the name of its author." },
  "reclaim.cancel": { ceiling: [1, 1, 4, 0], why: "The row and its event." },
  "billing.cancel": {
    ceiling: [7, 7, 11, 0],
    stripe: 2,
    why: "The actor is recorded; the request; then a reconciliation.",
  },
  "billing.resume": { ceiling: [7, 7, 11, 0], stripe: 2, why: "Like canceling." },
  "billing.discount": {
    ceiling: [7, 7, 11, 0],
    stripe: 4,
    why: "Like canceling; what applies now and the code are looked up first.",
  },
  "billing.portal": {
    ceiling: [0, 1, 0, 0],
    stripe: 2,
    why: "The customer is read with authentication. The portal's configuration, then its page.",
  },
  "billing.upcoming": {
    ceiling: [0, 1, 0, 0],
    stripe: 1,
    why: "The subscription is read with authentication; Stripe computes the invoice.",
  },
  "billing.invoices": {
    ceiling: [0, 1, 0, 0],
    stripe: 1,
    why: "The customer is read with authentication; Stripe has the invoices.",
  },
  "billing.ledger": {
    ceiling: [2, 3, 0, 0],
    stripe: 1,
    why: "Stripe has the invoices, and one query the changes, all of them; then the members that they name.",
  },
  "billing.export": { ceiling: [2, 3, 0, 0], stripe: 1, why: "The same." },
  "receive, an event of Stripe": { ceiling: [1, 0, 1, 0], why: "The marker; the content is ignored." },
  "reconcile, nothing differs": {
    ceiling: [4, 4, 1, 0],
    stripe: 1,
    why: "Marker, pending change, both rows; the marker is removed, nothing else is written.",
  },
  "reconcile, other seats at Stripe": {
    ceiling: [5, 4, 9, 1],
    stripe: 1,
    why: "+8 WRU: both rows, the event, and the row of the seat ledger.",
  },
  "clock, no organization is marked": {
    ceiling: [2, 17, 0, 0],
    why: "The breaker, then a query of each of the 16 shards of the markers, all at once.",
  },
  "sweep, 5 organizations, nothing lost": {
    ceiling: [5, 7, 1, 0],
    why: "The head of each log, one query of each outbox, 20 at once, the list of accounts that lag, and the watermark.",
  },
};

let measured: Cost[];
beforeAll(async () => {
  measured = await measureCosts();
});

const nameOf = (cost: Cost) => (cost.case === undefined ? cost.of : `${cost.of}, ${cost.case}`);

function beyond(cost: Cost): Ceiling {
  const [trips, reads] = authentication[cost.auth];
  return [cost.trips - trips, cost.readUnits - reads, cost.writeUnits, cost.indexUnits];
}

test("the committed costs are the measured ones", () => {
  if (process.env.MUSTER_WRITE) writeFileSync(file, page());
  expect(readFileSync(file, "utf8") === page(), "They are not: run `npm run costs`.").toBe(true);
});

test("a request that is refused, or whose answer is not returned, is not measured", () => {
  const measuring =
    (result: unknown, of = "member.get") =>
    () =>
      requireSuccess({ of }, result);
  expect(measuring({ status: 404, text: "{}" })).toThrow("member.get was answered 404, not 200: {}");
  expect(measuring(undefined)).toThrow("member.get was answered undefined");
  expect(measuring({ status: 200 }, "team.create")).toThrow("team.create was answered 200, not 201");
  expect(measuring({ status: 200, text: "{}" })).not.toThrow();
  expect(measuring(undefined, "a worker")).not.toThrow();
});

test("nothing costs more than its maximum", () => {
  const over = measured.filter((cost) => {
    const ceiling = model[nameOf(cost)] ?? own[nameOf(cost)]?.ceiling ?? [];
    return beyond(cost).some((units, i) => units > (ceiling[i] ?? -1));
  });
  expect(over.map((cost) => [nameOf(cost), beyond(cost)])).toEqual([]);
});

test("nothing calls Stripe more often than necessary", () => {
  const asking = measured.filter(({ stripe }) => stripe > 0);
  const needed = Object.entries(own).flatMap(([name, { stripe }]) => (stripe === undefined ? [] : [[name, stripe]]));
  expect(Object.fromEntries(asking.map((cost) => [nameOf(cost), cost.stripe]))).toEqual(Object.fromEntries(needed));
});

test("what the data model budgets costs exactly that", () => {
  const budgeted = measured.filter((cost) => nameOf(cost) in model);
  expect(Object.fromEntries(budgeted.map((cost) => [nameOf(cost), beyond(cost)]))).toEqual(model);
});

test("every operation of the API is measured, and every maximum belongs to something", () => {
  const names = measured.map((cost) => cost.of);
  const unmeasured = operations().flatMap(({ id }) => (names.includes(id) ? [] : [id]));
  expect(unmeasured, "Write a case for it in local/testing/costs/.").toEqual([]);
  const unlimited = measured.map(nameOf).filter((name) => !(name in model) && !(name in own));
  expect(unlimited, "Say what it may cost in functions/api/costs.test.ts.").toEqual([]);
  expect([...Object.keys(model), ...Object.keys(own)].sort()).toEqual(measured.map(nameOf).sort());
});

function page(): string {
  const line = (cost: Cost) => {
    const [, read, write, index] = beyond(cost);
    const why = own[nameOf(cost)]?.why ?? "As budgeted.";
    const cells = [
      nameOf(cost),
      cost.trips,
      cost.calls,
      cost.items,
      cost.readUnits,
      read,
      write,
      index,
      cost.stripe,
      why,
    ];
    return `| ${cells.join(" | ")} |`;
  };
  return `${introduction}\n${head}\n${measured.map(line).join("\n")}\n`;
}

const head = `| Operation | Trips | Calls | Rows written | RRU | beyond authentication | WRU, table | WRU, index | Stripe | Budget and reason |
| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- |`;

const introduction = `# What each operation costs

Measured by \`npm run costs\` over the embedded engine, call by call; the tests compare. The ceilings stand in
\`functions/api/costs.test.ts\`. Units are DynamoDB's: a read unit (RRU) is 4 kB read consistently, half as much when
eventually; a write unit (WRU) is 1 kB, and double in a transaction. Calls that overlap are one trip.

Authentication is one trip: 1 RRU for the session, 3 in an organization (session, membership, organization). The data
model counts 2 outside of organizations; one row is enough. What an operation needs by key rides in that trip.

"Stripe" is how many requests go there, each some hundred milliseconds on the way.
`;
