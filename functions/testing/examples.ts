import * as Audit from "@muster/core/audit/audit.ts";
import type { ID } from "@muster/core/base/id.ts";
import { asSystem } from "@muster/core/kernel/context.ts";
import { kernelKeys } from "@muster/core/kernel/keys.ts";
import * as Notification from "@muster/core/notification/notification.ts";
import { addDomain } from "@muster/local/testing/fixtures/domains.ts";
import { isOfDevices, sampleOfDevice } from "@muster/local/testing/fixtures/samples.ts";
import { openApi, type TestApi } from "@muster/local/testing/worlds/api.ts";
import { rememberWorld } from "@muster/local/testing/worlds/remember.ts";
import type { Person } from "@muster/local/testing/worlds/world.ts";
import { type Example, type MountedOperation, operations } from "../api/openapi.ts";

/**
 * One real exchange with each operation, by its `operationId`. What differs between recordings, such as ids, addresses
 * and tokens, is replaced by constants.
 */
export async function recordExamples(): Promise<Record<string, Example>> {
  const api = await openApi();
  const { place, goBack } = await openFilled(api);
  const examples: Record<string, Example> = {};
  for (const operation of operations()) {
    const isShared = operation.source === "query" && isWithin(operation);
    if (isShared) await goBack();
    examples[operation.operationId] = await exchange(api, operation, isShared ? place : await open(api, operation));
  }
  return examples;
}

type Place = { organization: ID<"organization">; person: Person };
const isWithin = ({ path }: MountedOperation) => path.includes("{organization}");

/** An organization with something of everything, for all that only reads in it, and what goes back to it. */
async function openFilled(api: TestApi) {
  const organization = await api.organization(await api.stranger());
  const person = await api.member(organization, "owner");
  await fill(api, organization, person);
  const { at } = api.world.clock;
  const goBack = await rememberWorld(api.world);
  const stand = () => Object.assign(api.world.clock, { at });
  stand();
  return { place: { organization, person }, goBack: () => goBack().then(stand) };
}

async function open(api: TestApi, operation: MountedOperation): Promise<Place> {
  const founder = await api.stranger();
  const organization = await api.organization(founder);
  const looks = operation.source === "query";
  const isFounders = looks || isOfDevices(operation);
  const other = isFounders ? founder : await api.stranger();
  const person = isWithin(operation) ? await api.member(organization, "owner") : other;
  if (looks) await fill(api, organization, person);
  return { organization, person };
}

async function exchange(api: TestApi, operation: MountedOperation, { organization, person }: Place): Promise<Example> {
  const [method, path, sent] = await sampleOfDevice(api, operation, { person, organization });
  const answer = await api.call(method, path, sent);
  if (answer.status !== operation.status) {
    throw new Error(`The example of ${operation.operationId} was answered ${answer.status}: ${answer.text}`);
  }
  const isJson = operation.media === "application/json";
  const stable = stabilizer();
  return {
    ...(sent.json !== undefined && { request: stable(sent.json) }),
    ...(answer.text !== "" && { answer: stable(isJson ? answer.body : answer.text) }),
  };
}

/** Gives the organization something of each kind that a list shows. */
async function fill(api: TestApi, organization: ID<"organization">, person: Person): Promise<void> {
  const { email } = await api.stranger();
  await api.team(organization, "Design", [person]);
  await api.invitation(organization, email, { name: "Grace Hopper" });
  await api.invitation(organization, person.email);
  await api.import(organization);
  await addDomain(api.world, organization, "example.org");
  const open = await api.organization(await api.stranger(), "Open to all");
  await addDomain(api.world, open, "example.com", { mode: "suggest" });
  for (const owner of [organization, person.account]) await asSystem("follow", () => Audit.follow({ owner }));
  const { items } = await api.world.table.query({ ...kernelKeys.log(organization), to: "9" });
  for (const row of items) {
    const announcement = Audit.announcement(row);
    if (announcement) await asSystem("react", () => Notification.react(announcement));
  }
}

const names = ["ada", "grace", "alan", "edsger", "barbara"];
const id = /\b([a-z]+)_[0-7][0-9A-HJKMNP-TV-Z]{25}\b/g;

