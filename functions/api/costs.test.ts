import { readFileSync, writeFileSync } from "node:fs";
import { type Cost, measureCosts } from "@muster/local/testing/costs/costs.ts";
import { beforeAll, expect, test } from "vitest";
import { operations } from "./openapi.ts";

const file = new URL("../../docs/costs.md", import.meta.url);

/** What authentication takes, in one trip: the session; in an organization also the membership and the organization. */
const authentication = { nobody: [0, 0], session: [1, 1], member: [1, 3] } as const;

/** Never more than these: trips and read units beyond authentication, write units of the table and of its index. */
type Ceiling = readonly [trips: number, read: number, write: number, index: number];

/** As the data model budgets them. */
const model: Record<string, Ceiling> = {
  "session.signIn.code, a new account": [3, 1, 9, 0],
  "session.signIn.token, a known account": [3, 1, 4, 0],
  "audit.list, the newest 50": [1, 2, 0, 0],
  "account.get, the first in an hour": [1, 1, 1, 0],
  "follow, 1 event": [2, 2, 6, 0],
  "view, a new member of two names": [1, 0, 5, 0],
  "view, a member was active": [0, 0, 0, 0],
  "a limit": [1, 0, 1, 0],
  "invitation.decline": [1, 3, 6, 2],
  "invitation.revoke": [1, 1, 6, 2],
  "member.leave": [1, 0, 8, 2],
  "member.remove": [1, 1, 8, 2],
  "member.transfer": [1, 1, 6, 2],
};

