import { gate, unguarded } from "@muster/local/testing/faults/broken.ts";
import { type FaultPlan, injectFaults } from "@muster/local/testing/faults/faults.ts";
import { type OrganizationFixture, openOrganization } from "@muster/local/testing/fixtures/organization.ts";
import { raw } from "@muster/local/testing/fixtures/raw.ts";
import { resultOf, times } from "@muster/local/testing/result.ts";
import type { Person } from "@muster/local/testing/worlds/world.ts";
import * as v from "valibot";
import { beforeEach, describe, expect, test } from "vitest";
import * as Sending from "../invitation/send.ts";
import { kernelKeys } from "../kernel/keys.ts";
import { instant } from "../kernel/ports.ts";
import { organizationKeys } from "../organization/keys.ts";
import * as Organization from "../organization/organization.ts";
import type { OrganizationRow } from "../organization/row.ts";
import { type Step, type Table, update } from "../table/table.ts";
import * as Document from "./document.ts";
import type { Changes } from "./general.ts";
import * as History from "./history.ts";
import { settingKeys } from "./keys.ts";
import { save } from "./section.ts";
import * as Setting from "./setting.ts";
import { countries, Phone, type Section } from "./shape.ts";

let fixture: OrganizationFixture;
beforeEach(async () => {
  fixture = await openOrganization();
});

const contact = { name: "Grace Hopper", email: "grace@example.com", phone: "+49 (0)30 123-45" };
const address = { country: "DE", street: "P.O.Box 7", city: "St.Gallen", postalCode: "10115" };

const read = () => fixture.as(fixture.ada, () => Setting.getGeneral({}));
const change = (revision: number, changes: Changes, by: Person = fixture.ada) =>
  fixture.as(by, () => Setting.saveGeneral({ revision, ...changes }));
const rename = (name: string, revision?: number) =>
  fixture.as(fixture.ada, () => Organization.rename({ name, ...(revision !== undefined && { revision }) }));
const history = async () =>
  (await fixture.world.table.query(settingKeys.revisions(fixture.organization))).items.map(({ pk: _, ...row }) => row);
const events = async () =>
  (await fixture.world.table.query(kernelKeys.outbox(fixture.organization))).items.filter(
    ({ type }) => type === "organization.renamed" || type === "setting.saved",
  );

async function saveOther(section: string, seen: number, seenHome?: OrganizationRow): Promise<number> {
  const organizationRow = seenHome ?? (await fixture.organizationRow());
  const { actor } = fixture.ada.context;
  if (actor.type !== "account") throw new Error("Nobody is signed in.");
  return fixture.world.as(fixture.ada, () =>
    save(
      {
        sections: [section as Section],
        organizationRow,
        seen,
        at: instant(),
        values: () => ({ [section]: {} }),
        patch: {},
        events: () => [],
      },
      { ...actor, type: "member", organization: fixture.organization, role: "owner" },
    ),
  );
}