/** Replaces what is new in each run, consistently, in order of appearance. */
function stabilizer(): (value: unknown) => unknown {
  const met = new Map<string, string>();
  const counts = new Map<string, number>();
  const known = (text: string, kind: string, make: (count: number) => string) => {
    const count = counts.get(kind) ?? 0;
    if (!met.has(text)) {
      met.set(text, make(count));
      counts.set(kind, count + 1);
    }
    return met.get(text) ?? text;
  };
  const stable = (value: unknown): unknown => {
    if (typeof value === "string") {
      return value
        .replace(
          /mst_(ses|inv|bro|dev|dvc|aut|uns|und|upl|quo)\w*_[\w.-]+/g,
          (_, kind: string) => `mst_${kind}_EXAMPLE`,
        )
        .replace(id, (text, prefix: string) =>
          known(text, prefix, (count) => `${prefix}_01KASXR28000000000000000${String(count + 1).padStart(2, "0")}`),
        )
        .replace(/\b(person|somebody)-\d+(?=@)/g, (text) =>
          known(text, "name", (count) => names[count % names.length] ?? ""),
        )
        .replace(/\bPerson \d+\b/g, "Ada Lovelace")
        .replace(/\bSomebody\b/g, "Alan Turing")
        .replace(/\bTeam \d+\b/g, "Research")
        .replace(/\bUpdate \d+\b/g, "Release 1.4 is out")
        .replace(/\bComment \d+\b/g, "Well done.")
        .replace(/\bexample-\d+(?=\.com)/g, "acme")
        .replace(/\bmuster-verification=\w{32}/g, "muster-verification=k7qm2wxpk7qm2wxpk7qm2wxpk7qm2wxp")
        .replace(/\b[B-DF-HJ-NP-TV-XZ]{4}-[B-DF-HJ-NP-TV-XZ]{4}\b/g, "BCDF-GHJK")
        .replace(/\bSAVE\d+\b/g, "SAVE10")
        .replace(/\b[0-9A-Z]{8}-(?=\d{4}\b)/g, "1KASXR28-")
        .replace(/\b(cs_test|bps|in|il)_\w{20,}/g, (_, kind: string) => `${kind}_1KASXR28EXAMPLE`)
        .replace(/http:\/\/127\.0\.0\.1:\d+\/(c|p|i)\//g, "https://stripe.example/$1/")
        .replace(/\b100\.\d+\.\d+\.\d+\b/g, "203.0.113.7");
    }
    if (Array.isArray(value)) return value.map(stable);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [name, fixed[name]?.(inner) ?? stable(inner)]),
    );
  };
  return stable;
}

const jws = "eyJhbGciOiJFZERTQSJ9.EXAMPLE.EXAMPLE";

const example = "k3JqV0m2XcPz8aWdk3JqV0m2XcPz8aWdk3JqV0m2XcP";
/** An authenticator makes it: it is longer than ids. */
const ofPasskey = (value: unknown) => (/^[\w-]{40,}$/.test(String(value)) ? example : undefined);

/** Fields whose whole value is new in each run. */
const fixed: Record<string, (value: unknown) => unknown> = {
  fingerprint: () => "k3JqV0m2XcPz8aWd",
  document: (value) => (String(value).startsWith("ey") ? jws : undefined),
  signature: (value) => (String(value).startsWith("ey") ? jws : ofPasskey(value)),
  id: (value) => ofPasskey(value),
  rawId: () => example,
  challenge: () => example,
  clientDataJSON: () => example,
  attestationObject: () => example,
  userHandle: () => example,
  kid: () => "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k",
  x: () => "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
  code: (value) => (/^[2-9A-Z]{4}-?[2-9A-Z]{4}$/.test(String(value)) ? "K7QM-2WXP" : undefined),
  color: (value) => (typeof value === "string" ? "blue" : undefined),
  number: () => "A1B2C3D4-0001",
  next: () => "c29tZXdoZXJl.aW4gdGhlIGxpc3Q",
  phone: () => "+49 30 1234567",
  version: (value) => (/^[\w-]{22}$/.test(String(value)) ? "k3JqV0m2XcPz8aWdk3JqV0" : undefined),
};
