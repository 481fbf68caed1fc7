import * as ID from "@muster/core/base/id.ts";
import { linking } from "@muster/core/device/linked.ts";
import { instant } from "@muster/core/kernel/ports.ts";
import { Keys } from "@muster/core/table/keys.ts";
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
import { sampleOfDevice } from "@muster/local/testing/fixtures/samples.ts";
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
    put(Keys.session(account, ID.derive("session", other)), session),
    notificationPut(account, ID.create("notification"), organization, { subject: "" }),
    memberPut(other, account, { name: `${account}-${seq}` }),
    memberPut(organization, ID.derive("account", `${account}-${seq}`), { name: `${account}-${seq}` }),
    importPut(organization, ID.create("import"), { state: "waiting_for_file" }),
    invitationPut(organization, `${account}-${seq}@example.com`, terms),
    invitationPut(other, email, terms),
    memberPut(other, inviter, { name: "inviter", role: "owner" }),
    ...linking({ account, organization, device }, described, ""),
    put(Keys.departure(organization, ID.create("departure")), departure),
    put(Keys.secret(organization, ID.create("secret")), secretOf(account)),
    organizationPut(other),
    put(Keys.logged(organization, seq), event),
    put(Keys.revision(organization, seq), { sections: ["general"], at: instant(), by: account, patch: {} }),
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

async function look(id: string, { person, organization }: Reader, search = "") {
  const operation = looks.find((one) => one.id === id);
  if (!operation) throw new Error(`No list ${id}.`);
  const [method, path, sent] = await sampleOfDevice(api, operation, { person, organization });
  const answer = await api.call(method, path + (path.includes("?") ? search.replace("?", "&") : search), sent);
  expect(answer.text).not.toContain(marker);
  return answer;
}

const withCursor = (cursor: unknown) => `?cursor=${encodeURIComponent(String(cursor))}`;

describe.each(looks)("$id", ({ id }) => {
  test("refuses an unknown parameter, and names it", async () => {
    expect(await look(id, ada, `?nonsense=${marker}`)).toMatchObject({
      status: 400,
      body: { code: "input.invalid", errors: [{ path: "nonsense" }] },
    });
  });

  test("does not repeat a name that does not look like one", async () => {
    for (const search of [
      `?%3Cscript%3E${marker}=1`,
      `?${marker.repeat(10)}`,

      `?%ff${marker}`,
      `?%${marker}`,
    ]) {
      expect(await look(id, ada, search)).toMatchObject({ status: 400, body: { errors: [{ path: "" }] } });
    }
  });

  test("does not take from the query what belongs in the path", async () => {
    for (const name of ["session", "organization"]) {
      const { status, body } = await look(id, ada, `?${name}=${marker}`);
      expect({ status, body }).toMatchObject({ status: 400, body: { errors: [{ path: name }] } });
    }
  });
});

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

  test("refuses the cursor of the same list of somebody else", async () => {
    const { body } = await look(id, bob);
    expect(await look(id, bob, withCursor(body.next))).toMatchObject({ status: 200 });
    expect(await look(id, ada, withCursor(body.next))).toMatchObject(refused);
  });

  test.each(lists.filter((other) => other.id !== id))("refuses a cursor of $id", async (other) => {
    const { body } = await look(other.id, ada);
    expect(await look(id, ada, withCursor(body.next))).toMatchObject(refused);
  });

  test("refuses a cursor that was tampered with", async () => {
    const next = String((await look(id, ada)).body.next);
    const [body = "", mac = ""] = next.split(".");
    const moved = `${body.startsWith("A") ? "B" : "A"}${body.slice(1)}`;
    const flipped = `${mac.startsWith("A") ? "B" : "A"}${mac.slice(1)}`;
    for (const cursor of [`${moved}.${mac}`, `${body}.${flipped}`, `${body}.${mac.slice(0, -2)}`, body, `${body}.`]) {
      expect(await look(id, ada, withCursor(cursor))).toMatchObject(refused);
    }
  });

  test("refuses an invented cursor", async () => {
    for (const cursor of ["", marker, `${marker}.${marker}`, "e30.AAAAAAAAAAAAAAAAAAAAAA", "..", "ä".repeat(900)]) {
      expect(await look(id, ada, withCursor(cursor))).toMatchObject(refused);
    }
    expect(await look(id, ada, withCursor("\u0000"))).toMatchObject({ status: 400, body: { code: "input.invalid" } });
    expect(await look(id, ada, withCursor(marker.repeat(300)))).toMatchObject({
      status: 400,
      body: { code: "input.invalid", errors: [{ path: "cursor", message: "This cursor is too long." }] },
    });
  });
});
