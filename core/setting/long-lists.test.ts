import { type OrganizationFixture, openOrganization } from "@muster/local/testing/fixtures/organization.ts";
import { raw } from "@muster/local/testing/fixtures/raw.ts";
import { depth } from "@muster/local/testing/random.ts";
import { resultOf } from "@muster/local/testing/result.ts";
import { rememberWorld } from "@muster/local/testing/worlds/remember.ts";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { keyOf, remove, update } from "../table/table.ts";
import * as Effective from "./effective.ts";
import * as History from "./history.ts";
import { settingKeys } from "./keys.ts";
import * as OrganizationLayer from "./organization-layer.ts";
import * as Websites from "./websites.ts";

const denied = "websites.denied";
const most = 50_000;
/** Of a list in many parts. */
const size = depth(5_000, most);
type Input = Omit<Parameters<typeof OrganizationLayer.change>[0], "revision">;

let fixture: OrganizationFixture;
let revision: number;
let empty: OrganizationFixture;
let toEmpty: () => Promise<void>;
beforeAll(async () => {
  empty = await openOrganization();
  toEmpty = await rememberWorld(empty.world);
});
beforeEach(async () => {
  fixture = empty;
  revision = 0;
  await toEmpty();
});

const owned = <T>(run: () => Promise<T>) => fixture.as(fixture.ada, run);
async function change(input: Input) {
  const info = await owned(() => OrganizationLayer.change({ revision, ...input }));
  ({ revision } = info);
  return info;
}
const list = async () => {
  const { websites, isSet } = await owned(() => Websites.getWebsites({}));
  return isSet ? websites : undefined;
};
const parts = async () =>
  (await fixture.world.rows.scan()).filter(({ sk }) => String(sk).startsWith("part#")).map(keyOf);
const sites = (count: number, from = 0) =>
  Array.from({ length: count }, (_, i) => `site-${from + i}.example.com`).sort();

describe("a public suffix", () => {
  const mistakes = (input: Input) =>
    change(input).then(
      () => [],
      ({ fields }) => fields as unknown,
    );

  test("is not denied as a whole, and what one company gives out below its domain is", async () => {
    const message = "This would deny every website under a public suffix. Enter a domain below it.";
    expect(await mistakes({ fields: { [denied]: { value: ["a.example", "https://co.uk/", "*.com.au"] } } })).toEqual([
      { path: `fields.${denied}.value.1`, message },
      { path: `fields.${denied}.value.2`, message },
    ]);
    expect(await mistakes({ fields: { [denied]: { add: ["co.uk"] } } })).toEqual([
      { path: `fields.${denied}.add.0`, message },
    ]);
    await change({ fields: { [denied]: { value: ["bbc.co.uk", "github.io"] } } });
    expect(await list()).toEqual(["bbc.co.uk", "github.io"]);
  });

  test("that an earlier release stored is removed as any other website", async () => {
    await change({ fields: { [denied]: { value: ["a.example"] } } });
    const entries = { [denied]: { value: ["a.example", "co.uk", "https://B.example/"] } };
    const row = raw(settingKeys.section(fixture.organization, "websites"));
    await fixture.world.table.write(update(row, { set: { value: { entries, openToTeams: [] } } }));
    await change({ fields: { [denied]: { remove: ["co.uk", " https://B.example/"] } } });
    expect(await list()).toEqual(["a.example"]);
  });
});

