import { addressOf } from "@muster/core/account/account.ts";
import { accountKeys } from "@muster/core/account/keys.ts";
import { announce } from "@muster/core/audit/announce.ts";
import * as Audit from "@muster/core/audit/audit.ts";
import { sweep } from "@muster/core/audit/sweep.ts";
import { daySeconds, hourSeconds } from "@muster/core/base/duration.ts";
import * as ID from "@muster/core/base/id.ts";
import { asSystem, provide } from "@muster/core/kernel/context.ts";
import { kernelKeys } from "@muster/core/kernel/keys.ts";
import * as Bulk from "@muster/core/mail/bulk.ts";
import * as Mail from "@muster/core/mail/mail.ts";
import * as Mailing from "@muster/core/mail/mailing.ts";
import { memberKeys } from "@muster/core/member/keys.ts";
import { notificationKeys } from "@muster/core/notification/keys.ts";
import * as Notification from "@muster/core/notification/notification.ts";
import { mintToken, mintUndo } from "@muster/core/notification/unsubscribe-link.ts";
import { OrganizationGranted, OrganizationRenamed } from "@muster/core/organization/events.ts";
import { organizationKeys } from "@muster/core/organization/keys.ts";
import * as Slots from "@muster/core/rate/slots.ts";
import * as Windows from "@muster/core/rate/windows.ts";
import { put, update } from "@muster/core/table/table.ts";
import { operations } from "@muster/functions/api/openapi.ts";
import { people as addresses, openImport } from "../fixtures/mailing.ts";
import { accountOf, addMembers, type NewMember } from "../fixtures/members.ts";
import { billingOf } from "../fixtures/subscription.ts";
import { type Answer, openApi, ownPage, type TestApi } from "../worlds/api.ts";
import { view } from "../worlds/follower.ts";
import type { Person } from "../worlds/world.ts";
import { billingCases } from "./billing.ts";
import type { Case } from "./case.ts";
import { deletionCases } from "./deletion.ts";
import { deviceCases } from "./devices.ts";
import { domainCases } from "./domains.ts";
import { importCases } from "./imports.ts";
import { invitationCases } from "./invitations.ts";
import { meter, type Reading } from "./meter.ts";
import { passkeyCases } from "./passkeys.ts";
import { rolloutCases } from "./rollouts.ts";
import { secretCases } from "./secrets.ts";
import { settingCases } from "./settings.ts";
import { syncCases } from "./sync.ts";
import { teamCases } from "./teams.ts";
import { updateCases } from "./updates.ts";

/** `stripe`: number of requests to Stripe. */
export type Cost = Case & Reading & { stripe: number };

let api: TestApi;
let ada: Person;
let acme: ID.ID<"organization">;
/** An organization of 151 and its owner, for lists. */
let large: { id: ID.ID<"organization">; token: string } | undefined;

const call = (method: string, path: string, json?: object, headers = {}) => {
  const send = () => api.call(method, path, { token: ada.token, ...(json && { json }), headers });
  return async () => send;
};
const inAcme =
  (method: string, more = "", json?: object) =>
  async () =>
    call(method, `/organizations/${acme}${more}`, json)();
const inLarge = (more: string) => async () => {
  large ??= await gather();
  const { id, token } = large;
  return () => api.call("GET", `/organizations/${id}${more}`, { token });
};
const work = (run: () => Promise<unknown>) => async () => () => asSystem("costs", run);

/** Renames it so often, and leaves the events in the outbox; only the last time by a request. */
async function rename(times: number) {
  const { actor } = ada.context;
  const event = () =>
    OrganizationRenamed.record(acme, { from: `Acme ${99 + renamed}`, to: `Acme ${100 + renamed++}` }, actor);
  if (times > 1) await api.world.table.write(...Array.from({ length: times - 1 }, event));
  await (await inAcme("PATCH", "", { name: `Acme ${100 + renamed++}` })())();
}
let renamed = 1;
let seatsGranted = 1;
/** The same without the requests, straight into the log. */
async function renamedOften(times: number) {
  const event = () => OrganizationRenamed.record(acme, { from: "Acme", to: "Acme" }, { type: "system", job: "costs" });
  for (let done = 0; done < times; done += 50) await api.world.table.write(...Array.from({ length: 50 }, event));
  await asSystem("costs", follow);
}
const follow = () => Audit.follow({ owner: acme });