describe("general settings", () => {
  test("are only the name at first", async () => {
    expect(await read()).toEqual({
      name: "Acme",
      contact: {},
      address: {},
      singleSignOn: {},
      updates: {},
      revision: 0,
    });
  });

  test("keep what is set, clear what is null, and leave what is omitted", async () => {
    const saved = await change(0, { contact, address });
    const changed = { changedAt: "2026-11-24T09:00:00.000Z", changedBy: fixture.ada.account };
    expect(saved).toEqual({ name: "Acme", contact, address, singleSignOn: {}, updates: {}, revision: 1, ...changed });
    expect(await read()).toEqual(saved);

    const { phone: _, ...lessContact } = contact;
    const next = await change(1, { contact: { phone: null }, address: { city: "Bern", country: "CH" } });
    expect(next).toMatchObject({ contact: lessContact, address: { ...address, city: "Bern", country: "CH" } });
    expect(next.contact).not.toHaveProperty("phone");
    expect(await read()).toEqual(next);
  });

  test("rename the organization in the same write", async () => {
    const saved = await change(0, { name: "Acme Two", contact: { email: "grace@example.com" } });
    expect(saved).toMatchObject({ name: "Acme Two", revision: 1 });
    expect(await fixture.organizationRow()).toMatchObject({ name: "Acme Two", revision: 1, sections: { general: 1 } });
    expect((await events()).map(({ type, data }) => [type, data])).toEqual([
      ["organization.renamed", { from: "Acme", to: "Acme Two" }],
      ["setting.saved", { section: "general", revision: 1, fields: ["contact.email"] }],
    ]);
  });

  test("have a history with values, and events with the names of fields only", async () => {
    await change(0, { contact: { name: "Grace Hopper", phone: "12345" } });
    await change(1, { name: "Acme Two", contact: { phone: null, name: "Grace King" } });
    const row = { sections: ["general"], at: "2026-11-24T09:00:00.000Z", by: fixture.ada.account };
    expect(await history()).toEqual([
      {
        ...row,
        sk: settingKeys.revision(fixture.organization, 1).sk,
        patch: { "contact.name": { to: "Grace Hopper" }, "contact.phone": { to: "12345" } },
      },
      {
        ...row,
        sk: settingKeys.revision(fixture.organization, 2).sk,
        patch: {
          name: {
            from: "Acme",
            to: "Acme Two",
          },
          "contact.name": {
            from: "Grace Hopper",
            to: "Grace King",
          },
          "contact.phone": { from: "12345" },
        },
      },
    ]);
    expect(JSON.stringify(await events())).not.toMatch(/Grace|12345/);
  });

  test("are not changed by equal values, at any revision that was there", async () => {
    const saved = await change(0, { contact });
    expect(await change(1, { contact, name: "Acme", address: { city: null } })).toEqual(saved);
    expect(await change(0, { contact })).toEqual(saved);
    expect(await rename("Acme", 0)).toMatchObject({ revision: 1 });
    expect([(await history()).length, (await events()).length]).toEqual([1, 1]);
  });

  test("at a revision that is yet to come conflict, even if nothing differs", async () => {
    await change(0, { contact });
    expect(await resultOf(change(1_000_000_000, { contact }))).toBe("setting.changed");
    expect(await resultOf(rename("Acme", 1_000_000_000))).toBe("setting.changed");
  });

  test("have a state of their country, in the spelling of its list", async () => {
    const saved = await change(0, { address: { country: "BR", state: " sao paulo " } });
    expect(saved.address).toEqual({ country: "BR", state: "São Paulo" });
    const refused = [{ path: "address.state", message: expect.stringContaining("US has no such state") }];
    await expect(change(1, { address: { country: "US" } })).rejects.toMatchObject({ fields: refused });
    await expect(change(1, { address: { country: "US", state: "Ontario" } })).rejects.toMatchObject({
      fields: refused,
    });
    const { address: moved } = await change(1, { address: { country: "US", state: "new york" } });
    expect(moved).toEqual({ country: "US", state: "New York" });
    expect((await change(2, { address: { country: "DE", state: "Any Land" } })).address.state).toBe("Any Land");
  });

  test("keep a state that was saved before its country had a list, until it changes", async () => {
    await change(0, { address: { country: "US", city: "Boston" } });
    const key = raw(settingKeys.section(fixture.organization, "general"));
    const value = { contact: {}, address: { country: "US", city: "Boston", state: "Mass" }, singleSignOn: {} };
    await fixture.world.table.write(update(key, { set: { value } }));
    const { address: kept } = await change(1, { address: { city: "Salem" }, contact });
    expect(kept).toEqual({ country: "US", city: "Salem", state: "Mass" });
    await change(2, { address: { state: "massachusetts" } });
    const restored = fixture.as(fixture.ada, () => History.restore({ revision: 3, to: 2 }));
    expect(await resultOf(restored)).toBe("done");
    expect((await read()).address.state).toBe("Mass");
  });

  test("can be saved by callers who have seen the newest revision, and not by those who claim a future one", async () => {
    await change(0, { contact });
    expect(await resultOf(change(0, { contact: { name: "Grace King" } }))).toBe("setting.changed");
    expect(await resultOf(change(2, { contact: { name: "Grace King" } }))).toBe("setting.changed");
    expect(await read()).toMatchObject({ contact });
    expect(await change(1, { contact: { name: "Grace King" } })).toMatchObject({ revision: 2 });
  });

  test("conflict with a rename, and a rename with them", async () => {
    await rename("Acme Two");
    expect(await resultOf(change(0, { contact }))).toBe("setting.changed");
    await change(1, { contact });
    expect(await resultOf(rename("Acme Three", 1))).toBe("setting.changed");
    expect(await rename("Acme Three", 2)).toMatchObject({ name: "Acme Three", revision: 3 });
    expect(await read()).toMatchObject({ name: "Acme Three", contact, revision: 3, changedBy: fixture.ada.account });
  });

  test("do not conflict with other sections, invitations and seats", async () => {
    await saveOther("features", 0);
    await fixture.as(fixture.ada, () => Sending.send({ invitations: [{ email: "bob@example.com" }] }));
    await fixture.world.table.write(
      update(organizationKeys.organization(fixture.organization), { add: { capacity: 5, free: 5 } }),
    );
    expect(await change(0, { contact })).toMatchObject({ revision: 2 });
    expect(await fixture.organizationRow()).toMatchObject({ revision: 2, sections: { features: 1, general: 2 } });
    expect(await rename("Acme Two", 2)).toMatchObject({ revision: 3 });
    for (const seen of [0, 4]) expect(await resultOf(saveOther("features", seen))).toBe("setting.changed");
    expect(await saveOther("features", 3)).toBe(4);
  });

  test("of a deleted organization are missing", async () => {
    await fixture.world.table.write(
      update(organizationKeys.organization(fixture.organization), { set: { state: "deleted" } }),
    );
    expect(await resultOf(read())).toBe("organization.missing");
    expect(await resultOf(change(0, { contact }))).toBe("organization.missing");
  });

  test("name each invalid field by its path", async () => {
    const wrong = {
      name: "Visit www.example.com",
      contact: { name: "a@b", email: "nobody", phone: "call me" },
      address: { country: "XX", street: "a\nb", city: "", state: "s".repeat(81), postalCode: "1".repeat(21) },
    };
    const error = await change(0, wrong).catch((thrown: unknown) => thrown);
    const paths = (error as { fields: { path: string }[] }).fields.map(({ path }) => path);
    expect(paths).toEqual([
      "name",
      "contact.name",
      "contact.email",
      "contact.phone",
      ...["country", "street", "city", "state", "postalCode"].map((name) => `address.${name}`),
    ]);
    expect(await resultOf(change(0, { contact: [] as never }))).toBe("input.invalid");
  });
});

