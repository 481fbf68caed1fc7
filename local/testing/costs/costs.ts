import { addressOf } from "@muster/core/account/account.ts";
import { accountKeys } from "@muster/core/account/keys.ts";
import { announce } from "@muster/core/audit/announce.ts";
import * as Audit from "@muster/core/audit/audit.ts";
import { auditKeys } from "@muster/core/audit/keys.ts";
import { sweep } from "@muster/core/audit/sweep.ts";
import { daySeconds, hourSeconds } from "@muster/core/base/duration.ts";
import * as ID from "@muster/core/base/id.ts";
import { asSystem, provide } from "@muster/core/kernel/context.ts";
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
  const { to = "", tags = {} } = api.world.sent.findLast((letter) => letter.tags.kind === kind) ?? {};
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
    prepare: async () => () => api.call("POST", "/sign-in", { json: { email: "bob@example.com" } }),
  },
  {
    of: "session.signIn.code",
    case: "a new account",
    auth: "nobody",
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
    prepare: async () => {
      const json = await api.requestCode(ada.email);
      return () => api.call("POST", "/sign-in/token", { json });
    },
  },
  { of: "session.requestReauthentication", auth: "session", prepare: call("POST", "/session/reauthentication") },
  {
    of: "session.reauthenticate",
    auth: "session",
    prepare: async () => call("POST", "/session/reauthentication/code", await api.requestReauthentication(ada))(),
  },
  { of: "session.list", case: "2 sessions", auth: "session", prepare: call("GET", "/sessions") },
  {
    of: "session.end.session",
    auth: "session",
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
    prepare: async () => {
      const { token } = await api.world.person("gina@example.com");
      return () => api.call("POST", "/sign-out", { token });
    },
  },
  {
    of: "session.endAll",
    case: "2 sessions",
    auth: "session",
    prepare: async () => {
      await api.world.person("dora@example.com");
      const { token } = await api.world.person("dora@example.com");
      return () => api.call("DELETE", "/sessions", { token });
    },
  },
  { of: "plan.list", auth: "session", prepare: call("GET", "/plans") },
  { of: "resource.list", auth: "session", prepare: call("GET", "/resources") },
  { of: "account.get", auth: "session", prepare: call("GET", "/account") },
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
    prepare: call("PATCH", "/account", { locale: "pt-BR" }),
  },
  {
    of: "account.edit",
    case: "the color, in 2 organizations",
    auth: "session",
    prepare: async () => {
      const profile = await api.world.table.get(accountKeys.profile(ada.account));
      return call("PATCH", "/account", { color: profile?.color === "pink" ? "teal" : "pink" })();
    },
  },
  {
    of: "account.edit",
    case: "the name, in 2 organizations",
    auth: "session",
    prepare: call("PATCH", "/account", { name: "Ada Lovelace" }),
  },
  {
    of: "organization.create",
    auth: "session",
    prepare: call("POST", "/organizations", { name: "Beta" }),
  },
  {
    of: "organization.create",
    case: "with Idempotency-Key",
    auth: "session",
    prepare: call("POST", "/organizations", { name: "Gamma" }, { "idempotency-key": "gamma" }),
  },
  {
    of: "organization.create",
    case: "repeated",
    auth: "session",
    prepare: call("POST", "/organizations", { name: "Gamma" }, { "idempotency-key": "gamma" }),
  },
  {
    of: "organization.list",
    case: "4 organizations",
    auth: "session",
    prepare: call("GET", "/organizations"),
  },
  { of: "organization.get", case: "authenticates", auth: "member", prepare: inAcme("GET") },
  { of: "organization.rename", auth: "member", prepare: inAcme("PATCH", "", { name: "New" }) },
  { of: "setting.getGeneral", auth: "member", prepare: inAcme("GET", "/settings/general") },
  {
    of: "setting.saveGeneral",
    case: "contact and address",
    auth: "member",
    prepare: saveGeneral({ contact, address }),
  },
  {
    of: "setting.saveGeneral",
    case: "the name and the contact",
    auth: "member",
    prepare: saveGeneral({
      name: "Newer",
      contact: { phone: null },
    }),
  },
  {
    of: "setting.saveGeneral",
    case: "equal values",
    auth: "member",
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
    prepare: async () => {
      await renamedOften(250);
      return inAcme("GET", "/events?subject=people")();
    },
  },
  { of: "figure.list", case: "90 days", auth: "member", prepare: inLarge("/figures") },
  {
    of: "member.get",
    auth: "member",
    prepare: inLarge(`/members/${accountOf({ email: "member-0@example.com" })}`),
  },
  { of: "member.list", case: "100 by name", auth: "member", prepare: inLarge("/members") },
  { of: "member.list", case: "25 found by a word", auth: "member", prepare: inLarge("/members?search=love") },
  {
    of: "member.list",
    case: "3 found by a word and a role",
    auth: "member",
    prepare: inLarge("/members?search=love&role=admin"),
  },
  { of: "member.list", case: "the newest 25", auth: "member", prepare: inLarge("/members?sort=joined") },
  { of: "member.list", case: "3 of a role", auth: "member", prepare: inLarge("/members?role=admin") },
  {
    of: "member.list",
    case: "25 by their accounts",
    auth: "member",
    prepare: inLarge(`/members?accounts=${accountsOf(25)}`),
  },
  { of: "member.export", case: "151 members", auth: "member", prepare: inLarge("/members/export") },
  { of: "invitation.export", case: "none", auth: "member", prepare: inLarge("/invitations/export") },
  { of: "notification.list", case: "1 notification", auth: "session", prepare: call("GET", "/notifications") },
  { of: "notification.getPreferences", auth: "member", prepare: inAcme("GET", "/notification-preferences") },
  {
    of: "notification.changePreferences",
    auth: "member",
    prepare: inAcme("PATCH", "/notification-preferences", { comments: "off" }),
  },
  { of: "notification.unsubscribe", auth: "nobody", prepare: ended },
  { of: "notification.resubscribe", auth: "nobody", prepare: resumed },
  {
    of: "notification.markRead",
    case: "1 notification",
    auth: "session",
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
    prepare: async () => {
      await rename(46);
      return work(follow)();
    },
  },
  {
    of: "announce",
    case: "46 events of one log",
    auth: "nobody",
    prepare: async () => {
      const { items } = await api.world.table.query({
        ...auditKeys.log(acme),
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
    prepare: async () => {
      await asSystem("costs", () => Audit.follow({ owner: acme }));
      const first = await api.world.table.get(auditKeys.logged(acme, 1));
      return work(() => Notification.react(Audit.announcement(first ?? {}) as Audit.Announcement))();
    },
  },
  {
    of: "mail",
    case: "a code",
    auth: "nobody",
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
    prepare: async () => {
      const job = api.world.queued.mail.find((one) => "notification" in one) as Mail.Job;
      return work(() => Mail.deliver(job))();
    },
  },
  {
    of: "mail",
    case: "a notification is delivered",
    auth: "nobody",
    prepare: delivered("notification"),
  },
  {
    of: "mail",
    case: "an invitation",
    auth: "nobody",
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
    prepare: delivered("invitation"),
  },
  {
    of: "bulk",
    case: "a mail of an import",
    auth: "nobody",
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
    prepare: work(() => Slots.open("others", api.world.clock.at + 1e4).reserve(1)),
  },
  {
    of: "view",
    case: "a new member of two names",
    auth: "nobody",
    prepare: async () => {
      const after = await api.world.table.get(memberKeys.member(acme, ada.account));
      return work(() => view([{ after }]))();
    },
  },
  {
    of: "view",
    case: "a changed name, in 4 organizations",
    auth: "nobody",
    prepare: async () => {
      const after = await api.world.table.get(accountKeys.profile(ada.account));
      return work(() => view([{ before: { ...after, name: "Another" }, after }]))();
    },
  },
  {
    of: "view",
    case: "a member was active",
    auth: "nobody",
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
