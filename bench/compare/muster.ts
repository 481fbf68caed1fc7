import { createPublicKey, generateKeyPairSync } from "node:crypto";
import { join } from "node:path";
import { sha256 } from "@muster/core/base/hash.ts";
import * as ID from "@muster/core/base/id.ts";
import { linking } from "@muster/core/device/linked.ts";
import * as Token from "@muster/core/device/token.ts";
import { kernelKeys } from "@muster/core/kernel/keys.ts";
import { withPorts } from "@muster/core/kernel/ports.ts";
import { organizationKeys } from "@muster/core/organization/keys.ts";
import * as Code from "@muster/core/session/code.ts";
import { update } from "@muster/core/table/table.ts";
import { LightHeaders, LightResponse } from "@muster/functions/api/light-response.ts";
import { httpEvent } from "@muster/functions/testing/events.ts";
import { invocation } from "@muster/local/gateway/event.ts";
import type { ApiHandler } from "@muster/local/gateway/gateway.ts";
import { keysOf, memoryKeys } from "@muster/local/keys.ts";
import { tableOf } from "@muster/local/run/folder.ts";
import { isolate } from "@muster/local/run/handlers.ts";
import { newSigningKeys, signerOf } from "@muster/local/signing-keys.ts";
import { grantSeats, openTable } from "@muster/local/testing/worlds/scan.ts";
import { fill } from "../shared/rows.ts";
import { type Operation, originSecret, type Row, type Subject } from "./subject.ts";

/** A factor for all rate limits, which would refuse the requests of a benchmark. */
const limitFactor = 100_000;
const manyInvitations = 100;
/** The peer refuses more than 100 pending invitations of one organization, as it comes. */
const perOrganization = 50;
const peopleAtOnce = 8;

type Request = { token: string; method?: string; path: string; body?: object; headers?: Record<string, string> };
/** The fields that are read from answers. Each answer has some of them. */
type Seen = {
  id: string;
  flow: ID.ID<"flow">;
  token: string;
  revision: number;
  items: { outcome?: string; token?: string }[];
};
type Answer = { status: number; body: string; headers: Record<string, unknown> };

/**
 * Muster's API function as a local run has it, in this process, with the run's table behind a proxy. The run beside it
 * follows the table's stream and sends the emails.
 * @param folder of the local run
 */
