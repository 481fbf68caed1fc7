import { start } from "@muster/core/import/read.ts";
import { alias, derive, type ID } from "@muster/core/kernel/id.ts";
import type { Role } from "@muster/core/kernel/permission.ts";
import { Keys } from "@muster/core/table/keys.ts";
import { put } from "@muster/core/table/table.ts";
import type { MountedOperation } from "@muster/functions/api/openapi.ts";
import { ownPage, type Sent, type TestApi } from "./api.ts";
import { checkoutOf, codeOf, subscribe, tillOf } from "./subscribed.ts";
import type { Person } from "./world.ts";

/** A request as `TestApi.call` takes it. */
export type Sample = [method: string, path: string, sent: Sent];

type Fields = Record<string, unknown>;
/** Whom a path names: somebody of this role, or invited to it, in this organization. */
export type Target = { role: Role; organization: ID<"organization"> };
type Place = { api: TestApi; person: Person | undefined; organization: ID<"organization">; target: Target };

/** What succeeds for whoever may ask for it. Each time another address, another flow. */
const bodies: Record<string, (place: Place) => Fields | Promise<Fields>> = {
  "account.delete": ({ person }) => ({ email: person?.email ?? nextEmail() }),
  "account.edit": () => ({ name: "Ada Lovelace" }),
  "billing.cancel": subscribed,
  "billing.checkout": async ({ api }) => {
    await tillOf(api.world);
    return { plan: "monthly", seats: 500 };
  },
  "billing.confirm": async ({ api, organization }) => ({ checkout: await checkoutOf(api.world, organization) }),
  "billing.discount": async (place) => ({ ...(await subscribed(place)), code: await codeOf(place.api.world) }),
  "billing.get": subscribed,
  "billing.invoices": subscribed,
  "billing.portal": subscribed,
  "billing.preview": async (place) => ({ ...(await subscribed(place)), seats: 500 }),
  "billing.resize": async (place) => ({ ...(await subscribed(place)), seats: 500 }),
  "billing.resume": subscribed,
  "import.create": () => ({ fileName: "people.csv", lifetimeDays: 3 }),
  "import.edit": async ({ api, organization }) => {
    const { account } = await api.member(organization, "admin");
    const setting = await api.world.table.get(Keys.importSetting(organization));
    return { actsFor: account, role: "write", lifetimeDays: 3, revision: Number(setting?.revision ?? 0) };
  },
  "invitation.accept": answered,
  "invitation.ask": async ({ api, organization }) => {
    const ended = { state: "revoked", endedAt: "2026-11-24T08:00:00.000Z" };
    return { token: await api.invitation(organization, nextEmail(), ended) };
  },
  "invitation.changeRole": () => ({ role: "write" }),
  "invitation.decline": answered,
  "invitation.preview": answered,
  "invitation.resend": () => ({ lifetimeDays: 3 }),
  "invitation.review": () => ({ invitations: [{ email: nextEmail(), role: "read" }] }),
  "invitation.send": () => ({ invitations: [{ email: nextEmail(), role: "read" }], lifetimeDays: 3 }),
  "member.changeRole": () => ({ role: "write" }),
  "organization.create": () => ({ name: "Another" }),
  "organization.delete": async ({ api, organization }) => ({
    name: String((await api.world.table.get(Keys.organization(organization)))?.name),
  }),
  "organization.rename": async (place) => ({ name: "Renamed", revision: await revisionOf(place) }),
  "session.ask": () => ({ email: nextEmail() }),
  "session.confirm": ({ api, person }) =>
    person ? api.prove(person) : { flow: "flow_01ARZ3NDEKTSV4RRFFQ69G5FAV", code: "2345-6789" },
  "session.open.code": ({ api }) => api.ask(nextEmail()),
  "session.open.token": ({ api }) => api.ask(nextEmail()),
  "setting.saveGeneral": async (place) => ({
    revision: await revisionOf(place),
    name: "Acme",
    contact: { name: "Grace Hopper", email: "grace@example.com", phone: `+49 30 ${phones++}` },
    address: { country: "DE", street: "Example Street 1", city: "Berlin", state: null, postalCode: "10115" },
  }),
  "team.addMembers": someMember,
  "team.create": () => ({ name: nextTeam(), description: "What it is for." }),
  "team.edit": () => ({ name: nextTeam(), description: "What it is for now." }),
  "team.removeMembers": someMember,
};

