import * as ID from "@muster/core/base/id.ts";
import { departureKeys } from "@muster/core/departure/keys.ts";
import { linking } from "@muster/core/device/linked.ts";
import { kernelKeys } from "@muster/core/kernel/keys.ts";
import { instant } from "@muster/core/kernel/ports.ts";
import { secretKeys } from "@muster/core/secret/keys.ts";
import { sessionKeys } from "@muster/core/session/keys.ts";
import { settingKeys } from "@muster/core/setting/keys.ts";
import { type Put, put } from "@muster/core/table/table.ts";
import * as Team from "@muster/core/team/team.ts";
import {
  importPut,
  invitationPut,
  memberPut,
  notificationPut,
  organizationPut,
  putAll,
} from "@muster/local/testing/fixtures/rows.ts";
import { type Sample, sampleOfDevice } from "@muster/local/testing/fixtures/samples.ts";
import { depth } from "@muster/local/testing/random.ts";
import { openApi, type TestApi } from "@muster/local/testing/worlds/api.ts";
import type { Person } from "@muster/local/testing/worlds/world.ts";
import { beforeAll, describe, expect, test } from "vitest";
import { operations } from "./openapi.ts";

const marker = "XmarkerX";
const looks = operations().filter(({ source }) => source === "query");

/** Somebody with one row more than a page in every list. */
type Reader = { person: Person; organization: ID.ID<"organization"> };

let api: TestApi;
let ada: Reader;
let bob: Reader;
beforeAll(async () => {
  api = await openApi();
  ada = await reader();
  bob = await reader();
});

async function reader(): Promise<Reader> {
  const person = await api.stranger();
  const organization = await api.organization(person);
  const rows = Array.from({ length: 101 }, (_, i) => rowsOf(person, organization, i + 1)).flat();
  await putAll(api.world, rows);
  return { person, organization };
}

function rowsOf({ account, email }: Person, organization: ID.ID<"organization">, seq: number): Put[] {
  const other = ID.create("organization");
  const session = {
    agent: "",
    createdAt: instant(),
    authenticatedAt: instant(),
    email,
    address: ID.derive("address", email),
    expiresAt: instant(60),
    idleAt: instant(60),
  };
  const event = {
    id: ID.create("event"),
    type: "organization.renamed",
    at: instant(),
    actor: account,
    data: {},
    hash: "",
  };
  const device = ID.create("device");
  const departure = { account, reason: "revoked" as const, at: instant(), devices: [device], secrets: {} };
  const name = `Listed ${seq}`;
  const terms = { by: inviter, mail: "sent", lifetimeDays: 1, expiresAt: instant(86_400) } as const;
  return [
    put(sessionKeys.session(account, ID.derive("session", other)), session),
    notificationPut(account, ID.create("notification"), organization, { subject: "" }),
    memberPut(other, account, { name: `${account}-${seq}` }),
    memberPut(organization, ID.derive("account", `${account}-${seq}`), { name: `${account}-${seq}` }),
    importPut(organization, ID.create("import"), { state: "waiting_for_file" }),
    invitationPut(organization, `${account}-${seq}@example.com`, terms),
    invitationPut(other, email, terms),
    memberPut(other, inviter, { name: "inviter", role: "owner" }),
    ...linking({ account, organization, device }, described, ""),
    put(departureKeys.departure(organization, ID.create("departure")), departure),
    put(secretKeys.secret(organization, ID.create("secret")), secretOf(account)),
    organizationPut(other),
    put(kernelKeys.logged(organization, seq), event),
    put(settingKeys.revision(organization, seq), { sections: ["general"], at: instant(), by: account, patch: {} }),
    ...Team.adding(organization, ID.create("team"), { name, revision: 0, createdAt: instant() }),
  ].filter((step) => step.do === "put");
}

const inviter = ID.derive("account", "inviter");
const described = {
  name: "A",
  platform: "linux" as const,
  app: "agent",
  appVersion: "1",
  signingKey: "",
  sealingKey: "",
};

function secretOf(account: ID.ID<"account">) {
  const at = instant();
  const version = { version: 1, sealed: "", dataKey: ID.create("dataKey"), last4: "0000", fingerprint: "" };
  const changes = { addedAt: at, addedBy: account, changedAt: at, changedBy: account };
  const stored = { storedAt: at, storedBy: account };
  const status = "enabled" as const;
  return { kind: "openai" as const, name: "A", details: {}, status, ...version, ...stored, revision: 0, ...changes };
}

/** A valid request of each reader for each list, the same each time. */
const requests = new Map<string, Promise<Sample>>();

async function look(id: string, { person, organization }: Reader, search = "") {
  const operation = looks.find((one) => one.id === id);
  if (!operation) throw new Error(`No list ${id}.`);
  const name = `${id} ${organization}`;
  const request = requests.get(name) ?? sampleOfDevice(api, operation, { person, organization });
  requests.set(name, request);
  const [method, path, sent] = await request;
  const answer = await api.call(method, path + (path.includes("?") ? search.replace("?", "&") : search), sent);
  expect(answer.text).not.toContain(marker);
  return answer;
}

const withCursor = (cursor: unknown) => `?cursor=${encodeURIComponent(String(cursor))}`;

const unnamed = [`?%3Cscript%3E${marker}=1`, `?${marker.repeat(10)}`, `?%ff${marker}`, `?%${marker}`];