export async function openMuster(folder: string): Promise<Subject> {
  const signingKeys = newSigningKeys();
  const signer = signerOf({ read: () => signingKeys });
  const local = { now: () => new Date(), limitFactor };
  const keyMaker = keysOf(memoryKeys());
  // as in its bundle
  Object.assign(globalThis, { Headers: LightHeaders, Response: LightResponse });
  const loadApi = async () => (await import("@muster/functions/api/lambda.ts")) as unknown as { handler: ApiHandler };
  const loadSync = async () =>
    (await import("@muster/functions/api/sync-lambda.ts")) as unknown as { handler: ApiHandler };
  const api = await isolate(loadApi, { ...local, keyMaker });
  const sync = await isolate(loadSync, { ...local, keyOpener: keyMaker, signer, syncWaitSeconds: 0 });
  const table = openTable(folder);
  const store = { table, file: join(folder, "table.db"), tableName: tableOf(folder).name };
  let names = 0;

  async function send(request: Request, to: { handler: ApiHandler } = api): Promise<Answer> {
    const { token, method = "GET", path, body, headers = {} } = request;
    const event = httpEvent({
      method,
      path: `/api/v1${path}`,
      headers: Object.assign(
        { "x-muster-origin": originSecret },
        token ? { authorization: `Bearer ${token}` } : {},
        headers,
      ),
      ...(body && { body }),
    });
    const answer = await to.handler(event, invocation("api"));
    if (typeof answer === "string") throw new Error(answer);
    return { status: answer.statusCode ?? 0, body: answer.body ?? "", headers: answer.headers ?? {} };
  }

  async function insist(request: Request): Promise<Answer> {
    const answer = await send(request);
    if (answer.status < 200 || answer.status > 299) {
      throw new Error(`${request.method} ${request.path}: ${answer.status} ${answer.body}`);
    }
    return answer;
  }

  /** With the code that an email would bring. */
  async function signIn(email: string): Promise<string> {
    const { flow } = json(await insist({ token: "", method: "POST", path: "/sign-in", body: { email } }));
    const code = withPorts(api.ports)(() => Code.derive(flow, ID.derive("address", email)));
    const opened = await insist({ token: "", method: "POST", path: "/sign-in/token", body: { flow, code } });
    return json(opened).token;
  }

  const owner = { token: await signIn("owner@example.com"), account: "" as ID.ID<"account"> };
  owner.account = json(await insist({ token: owner.token, path: "/account" })).id as ID.ID<"account">;

  async function found(seats: number, token = owner.token): Promise<ID.ID<"organization">> {
    const body = { name: `Number ${++names}` };
    const answer = await insist({ token, method: "POST", path: "/organizations", body });
    const id = json(answer).id as ID.ID<"organization">;
    if (seats > 0) await grantSeats(folder, id, seats);
    return id;
  }

  async function foundOf(size: number) {
    const organization = await found(size);
    const accounts = await withPorts(api.ports)(() => fill(store, organization, size));
    await table.write(update(organizationKeys.organization(organization), { set: { free: 1 } }));
    return { organization, accounts };
  }

  /** Each person must be told that they are invited. */
  async function invite(organization: string, emails: readonly string[]): Promise<void> {
    const body = { invitations: emails.map((email) => ({ email })) };
    const path = `/organizations/${organization}/invitations`;
    const { items } = json(await insist({ token: owner.token, method: "POST", path, body }));
    const other = items.find(({ outcome }) => outcome !== "invited");
    if (other || items.length !== emails.length) throw new Error(`Not all were invited: ${JSON.stringify(other)}`);
  }

  const people = (count: number) => Array.from({ length: count }, () => `person.${++names}@example.com`);

  async function accepting(emails: readonly string[]): Promise<Request[]> {
    return withLimit(emails, async (email) => {
      const token = await signIn(email);
      const { items } = json(await insist({ token, path: "/invitations" }));
      const body = { token: items[0]?.token };
      return { token, method: "POST", path: "/invitations/accept", body };
    });
  }

  async function invited(count: number): Promise<Request[]> {
    const requests: Request[] = [];
    for (const emails of parts(people(count))) {
      await invite(await found(emails.length), emails);
      requests.push(...(await accepting(emails)));
    }
    return requests;
  }

  async function list(size: number, count: number, search = ""): Promise<Operation[]> {
    const { organization } = await once(`of ${size}`, () => foundOf(size));
    const path = `/organizations/${organization}/members${search}`;
    return times(count, async () => {
      const { items } = json(await insist({ token: owner.token, path }));
      if (items.length < 25) throw new Error(`${items.length} members are listed.`);
    });
  }

  const kept = new Map<string, Promise<unknown>>();
  function once<T>(name: string, make: () => Promise<T>): Promise<T> {
    const made = kept.get(name) ?? make();
    kept.set(name, made);
    return made as Promise<T>;
  }

  async function device(): Promise<Request> {
    const organization = await found(1);
    const place = { account: owner.account, organization, device: ID.create("device") };
    const token = withPorts(api.ports)(() => Token.derive(place, place.device));
    const sealingKey = String(generateKeyPairSync("x25519").publicKey.export({ format: "jwk" }).x);
    const signingKey = String(createPublicKey(generateKeyPairSync("ed25519").privateKey).export({ format: "jwk" }).x);
    const described = { name: "Bench", platform: "linux" as const, app: "bench", appVersion: "1.0.0" };
    await withPorts(api.ports)(async () =>
      table.write(...linking(place, { ...described, signingKey, sealingKey }, sha256(token))),
    );
    const first = await send({ token, path: "/sync" }, sync);
    if (first.status !== 200) throw new Error(`A device was answered ${first.status} ${first.body}`);
    return { token, path: "/sync", headers: { "if-none-match": String(first.headers.etag) } };
  }

  const prepare: { [Of in Row]: (count: number) => Promise<Operation[]> } = {
    get: async (count) => {
      const organization = await found(0);
      await followed(organization);
      return times(count, () => insist({ token: owner.token, path: `/organizations/${organization}` }));
    },
    // each by somebody who has none: the peer reads all that one has
    create: async (count) => {
      const tokens = await withLimit(people(count), signIn);
      return tokens.map((token) => done(() => found(0, token)));
    },
    invite: async (count) => {
      const operations: Operation[] = [];
      for (const emails of parts(people(count))) {
        const organization = await found(emails.length);
        operations.push(...emails.map((email) => () => invite(organization, [email])));
      }
      return operations;
    },
    "invite-100": async (count) => {
      const organizations = await withLimit(Array.from({ length: count }), () => found(manyInvitations));
      return organizations.map((organization) => () => invite(organization, people(manyInvitations)));
    },
    accept: async (count) => (await invited(count)).map((request) => done(() => insist(request))),
    role: async (count) => {
      const { organization, accounts } = await foundOf(count + 1);
      const path = `/organizations/${organization}/members`;
      return accounts.map((account) =>
        done(() =>
          insist({ token: owner.token, method: "PATCH", path: `${path}/${account}`, body: { role: "write" } }),
        ),
      );
    },
    remove: async (count) => {
      const { organization, accounts } = await foundOf(count + 1);
      const path = `/organizations/${organization}/members`;
      return accounts.map((account) =>
        done(() => insist({ token: owner.token, method: "DELETE", path: `${path}/${account}` })),
      );
    },
    "list-1000": (count) => list(1_000, count),
    "list-10000": (count) => list(10_000, count),
    "list-100000": (count) => list(100_000, count),
    search: (count) => list(10_000, count, "?search=em%20ga"),
    save: async (count) => {
      const organization = await found(0);
      const path = `/organizations/${organization}/settings`;
      let { revision } = json(await insist({ token: owner.token, path }));
      return times(count, async () => {
        const fields = { "features.telemetry": { value: revision % 2 === 0 } };
        const body = { revision, fields };
        const saved = json(await insist({ token: owner.token, method: "PATCH", path, body }));
        revision = saved.revision;
      });
    },
    post: async (count) => {
      const path = `/organizations/${await found(0)}/updates`;
      return times(count, (at) => {
        const body = { title: `Update ${at}`, content: "What has *changed* since last week.", tags: ["release"] };
        return insist({ token: owner.token, method: "POST", path, body });
      });
    },
    feed: async (count) => {
      const path = `/organizations/${await found(0)}/updates`;
      for (let at = 0; at < 25; at++) {
        const body = { title: `Update ${at}`, content: "What has *changed* since last week." };
        await insist({ token: owner.token, method: "POST", path, body });
      }
      return times(count, () => insist({ token: owner.token, path }));
    },
    sync: async (count) => {
      const poll = await device();
      return times(count, async () => {
        const { status } = await send(poll, sync);
        if (status !== 304) throw new Error(`A device was answered ${status}.`);
      });
    },
  };

  /** Waits for the run to move the organization's events to its log, because a read looks at waiting ones, too. */
  async function followed(organization: ID.ID<"organization">): Promise<void> {
    for (;;) {
      const waiting = await table.query({ ...kernelKeys.outbox(organization), limit: 1, consistent: true });
      if (waiting.items.length === 0) return;
    }
  }

  async function race(wanted: number, seats: number): Promise<number> {
    const organization = await found(seats - 1);
    const emails = people(wanted);
    const path = `/organizations/${organization}/invitations`;
    await Promise.all(
      emails.map((email) => send({ token: owner.token, method: "POST", path, body: { invitations: [{ email }] } })),
    );
    const accepts = await accepting(emails);
    await Promise.all(accepts.filter(({ body }) => body && "token" in body && body.token).map((one) => send(one)));
    const members = await insist({ token: owner.token, path: `/organizations/${organization}/members` });
    return json(members).items.length;
  }

  return { prepare: (row, count) => prepare[row](count), race };
}

const parts = (emails: readonly string[]): string[][] =>
  Array.from({ length: Math.ceil(emails.length / perOrganization) }, (_, at) =>
    emails.slice(at * perOrganization, (at + 1) * perOrganization),
  );

const json = ({ body }: Answer): Seen => JSON.parse(body) as Seen;

const times = (count: number, one: (at: number) => Promise<unknown>): Operation[] =>
  Array.from({ length: count }, (_, at) => done(() => one(at)));

const done = (one: () => Promise<unknown>) => async () => {
  await one();
};

/** A few at once, each at its place. */
async function withLimit<T, R>(all: readonly T[], each: (one: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const work = all.entries();
  await Promise.all(
    Array.from({ length: peopleAtOnce }, async () => {
      for (const [at, one] of work) results[at] = await each(one);
    }),
  );
  return results;
}
