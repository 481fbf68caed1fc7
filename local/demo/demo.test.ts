import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DynamoDBStreamsClient } from "@aws-sdk/client-dynamodb-streams";
import { addressOf } from "@muster/core/account/account.ts";
import * as Audit from "@muster/core/audit/audit.ts";
import { hourMs } from "@muster/core/base/duration.ts";
import type { ID } from "@muster/core/base/id.ts";
import { roles } from "@muster/core/base/role.ts";
import * as Compare from "@muster/core/billing/compare.ts";
import { type BillingRow, rowOf } from "@muster/core/billing/row.ts";
import { stripeOf } from "@muster/core/billing/stripe.ts";
import * as Sweep from "@muster/core/billing/sweep.ts";
import { organizationEvents } from "@muster/core/catalog/events.ts";
import { asSystem } from "@muster/core/kernel/context.ts";
import { stripe } from "@muster/core/kernel/ports.ts";
import * as Mail from "@muster/core/mail/mail.ts";
import { nextEight } from "@muster/core/notification/eight.ts";
import type { Plans } from "@muster/core/plan/shape.ts";
import { terms } from "@muster/core/search/search.ts";
import type { Item } from "@muster/core/table/table.ts";
import { placeOf } from "@muster/functions/stripe.ts";
import { keysOf, memoryKeys } from "@muster/local/keys.ts";
import { openReader, type StreamReader } from "@muster/local/stream/reader.ts";
import { danglingTeams, teamViolations } from "@muster/local/testing/invariants/teams.ts";
import { depth } from "@muster/local/testing/random.ts";
import { credentials, region } from "@muster/local/testing/worlds/table.ts";
import { openWorld, siteUrl, type World } from "@muster/local/testing/worlds/world.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openShop, type Shop } from "../run/shop.ts";
import { newSigningKeys, signerOf } from "../signing-keys.ts";
import { fill, isEmpty, signInAs } from "./demo.ts";
import { zoneAtEight } from "./digest.ts";

const members = 25;
/** A hash that proves that nothing of the story depends on the machine, on chance, or on the order of requests. */
const storyHash = "raXQ-VIC9MiTEbmMStPCd1";
const settings = { productName: "Muster", siteUrl, freeSeats: 3 };
const pepper = "a pepper for tests only, with 32 characters or more";

const folder = mkdtempSync(join(tmpdir(), "muster-demo-"));
const key = "sk_test_demo";
const signingKeys = newSigningKeys();

type Filled = {
  world: World;
  shop: Shop;
  reader: StreamReader;
  wasEmpty: boolean;
  left: Awaited<ReturnType<typeof fill>>;
  rows: Item[];
  organizations: Item[];
};

async function openFilled(size: { members: number; seed?: number } = { members }): Promise<Filled> {
  const world = await openWorld();
  const { endpoint, name } = world.rows;
  const reader = await openReader(new DynamoDBStreamsClient({ endpoint, region, credentials }), name);
  const wasEmpty = await isEmpty(world.table, world.clock.at);
  const shop = await openShop({
    file: join(folder, `shop-${size.members}-${size.seed ?? ""}.json`),
    port: 0,
    key,
    onAdvance: () => {},
    report: () => {},
    webhook: {
      url: "http://127.0.0.1:9/",
      secret: "whsec_demo",
    },
  });
  const port = stripeOf(key, placeOf(new URL(shop.url)));
  const paid = JSON.parse(shop.plans) as Plans["paid"];
  // fewer than the demo has
  const plans = { trialDays: 0, trialSeats: 25, maxSeats: 10, graceDays: 14, paid };
  const keys = keysOf(memoryKeys());
  const parts = {
    table: world.table,
    pepper,
    settings,
    stripe: port,
    plans,
    keyMaker: keys,
    keyOpener: keys,
    signer: signerOf({ read: () => signingKeys }),
    devices: join(folder, `devices-${size.members}-${size.seed ?? ""}`),
    zone: world.zone,
  };
  const left = await fill(parts, { ...size, now: world.clock.at, reader, shop });
  world.rebind({ stripe: port, plans });
  const rows = await world.rows.scan();
  return { world, shop, reader, wasEmpty, left, rows, organizations: rows.filter(({ sk }) => sk === "#org") };
}

let demo: Filled;
beforeAll(async () => {
  demo = await openFilled();
});
afterAll(async () => {
  await demo.shop.stop();
  rmSync(folder, { recursive: true });
});

const of = (prefix: string, { pk: organization }: Item) =>
  demo.rows.filter(({ pk, sk }) => sk === organization && String(pk).startsWith(prefix));
