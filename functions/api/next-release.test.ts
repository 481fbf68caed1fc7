import * as ID from "@muster/core/base/id.ts";
import * as Dirty from "@muster/core/billing/dirty.ts";
import { publish } from "@muster/core/billing/report.ts";
import { mintToken } from "@muster/core/invitation/link.ts";
import type { AddressRow } from "@muster/core/invitation/row.ts";
import * as Sending from "@muster/core/invitation/send.ts";
import { asSystem } from "@muster/core/kernel/context.ts";
import type { Fault } from "@muster/core/kernel/ports.ts";
import { withoutNames } from "@muster/core/kernel/stored.ts";
import * as BacklogNote from "@muster/core/mail/backlog-note.ts";
import { mailKeys } from "@muster/core/mail/keys.ts";
import { memberKeys } from "@muster/core/member/keys.ts";
import * as Inbox from "@muster/core/notification/inbox.ts";
import * as Organization from "@muster/core/organization/organization.ts";
import { reporting } from "@muster/core/purge/report.ts";
import { settingKeys } from "@muster/core/setting/keys.ts";
import { presetCatalog } from "@muster/core/setting/preset-catalog.ts";
import { type Item, put, update } from "@muster/core/table/table.ts";
import { linkDevice } from "@muster/local/testing/fixtures/devices.ts";
import { addDomain } from "@muster/local/testing/fixtures/domains.ts";
import { valueOfNextRelease } from "@muster/local/testing/fixtures/next-release.ts";
import { fillOrganization } from "@muster/local/testing/fixtures/whole-organization.ts";
import { depth } from "@muster/local/testing/random.ts";
import { openApi } from "@muster/local/testing/worlds/api.ts";
import { type BillingWorld, openBilling } from "@muster/local/testing/worlds/billing.ts";
import type { Person, World } from "@muster/local/testing/worlds/world.ts";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { logFaults } from "../faults.ts";
import { log } from "../log.ts";
import {
  kindNames,
  kindsOf,
  looksOf,
  nameOf,
  putRow,
  type Reader,
  readersOf,
  type Seen,
  uncovered,
  type Variant,
  variantsOf,
  watched,
} from "./next-release.testing.ts";

const release = "v9.9.9";
let billing: BillingWorld;
let world: World;
let ada: Person;
let organization: ID.ID<"organization">;
let rows: Item[];
let readers: Reader[];
/** The answer of each reader where nothing is of another release, and the rows that it reads for that. */
const usual = new Map<Reader, Seen>();
/** Readers with something new in each answer. */
const unsteady = new Set<Reader>();
const readBy = new Map<string, Reader[]>();