/** The provider's event about the newest mail of a kind. */
const ended = async () => () => api.call("POST", `/unsubscribe/${mintToken({ account: ada.account })}`);
const resumed = async () => () => {
  const link = mintToken({ account: ada.account });
  return api.call("POST", `/unsubscribe/${link}/undo`, { json: { changed: [], undo: mintUndo(link, []) } });
};
const delivered = (kind: Mail.Job["kind"]) => async () => {
  const { to = "", tags = {} } = api.world.sent.findLast((message) => message.tags.kind === kind) ?? {};
  return work(() => Mail.record({ mailStatus: "delivered", permanent: false, recipients: [to], tags }))();
};

const people = Array.from({ length: 150 }, (_, i): NewMember => {
  const role = i % 50 === 0 ? "admin" : "read";
  return { name: `Ada ${String(i).padStart(3, "0")} Lovelace`, email: `member-${i}@example.com`, role };
});

const accountsOf = (count: number) => people.slice(0, count).map(accountOf).join(",");

/** It is in no list of organizations, so that other workers ignore it. */
async function gather() {
  const owner = await api.stranger();
  const id = await api.organization(owner);
  await api.world.table.write(update(organizationKeys.organization(id), { unset: ["list", "rank"] }));
  await addMembers(api.world, id, people);
  return { id, token: owner.token };
}

const contact = { name: "Grace Hopper", email: "grace@example.com", phone: "+49 30 1234567" };
const address = { country: "DE", street: "Example Street 1", city: "Berlin", state: "Berlin", postalCode: "10115" };
const saveGeneral = (changes: object) => async () => {
  const organizationRow = await api.world.table.get(organizationKeys.organization(acme));
  return inAcme("PATCH", "/settings/general", { revision: organizationRow?.revision, ...changes })();
};