/**
 * A request for an operation of the API document that is right in every part. Whom its path names has the role Read
 * and is in the same organization unless told otherwise.
 */
export async function sample(
  api: TestApi,
  operation: MountedOperation,
  { person, target, ...asked }: { person?: Person | undefined; organization: string; target?: Partial<Target> },
): Promise<Sample> {
  const organization = asked.organization as ID<"organization">;
  const place = { api, person, organization, target: { role: "read", organization, ...target } as const };
  const names = [...operation.path.matchAll(/{(\w+)}/g)].map(([, name = ""]) => name);
  let path = operation.path.replace("/api/v1", "");
  for (const name of names) path = path.replace(`{${name}}`, await named(name, place, operation));
  const json = await bodies[operation.id]?.(place);
  return [
    operation.method.toUpperCase(),
    path,
    {
      ...(person && { token: person.token }),
      ...(json && operation.method !== "get" && { json }),
      ...(operation.ownPagesOnly && { headers: ownPage }),
    },
  ];
}

/** What a path names: the organization that is asked about, and somebody, or somebody invited. */
async function named(
  name: string,
  { api, person, organization, target }: Place,
  { id }: Pick<MountedOperation, "id">,
): Promise<string> {
  const actor = person?.context.actor;
  switch (name) {
    case "account":
      return (await api.member(target.organization, target.role)).account;
    case "invitation": {
      const parted = id === "member.reinstate" ? await api.stranger() : undefined;
      const email = parted?.email ?? nextEmail();
      const former = { state: "former", removed: true, leftAt: "2026-11-24T08:00:00.000Z" };
      const more = parted && { ...former, account: parted.account };
      await api.invitation(target.organization, email, { role: target.role, ...more });
      const invitation = derive("invitation", email);
      const block = put(Keys.mailBlock(alias("address", invitation)), { bounced: "2026-11-24T08:00:00.000Z" });
      if (id === "invitation.unblock") await api.world.table.write(block);
      return invitation;
    }
    case "import": {
      const done = await api.import(target.organization, id === "import.cancel" ? {} : imported);
      await api.world.table.write(put(Keys.chunk(done, 0), { state: "closed", pass: 1, reader: start }));
      return done;
    }
    case "team":
      return api.team(target.organization, nextTeam(), id === "team.leave" && person ? [person] : []);
    case "session":
      return actor?.type === "account" ? actor.session.id : "ses_01ARZ3NDEKTSV4RRFFQ69G5FAV";
    default:
      return organization;
  }
}

/** An import that has ended, reports and all, of which one row had no seat. */
const imported = {
  state: "done",
  reported: 1,
  n_s: 1,
  startedAt: "2026-11-24T08:00:00.000Z",
  endedAt: "2026-11-24T08:01:00.000Z",
};

/** The link of an open invitation to whoever asks. */
async function answered({ api, person, organization }: Place): Promise<Fields> {
  return { token: await api.invitation(organization, person?.email ?? nextEmail()) };
}

/** Up to which revision an organization's settings may be known. */
async function revisionOf({ api, organization }: Place): Promise<number> {
  return Number((await api.world.table.get(Keys.organization(organization)))?.revision ?? 0);
}

/** The organization pays, and nothing needs to be said. */
async function subscribed({ api, organization }: Place): Promise<Fields> {
  await subscribe(api.world, organization);
  return {};
}

let phones = 1000;
async function someMember({ api, organization }: Place): Promise<Fields> {
  return { accounts: [(await api.member(organization, "read")).account] };
}

let teams = 0;
const nextTeam = () => `Team ${teams++}`;
let emails = 0;
const nextEmail = () => `somebody-${emails++}@example.com`;