describe("20 saves at once", () => {
  const plan: FaultPlan = { conflicts: 0.3, lostAnswers: 0.3 };

  /** Delays every write until all requests have read. */
  function togetherAt(good: Table): Table {
    const { pass, opened } = gate(20);
    const getMany: Table["getMany"] = (...all) => good.getMany(...all).finally(pass);
    return { ...good, getMany, write: (...steps) => opened.then(() => good.write(...steps)) };
  }

  async function race(
    run: (n: number) => Promise<unknown>,
    { table, plan }: { table?: (good: Table) => Table; plan?: FaultPlan } = {},
  ) {
    const faults = injectFaults(fixture.world.rows.client, 5);
    if (table) fixture.world.rebind({ table: table(fixture.world.table) });
    if (plan) faults.plan(plan);
    const answers = await times(20, (n) => resultOf(run(n)));
    faults.clear();
    return {
      saved: answers.filter((answer) => answer === "done").length,
      changed: answers.filter((answer) => answer === "setting.changed").length,
      revision: (await fixture.organizationRow()).revision,
      history: (await history()).length,
      events: (await events()).length,
    };
  }
  const asAda = <R>(run: () => Promise<R>) =>
    fixture.world.as(fixture.ada, run, { id: fixture.organization, role: "owner" });
  const either = (n: number) =>
    n % 2 === 0
      ? asAda(() => Setting.saveGeneral({ revision: 0, contact: { phone: `12345 ${n}` } }))
      : asAda(() => Organization.rename({ name: `Acme ${n}`, revision: 0 }));

  const oneSaved = { saved: 1, changed: 19, revision: 1, history: 1, events: 1 };

  test("let one win, and tell the others about the change", async () => {
    expect(await race(either, { table: togetherAt })).toEqual(oneSaved);
  });

  test("let one win when answers are lost", async () => {
    expect(await race(either, { plan })).toEqual(oneSaved);
  });

  test("would overwrite each other without the guard", async () => {
    const isHome = ({ key }: Step) => key.sk === "#org";
    const result = await race(either, { table: (good) => unguarded(togetherAt(good), isHome) });
    expect(result).toMatchObject({ saved: 20, history: 1 });
  });
});

