import { announce } from "@muster/core/audit/announce.ts";
import * as Audit from "@muster/core/audit/audit.ts";
import type { ID } from "@muster/core/base/id.ts";
import { asSystem } from "@muster/core/kernel/context.ts";
import { kernelKeys } from "@muster/core/kernel/keys.ts";
import * as Mail from "@muster/core/mail/mail.ts";
import { project } from "@muster/core/search/search.ts";
import type * as Check from "@muster/core/secret/check.ts";
import { type KindName, kindNames } from "@muster/core/secret/kind/shape.ts";
import { runCheck } from "@muster/core/secret/run-check.ts";
import { kindOf } from "@muster/core/secret/shape.ts";
import { put } from "@muster/core/table/table.ts";
import { react } from "@muster/functions/queue/reactions.ts";
import { credentialsOf } from "@muster/local/testing/fixtures/credentials.ts";
import { type Answer, openApi, type TestApi } from "@muster/local/testing/worlds/api.ts";
import { openStream } from "@muster/local/testing/worlds/stream.ts";
import { type Person, siteUrl } from "@muster/local/testing/worlds/world.ts";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { operations } from "./openapi.ts";

// A mark is in every secret field of every kind, in whatever an operation is sent. Everything that leaves the API or is
// kept is collected, and searched for the marks in any form in which text is usually written.

/** One for each thing that is sent: what is found tells where it came from. */
const marks: string[] = [];
const nextMark = () => {
  const mark = `Q${String(marks.length).padStart(2, "0")}${["ZXJ", "XJQ", "JQZ"][marks.length % 3]}VK`;
  marks.push(mark);
  return mark;
};

/** Everything that was collected, by where. */
const places: Record<string, string[]> = {
  table: [],
  "data keys": [],
  stream: [],
  queues: [],
  emails: [],
  answers: [],
  log: [],
};
let shown = "";
let api: TestApi;
let ada: Person;
let eve: Person;
let acme: ID<"organization">;
const text = (value: unknown) => JSON.stringify(value, (_, one) => (one instanceof Set ? [...one] : one)) ?? "";

beforeAll(async () => {
  api = await openApi();
  const { world } = api;
  const taken: object[] = [];
  const queues = { send: async (queue: string, bodies: readonly object[]) => void taken.push(...bodies, { queue }) };
  world.rebind({ queues });
  const stream = await openStream(world.rows);
  for (const target of [process.stdout, process.stderr]) {
    vi.spyOn(target, "write").mockImplementation((chunk) => places.log?.push(String(chunk)) !== undefined);
  }
  ada = await api.stranger();
  acme = await api.organization(ada);
  eve = await api.member(acme, "owner");
  for (const kind of kindNames) await exercise(kind);
  await misuse();
  const settings = { productName: "Muster", siteUrl, freeSeats: 3, mailsPerHour: 1_000_000 };
  world.rebind({ queues, settings });
  await follow(taken);
  await look();
  places.table?.push(text(await world.rows.scan()));
  places["data keys"]?.push(text(await world.rows.scanKeys()));
  places.stream?.push(text(await stream.read()));
  places.queues?.push(text(taken));
  places.emails?.push(text(world.sent));
  vi.restoreAllMocks();
  shown = places.answers?.join("\n") ?? "";
});
afterAll(() => vi.restoreAllMocks());

async function call(method: string, path: string, json?: object, headers = {}, person = ada): Promise<Answer> {
  const at = `/organizations/${acme}${path}`;
  const answer = await api.call(method, at, { token: person.token, ...(json && { json }), headers });
  places.answers?.push(answer.text, text([...answer.headers]));
  return answer;
}

/** Whatever can be done with a key of this kind, right and wrong. */
async function exercise(kind: KindName): Promise<void> {
  const sent = (change: Record<string, unknown> = {}) => ({ ...credentialsOf(kind, nextMark()), ...change });
  const named = { name: `Key of ${kind}` };
  const first = { ...named, credentials: sent() };
  const { body } = await call("POST", "/secrets", first, { "idempotency-key": `create-${kind}` });
  await call("POST", "/secrets", first, { "idempotency-key": `create-${kind}` });
  await call("POST", "/secrets", { ...named, credentials: sent() }, { "idempotency-key": `create-${kind}` });
  const path = `/secrets/${String(body.id)}`;
  await call("POST", `${path}/replace`, { credentials: sent() }, { "idempotency-key": `replace-${kind}` });
  await call("POST", `${path}/replace`, { credentials: sent() });
  await call("POST", `${path}/replace`, { credentials: sent(), revision: 0 });
  await call("PATCH", path, { name: "Renamed", status: "disabled" });
  await call("PATCH", path, { status: "enabled", teams: [await api.team(acme, `Team of ${kind}`)] });
  await call("POST", `${path}/check`);
  await call("GET", path);
  for (const field of Object.keys(kindOf(kind).fields)) {
    const credentials: Record<string, unknown> = sent();
    const value = String(credentials[field]);
    for (const wrong of [
      `"${value}"`,
      `${value} ${value}`,
      `${value}\n`,
      `sk-admin-${value}`,
      `{"type":"${value}"}`,
      7,
      { value },
    ]) {
      await call("POST", "/secrets", { ...named, credentials: { ...credentials, [field]: wrong } });
    }
    await call("POST", "/secrets", { ...named, credentials: { ...credentials, [value]: value } });
    await call("POST", "/secrets", { name: value.slice(0, 50), credentials });
  }
  const gone = await call("POST", "/secrets", { ...named, credentials: sent() });
  await call("DELETE", `/secrets/${String(gone.body.id)}`);
  await call("POST", `/secrets/${String(gone.body.id)}/replace`, { credentials: sent() });
}