beforeAll(async () => {
  const api = await openApi();
  billing = await openBilling({ of: api.world });
  ({ world } = billing);
  ada = await world.person("ada@example.com");
  const people = await Promise.all(["bob", "carol", "fred"].map((name) => world.person(`${name}@example.com`)));
  const customer = await billing.createOrganization(ada);
  ({ organization } = customer);
  await customer.buy(30, "yearly");
  await fillOrganization({ world, ada, organization }, people);
  await world.as(ada, () => Inbox.markAllRead({ until: "2026-11-23T09:00:00.000Z" }));
  await world.person(ada.email);
  const { id: second } = await world.as(ada, () => Organization.create({ name: "Second" }));
  const grace = await world.person("grace@example.com");
  const { id } = await world.as(grace, () => Organization.create({ name: "Theirs" }));
  const invitations = [{ email: ada.email }];
  await world.as(grace, () => Sending.send({ invitations }), { id, role: "owner" });

  const at = "2026-11-24T06:00:00.000Z";
  await asSystem("clock", async () => {
    const differences = [{ organization, result: "repaired", before: { capacity: 5 }, after: { capacity: 30 } }];
    await publish("dirty", { checked: 1 }, differences, { tripped: true });
    await publish("dirty", { checked: 2 }, differences);
  });
  const purged = ["a", "b"].map((text) => ({ id: ID.derive("organization", text) }));
  await world.table.write(
    put(mailKeys.suppression(ID.derive("address", "eve@example.com")), { bounced: at }),
    put(settingKeys.operatorSettings(), { entries: {}, at }),
    put(settingKeys.catalog(), { ...presetCatalog, version: 1, at, since: {} }),
    put(settingKeys.section(organization, "features"), { value: { entries: {} }, revision: 0, at, by: ada.account }),
    Dirty.mark(organization),
    Dirty.mark(second),
    ...purged.map(({ id }) => reporting(Organization.newRow(id, "Purged"), { begunAt: at, counts: { members: 2 } })),
  );

  const { id: third } = await world.as(grace, () => Organization.create({ name: "Open to all" }));
  await addDomain(world, third, "example.com", { mode: "suggest" });

  // one whose email waits, as the operator sees
  const told = (await world.rows.scan()).find(({ pk, sk }) => pk === ada.account && String(sk).startsWith("ntf_"));
  const mail = { pk: ada.account, sk: String(told?.["sk"]) };
  await world.table.write(update(mail, { set: { mail: "queued" } }));
  await asSystem("mail", () => BacklogNote.note({ kind: "notification", mail }, { since: at }));

  rows = await world.rows.scan();
  const named = (kind: string) => rows.filter((row) => kindsOf(row).includes(kind));
  const here = (row: Item) => row.sk === organization || String(row.pk).startsWith(organization);
  const ids = {
    account: named("member")
      .filter(here)
      .map(({ pk }) => String(pk)),
    invitation: named("addressIn")
      .filter((row) => here(row) && row.state !== "member")
      .map(({ pk }) => String(pk).replace("adr_", "inv_")),
    team: named("team")
      .filter(here)
      .map(({ sk }) => String(sk)),
    domain: named("domain")
      .filter(here)
      .map(({ sk }) => String(sk)),
    device: named("organizationDevice")
      .filter(here)
      .map(({ sk }) => String(sk)),
    departure: named("departure")
      .filter(here)
      .map(({ sk }) => String(sk)),
    secret: named("secret").map(({ sk }) => String(sk)),
    import: rows
      .filter(({ pk, sk }) => pk === organization && String(sk).startsWith("imp_"))
      .map(({ sk }) => String(sk)),
    update: named("updateText")
      .filter((row) => row.organization === organization)
      .map(({ pk }) => String(pk)),
    report: named("report").map(({ sk }) => String(sk)),
  };
  const invited = ["pending", "declined"].flatMap(
    (state) => (named("addressIn").find((row) => row.state === state) as (Item & AddressRow) | undefined) ?? [],
  );
  const bodies = {
    "invitation.preview": invited.map(({ pk: address, sk, attempt = 0, by = ada.account }) => ({
      about: [address, sk],
      json: { token: mintToken({ organization: sk, address, attempt, by }) },
    })),
    "invitation.review": [
      { about: [], json: { invitations: invited.map(({ pk }) => ({ email: `${pk}@example.com` })) } },
    ],
    "billing.preview": [{ about: [organization], json: { seats: 31 } }],
  };
  const device = await linkDevice(world, { account: ada.account, organization });
  readers = [
    ...readersOf({ api, person: ada, device, organization, ids, bodies }),
    ...looksOf({ ...ids, organization: [organization] }),
  ];
  // what a device gets is recorded, and shown to admins
  for (const { name, read } of readers) if (name.startsWith("sync.")) await read();
  for (const reader of readers) {
    const table = watched(world, (row) => readBy.set(nameOf(row), [...new Set(readBy.get(nameOf(row))).add(reader)]));
    world.rebind({ table, limitFactor });
    const seen = await reader.read();
    usual.set(reader, seen);
    if ((await reader.read()).text !== seen.text) unsteady.add(reader);
  }
  world.rebind({ limitFactor });
});
afterAll(() => billing.stop());
afterEach(() => vi.restoreAllMocks());