test("8 sections saved at once are all saved, each with a revision of its own", async () => {
  const revisions = await times(8, (n) => saveOther(`section-${n}`, 0));
  expect(new Set(revisions)).toEqual(new Set([1, 2, 3, 4, 5, 6, 7, 8]));
  const organizationRow = await fixture.organizationRow();
  const sections = Object.fromEntries(revisions.map((revision, n) => [`section-${n}`, revision]));
  expect(organizationRow).toMatchObject({ revision: 8, sections });
  expect(await history()).toHaveLength(8);
});

describe("a phone number", () => {
  const fine = ["+49 (0)30 1234-567", "110", "030/123.45", "+1 555 0100 x12", "555#1", " 12345 "];
  const wrong = ["", "12", "call me", "+", "1+23", "12345 <b>", "1".repeat(21), "123\n45", "١٢٣٤٥"];
  test("consists of digits and common separators, as many as Stripe takes", () => {
    expect([...fine, "1".repeat(20)].filter((text) => !v.is(Phone, text))).toEqual([]);
    expect(wrong.filter((text) => v.is(Phone, text))).toEqual([]);
  });

  test.each([21, 40, 41])("of %d characters is refused at its field", async (length) => {
    await expect(change(0, { contact: { phone: "1".repeat(length) } })).rejects.toMatchObject({
      fields: [{ path: "contact.phone", message: expect.stringContaining("at most") }],
    });
    expect(await read()).toMatchObject({ contact: {}, revision: 0 });
  });

  test("that was saved while it could be longer stays until it changes, also in a file, and is restored", async () => {
    const phone = "+49 (30) 123 456 789 - 123 456";
    await change(0, { contact: { name: "Ada" } });
    const key = raw(settingKeys.section(fixture.organization, "general"));
    await fixture.world.table.write(update(key, { set: { value: { contact: { phone }, address: {} } } }));
    expect((await read()).contact).toEqual({ phone });
    expect((await change(1, { contact: { phone }, address: { city: "Bern" } })).contact).toEqual({ phone });
    const document = await fixture.as(fixture.ada, () => Document.exportDocument({}));
    const imported = (text: string, revision: number) =>
      fixture.as(fixture.ada, () => Document.importDocument({ document: text, revision }));
    expect(await imported(document.replace("Bern", "Basel"), 2)).toMatchObject({ isSaved: true });
    await expect(imported(document.replace(phone, `${phone} x1`), 3)).rejects.toMatchObject({
      fields: [{ path: "contact.phone" }],
    });
    expect((await change(3, { contact: { phone: "12345" } })).contact).toEqual({ phone: "12345" });
    expect(await resultOf(change(4, { contact: { phone } }))).toBe("input.invalid");
    await fixture.as(fixture.ada, () => History.restore({ revision: 4, to: 3 }));
    expect((await read()).contact).toEqual({ phone });
  });
});

test("the countries are the 249 of ISO 3166-1, each with a name", () => {
  const names = new Intl.DisplayNames("en", { type: "region", fallback: "none" });
  expect([countries.length, new Set(countries).size]).toEqual([249, 249]);
  expect(countries.filter((code) => names.of(code) === undefined)).toEqual([]);
});

test("a read-only organization keeps its settings and its name, even past the handler", async () => {
  const organizationRow = organizationKeys.organization(fixture.organization);
  const before = await fixture.organizationRow();
  await fixture.world.table.write(update(organizationRow, { set: { billingStatus: "read_only" } }));
  expect(await resultOf(saveOther("models", 0, before))).toBe("setting.changed");
  expect(await resultOf(change(0, { contact }))).toBe("setting.changed");
  expect(await resultOf(rename("Other"))).toBe("setting.changed");
  await fixture.world.table.write(update(organizationRow, { set: { billingStatus: "past_due" } }));
  expect(await resultOf(change(0, { contact }))).toBe("done");
});