const membersOf = (organizationRow: Item) => of("acc_", organizationRow);
const addressesOf = (organizationRow: Item) => of("adr_", organizationRow);
const statsOf = ({ pk }: Item) => demo.rows.find((row) => row.pk === pk && row.sk === "#stats") ?? {};
const count = (rows: readonly Item[], isMeant: (row: Item) => boolean) => rows.filter(isMeant).length;
const named = (name: string) => demo.organizations.find((organizationRow) => organizationRow.name === name) ?? {};
const ofOwner = () => demo.rows.find(({ pk }) => pk === addressOf(signInAs))?.account as ID<"account">;

describe("every organization of the demo", () => {
  test("has as many used and held seats as members and open invitations", () => {
    expect(demo.organizations).toHaveLength(5);
    for (const organizationRow of demo.organizations) {
      const pending = count(addressesOf(organizationRow), ({ state }) => state === "pending");
      expect(Number(organizationRow.capacity) - Number(organizationRow.free)).toBe(
        membersOf(organizationRow).length + pending,
      );
    }
  });

  test("shows the numbers of its rows", () => {
    for (const organizationRow of demo.organizations) {
      const [stats, people] = [statsOf(organizationRow), membersOf(organizationRow)];
      expect(organizationRow.owners).toBe(count(people, ({ role }) => role === "owner"));
      expect(stats.active).toBe(people.length);
      expect(stats.pending ?? 0).toBe(count(addressesOf(organizationRow), ({ state }) => state === "pending"));
      for (const role of roles) expect(stats[role] ?? 0).toBe(count(people, (row) => row.role === role));
    }
  });

  test("has teams with consistent names and members, and no member of a deleted one", () => {
    for (const organizationRow of demo.organizations) {
      const organization = organizationRow.pk as ID<"organization">;
      const members = new Map(membersOf(organizationRow).map((row) => [String(row.pk), row]));
      const wrong = [
        ...teamViolations({ organization }, { rows: demo.rows, members, organizationRow }),
        ...danglingTeams({ organization }, demo.rows),
      ];
      expect(wrong).toEqual([]);
    }
    expect(named("Meridian Labs").teams).toBe(4);
  });

  test("has a complete log in chronological order, all of it announced", async () => {
    for (const organizationRow of demo.organizations) {
      const log = demo.rows.filter(
        ({ pk, sk }) => pk === `${String(organizationRow.pk)}#log` && /^\d/.test(String(sk)),
      );
      const times = log.map(({ at }) => String(at));
      expect(times).toEqual(times.toSorted());
      expect(log.map(({ id }) => String(id))).toEqual(log.map(({ id }) => String(id)).toSorted());
      expect(await Audit.verify(organizationRow.pk as ID<"organization">)).toEqual([]);
      expect([statsOf(organizationRow).seq, statsOf(organizationRow).announced]).toEqual([log.length, log.length]);
    }
  });

  test("finds its members by their words, and nobody else", () => {
    const found = demo.rows.filter(({ pk }) => String(pk).includes("#find#"));
    const wanted = demo.organizations.flatMap(membersOf).flatMap(terms);
    const keys = (rows: readonly Item[]) => rows.map(({ pk, sk }) => `${String(pk)} ${String(sk)}`).toSorted();
    expect(keys(found)).toEqual(keys(wanted));
  });
});