const routes: Case[] = [
  {
    of: "session.requestCode",
    auth: "nobody",
    why: "Budget 2 trips. The network's limit comes first, so that one network cannot use up the budgets of many addresses. +1 WRU: the larger network, counted at once with the smaller one.",
    prepare: async () => () => api.call("POST", "/sign-in", { json: { email: "bob@example.com" } }),
  },
  {
    of: "session.signIn.code",
    case: "a new account",
    auth: "nobody",
    why: "Budget 1 RRU. +2 RRU in the same trip: whether an organization has verified the domain of the address, and whether the address is suppressed. The code is used up in the write that opens the session: a lost answer costs nobody their code.",
    prepare: async () => {
      const json = await api.requestCode("carol@example.com");
      return () =>
        api.call("POST", "/sign-in/code", {
          json,
          headers: ownPage,
        });
    },
  },
  {
    of: "session.signIn.token",
    case: "a known account",
    auth: "nobody",
    why: "The same.",
    prepare: async () => {
      const json = await api.requestCode(ada.email);
      return () => api.call("POST", "/sign-in/token", { json });
    },
  },
  {
    of: "session.requestReauthentication",
    auth: "session",
    why: "The same as for a sign-in code.",
    prepare: call("POST", "/session/reauthentication"),
  },
  {
    of: "session.reauthenticate",
    auth: "session",
    why: "The code is used up and the session updated in one transaction.",
    prepare: async () => call("POST", "/session/reauthentication/code", await api.requestReauthentication(ada))(),
  },
  {
    of: "session.list",
    case: "2 sessions",
    auth: "session",
    why: "One query of the account's own partition.",
    prepare: call("GET", "/sessions"),
  },
  {
    of: "session.end.session",
    auth: "session",
    why: "One row.",
    prepare: async () => {
      const [{ token }, { context }] = [
        await api.world.person("fred@example.com"),
        await api.world.person("fred@example.com"),
      ];
      const id = context.actor.type === "account" ? context.actor.via.id : "";
      return () => api.call("DELETE", `/sessions/${id}`, { token });
    },
  },
  {
    of: "session.end.sign-out",
    auth: "session",
    why: "One row.",
    prepare: async () => {
      const { token } = await api.world.person("gina@example.com");
      return () => api.call("POST", "/sign-out", { token });
    },
  },
  {
    of: "session.endAll",
    case: "2 sessions",
    auth: "session",
    why: "A query, then one row each, 25 a call.",
    prepare: async () => {
      await api.world.person("dora@example.com");
      const { token } = await api.world.person("dora@example.com");
      return () => api.call("DELETE", "/sessions", { token });
    },
  },
  { of: "plan.list", auth: "session", why: "From the deployment's settings.", prepare: call("GET", "/plans") },
  { of: "resource.list", auth: "session", why: "From the deployment's settings.", prepare: call("GET", "/resources") },
  {
    of: "account.get",
    auth: "session",
    why: "The profile is read with authentication.",
    prepare: call("GET", "/account"),
  },
  {
    of: "account.get",
    case: "the first in an hour",
    auth: "session",
    prepare: async () => {
      api.world.clock.pass(hourSeconds);
      return call("GET", "/account")();
    },
  },
  {
    of: "account.edit",
    case: "nothing that members see",
    auth: "session",
    why: "Profile and event. +1 WRU: nothing walks all accounts, so the sweep finds an account's event in a list.",
    prepare: call("PATCH", "/account", { locale: "pt-BR" }),
  },
  {
    of: "account.edit",
    case: "the color, in 2 organizations",
    auth: "session",
    why: "Each membership shows the color: 2 WRU, and 1 for its row in the index. The event is in a list.",
    prepare: async () => {
      const profile = await api.world.table.get(accountKeys.profile(ada.account));
      return call("PATCH", "/account", { color: profile?.color === "pink" ? "teal" : "pink" })();
    },
  },
  {
    of: "account.edit",
    case: "the name, in 2 organizations",
    auth: "session",
    why: "Each membership shows the name and is sorted by it: 2 WRU and a new place in the index each. The event is in a list.",
    prepare: call("PATCH", "/account", { name: "Ada Lovelace" }),
  },
  {
    of: "organization.create",
    auth: "session",
    why: "Budget 1 trip, 8 + 2 WRU. +1 RRU: the creator's profile, whose name the membership shows; it is read with authentication. +1 trip, +1 WRU: the daily limit of new organizations.",
    prepare: call("POST", "/organizations", { name: "Beta" }),
  },
  {
    of: "organization.create",
    case: "with Idempotency-Key",
    auth: "session",
    why: "Budget +2 WRU for the key. +1 RRU: whether the key was used; it is read with authentication.",
    prepare: call("POST", "/organizations", { name: "Gamma" }, { "idempotency-key": "gamma" }),
  },
  {
    of: "organization.create",
    case: "repeated",
    auth: "session",
    why: "The stored answer is read with authentication.",
    prepare: call("POST", "/organizations", { name: "Gamma" }, { "idempotency-key": "gamma" }),
  },
  {
    of: "organization.list",
    case: "4 organizations",
    auth: "session",
    why: "Budget 1 trip. The names are read from the organizations, so that a new one is included: a second trip, 1 RRU each.",
    prepare: call("GET", "/organizations"),
  },
  { of: "organization.get", case: "authenticates", auth: "member", prepare: inAcme("GET") },
  {
    of: "organization.rename",
    auth: "member",
    why: "Like any other section of the settings; the name is in the list of organizations. The section is read with authentication.",
    prepare: inAcme("PATCH", "", { name: "New" }),
  },
  {
    of: "setting.getGeneral",
    auth: "member",
    why: "The section's row is read with authentication.",
    prepare: inAcme("GET", "/settings/general"),
  },
  {
    of: "setting.saveGeneral",
    case: "contact and address",
    auth: "member",
    why: "As budgeted: organization, section, history, event. +1 RRU: the previous values; they are read with authentication.",
    prepare: saveGeneral({ contact, address }),
  },
  {
    of: "setting.saveGeneral",
    case: "the name and the contact",
    auth: "member",
    why: "+2 WRU: a rename has an event of its own. +1 WRU: the name is in the list of organizations.",
    prepare: saveGeneral({
      name: "Newer",
      contact: { phone: null },
    }),
  },
  {
    of: "setting.saveGeneral",
    case: "equal values",
    auth: "member",
    why: "Nothing to write.",
    prepare: saveGeneral({
      name: "Newer",
      address,
    }),
  },
  {
    of: "audit.list",
    case: "the newest 50",
    auth: "member",
    prepare: async () => {
      await rename(50);
      await asSystem("costs", follow);
      return inAcme("GET", "/events")();
    },
  },
  {
    of: "audit.list",
    case: "about one subject, of 250 examined",
    auth: "member",
    why: "Not in the data model: a filter examines a whole page of 250 events, one request.",
    prepare: async () => {
      await renamedOften(250);
      return inAcme("GET", "/events?subject=people")();
    },
  },
  {
    of: "figure.list",
    case: "90 days",
    auth: "member",
    why: "Four queries at once: days with changes, the last one before them, days with activity, and the first of those.",
    prepare: inLarge("/figures"),
  },
  {
    of: "member.get",
    auth: "member",
    why: "The membership is read with authentication.",
    prepare: inLarge(`/members/${accountOf({ email: "member-0@example.com" })}`),
  },
  {
    of: "member.list",
    case: "100 by name",
    auth: "member",
    why: "Budget 3 to 4 RRU: one query of the index, at any size.",
    prepare: inLarge("/members"),
  },
  {
    of: "member.list",
    case: "25 found by a word",
    auth: "member",
    why: "Budget 16 RRU, at most 20: search rows, then the 25 memberships, half a unit each.",
    prepare: inLarge("/members?search=love"),
  },
  {
    of: "member.list",
    case: "3 found by a word and a role",
    auth: "member",
    why: "The rows of the narrower filter. +1 RRU: how many members have the role; it is read with authentication.",
    prepare: inLarge("/members?search=love&role=admin"),
  },
  {
    of: "member.list",
    case: "the newest 25",
    auth: "member",
    why: "Like a search.",
    prepare: inLarge("/members?sort=joined"),
  },
  {
    of: "member.list",
    case: "3 of a role",
    auth: "member",
    why: "Like a search; a short page costs less.",
    prepare: inLarge("/members?role=admin"),
  },
  {
    of: "member.list",
    case: "25 by their accounts",
    auth: "member",
    why: "One read of the 25 memberships, a unit each: an account that is missing is shown as a former member, so the read is consistent.",
    prepare: inLarge(`/members?accounts=${accountsOf(25)}`),
  },
  {
    of: "member.export",
    case: "151 members",
    auth: "member",
    why: "One query of the index for up to 1,000 members.",
    prepare: inLarge("/members/export"),
  },
  {
    of: "invitation.export",
    case: "none",
    auth: "member",
    why: "One query of the index for up to 1,000 addresses.",
    prepare: inLarge("/invitations/export"),
  },
  {
    of: "notification.list",
    case: "1 notification",
    auth: "session",
    why: "One query of the account's own partition, and what the account has read, with authentication.",
    prepare: call("GET", "/notifications"),
  },
  {
    of: "notification.getPreferences",
    auth: "member",
    why: "The membership is read with authentication.",
    prepare: inAcme("GET", "/notification-preferences"),
  },
  {
    of: "notification.changePreferences",
    auth: "member",
    why: "They lie on the membership.",
    prepare: inAcme("PATCH", "/notification-preferences", { comments: "off" }),
  },
  {
    of: "notification.unsubscribe",
    auth: "nobody",
    why: "The memberships in one query, and each once more, so that a change that is just made is kept.",
    prepare: ended,
  },
  { of: "notification.resubscribe", auth: "nobody", why: "The memberships in one query.", prepare: resumed },
  {
    of: "notification.markRead",
    case: "1 notification",
    auth: "session",
    why: "One guarded update.",
    prepare: async () => {
      const id = ID.create("notification");
      const row = { kind: "member.removed", organization: acme, subject: "Acme", at: "", mail: "sent" } as const;
      await api.world.table.write(put(notificationKeys.notification(ada.account, id), row));
      return call("POST", "/notifications/read", { notifications: [id] })();
    },
  },
  {
    of: "notification.markAllRead",
    auth: "session",
    why: "One guarded update, however many there are.",
    prepare: call("POST", "/notifications/read-all", { until: "2026-11-24T09:00:00.000Z" }),
  },
];