test("every shape of a row that is declared is put here, and every row is of one kind", async () => {
  expect(await uncovered()).toEqual([]);
  const strange = rows.filter((row) => kindsOf(row).length !== 1 && !String(row.pk).startsWith("rate#"));
  expect(strange.map(nameOf), "Say in functions/api/next-release.testing.ts which kind of row this is.").toEqual([]);
});

/** Everything is read for each way in which a row may differ. */
const limitFactor = 1_000;

/** Rows that no request and no look of the operator reads. */
const readByWorkers = [
  "activeMember",
  "automatic",
  "billingMail",
  "claim",
  "cohort",
  "counted",
  "dataKey",
  "day",
  "deviceCode",
  "digest",
  "digestDue",
  "due",
  "flow",
  "grant",
  "heartbeat",
  "importedFile",
  "importing",
  "mailing",
  "publicRequest",
  "purging",
  "receivedUpload",
  "request",
  "shownDevice",
  "usedChallenge",
  "userCode",
  "watermark",
];

/** Rows that say who may see what is below them: without one, its lists are refused like itself. */
const gates = ["updateText"];

test("every kind of row is read by a request or a look, or by workers alone", () => {
  const read = new Set(rows.filter((row) => readBy.has(nameOf(row))).flatMap(kindsOf));
  const unread = kindNames.filter((name) => !read.has(name));
  expect(unread.toSorted(), "Let a reader of functions/api/next-release.test.ts read it, or list it there.").toEqual(
    readByWorkers,
  );
});

test("everything that reads is answered where nothing is of another release", () => {
  const refused = [...usual].filter(([, { status, code }]) => status !== 200 && code !== "import.report_not_ready");
  expect(refused.map(([{ name }, { text }]) => `${name}: ${text}`)).toEqual([]);
  expect(usual.size).toBeGreaterThan(40);
});

describe("a row of the next release", () => {
  test.each(kindNames.filter((name) => !readByWorkers.includes(name)))(
    "%s hides no other, and is reported",
    async (kind) => {
      const targets = targetsOf(kind);
      expect(targets).not.toEqual([]);
      const found: string[] = [];
      for (const row of targets) {
        const among = readBy.get(nameOf(row)) ?? [];
        for (const [at, variant] of variantsOf(row, kind).entries()) {
          found.push(...(await wrongWith(row, variant, depth(everyNth(among, at), among))));
        }
        await putRow(world, row);
      }
      expect(found).toEqual([]);
    },
    240_000,
  );
});

test("a member who has a role of a newer release may do nothing with it, and learns that it is unknown", async () => {
  vi.spyOn(log, "error").mockImplementation(() => {});
  const own = rows.find((row) => nameOf(row) === nameOf(memberKeys.member(organization, ada.account))) as Item;
  await putRow(world, { ...own, role: valueOfNextRelease });
  const answers = await Promise.all(readers.map(async (reader) => ({ reader, seen: await reader.read() })));
  await putRow(world, own);
  const refused = answers.filter(({ reader, seen }) => seen.status !== usual.get(reader)?.status);
  expect(refused.length).toBeGreaterThan(20);
  expect(new Set(refused.map(({ seen }) => `${seen.status} ${seen.code}`))).toEqual(new Set(["403 actor.forbidden"]));
  const mine = answers.find(({ reader }) => reader.name.startsWith("organization.list"))?.seen.text ?? "{}";
  expect(JSON.parse(mine).items).toContainEqual(expect.objectContaining({ id: organization, role: "unknown" }));
});