describe("the demo", () => {
  test("fills an empty deployment, and leaves nothing to process", async () => {
    expect([demo.wasEmpty, await isEmpty(demo.world.table, demo.world.clock.at)]).toEqual([true, false]);
    expect(demo.rows.filter(({ pk }) => String(pk).endsWith("#out"))).toEqual([]);
    for (const shard of await demo.reader.shards()) {
      expect(await demo.reader.read(shard, demo.left.position[shard], 10)).toEqual([]);
    }
  });

  test("has as many members as requested, invitations in every state, and mails with every status", () => {
    const [organizationRow, rows] = [named("Meridian Labs"), addressesOf(named("Meridian Labs"))];
    expect(membersOf(organizationRow)).toHaveLength(members);
    expect(new Set(membersOf(organizationRow).map(({ role }) => role))).toEqual(new Set(roles));
    const states = ["pending", "member", "former", "declined", "revoked", "expired"];
    expect(new Set(rows.map(({ state }) => state))).toEqual(new Set(states));
    const pending = rows.filter(({ state }) => state === "pending");
    const mailStatuses = new Set(["queued", "unconfirmed", "sent", "delivered", "bounced", "complained", "suppressed"]);
    expect(new Set(pending.map(({ mail }) => mail))).toEqual(mailStatuses.add("failed"));
    const now = new Date(demo.world.clock.at).toISOString();
    expect(pending.filter(({ expiresAt }) => String(expiresAt) <= now)).toEqual([]);
  });

  /** Events that the demo's organization does not have. */
  const notShown = [
    ...["automatic_seats_changed", "automatic_seats_stopped"].map((one) => `billing.${one}`),
    ...[
      "cancel_requested",
      "card_expiring",
      "discount_requested",
      "dispute_changed",
      "duplicate_canceled",
      "duplicate_refunded",
      "payment_unused",
    ].map((one) => `billing.${one}`),
    ...["resize_dropped", "resume_requested"].map((one) => `billing.${one}`),
    ...["approved", "declined", "revoked"].map((one) => `billing.seat_request_${one}`),
    ...["seats_requested", "trial_ending"].map((one) => `billing.${one}`),
    ...["deleted", "edited", "restored"].map((one) => `comment.${one}`),
    ...["expired", "record_lost", "record_restored", "released"].map((one) => `domain.${one}`),
    ...["mails_paused", "mails_resent", "mails_resumed", "retried", "setting_changed"].map((one) => `import.${one}`),
    "invitation.inviter_changed",
    "invitation.mails_resumed",
    "invitation.renamed",
    "invitation.suppression_removed",
    "invitation.teams_changed",
    "member.joined",
    "member.secured",
    "member.transferred",
    ...["deleted", "granted", "mails_paused", "mails_resumed", "reactivated", "restored", "suspended"].map(
      (one) => `organization.${one}`,
    ),
    ...["canceled", "ended", "started"].map((one) => `reclaim.${one}`),
    ...["advanced", "device_chosen", "finished", "halted", "paused", "resumed", "rolled_back", "started"].map(
      (one) => `rollout.${one}`,
    ),
    "team.described",
    ...["author_removed", "deleted", "reports_closed", "restored", "unpinned"].map((one) => `update.${one}`),
  ];

  test("shows every event of an organization except those listed", () => {
    const log = demo.rows.filter(({ pk }) => pk === `${String(named("Meridian Labs").pk)}#log`);
    const shown = new Set(log.flatMap(({ type }) => type ?? []));
    const missing = organizationEvents.map(({ type }) => type).filter((type) => !shown.has(type));
    expect(missing.toSorted(), "Add it to local/demo/story.ts, or to notShown.").toEqual(notShown);
  });

  test("pays for its seats, and both sides agree", async () => {
    const { world, shop } = demo;
    const billing = (name: string) =>
      rowOf(demo.rows.find(({ pk, sk }) => pk === named(name).pk && sk === "#billing") as BillingRow | undefined);
    const organizationRow = named("Meridian Labs");
    expect(organizationRow).toMatchObject({ billingStatus: "active", plan: "monthly", growth: true });
    expect(billing("Meridian Labs")?.mirror).toMatchObject({ status: "active", quantity: organizationRow.capacity });
    expect(billing("Tidewater Choir")?.mirror).toMatchObject({ quantity: 5, cancelAt: expect.any(String) });
    const { invoices, differ, swept } = await shop.during(
      () => world.clock.at,
      async () => {
        const { items } = await stripe().invoices(billing("Meridian Labs")?.customer ?? "");
        const compared = await asSystem("clock.billing", () => Compare.compare({}));
        return {
          invoices: items,
          differ: compared.differ,
          swept: await asSystem("clock.billing", () => Sweep.sweep({})),
        };
      },
    );
    expect(invoices.map(({ status }) => status)).toEqual(invoices.map(() => "paid"));
    expect(invoices.length).toBeGreaterThan(2);
    expect([differ, swept.checked]).toEqual([0, 0]);
  });

  test("has imported a file with rows to fix, one that is not CSV, and started one that was canceled", () => {
    const organizationRow = named("Meridian Labs");
    const imports = demo.rows.filter(({ pk, sk }) => pk === organizationRow.pk && String(sk).startsWith("imp_"));
    const found = imports.map(({ fileName, state, reason }) => [fileName, state, reason].filter(Boolean).join(" "));
    expect(found.toSorted()).toEqual([
      "autumn-hires.xlsx.csv failed workbook",
      "contractors-draft.csv canceled canceled",
      "spring-hires.csv done",
    ]);
    const done = imports.find(({ state }) => state === "done") ?? {};
    expect(done).toMatchObject({ reported: 1, n_i: 12, n_v: 1, n_d: 1, n_r: 1, n_e: 1, n_t: 1, n_m: 1 });
  });

  test("has settings that several people saved, with notes, overrides of teams, and choices of members", () => {
    const organization = named("Meridian Labs");
    const place = `${String(organization.pk)}#set`;
    const revisions = demo.rows.filter(({ pk, sk }) => pk === place && String(sk).startsWith("rev#"));
    expect(revisions).toHaveLength(Number(organization.revision));
    expect(new Set(revisions.map(({ by }) => by)).size).toBe(3);
    expect(count(revisions, ({ note }) => note !== undefined)).toBeGreaterThan(5);
    const changed = new Set(revisions.flatMap(({ sections }) => sections as string[]));
    expect([...changed].toSorted()).toEqual(["features", "general", "models", "sources", "teams", "websites"]);
    expect(count(demo.rows, ({ sk, own }) => sk === organization.pk && own !== undefined)).toBe(3);
    expect(demo.rows.filter(({ pk }) => pk === `${String(organization.pk)}#dev`).length).toBe(13);
  });

  test("leaves only mails of the last minutes to send", () => {
    const waiting = demo.rows.filter(({ mail, state }) => mail === "queued" && state !== "member");
    const isDigest = (mail: object) => "kind" in mail && mail.kind === "digest";
    expect(demo.left.mails.filter((mail) => !isDigest(mail))).toHaveLength(waiting.length);
    expect(waiting.length).toBeLessThan(5);
    expect(Object.values(demo.world.queued).flat()).toEqual([]);
  });

  test("leaves a daily digest to send, wherever it is eight o'clock", async () => {
    const isDigest = (mail: object): mail is Mail.Job => "kind" in mail && mail.kind === "digest";
    const digests = demo.left.mails.filter(isDigest);
    expect(digests).toHaveLength(1);
    const { world } = demo;
    world.rebind();
    const sent = world.sent.length;
    expect(await asSystem("mail", () => Mail.deliver(digests[0] as Mail.Job))).toMatchObject({ outcome: "sent" });
    const [message] = world.sent.slice(sent);
    expect(message?.subject).toBe("Your daily digest: 2 notifications");
    for (let hour = 0; hour < 24; hour++) {
      const at = world.clock.at + hour * hourMs;
      const { at: eight } = nextEight(at - hourMs, zoneAtEight(at));
      expect(at - eight).toBeLessThan(hourMs);
    }
  });

  test("gives its owner a large organization, a full one, a read-only one, an invitation, notifications and sessions", () => {
    const account = ofOwner();
    const mine = demo.rows.filter(({ pk }) => pk === account);
    const roleIn = (name: string) => mine.find(({ sk }) => sk === named(name).pk)?.role;
    expect(["Meridian Labs", "Harbour Studio", "Kestrel Analytics"].map(roleIn)).toEqual(["owner", "owner", "read"]);
    expect(named("Harbour Studio").free).toBe(0);
    const invited = addressesOf(named("Juniper Foundation")).find(({ pk }) => pk === addressOf(signInAs));
    expect(invited).toMatchObject({ state: "pending", role: "admin" });
    expect(count(mine, ({ sk }) => String(sk).startsWith("ntf_"))).toBeGreaterThan(5);
    expect(count(mine, ({ sk }) => String(sk).startsWith("ses_"))).toBe(3);
  });

  test("emails nobody: each address is reserved for examples", () => {
    const addresses = demo.rows.flatMap(({ email }) => (typeof email === "string" ? [email] : []));
    expect(addresses.filter((email) => !/^[a-z.]+@example\.(com|org|net)$/.test(email))).toEqual([]);
  });

  test("is the same story each time", () => {
    const found = demo.rows
      .filter(({ pk, sk }) => /^(acc|adr)_/.test(String(pk)) && String(sk).startsWith("org_"))
      .map(({ email, name, role, state, mail, joinedAt, expiresAt, endedAt, leftAt }) =>
        JSON.stringify({ email, name, role, state, mail, joinedAt, expiresAt, endedAt, leftAt }),
      )
      .toSorted();
    const hash = createHash("sha256").update(found.join()).digest("base64url").slice(0, 22);
    expect(hash, "If you have changed the story, this is its new hash.").toBe(storyHash);
  });
});

const sizes = depth<number[]>([], [25, 150, 500, 2_000]);
const seeds = depth([1], [1, 2, 3, 4, 5]);
test.each(sizes.flatMap((size) => seeds.map((seed) => [size, seed] as const)))(
  "a story of %i members by the seed %i comes to its end",
  async (size, seed) => {
    const other = await openFilled({ members: size, seed });
    await other.shop.stop();
    const [largest] = other.organizations.toSorted((one, two) => Number(two.capacity) - Number(one.capacity));
    const held = other.rows.filter(({ pk, sk }) => sk === largest?.pk && String(pk).startsWith("acc_"));
    expect(held).toHaveLength(size);
  },
);