test.each(looks)(
  "$id refuses what is no parameter of it, and repeats no name that does not look like one",
  async (one) => {
    const isFirst = depth(one === looks[0], true);
    const names = isFirst ? ["nonsense", "session", "organization"] : ["nonsense", "organization"];
    const cases = [
      ...names.map((name) => [`?${name}=${marker}`, name] as const),
      ...(isFirst ? unnamed : unnamed.slice(0, 1)).map((search) => [search, ""] as const),
    ];
    for (const [search, path] of cases) {
      const { status, body } = await look(one.id, ada, search);
      const refused = { status: 400, body: { code: "input.invalid", errors: [{ path }] } };
      expect.soft({ status, body }, search).toMatchObject(refused);
    }
  },
);

const lists = [
  { id: "audit.list", page: 50, rows: 101 },
  { id: "departure.list", page: 20, rows: 101 },
  { id: "device.list", page: 100, rows: 101 },
  { id: "device.mine", page: 100, rows: 101 },
  { id: "import.list", page: 25, rows: 101 },
  { id: "invitation.list", page: 100, rows: 101 },
  { id: "invitation.mine", page: 100, rows: 101 },
  { id: "member.list", page: 100, rows: 102 },
  { id: "notification.list", page: 50, rows: 101 },
  { id: "organization.list", page: 100, rows: 102 },
  { id: "secret.list", page: 50, rows: 101 },
  { id: "session.list", page: 100, rows: 102 },
  { id: "setting.history", page: 50, rows: 101 },
  { id: "team.list", page: 100, rows: 101 },
];

test("these are all lists with pages", () => {
  const paged = looks.filter(
    ({ fn, media }) => media === "application/json" && "cursor" in (fn.input as unknown as { entries: object }).entries,
  );
  // the pages of an import's rows depend on its writes; core/import/report.test.ts covers them. Those of invoices are
  // Stripe's own, those of receipts in functions/api/sync.test.ts, those below an update in core/update/pages.test.ts,
  // those of an export in core/update/export.test.ts, those of reports in core/update/report.test.ts, and those of
  // requests for seats in core/billing/requests/requests.test.ts, those of unused seats in
  // core/reclaim/reclaim.test.ts
  const others = [
    "import.rows",
    "billing.invoices",
    "billing.ledger",
    "billing.listSeatRequests",
    "reclaim.listUnused",
    "sync.listReceipts",
    "comment.list",
    "update.export",
    "update.list",
    "update.listReactions",
    "update.listReports",
    "update.listSeen",
  ];
  expect(paged.map(({ id }) => id).sort()).toEqual([...lists.map(({ id }) => id), ...others].sort());
});

const nameOf = ({ id, account, organization, invitation, revision }: Record<string, unknown>) =>
  JSON.stringify([id, account, organization, invitation, revision]);

describe.each(lists)("$id", ({ id, page, rows }) => {
  test("shows every row once, page by page", async () => {
    const shown: string[] = [];
    let pages = 0;
    let search = "";
    do {
      const { body } = await look(id, bob, search);
      const items = body.items as Record<string, unknown>[];
      expect(items.length).toBeLessThanOrEqual(page);
      shown.push(...items.map(nameOf));
      search = body.next === undefined ? "" : withCursor(body.next);
      pages++;
    } while (search !== "");
    expect(new Set(shown).size).toBe(shown.length);
    expect(shown).toHaveLength(rows);
    expect(pages).toBe(Math.ceil(rows / page));
  });

  const refused = { status: 400, body: { code: "cursor.invalid" } };

  test("refuses the cursor of the same list of somebody else, and of any other list", async () => {
    const { body } = await look(id, bob);
    expect(await look(id, bob, withCursor(body.next))).toMatchObject({ status: 200 });
    expect(await look(id, ada, withCursor(body.next))).toMatchObject(refused);
    for (const other of lists.filter((one) => one.id !== id)) {
      expect.soft(await look(id, ada, withCursor(await nextOf(other.id))), other.id).toMatchObject(refused);
    }
  });

  test("refuses a cursor that was tampered with, or invented", async () => {
    const next = await nextOf(id);
    const [body = "", mac = ""] = next.split(".");
    const moved = `${body.startsWith("A") ? "B" : "A"}${body.slice(1)}`;
    const flipped = `${mac.startsWith("A") ? "B" : "A"}${mac.slice(1)}`;
    const tampered = [`${moved}.${mac}`, `${body}.${flipped}`, `${body}.${mac.slice(0, -2)}`, body, `${body}.`];
    const invented = ["", marker, `${marker}.${marker}`, "e30.AAAAAAAAAAAAAAAAAAAAAA", "..", "ä".repeat(900)];
    const wrong = depth(id === lists[0]?.id, true) ? [...tampered, ...invented] : tampered.slice(0, 2);
    for (const cursor of wrong) {
      expect.soft(await look(id, ada, withCursor(cursor)), cursor).toMatchObject(refused);
    }
    expect(await look(id, ada, withCursor("\u0000"))).toMatchObject({ status: 400, body: { code: "input.invalid" } });
    expect(await look(id, ada, withCursor(marker.repeat(300)))).toMatchObject({
      status: 400,
      body: { code: "input.invalid", errors: [{ path: "cursor", message: "This cursor is too long." }] },
    });
  });
});

/** The cursor of the second page of a list. */
const nexts = new Map<string, string>();
async function nextOf(id: string): Promise<string> {
  const next = nexts.get(id) ?? String((await look(id, ada)).body.next);
  nexts.set(id, next);
  return next;
}
