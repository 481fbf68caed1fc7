import { deviceRow, putDevices, reportOf } from "@muster/local/testing/fixtures/devices.ts";
import { addTeam } from "@muster/local/testing/fixtures/members.ts";
import { type OrganizationFixture, openOrganization } from "@muster/local/testing/fixtures/organization.ts";
import { beforeEach, describe, expect, test } from "vitest";
import * as ID from "../base/id.ts";
import { organizationKeys } from "../organization/keys.ts";
import { update } from "../table/table.ts";
import { exportPart } from "./export.ts";
import { maxExamined } from "./limits.ts";
import { list } from "./organization.ts";

let place: OrganizationFixture;
beforeEach(async () => {
  place = await openOrganization();
});

const put = (...rows: Parameters<typeof deviceRow>[1][]) =>
  putDevices(
    place.world,
    rows.map((more) => deviceRow(place.organization, { account: place.ada.account, ...more })),
  );
type Filters = Parameters<typeof list>[0];
const found = async (filters: Filters = {}) => (await place.as(place.ada, () => list(filters))).items;
const namesIn = async (filters: Filters = {}) => (await found(filters)).map(({ name }) => name);

describe("the list of devices", () => {
  beforeEach(() =>
    put(
      { name: "current", report: reportOf(0), contactAt: "2026-11-24T09:00:00.000Z" },
      { name: "refusing", report: reportOf(0, "refused"), appVersion: "2.0.0", platform: "macos" },
      { name: "behind", account: ID.derive("account", "eve"), contactAt: "2026-11-24T09:00:00.000Z" },
      { name: "silent", contactAt: "2026-11-01T09:00:00.000Z" },
      { name: "expired", contactAt: "2026-08-26T09:00:00.000Z", report: reportOf(0) },
    ),
  );

  test("names members, and the revision in force", async () => {
    const items = await found();
    expect(items.find(({ name }) => name === "behind")).not.toHaveProperty("memberName");
    expect(items.find(({ name }) => name === "current")).toMatchObject({
      memberName: expect.any(String),
      inForce: { revision: 0, since: "2026-11-24T08:00:00.000Z" },
    });
  });

  test("is filtered by status, version, platform and revision", async () => {
    expect(await namesIn({ status: "in_force" })).toEqual(["current"]);
    expect(await namesIn({ status: "refused" })).toEqual(["refusing"]);
    expect(await namesIn({ status: "behind" })).toEqual(["behind"]);
    expect(await namesIn({ status: "unreachable" })).toEqual(["silent"]);
    expect(await namesIn({ status: "expired" })).toEqual(["expired"]);
    expect(await namesIn({ version: "2.0.0" })).toEqual(["refusing"]);
    expect(await namesIn({ version: "2.0.0", platform: "linux" })).toEqual([]);
    expect(await namesIn({ revision: "0" })).toEqual(["current", "expired"]);
  });

  test("is filtered by section: those on which what changed it last is not in force", async () => {
    const sections = { features: 2, models: 0 };
    const key = organizationKeys.organization(place.organization);
    await place.world.table.write(update(key, { set: { revision: 2, sections } }));
    const at = "2026-11-24T09:00:00.000Z";
    const wipe = { reason: "revoked" as const, at };
    await put(
      { name: "new", report: reportOf(2), contactAt: at },
      { name: "newly refusing", report: reportOf(2, "refused") },
      { name: "revoked", wipe },
    );
    const behind = ["current", "refusing", "behind", "silent", "newly refusing"];
    expect(await namesIn({ section: "features" })).toEqual(behind);
    expect(await namesIn({ section: "features", status: "refused" })).toEqual(["newly refusing"]);
    expect(await namesIn({ section: "models" })).toEqual(behind.slice(1));
  });

  test("is filtered by team: its members decide", async () => {
    const [bob, cyd] = [await place.join("bob@example.com"), await place.join("cyd@example.com")];
    await put({ name: "of bob", account: bob.account }, { name: "of cyd", account: cyd.account });
    const team = await addTeam(place, "Design # 2", [bob, place.ada]);
    const both = await addTeam(place, "Sales", [bob, cyd]);
    expect(await namesIn({ team: both })).toEqual(["of bob", "of cyd"]);
    expect(await namesIn({ team })).toEqual(["current", "refusing", "silent", "expired", "of bob"]);
    expect(await namesIn({ team: ID.create("team") })).toEqual([]);
  });
});

test("a filtered list of many comes in pages that leave none out, and name none twice", async () => {
  const number = maxExamined + 50;
  await put(
    ...Array.from({ length: number }, (_, i) => ({ name: `${i}`, ...(i % 4 === 0 && { report: reportOf(0) }) })),
  );
  const names: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await place.as(place.ada, () => list({ status: "in_force", ...(cursor && { cursor }) }));
    expect(page.items.length).toBeLessThanOrEqual(100);
    names.push(...page.items.map(({ name }) => name));
    cursor = page.next;
  } while (cursor);
  expect(names).toHaveLength(Math.ceil(number / 4));
  expect(new Set(names).size).toBe(names.length);
});

describe("an export of devices", () => {
  const file = async (filters: Filters = {}) => (await place.as(place.ada, () => exportPart(filters))).csv;

  test("has what the list shows, and runs no formula", async () => {
    const { sections, ...report } = reportOf(0);
    const features = { state: "refused" as const, revision: 0, at: "2026-11-24T08:00:00.000Z", code: "unknown_key" };
    const refused = { ...features, key: "features.telemetry", message: "No such setting." };
    await put({
      name: '=HYPERLINK("x")',
      app: "@app",
      report: { ...report, sections: { ...sections, features: refused } },
    });
    const [heading, row] = (await file()).split("\r\n");
    expect(heading).toMatch(/^\ufeffname,member,platform,app,version,status,inForceRevision,/);
    expect(row).toMatch(/^"'=HYPERLINK\(""x""\)",[^,]*,linux,'@app,1\.0\.0,refused,0,2026-11-24T08:00:00\.000Z,0,/);
    expect(row).toContain("features.telemetry: unknown_key: No such setting.");
  });

  test("has the filters of the list", async () => {
    await put({ name: "mac", platform: "macos" }, { name: "penguin" });
    expect(await file({ platform: "macos" })).not.toContain("penguin");
  });
});