describe(`a list of ${size} websites`, () => {
  const all = sites(size);
  let full: OrganizationFixture;
  let restore: () => Promise<void>;
  beforeAll(async () => {
    fixture = await openOrganization();
    full = fixture;
    revision = 0;
    await change({ fields: { [denied]: { value: all } } });
    restore = await rememberWorld(full.world);
  });
  beforeEach(async () => {
    fixture = full;
    revision = 1;
    await restore();
  });

  test("is saved and read back as one revision, and is left out of what lists all settings", async () => {
    expect(await list()).toEqual(all);
    const { fields } = await owned(() => OrganizationLayer.get({}));
    expect(fields[denied]).toMatchObject({ count: size, revision: 1 });
    expect(fields[denied]).not.toHaveProperty("value");
    expect(await parts()).toHaveLength(depth(16, 64));
  });

  test("gets one entry more by writing one part, and loses none", async () => {
    const before = await parts();
    const { fields } = await change({
      fields: { [denied]: { add: ["https://Extra.example.org/"], remove: [all[7]] } },
    });
    expect(fields[denied]).toMatchObject({ count: size, revision: 2 });
    const expected = [...all.toSpliced(7, 1), "extra.example.org"].sort();
    expect(await list()).toEqual(expected);
    const added = (await parts()).length - before.length;
    expect(added).toBeGreaterThan(0);
    expect(added).toBeLessThanOrEqual(2);
    const [{ changes }] = (await owned(() => History.history({}))).items as [History.Revision];
    expect(changes).toEqual([
      {
        field: denied,
        from: { count: size },
        to: { count: size },
        added: ["extra.example.org"],
        removed: [all[7]],
        addedCount: 1,
        removedCount: 1,
      },
    ]);
  });

  test("is restored exactly", async () => {
    await change({ fields: { [denied]: { value: ["one.example.com"] } } });
    await owned(() => History.restore({ revision, to: 1 }));
    expect(await list()).toEqual(all);
    await owned(() => History.restore({ revision: revision + 1, to: 0 }));
    expect(await list()).toBeUndefined();
  });

  test("stays whole when another setting of its section changes", async () => {
    await change({ fields: { "websites.isManaged": { value: true }, [denied]: { value: all } } });
    expect(await list()).toEqual(all);
  });

  test.each([
    ["is missing", (key: ReturnType<typeof keyOf>) => remove(raw(key))],
    ["is cut", (key: ReturnType<typeof keyOf>) => update(raw(key), { set: { data: new Uint8Array([31, 139, 8]) } })],
  ])("denies everything when a part %s, and nothing is added to it", async (_, harm) => {
    const [first] = await parts();
    if (first) await fixture.world.table.write(harm(first));
    const { fields } = await owned(() => Effective.effective({}));
    expect(fields[denied]).toMatchObject({ value: ["*"], isDamaged: true });
    expect(await resultOf(change({ fields: { [denied]: { add: ["a.example.org"] } } }))).toBe("row.unreadable");
    expect(await resultOf(change({ fields: { [denied]: { value: ["a.example.org"] } } }))).toBe("done");
    expect(await list()).toEqual(["a.example.org"]);
  });

  test("is told a member by its length, and whole to those who ask", async () => {
    const { fields } = await owned(() => Effective.effective({}));
    expect(fields[denied]).toMatchObject({ count: size, source: { kind: "organization" } });
    expect(fields[denied]).not.toHaveProperty("value");
    const whole = await owned(() => Effective.effective({ lists: "full" }));
    expect(whole.fields[denied]).toMatchObject({ count: size, value: all });
    await change({ fields: { [denied]: { value: sites(100) } } });
    expect((await owned(() => Effective.effective({}))).fields[denied]).toMatchObject({ value: sites(100) });
  });

  test("may not be longer", async () => {
    const { field, message } = await refusal({ [denied]: { add: sites(most + 1, 2 * most) } });
    expect([field, message]).toEqual([`fields.${denied}.add`, "Expected at most 50,000 entries."]);
    const oneMore = sites(most - size + 1, 2 * most);
    expect(await resultOf(change({ fields: { [denied]: { add: oneMore } } }))).toBe("input.invalid");
  });
});

async function refusal(fields: Input["fields"]) {
  const error: { fields?: { path: string; message: string }[] } = await change({ fields }).then(
    () => ({}),
    (caught) => caught,
  );
  return { field: error.fields?.[0]?.path, message: error.fields?.[0]?.message };
}

test("entries are kept in one form, and duplicates are one", async () => {
  await change({
    fields: { [denied]: { value: ["HTTPS://Example.com/", "example.com", "*.Example.com", "bücher.example/a%61"] } },
  });
  expect(await list()).toEqual(["*.example.com", "example.com", "xn--bcher-kva.example/aa"]);
});

test.each(
  [
    ["", "Expected a text."],
    ["facebook", "Enter a whole domain, such as example.com."],
    ["10.0.0.0/8", "Ranges of addresses are not supported. Enter single addresses."],
    ["file:///etc/passwd", "Only http and https addresses can be denied."],
    ["https://a:b@example.com", "Remove the user name and password."],
    ["exa*mple.com", "Use * only as *.example.com or as /* at the end."],
    [`https://example.com/${"x".repeat(10_000)}`, "Use at most 2048 characters."],
  ].map(([text, message]) => ({ text, message, shown: text?.slice(0, 40) })),
)("the website $shown is refused with its reason", async ({ text = "", message }) => {
  const refused = await refusal({ [denied]: { value: ["example.org", text] } });
  expect(refused.field).toBe(`fields.${denied}.value.1`);
  expect(refused.message).toContain(message);
});
