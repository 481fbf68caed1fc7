import { gunzipSync } from "node:zlib";
import { addressOf } from "@muster/core/account/account.ts";
import { accountKeys } from "@muster/core/account/keys.ts";
import { dayMs } from "@muster/core/base/duration.ts";
import { create, type ID } from "@muster/core/base/id.ts";
import type { Role } from "@muster/core/base/role.ts";
import { mintToken } from "@muster/core/invitation/link.ts";
import { instant } from "@muster/core/kernel/ports.ts";
import { memberKeys } from "@muster/core/member/keys.ts";
import * as Member from "@muster/core/member/member.ts";
import { organizationKeys } from "@muster/core/organization/keys.ts";
import * as Organization from "@muster/core/organization/organization.ts";
import * as Code from "@muster/core/session/code.ts";
import { keyOf, update } from "@muster/core/table/table.ts";
import * as Team from "@muster/core/team/team.ts";
import { app } from "@muster/functions/api/app.ts";
import type { Site } from "@muster/functions/api/env.ts";
import { identityApp } from "@muster/functions/api/identity-app.ts";
import { syncApp } from "@muster/functions/api/sync-app.ts";
import { type ImportOf, importPut, invitationPut, type Pending } from "../fixtures/rows.ts";
import { type Answer, conform } from "./conform.ts";
import { openWorld, type Person, siteUrl, type World } from "./world.ts";

export type { Answer } from "./conform.ts";

export type Sent = {
  /** A session, as scripts send it. */
  token?: string;
  /** A session, as the pages of the site send it. */
  cookie?: string;
  json?: unknown;
  /** A raw body. */
  raw?: string | Uint8Array<ArrayBuffer> | ReadableStream;
  headers?: Record<string, string>;
  /** The caller's address; by default everybody has their own. */
  ip?: string;
};

export type TestApi = {
  world: World;
  /** Sends a request, and checks the answer against the API document. `path` is what follows /api/v1. */
  call: (method: string, path: string, sent?: Sent) => Promise<Answer>;
  /** Requests a sign-in code, and returns it as the mail shows it. */
  requestCode: (email: string) => Promise<{ flow: ID<"flow">; code: string }>;
  /** The same for reauthentication. */
  requestReauthentication: (person: Person) => Promise<{ flow: ID<"flow">; code: string }>;
  /** Creates an organization, and returns its id. */
  organization: (owner: Person, name?: string) => Promise<ID<"organization">>;
  /** Signs somebody in and adds them as a member, without an event. An owner adds a seat. */
  member: (organization: ID<"organization">, role: Role) => Promise<Person>;
  /** Writes an invitation to an address that is open for a day, and returns the token of its link. */
  invitation: (organization: ID<"organization">, email: string, more?: Pending) => Promise<string>;
  /** Writes a team with those of these people who are members. */
  team: (
    organization: ID<"organization">,
    name: string,
    people?: readonly Pick<Person, "account">[],
  ) => Promise<ID<"team">>;
  /** Writes an import, by default one that waits for its file. */
  import: (organization: ID<"organization">, more?: ImportOf) => Promise<ID<"import">>;
  /** Signs in a new account. */
  stranger: () => Promise<Person>;
};

async function textOf(response: Response): Promise<string> {
  const bytes = Buffer.from(await response.arrayBuffer());
  // like fetch, without the byte order mark
  return new TextDecoder().decode(response.headers.get("content-encoding") === "gzip" ? gunzipSync(bytes) : bytes);
}

export const ownPage = { origin: siteUrl, "x-muster": "1", "sec-fetch-site": "same-origin" };