/** What differs from the data model on purpose, and what it does not name; with the reason, and what is asked of Stripe. */
const own: Record<string, { ceiling: Ceiling; stripe?: number; why: string }> = {
  "organization.create": {
    ceiling: [2, 1, 9, 2],
    why: "Budget 1 trip, 8 + 2 WRU. +1 RRU: the founder's profile, whose name the membership shows; it rides in authentication. +1 trip, +1 WRU: how many somebody founds in a day.",
  },
  "organization.create, with Idempotency-Key": {
    ceiling: [2, 2, 11, 2],
    why: "Budget +2 WRU for the key. +1 RRU: whether the key was used; it rides in authentication.",
  },
  "organization.create, the same once more": {
    ceiling: [0, 2, 0, 0],
    why: "The kept answer came with authentication.",
  },
  "organization.list, 4 organizations": {
    ceiling: [2, 5, 0, 0],
    why: "Budget 1 trip. The names are read from the organizations, so that a new one is there: a second trip, 1 RRU each.",
  },
  "organization.get, authenticates": {
    ceiling: [0, 1, 0, 0],
    why: "Budget 0. +1 RRU: how the seats are split, which rides in authentication.",
  },
  "organization.rename": {
    ceiling: [1, 2, 8, 1],
    why: "A section of the settings as any other; the name is in the list of organizations. Section and seats ride in authentication.",
  },
  "setting.getGeneral": { ceiling: [0, 1, 0, 0], why: "The section's row rides in authentication." },
  "setting.saveGeneral, contact and address": {
    ceiling: [1, 1, 8, 0],
    why: "As budgeted: organization, section, history, event. +1 RRU: what the section held; it rides in authentication.",
  },
  "setting.saveGeneral, the name and the contact": {
    ceiling: [1, 1, 10, 1],
    why: "+2 WRU: a new name has an event of its own. +1 WRU: it is in the list of organizations.",
  },
  "setting.saveGeneral, what is so already": { ceiling: [0, 1, 0, 0], why: "Nothing to write." },
  "session.requestCode": {
    ceiling: [3, 0, 3, 0],
    why: "Budget 2 trips. The network's limit comes first, lest one network spend the budgets of many addresses.",
  },
  "session.requestReauthentication": { ceiling: [3, 0, 3, 0], why: "As to ask for a sign-in code." },
  "session.reauthenticate": {
    ceiling: [3, 0, 6, 0],
    why: "The code is used up and the session confirmed in one transaction.",
  },
  "session.list, 2 sessions": { ceiling: [1, 1, 0, 0], why: "One query of the account's own partition." },
  "session.end.session": { ceiling: [1, 0, 1, 0], why: "One row." },
  "session.end.sign-out": { ceiling: [1, 0, 1, 0], why: "One row." },
  "session.endAll, 2 sessions": { ceiling: [2, 1, 2, 0], why: "A query, then one row each, 25 a call." },
  "plan.list": { ceiling: [0, 0, 0, 0], why: "The deployment's own settings say it." },
  "account.get": { ceiling: [0, 1, 0, 0], why: "The profile rides in authentication." },
  "account.edit, nothing that members show": {
    ceiling: [1, 1, 4, 1],
    why: "Profile and event. +1 WRU: nobody walks all accounts, so the sweep finds an account's event in a list.",
  },
  "account.edit, the color, in 2 organizations": {
    ceiling: [2, 2, 8, 5],
    why: "Each membership shows the color: 2 WRU, and 1 for its row in the index. The event is in a list.",
  },
  "account.edit, the name, in 2 organizations": {
    ceiling: [2, 2, 8, 5],
    why: "Each membership shows the name and is sorted by it: 2 WRU and a new place in the index each. The event is in a list.",
  },
  "member.get": { ceiling: [0, 1, 0, 0], why: "The membership rides in authentication." },
  "member.list, 100 by name": { ceiling: [1, 4, 0, 0], why: "Budget 3 to 4 RRU: one query of the index, at any size." },
  "member.list, 25 found by a word": {
    ceiling: [2, 20, 0, 0],
    why: "Budget 16 RRU, at most 20: search rows, then the 25 memberships, half a unit each.",
  },
  "member.list, 3 found by a word and a role": {
    ceiling: [2, 20, 0, 0],
    why: "The rows of the narrower of both. +1 RRU: how many have the role; it rides in authentication.",
  },
  "member.list, the newest 25": { ceiling: [2, 20, 0, 0], why: "As a search." },
  "member.list, 3 of a role": { ceiling: [2, 20, 0, 0], why: "As a search; a short page costs less." },
  "member.export, 151 members": { ceiling: [1, 5, 0, 0], why: "One query of the index for up to 1,000 members." },
  "invitation.export, none": { ceiling: [1, 0.5, 0, 0], why: "One query of the index for up to 1,000 addresses." },
  "invitation.accept": {
    ceiling: [1, 4, 6, 2],
    why: "Budget 4 RRU with the session. +1 RRU: the profile of who joins, whose name the membership shows; it rides along.",
  },
  "invitation.accept, as an owner": { ceiling: [1, 4, 8, 2], why: "+2 WRU: the number of owners." },
  "invitation.request": {
    ceiling: [2, 3, 4, 0],
    why: "The rows that a link names in one trip, without a session; that it was asked, and the event.",
  },
  "invitation.changeRole": { ceiling: [1, 1, 4, 1], why: "As a member's role: row and event." },
  "invitation.get": { ceiling: [1, 2.5, 0, 0], why: "Row and block ride along; then the inviter's name, ½ RRU." },
  "invitation.link": { ceiling: [0, 1, 0, 0], why: "The link is derived from the row, which rides along." },
  "invitation.list, 100 of 126": {
    ceiling: [2, 4, 0, 0],
    why: "Budget 3 RRU, up to 4 with long addresses. +½ RRU an inviter, in a second trip: their names as they are today.",
  },
  "invitation.list, 100 in 16 parts": {
    ceiling: [3, 11.5, 0, 0],
    why: "Budget 8 RRU and 2 trips, 11 and 3 while rows lie in few parts: ½ RRU at least for each, all at once. +½ RRU an inviter.",
  },
  "import.create": {
    ceiling: [3, 0, 6, 2],
    why: "How many somebody begins in an hour; then the row, in the list of those that the clock looks after, and the event.",
  },
  "import.list, 25 imports": {
    ceiling: [2, 38.5, 0, 0],
    why: "One query; then ½ RRU for each inviter's name, here 25 different ones. +25 RRU: how the mails of each fare, in the trip of the names.",
  },
  "import.get, while it runs": {
    ceiling: [1, 3.5, 0, 0],
    why: "The import and its mails ride along; then the chunk that it is at and the inviter's name, at once.",
  },
  "import.rows, 100 of 200": { ceiling: [1, 3, 0, 0], why: "The import rides along; one query for what was told." },
  "import.report": { ceiling: [0, 1, 0, 0], why: "An address is signed, not stored." },
  "import.cancel": { ceiling: [1, 2, 6, 2], why: "Row and two events; how its mails fare rides along." },
  "import.retry": {
    ceiling: [5, 6.5, 12, 2],
    why: "The row and its event; then it begins: who waits, the lock, the row, the chunk, the event. It answers how far it is.",
  },
  "import.pauseMails": { ceiling: [2, 2.5, 4, 0], why: "The mark and the event; the import rides along." },
  "import.resumeMails": { ceiling: [2, 2.5, 4, 0], why: "As pausing." },
  "import.setting": {
    ceiling: [0, 1, 0, 0],
    why: "The setting rides along; +1 RRU: whether whom it names manages still.",
  },
  "import.edit": { ceiling: [1, 1, 4, 0], why: "Setting and event; whom it names rides along." },
  "imports, a file arrives and begins": {
    ceiling: [5, 9, 14, 2],
    why: "What is known of it in two trips; the row, the news and whose bytes they are; then who waits, and it begins.",
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
  "clock, no import held up": { ceiling: [1, 0.5, 0, 0], why: "One look into the list of those that have not ended." },
  "invitation.mine, 1 invitation": {
    ceiling: [2, 4, 0, 0],
    why: "Budget 1 trip. Each shows the name of its organization and inviter, and whether that one still vouches: 3 RRU each.",
  },
  "invitation.preview": {
    ceiling: [1, 4, 0, 0],
    why: "All in one trip: invitation, organization, inviter's membership and name.",
  },
  "invitation.resend": { ceiling: [1, 1, 8, 2], why: "As to invite one; its place in the list moves: +1 WRU." },
  "invitation.review, 25 rows": {
    ceiling: [0, 26, 0, 0],
    why: "1 RRU an address, 1 for the shown seats; all ride along.",
  },
  "invitation.send, 1 row": {
    ceiling: [1, 2, 8, 1],
    why: "Budget 1 RRU. +1 RRU: the shown seats in the answer; they ride along.",
  },
  "invitation.send, 25 rows": { ceiling: [1, 26, 56, 25], why: "Budget 25 RRU. +1 RRU as with one row." },
  "invitation.send, 100 rows": {
    ceiling: [4, 101, 224, 100],
    why: "Four writes of 25 one after the other: smaller ones wait less for each other at the seats.",
  },
  "member.changeRole": {
    ceiling: [1, 1, 6, 1],
    why: "Budget 4 + 1 WRU. +2 WRU: a check that the giver's own role still is what it was, so that nobody who was demoted gives one.",
  },
  "member.changeRole, to owner": { ceiling: [1, 1, 8, 1], why: "Budget 6 + 1 WRU. +2 WRU for the same check." },
  "member.reinstate": {
    ceiling: [2, 2, 10, 2],
    why: "Budget 1 trip, 1 RRU, 8 + 2 WRU. +2 WRU: a check of the giver's own role. +1 RRU in a trip of its own: the profile, whose name the membership shows; the row names its account.",
  },
  "invitation.removeSuppression": {
    ceiling: [1, 2, 4, 0],
    why: "Row and block ride along; the block goes, and the event.",
  },
  "react, a notification": {
    ceiling: [3, 2, 1, 0],
    why: "Budget 2 trips, 1 RRU. +1 RRU in a trip of its own: names are read when something is told, events hold none.",
  },
  "react, 25 invitations": {
    ceiling: [2, 26, 0, 0],
    why: "The event, and each invitation: is its mail still to be sent?",
  },
  "expire, 25 invitations": {
    ceiling: [3, 2, 54, 50],
    why: "As budgeted. +1 trip, 1 RRU: how many parts the list has; the query of the index costs 1 RRU where 25 rows are longer than 4 KB.",
  },
  "clock, nothing due": {
    ceiling: [4, 3, 1, 0],
    why: "How far it came, the hour that ends and the one that is two days ahead, and how far it is now.",
  },
  "team.create": {
    ceiling: [1, 0, 8, 1],
    why: "Team, name, event, and how many teams there are, which is on the organization's row.",
  },
  "team.get": { ceiling: [0, 2, 0, 0], why: "The team and its number of members ride in authentication." },
  "team.list, 30 teams": {
    ceiling: [1, 2, 0, 0],
    why: "Two queries at once: the names, consistently, and the numbers of members of all teams.",
  },
  "team.edit": {
    ceiling: [1, 2, 8, 0],
    why: "Team, event, and the old and the new name. Team and number ride in authentication.",
  },
  "team.remove": { ceiling: [1, 2, 8, 1], why: "As to form one. Who was in it forgets it afterwards." },
  "team.addMembers, 1 member": {
    ceiling: [1, 2, 6, 1],
    why: "Budget 4 + 1 WRU. +2 WRU: a check that there still is the team. Team and membership ride in authentication.",
  },
  "team.addMembers, 25 members": {
    ceiling: [1, 26, 56, 25],
    why: "One write: 2 + 1 WRU a member. The event names all 25, so it is larger than 1 KB.",
  },
  "team.removeMembers, 1 member": { ceiling: [1, 2, 4, 1], why: "As budgeted to put one in; nothing is checked." },
  "team.leave": { ceiling: [1, 1, 4, 1], why: "As to be taken out; one's own membership is read already." },
  "member.get, in a team, of 30": {
    ceiling: [1, 2, 0, 0],
    why: "+1 trip, 1 RRU: what the teams are called that there are, all in one query; only where somebody is in one.",
  },
  "member.list, 25 of a team": {
    ceiling: [3, 20, 0, 0],
    why: "As a search. +1 RRU: the team, which rides in authentication. +1 trip, 1 RRU: the names of the teams.",
  },
  "invitation.accept, into a team": {
    ceiling: [2, 5, 6, 2],
    why: "+1 trip, 1 RRU a team: whether there still is the team that the invitation names.",
  },
  "follow, 1 event of a team": {
    ceiling: [3, 3, 8, 0],
    why: "+1 trip, 1 RRU: whether there is the team still. +2 WRU: its number of members.",
  },
  "view, a new member of a team": {
    ceiling: [2, 1, 6, 0],
    why: "Budget 6 WRU. +1 trip, 1 RRU a team: whether it was deleted before the search knew of its member.",
  },
  "react, a deleted team": { ceiling: [1, 1, 0, 0], why: "The event; the rest is a job of its own." },
  "cleanUp, a team of 25": {
    ceiling: [4, 3, 25, 25],
    why: "Whether it is gone, who is found to be in it, and a write of its own for each, which need not wait for others.",
  },
  "notification.list, 1 notification": { ceiling: [1, 1, 0, 0], why: "One query of the account's own partition." },
  "follow, the first event of a day": { ceiling: [2, 2, 8, 0], why: "+2 WRU: a mark says where the day begins." },
  "follow, 46 events at once": {
    ceiling: [3, 6, 186, 0],
    why: "4 WRU an event and 2 for the head; then a look whether there are more.",
  },
  "announce, 46 events of one log": {
    ceiling: [1, 0, 1, 0],
    why: "One note a batch, up to where the log was announced: what the queue never got is found again.",
  },
  "mail, a code": { ceiling: [3, 1, 2, 0], why: "The hour's budget of mail, then that it was sent." },
  "mail, a notification": {
    ceiling: [5, 3, 3, 0],
    why: "Budget 1 RRU, 1 WRU. +2 RRU: name and address, and whether it bounced. +2 WRU: the hour's budget, and a claim before sending.",
  },
  "mail, a notification is delivered": { ceiling: [1, 0, 1, 0], why: "One guarded update." },
  "mail, an invitation": {
    ceiling: [6, 4, 4, 2],
    why: "Budget 1 RRU, 1 + 1 WRU. +3 RRU: the organization, whether the address bounced, the inviter's name. +3 + 1 WRU: the hour's budget, that of the address, and a claim before sending.",
  },
  "mail, an invitation is delivered": { ceiling: [1, 0, 1, 1], why: "As budgeted: one guarded update." },
  "mail, a slot": {
    ceiling: [2, 2, 1, 0],
    why: "One look at the tokens and at whether the provider lacked room lately, and a booking. Who was late tells so: as much again.",
  },
  "bulk, a mail of an import": {
    ceiling: [14, 14, 9, 2],
    why: "A mail: its row before and after, its block, the inviter; 1 WRU for the budget of its address, 2 + 2 to claim it and to say that it was sent. For all of a message: turns and when they were used, the event twice, the organization, the import's numbers before and after, 4 WRU for them.",
  },
  "account.previewDeletion, owner of 1 organization": {
    ceiling: [2, 2, 0, 0],
    why: "A query of the account's memberships, then the organizations that it owns.",
  },
  "account.delete, in 1 organization": {
    ceiling: [8, 8, 15, 2],
    why: "Its organizations twice, before and while they are left; each is left in one write, as by whoever leaves. Then the profile, the address and the event, and the sessions.",
  },
  "organization.delete": {
    ceiling: [1, 1, 6, 2],
    why: "The organization and the event. The clock finds it by a list. +1 RRU, 2 WRU: that it is no customer, or the marker that has payment ended.",
  },
  "organization.restore": {
    ceiling: [1, 2, 4, 2],
    why: "As to delete it. Its seats, and whether it is a customer, ride in authentication.",
  },
  "clock, a purge is due": {
    ceiling: [2, 3, 0, 0],
    why: "The list of those that are due, and whether somebody works on it.",
  },
  "purge, 25 members": {
    ceiling: [200, 2000, 1000, 200],
    why: "2 WRU a row, since it is counted in the write that takes it away. Most reads ask for hours in which something may be due.",
  },
  "purge, a round that finds nothing": { ceiling: [200, 200, 20, 20], why: "A look into every place." },
  "billing.checkout": {
    ceiling: [4, 2, 13, 0],
    stripe: 2,
    why: "The customer, then the checkout: each is written down around its request to Stripe, and never before the other book knows. Both requests have keys.",
  },
  "billing.checkout, the same again": {
    ceiling: [0, 1, 0, 0],
    stripe: 1,
    why: "What is open rides in authentication; Stripe says whether it still is.",
  },
  "billing.confirm, paid just now": {
    ceiling: [6, 7, 7, 2],
    stripe: 2,
    why: "The checkout at Stripe, then a reconciliation: marker, pending change, both rows; one write with its event.",
  },
  "billing.get": { ceiling: [0, 1, 0, 0], why: "The row of payment rides in authentication; Stripe is not asked." },
  "billing.preview": { ceiling: [0, 1, 0, 0], stripe: 1, why: "The row rides along; Stripe reckons." },
  "billing.resize, more seats, at the price that was shown": {
    ceiling: [6, 5, 15, 1],
    stripe: 4,
    why: "The price again, the change, what came of it, its invoice. Written down before and after; the marker comes and goes.",
  },
  "billing.resize, fewer seats": {
    ceiling: [6, 5, 13, 1],
    stripe: 2,
    why: "The change, and what came of it. Written down before and after.",
  },
  "billing.cancel": {
    ceiling: [7, 7, 11, 0],
    stripe: 2,
    why: "Who asked is written down; the request; then a reconciliation.",
  },
  "billing.resume": { ceiling: [7, 7, 11, 0], stripe: 2, why: "As to cancel." },
  "billing.discount": {
    ceiling: [7, 7, 11, 0],
    stripe: 3,
    why: "As to cancel; the code is looked up first.",
  },
  "billing.portal": {
    ceiling: [0, 1, 0, 0],
    stripe: 2,
    why: "The customer rides in authentication. Which portal, then its page.",
  },
  "billing.invoices": { ceiling: [0, 1, 0, 0], stripe: 1, why: "The customer rides along; Stripe keeps the invoices." },
  "receive, an event of Stripe": { ceiling: [1, 0, 1, 0], why: "The marker; what is told is not looked at." },
  "reconcile, nothing differs": {
    ceiling: [4, 4, 1, 0],
    stripe: 1,
    why: "Marker, pending change, both rows; the marker goes, nothing else is written.",
  },
  "reconcile, other seats at Stripe": { ceiling: [5, 4, 7, 1], stripe: 1, why: "+6 WRU: both rows and the event." },
  "clock, no organization is marked": {
    ceiling: [2, 17, 0, 0],
    why: "The breaker, then a look into each of the 16 parts of the markers, all at once.",
  },
  "sweep, 4 organizations, nothing forgotten": {
    ceiling: [5, 6, 1, 0],
    why: "The head of each log, one look into each outbox, 20 at once, the list of accounts that lag, and the watermark.",
  },
};

let measured: Cost[];
beforeAll(async () => {
  measured = await measureCosts();
}, 240_000);

const nameOf = (cost: Cost) => (cost.case === undefined ? cost.of : `${cost.of}, ${cost.case}`);

function beyond(cost: Cost): Ceiling {
  const [trips, reads] = authentication[cost.auth];
  return [cost.trips - trips, cost.readUnits - reads, cost.writeUnits, cost.indexUnits];
}

test("the committed costs are those that are measured", () => {
  if (process.env.MUSTER_WRITE) writeFileSync(file, page());
  expect(readFileSync(file, "utf8") === page(), "They are not: run `npm run costs`.").toBe(true);
});

test("nothing costs more than its ceiling", () => {
  const over = measured.filter((cost) => {
    const ceiling = model[nameOf(cost)] ?? own[nameOf(cost)]?.ceiling ?? [];
    return beyond(cost).some((units, i) => units > (ceiling[i] ?? -1));
  });
  expect(over.map((cost) => [nameOf(cost), beyond(cost)])).toEqual([]);
});

test("nothing asks Stripe more often than it needs", () => {
  const asking = measured.filter(({ stripe }) => stripe > 0);
  const needed = Object.entries(own).flatMap(([name, { stripe }]) => (stripe === undefined ? [] : [[name, stripe]]));
  expect(Object.fromEntries(asking.map((cost) => [nameOf(cost), cost.stripe]))).toEqual(Object.fromEntries(needed));
});

test("what the data model budgets costs just that", () => {
  const budgeted = measured.filter((cost) => nameOf(cost) in model);
  expect(Object.fromEntries(budgeted.map((cost) => [nameOf(cost), beyond(cost)]))).toEqual(model);
});

test("every operation of the API is measured, and every ceiling belongs to something", () => {
  const names = measured.map((cost) => cost.of);
  expect(
    operations()
      .map(({ id }) => id)
      .filter((id) => !names.includes(id)),
  ).toEqual([]);
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