const workers: Case[] = [
  {
    of: "follow",
    case: "1 event",
    auth: "nobody",
    prepare: async () => {
      await rename(1);
      return work(follow)();
    },
  },
  {
    of: "follow",
    case: "the first event of a day",
    auth: "nobody",
    why: "+2 WRU: a mark of where the day begins.",
    prepare: async () => {
      api.world.clock.pass(daySeconds);
      await rename(1);
      return work(follow)();
    },
  },
  {
    of: "follow",
    case: "1 event that changes seats",
    auth: "nobody",
    why: "+2 WRU: the daily figures, in the same write.",
    prepare: async () => {
      const seats = { from: 10, to: 10 + seatsGranted++ };
      await api.world.table.write(OrganizationGranted.record(acme, seats, { type: "system", job: "costs" }));
      return work(follow)();
    },
  },
  {
    of: "follow",
    case: "46 events at once",
    auth: "nobody",
    why: "4 WRU per event and 2 for the head; then a check for more.",
    prepare: async () => {
      await rename(46);
      return work(follow)();
    },
  },
  {
    of: "announce",
    case: "46 events of one log",
    auth: "nobody",
    why: "One update per batch, up to where the log was announced: what the queue never received is found later.",
    prepare: async () => {
      const { items } = await api.world.table.query({
        ...kernelKeys.log(acme),
        to: "9",
        limit: 46,
      });
      const events = items.flatMap((item) => Audit.announcement(item) ?? []);
      return work(() => announce({ events }))();
    },
  },
  {
    of: "react",
    case: "a notification",
    auth: "nobody",
    why: "Budget 2 trips, 1 RRU. +1 RRU in a trip of its own: names are read for the notification, because events have none.",
    prepare: async () => {
      await asSystem("costs", () => Audit.follow({ owner: acme }));
      const first = await api.world.table.get(kernelKeys.logged(acme, 1));
      return work(() => Notification.react(Audit.announcement(first ?? {}) as Audit.Announcement))();
    },
  },
  {
    of: "mail",
    case: "a code",
    auth: "nobody",
    why: "+2.5 RRU: whether its address has an account or an invitation, and its domain an organization. +4 RRU: whether too many codes to strangers bounced, in its network and in all. The budgets of its network and of all, then its status.",
    prepare: async () => {
      const { flow } = await api.requestCode("erin@example.com");
      return work(() =>
        Mail.deliver({
          kind: "code",
          flow,
        }),
      )();
    },
  },
  {
    of: "mail",
    case: "a notification",
    auth: "nobody",
    why: "Budget 1 RRU, 1 WRU. +2 RRU: name and address, and whether it is suppressed. +3 WRU: the budgets of its organization and of all, and a claim before sending.",
    prepare: async () => {
      const job = api.world.queued.mail.find((one) => "notification" in one) as Mail.Job;
      return work(() => Mail.deliver(job))();
    },
  },
  {
    of: "mail",
    case: "a notification is delivered",
    auth: "nobody",
    why: "One guarded update.",
    prepare: delivered("notification"),
  },
  {
    of: "mail",
    case: "an invitation",
    auth: "nobody",
    why: "Budget 1 RRU, 1 + 1 WRU. +3 RRU: the organization, whether the address is suppressed, the inviter's name. +4 + 1 WRU: the budgets of its organization and of all, that of the address, and a claim before sending.",
    prepare: async () => {
      await api.invitation(acme, "frank@example.com", { mail: "queued" });
      const address = addressOf("frank@example.com");
      return work(() =>
        Mail.deliver({
          kind: "invitation",
          organization: acme,
          address,
          attempt: 1,
        }),
      )();
    },
  },
  {
    of: "mail",
    case: "an invitation is delivered",
    auth: "nobody",
    why: "Budget 1 WRU: one guarded update. +2 WRU in one trip: the outcome is counted for its organization and for who invited.",
    prepare: delivered("invitation"),
  },
  {
    of: "bulk",
    case: "a mail of an import",
    auth: "nobody",
    why: "A mail: its row before and after, its suppression, the inviter; 1 WRU for the budget of its address, 2 + 2 to claim it and to record that it was sent. For the whole message: slots and their use, the event twice, the organization, the import's numbers before and after, 4 WRU for them.",
    prepare: async () => {
      const mailing = await (await openImport(api.world, "bulk")).step(addresses(1, "bulk"));
      await asSystem("work", () => Mailing.begin(mailing, 1));
      return () =>
        asSystem("bulk", () =>
          Bulk.perform({
            job: "send",
            ...mailing,
            from: 0,
          }),
        );
    },
  },
  {
    of: "mail",
    case: "a slot",
    auth: "nobody",
    why: "One read of the tokens and of a lowered rate, and a booking. A late mail is reported: the same again.",
    prepare: work(() => Slots.open("others", api.world.clock.at + 1e4).reserve(1)),
  },
  {
    of: "view",
    case: "a new member of two names",
    auth: "nobody",
    why: "Budget 5 WRU for the search. +2 trips, 1 RRU, 4 WRU: the member counts as active. +1 trip, 1 RRU: the profile, whose name may have changed while the membership was written. +2 trips, 2 RRU, 6 WRU: the member is counted in a cohort; a batch counts up to 48 of them in one write.",
    prepare: async () => {
      const after = await api.world.table.get(memberKeys.member(acme, ada.account));
      return work(() => view([{ after }]))();
    },
  },
  {
    of: "view",
    case: "a changed name, in 4 organizations",
    auth: "nobody",
    why: "The profile and its memberships: whether each shows the name. One that was written at the same moment is corrected.",
    prepare: async () => {
      const after = await api.world.table.get(accountKeys.profile(ada.account));
      return work(() => view([{ before: { ...after, name: "Another" }, after }]))();
    },
  },
  {
    of: "view",
    case: "a member was active",
    auth: "nobody",
    why: "Budget 0. Once a member and day: that they are counted, and the number of the day. For 50 in a batch, 2.04 WRU each.",
    prepare: async () => {
      const before = await api.world.table.get(memberKeys.member(acme, ada.account));
      return work(() =>
        view([
          {
            before,
            after: {
              ...before,
              activeOn: "2030-01-01",
            },
          },
        ]),
      )();
    },
  },
  {
    of: "sweep",
    case: "5 organizations, nothing lost",
    auth: "nobody",
    why: "The head of each log, one query of each outbox, 20 at once, the list of accounts that lag, and the watermark.",
    prepare: async () => {
      for (let n = 0; n < 4; n++) await asSystem("costs", () => sweep({}));
      return work(() => sweep({}))();
    },
  },
  {
    of: "a limit",
    auth: "nobody",
    prepare: async () => () =>
      provide(ada.context, () =>
        Windows.take({ name: "costs", windows: [{ quota: 5, windowSeconds: 60 }] }, "somebody"),
      ),
  },
];