/** Whatever else may go wrong: others ask, the limit is reached, KMS and the table break, with and without a sentence. */
async function misuse(): Promise<void> {
  const { world } = api;
  const send = (person = ada) =>
    call("POST", "/secrets", { name: "X", credentials: credentialsOf("openai", nextMark()) }, {}, person);
  await send(await api.member(acme, "write"));
  await send(await api.stranger());
  for (let count = 0; count < 45; count++) await send();
  const broken = (error: Error) => ({ ...world.table, write: () => Promise.reject(error) });
  world.rebind({ keyMaker: { generate: () => Promise.reject(new Error("KMS is gone.")) } });
  await send();
  const leaky = credentialsOf("openai", nextMark());
  world.rebind({ table: broken(new Error(`A bug that repeats ${text(leaky)}`)) });
  await send();
  world.clock.pass(660);
  world.rebind();
  await send();
}

/** Does what the stream and the queues do. */
async function follow(taken: object[]): Promise<void> {
  const { world } = api;
  const rows = await world.rows.scan();
  const changes = rows.filter(({ stream }) => stream === "view").map((after) => ({ after }));
  await asSystem("view", () => project({ changes }));
  await asSystem("follow", () => Audit.follow({ owner: acme }));
  const { items } = await world.table.query({ ...kernelKeys.log(acme), to: "9" });
  const events = items.map(Audit.announcement).filter((event) => event !== undefined);
  await asSystem("follow", () => announce({ events }));
  for (const event of events) await asSystem("work", () => react(event));
  const checks = taken.filter((job): job is Check.Job => "job" in job && job.job === "check");
  for (const job of checks) await asSystem("checks", () => runCheck(job));
  for (const job of [...taken] as Mail.Job[]) if ("kind" in job) await asSystem("mail", () => Mail.deliver(job));
}

/** Every list, export and log that an owner may see, and what else a GET shows. */
async function look(): Promise<void> {
  ada = await api.world.person(ada.email);
  eve = await api.world.person(eve.email);
  const gets = operations().filter(({ method, path }) => method === "get" && !/\{(?!organization)/.test(path));
  for (const person of [ada, eve]) {
    for (const { path } of gets) {
      const at = path.replace("/api/v1", "").replace("{organization}", acme);
      const answer = await api
        .call("GET", at, { token: person.token })
        .catch((error: Error) => ({ text: error.message }));
      places.answers?.push(answer.text);
    }
  }
}

/** A mark as it stands in bytes of any alignment, in the usual ways of writing bytes. */
function formsOf(mark: string): string[] {
  const letters = [mark, mark.toLowerCase(), mark.toUpperCase(), [...mark].toReversed().join("")];
  const base64 = letters.flatMap((one) =>
    [0, 1, 2].map((shift) => {
      const encoded = Buffer.from("\0".repeat(shift) + one).toString("base64");
      return encoded.slice(shift === 0 ? 0 : 4, Math.floor(((shift + one.length) * 8) / 6));
    }),
  );
  const hex = letters.map((one) => Buffer.from(one).toString("hex"));
  const upper = hex.map((one) => one.toUpperCase());
  return [...new Set([...letters, ...base64.filter((one) => one.length >= 6), ...hex, ...upper])];
}

const found = (place: string) => {
  const all = places[place]?.join("\n") ?? "";
  return marks.flatMap((mark) => formsOf(mark).filter((form) => all.includes(form)));
};

describe("a mark that is in every secret field of everything that is sent", () => {
  test.each(Object.keys(places))("is nowhere in the clear: %s", (place) => {
    expect(found(place)).toEqual([]);
    expect(places[place]?.join("").length).toBeGreaterThan(300);
  });

  test("was really stored, told of and answered", () => {
    const [table = ""] = places.table ?? [];
    for (const kind of kindNames) expect(table).toContain(`"kind":"${kind}"`);
    for (const verb of ["created", "replaced", "renamed", "disabled", "enabled", "restricted", "deleted"]) {
      expect(table).toContain(`secret.${verb}`);
      expect(places.emails?.[0]).toMatch(/API key/);
      expect(shown).toContain(`secret.${verb}`);
    }
    expect(table).toContain('"status":"valid"');
    expect(table).toContain('"status":"damaged"');
    expect(places["data keys"]?.[0]).toContain('"wrapped"');
    const codes = ["secret.limit_reached", "secret.changed", "secret.missing", "input.invalid", "request.key_reused"];
    codes.push("actor.forbidden", "organization.missing", "internal.error", "actor.reauthentication_required");
    expect(codes.filter((code) => !shown.includes(`"code":"${code}"`))).toEqual([]);
    expect(places.log?.join("")).toContain("A request failed because of a bug.");
    expect(marks.length).toBeGreaterThan(100);
  });

  test("would be found in each form", async () => {
    const [mark = ""] = marks;
    const row = { note: `a ${mark}`, bytes: Buffer.from(`{"key":"sk-${mark}-1"}`).toString("base64") };
    await api.world.table.write(put({ pk: "planted", sk: "#row" }, row));
    const table = text(await api.world.rows.scan());
    expect(formsOf(mark).filter((form) => table.includes(form))).toHaveLength(2);
    const hidden = [0, 1, 2].map((shift) => Buffer.from("x".repeat(shift) + mark).toString("base64url"));
    for (const one of hidden) expect(formsOf(mark).some((form) => one.includes(form))).toBe(true);
    expect(formsOf(mark).some((form) => Buffer.from(`.${mark}`).toString("hex").includes(form))).toBe(true);
  });
});