/** Rows of different readers, usually the one that most read, without those by which the requests themselves are admitted. */
function targetsOf(kind: string): Item[] {
  const own = [ada.context.actor, organization].map((one) =>
    typeof one === "string" ? nameOf(memberKeys.member(organization, ada.account)) : "via" in one ? one.via.id : "",
  );
  const isOwn = (row: Item) => own.includes(nameOf(row)) || own.includes(String(row.sk));
  const read = rows.filter((row) => kindsOf(row).includes(kind) && readBy.has(nameOf(row)) && !isOwn(row));
  const bySet = new Map(read.map((row) => [(readBy.get(nameOf(row)) ?? []).map(({ name }) => name).join(), row]));
  const howMany = (row: Item) => readBy.get(nameOf(row))?.length ?? 0;
  return [...bySet.values()].toSorted((one, other) => howMany(other) - howMany(one)).slice(0, depth(1, 4));
}

/** Up to three readers, others for each variant. */
function everyNth(all: readonly Reader[], from: number): readonly Reader[] {
  const step = Math.ceil(all.length / 3);
  return all.filter((_, at) => at % step === from % step);
}

const isRefused = (before: Seen, seen: Seen) => seen.status !== before.status || seen.code !== before.code;

/** Returns whether a reader may say that it cannot read the row, which is about its own subject. */
function mayRefuse(row: Item, reader: Reader, isWhole: boolean | undefined): boolean {
  const mayBeList = kindsOf(row).some((kind) => gates.includes(kind));
  const isList = (usual.get(reader) as Seen).isList;
  return !isWhole && (mayBeList || !isList) && reader.own.some((id) => nameOf(row).includes(id));
}

/** Returns what is wrong with an answer, compared to the usual one. */
function wrongIn(seen: Seen, before: Seen, isRefusable: boolean): string[] {
  const hidden = before.ids.filter((id) => !seen.ids.includes(id));
  const refused = isRefused(before, seen);
  return [
    ...(refused && !(isRefusable && seen.code === "row.unreadable")
      ? [`answers ${seen.status} ${seen.code} ${seen.text.slice(0, 300)}`]
      : []),
    ...(!refused && hidden.length > 1 ? [`hides ${hidden.join()}`] : []),
    ...(seen.text.includes(valueOfNextRelease) ? ["shows what it does not know"] : []),
  ];
}

/** Returns what is wrong while a row is as a newer release left it, which it stays. */
async function wrongWith(
  row: Item,
  { what, row: changed, fault, isWhole }: Variant,
  among: readonly Reader[],
): Promise<string[]> {
  const where = `${nameOf(row)} with ${what}`;
  const logged = vi.spyOn(log, "error").mockImplementation(() => {});
  vi.spyOn(log, "warn").mockImplementation(() => {});
  world.rebind({ faults: logFaults(release), limitFactor });
  await putRow(world, changed);
  const found: string[] = [];
  let isFelt = false;
  for (const reader of among) {
    const before = usual.get(reader) as Seen;
    const seen = await reader
      .read()
      .catch((error: unknown): Seen => ({ ...before, status: 500, code: "thrown", ids: [], text: String(error) }));
    isFelt ||= isRefused(before, seen) || (seen.text !== before.text && !unsteady.has(reader));
    for (const text of wrongIn(seen, before, mayRefuse(row, reader, isWhole))) {
      found.push(`${where}: ${reader.name} ${text}`);
    }
  }
  const { pk, sk } = withoutNames({ pk: String(row.pk), sk: String(row.sk) });
  const lines = logged.mock.calls.flatMap(([message, more]) =>
    message === "A stored row cannot be read whole." ? [more as unknown as { fault: Fault; release: string }] : [],
  );
  const ofRow = lines.filter((line) => line.fault.pk === pk && line.fault.sk === sk);
  const reported = new Set(ofRow.map((line) => line.fault.attribute));
  if (fault === undefined ? reported.size > 0 : isFelt && !reported.has(fault)) {
    found.push(`${where}: reported is ${[...reported].join() || "nothing"}`);
  }
  if (lines.some((line) => line.release !== release)) found.push(`${where}: a fault without its release`);
  if (JSON.stringify(lines).includes(valueOfNextRelease)) found.push(`${where}: a value is logged`);
  vi.restoreAllMocks();
  return found;
}