/** The costs of each operation and each worker, one after the other in one deployment. */
export async function measureCosts(): Promise<Cost[]> {
  api = await openApi();
  ada = await api.world.person("ada@example.com");
  acme = await api.organization(ada, "Acme");
  await api.organization(ada, "Beta");
  large = undefined;
  const costs = meter(api.world.rows.client);
  const measured: Cost[] = [];
  const place = () => ({ api, ada, acme });
  const more = [
    invitationCases,
    rolloutCases,
    syncCases,
    teamCases,
    updateCases,
    deviceCases,
    domainCases,
    secretCases,
    settingCases,
    importCases,
    deletionCases,
    passkeyCases,
    billingCases,
  ].flatMap((cases) => cases(place));
  for (const one of [...routes, ...workers, ...more]) {
    const run = await one.prepare();
    const { server } = await billingOf(api.world);
    const before = server.requests().length;
    const { result, ...reading } = await costs.measure(run);
    requireSuccess(one, result);
    measured.push({ ...one, ...reading, stripe: server.requests().length - before });
  }
  return measured;
}

const statuses = new Map(operations().map(({ id, status }) => [id, status]));

/** @throws Error if an operation did not answer with its status of success: a refusal has other costs */
export function requireSuccess(one: Pick<Case, "of" | "case">, result: unknown): void {
  const expected = statuses.get(one.of);
  if (expected === undefined) return;
  const { status, text } = (result ?? {}) as Partial<Answer>;
  // a device that has everything is told so
  if (status === expected || (one.of === "sync.get" && status === 304)) return;
  const name = one.case === undefined ? one.of : `${one.of}, ${one.case}`;
  throw new Error(`${name} was answered ${status}, not ${expected}: ${text}`);
}