/** The whole API over a fresh deployment in memory. */
export async function openApi(site: Partial<Site> = {}): Promise<TestApi> {
  const world = await openWorld();
  const whole = { url: siteUrl, secure: true, ...site };
  const [ofPeople, ofDevices, ofIdentities] = [app(whole), syncApp(whole), identityApp(whole)];
  const cookieName = site.secure === false ? "s" : "__Host-s";

  async function call(method: string, path: string, sent: Sent = {}): Promise<Answer> {
    const headers = new Headers({
      ...(sent.json !== undefined && { "content-type": "application/json" }),
      ...(sent.token !== undefined && { authorization: `Bearer ${sent.token}` }),
      ...(sent.cookie !== undefined && { cookie: `${cookieName}=${sent.cookie}`, ...ownPage }),
      ...sent.headers,
    });
    const body = sent.json === undefined ? sent.raw : JSON.stringify(sent.json);
    const init = { method, headers, ...(body !== undefined && { body, duplex: "half" as const }) };
    const environment = { requestContext: { http: { sourceIp: sent.ip ?? nextAddress() } } };
    const isSigned = /^\/organizations\/[^/]+\/departures\/[^/]+\/certificate$/.test(path.split("?")[0] ?? "");
    const isOfDevices = isSigned || /^\/sync(?=[/?]|$)/.test(path);
    const api = isOfDevices ? ofDevices : /^\/passkeys(?=[/?]|$)/.test(path) ? ofIdentities : ofPeople;
    const response = await api.request(`/api/v1${path}`, init, environment);
    const text = await textOf(response);
    const isJson = /[/+]json$/.test(response.headers.get("content-type") ?? "") && text !== "";
    const answer = {
      status: response.status,
      headers: response.headers,
      text,
      body: isJson ? (JSON.parse(text) as Answer["body"]) : {},
    };
    conform(method, `/api/v1${path}`, answer);
    return answer;
  }

  // of this API alone: an example of the API document must not depend on who came before it
  let people = 0;
  const nextEmail = () => `person-${people++}@example.com`;

  async function stranger(): Promise<Person> {
    const { person, steps } = world.newPerson(nextEmail());
    await world.table.write(...steps);
    return person;
  }

  async function organization(owner: Person, name = "Acme"): Promise<ID<"organization">> {
    const { actor } = owner.context;
    const profile = await world.table.get(accountKeys.profile(owner.account));
    if (actor.type !== "account" || !profile) throw new Error("Nobody is signed in.");
    const id = create("organization");
    await world.table.write(...Organization.founding(id, name, actor, profile).steps);
    return id;
  }

  async function member(organization: ID<"organization">, role: Role): Promise<Person> {
    const { person, steps } = world.newPerson(nextEmail());
    const { account, email } = person;
    const joining = { account, email, address: addressOf(email), name: "Somebody", color: "teal" };
    const row = organizationKeys.organization(organization);
    const isCounted = role === "owner" && (await world.table.get(row)) !== undefined;
    const counted = isCounted ? [update(row, { add: { owners: 1, capacity: 1 } })] : [];
    await world.table.write(...steps, ...Member.joining(organization, joining, role), ...counted);
    return person;
  }

  return {
    world,
    call,
    stranger,
    async requestCode(email) {
      const { body } = await call("POST", "/sign-in", { json: { email } });
      const flow = body.flow as ID<"flow">;
      return { flow, code: Code.derive(flow, addressOf(email)) };
    },
    async requestReauthentication({ token, email }) {
      const { body } = await call("POST", "/session/reauthentication", { token });
      const flow = body.flow as ID<"flow">;
      return { flow, code: Code.derive(flow, addressOf(email)) };
    },
    organization,
    member,
    async team(organization, name, members = []) {
      const team = create("team");
      await world.table.write(...Team.adding(organization, team, { name, revision: 0, createdAt: instant() }));
      const keys = members.map(({ account }) => memberKeys.member(organization, account));
      const rows = (await world.table.getMany(keys)).filter((row) => row !== undefined);
      const joined = rows.map((row) => update(keyOf(row), { add: { teams: new Set([team]) } }));
      for (let i = 0; i < joined.length; i += stepsPerWrite) {
        await world.table.write(...joined.slice(i, i + stepsPerWrite));
      }
      return team;
    },
    async import(organization, more = {}) {
      const id = create("import");
      const { account: by } = await member(organization, "admin");
      await world.table.write(importPut(organization, id, { state: "waiting_for_file", by, ...more }));
      return id;
    },
    async invitation(organization, email, more = {}) {
      const address = addressOf(email);
      const { account: by } = await member(organization, "owner");
      const [sentAt = "", expiresAt = ""] = [-1, 6].map((days) =>
        new Date(world.clock.at + days * dayMs).toISOString(),
      );
      const sent = { by, mail: "sent" as const, invitedAt: sentAt, sentAt, expiresAt };
      await world.table.write(invitationPut(organization, email, { ...sent, ...more }));
      return mintToken({ organization, address, attempt: 1, by });
    },
  };
}

const stepsPerWrite = 100;
let addresses = 0;
const nextAddress = () => {
  const number = addresses++;
  return `100.${64 + (number >> 16)}.${(number >> 8) & 255}.${number & 255}`;
};
