import { importsOf } from "@muster/local/testing/fixtures/imports.ts";
import { type OrganizationFixture, openOrganization } from "@muster/local/testing/fixtures/organization.ts";
import { resultOf } from "@muster/local/testing/result.ts";
import { beforeEach, describe, expect, test } from "vitest";
import * as Audit from "../audit/audit.ts";
import * as ID from "../base/id.ts";
import { idOf } from "../invitation/invitation.ts";
import * as Invitations from "../invitation/manage.ts";
import * as Recipient from "../invitation/recipient.ts";
import * as Schedule from "../invitation/schedule.ts";
import { asSystem } from "../kernel/context.ts";
import { peppers } from "../kernel/ports.ts";
import { mailKeys } from "../mail/keys.ts";
import * as Member from "../member/member.ts";
import { organizationKeys } from "../organization/keys.ts";
import { remove, update } from "../table/table.ts";
import { importKeys } from "./keys.ts";
import { maxFileName } from "./limits.ts";
import * as Manage from "./manage.ts";
import * as Setting from "./setting.ts";
import { signAgain } from "./upload-form.ts";

let fixture: OrganizationFixture;
let imports: ReturnType<typeof importsOf>;
beforeEach(async () => {
  fixture = await openOrganization({ seats: 3 });
  imports = importsOf(fixture);
});

const csv = (...rows: string[]) => `email,role\n${rows.map((row) => `${row}\n`).join("")}`;
const list = async () => (await fixture.as(fixture.ada, () => Manage.list({}))).items;
const shown = async () => (await list()).map(({ via, state, reason, pass }) => [via, state, reason ?? pass].join(" "));
const letScripts = (role: "read" | "write", runAs = fixture.ada.account, revision = 0) =>
  fixture.as(fixture.ada, () => Setting.edit({ runAs, role, lifetimeDays: 3, revision }));
const four = csv("a@x.example", "b@x.example", "c@x.example", "d@x.example");
const grow = (seats: number) =>
  fixture.world.table.write(
    update(organizationKeys.organization(fixture.organization), { add: { capacity: seats, free: seats } }),
  );

describe("what a script uploads to the bucket", () => {
  test("is imported for the account in the setting, within its limits", async () => {
    await letScripts("write");
    await imports.script(
      "night/\u202epeo\u200bple\u{e0041}.CSV",
      csv("a@x.example,write", "b@x.example", "c@x.example,admin", "d@x.example,owner"),
    );
    await imports.work();
    const [info] = await list();
    expect(info).toMatchObject({ via: "script", state: "done", fileName: "people.CSV", lifetimeDays: 3 });
    expect(info?.invitedBy?.account).toBe(fixture.ada.account);
    expect(await imports.outcomes(info?.id as never)).toEqual(["invited", "invited", "not_allowed", "not_allowed"]);
    expect(await fixture.rowOf("a@x.example")).toMatchObject({
      role: "write",
      by: fixture.ada.account,
      lifetimeDays: 3,
    });
  });

  test("has a name, also when as many hidden characters as a name may have are before it", async () => {
    await letScripts("write");
    await imports.script(`${"\u200b".repeat(maxFileName)}people.csv`, four);
    expect((await list()).map(({ fileName }) => fileName)).toEqual(["people.csv"]);
  });

  test("fails with a visible reason while scripts may not import", async () => {
    await imports.script("people.csv", four);
    expect(await shown()).toEqual(["script failed no_setting"]);
    const carol = await fixture.join("carol@example.com", "admin");
    await letScripts("read", carol.account);
    await fixture.as(fixture.ada, () => Member.changeRole({ account: carol.account, role: "write" }));
    await imports.script("people.csv", four);
    expect(await shown()).toEqual(["script failed no_setting", "script failed no_setting"]);
    expect(fixture.world.queued.imports).toEqual([]);
  });

  test("may ask for less than the setting allows, never for more", async () => {
    await letScripts("read");
    for (const role of ["write", "admin", "owner", "captain"]) {
      await imports.script(`${role}.csv`, csv(`${role}@x.example`), { role });
    }
    expect(await shown()).toEqual(Array(4).fill("script failed role_refused"));
    await letScripts("write", fixture.ada.account, 1);
    await imports.script("less.csv", csv("a@x.example,write", "b@x.example,read"), { role: "Read" });
    await imports.work();
    const [info] = await list();
    expect(await imports.outcomes(info?.id as never)).toEqual(["not_allowed", "invited"]);
  });

  test("is too large, or belongs to no organization", async () => {
    await letScripts("read");
    const { bucketObjects } = fixture.world.bucket.ports;
    fixture.world.rebind({
      bucketObjects: {
        ...bucketObjects,
        head: async (key) => {
          const found = await bucketObjects.head(key);
          return found && { ...found, size: 256 * 1024 * 1024 + 1 };
        },
      },
    });
    await imports.script("large.csv", four);
    expect(await shown()).toEqual(["script failed too_large"]);
    for (const key of ["imports/org_1/a.csv", "elsewhere/a.csv", `imports/${fixture.organization}/a.txt`]) {
      fixture.world.bucket.put(key, four);
      await imports.arrive(key);
    }
    expect(await list()).toHaveLength(1);
  });
});

describe("the same again", () => {
  test("as an event changes nothing, at any time", async () => {
    const id = await imports.upload(four);
    for (let round = 0; round < 3; round++) await imports.arrive(imports.keyOf(id), "7");
    const events = async () =>
      (await fixture.world.rows.scan()).filter(({ type }) => String(type).startsWith("import."));
    await imports.work();
    const before = await events();
    await grow(5);
    await imports.arrive(imports.keyOf(id), "7");
    await imports.work();
    expect(await shown()).toEqual(["dashboard done 1"]);
    expect(await events()).toEqual(before);
  });

  test("through the form of an import that has its file does not change it", async () => {
    const id = await imports.begin(four);
    await imports.work();
    const before = await imports.row(id);
    await imports.arrive(imports.keyOf(id));
    expect([await imports.work(), await imports.row(id)]).toEqual([0, before]);
  });

  test("as content leads to the import that has it while that has not ended, which leaves a trace", async () => {
    const first = await imports.begin(four);
    const second = await imports.begin(four);
    await letScripts("read");
    await imports.script("same.csv", four);
    expect(await shown()).toEqual(["script failed repeated", "dashboard failed repeated", "dashboard running 1"]);
    expect((await list()).map(({ earlier }) => earlier)).toEqual([first, first, undefined]);
    await imports.work();
    expect([await imports.get(first), await imports.get(second)]).toMatchObject([
      { state: "done" },
      { state: "failed" },
    ]);
  });

  test("as content does for each row what a second invitation would do, and the first import says what has ended", async () => {
    const followed = () => asSystem("follow", () => Audit.follow({ owner: fixture.organization }));
    const job = { organization: fixture.organization };
    const bob = await fixture.join("bob@example.com", "admin");
    await grow(3);
    const email = (name: string) => `${name}@x.example`;
    const names = ["pending", "joined", "removed", "declined", "revoked", "seatless"];
    const content = csv(...names.map(email));
    const first = await imports.begin(content, bob);
    await imports.work();
    expect((await imports.get(first)).counts).toEqual({ invited: 5, no_seat: 1 });
    const accept = async (name: string) => {
      const [person, token] = [await fixture.world.person(email(name)), await fixture.tokenOf(email(name))];
      await fixture.world.as(person, () => Recipient.accept({ token }));
      return person;
    };
    await accept("joined");
    const removed = await accept("removed");
    await fixture.as(fixture.ada, () => Member.remove({ account: removed.account }));
    const declining = await fixture.world.person(email("declined"));
    const token = await fixture.tokenOf(email("declined"));
    await fixture.world.as(declining, () => Recipient.decline({ token }));
    const invitation = idOf(ID.derive("address", email("revoked")));
    await fixture.as(fixture.ada, () => Invitations.revoke({ invitation }));
    await followed();
    expect((await imports.get(first)).ended).toEqual({ declined: 1, revoked: 1, expired: 0 });
    expect((await list()).map(({ ended }) => ended)).toEqual([{ declined: 1, revoked: 1, expired: 0 }]);

    const second = await imports.begin(content);
    await imports.work();
    expect(await imports.get(second)).toMatchObject({ state: "done", earlier: first, pass: 1 });
    expect(await imports.outcomes(second)).toEqual([
      "already_invited",
      "already_member",
      "invited",
      "invited",
      "invited",
      "no_seat",
    ]);

    await fixture.as(fixture.ada, () => Member.remove({ account: bob.account }));
    await asSystem("revoke", () => Schedule.work({ job: "revokeSent", ...job, by: bob.account }));
    fixture.world.clock.pass(8 * 86_400);
    await asSystem("expire", () =>
      Schedule.work({ job: "expire", ...job, until: new Date(fixture.world.clock.at).toISOString() }),
    );
    await followed();
    expect((await imports.get(first)).ended).toEqual({ declined: 1, revoked: 2, expired: 0 });
    expect((await imports.get(second)).ended).toEqual({ declined: 0, revoked: 0, expired: 3 });
    const third = await imports.begin(content);
    await imports.work();
    expect((await imports.get(third)).counts).toEqual({ already_member: 1, invited: 5 });
    expect((await imports.get(third)).ended).toBeUndefined();
  });

  test("leaves nothing of an import that the table has deleted when its invitations end", async () => {
    const id = await imports.begin(csv("a@x.example"));
    await imports.work();
    await fixture.world.table.write(remove(importKeys.import(fixture.organization, id)));
    const invitation = idOf(ID.derive("address", "a@x.example"));
    await fixture.as(fixture.ada, () => Invitations.revoke({ invitation }));
    await asSystem("follow", () => Audit.follow({ owner: fixture.organization }));
    expect(await fixture.world.table.get(mailKeys.importMails(id))).toBeUndefined();
  });

  test("as content is imported again if nothing came of it before", async () => {
    await imports.script("people.csv", four);
    const id = await imports.upload(four);
    await fixture.as(fixture.ada, () => Manage.cancel({ import: id }));
    await imports.arrive(imports.keyOf(id));
    await imports.begin(four);
    await imports.work();
    expect(await shown()).toEqual(["dashboard done 1", "dashboard canceled canceled", "script failed no_setting"]);
  });
});

describe("the form of an import", () => {
  const owners = csv("eve@x.example,owner", "mallory@x.example,admin");
  const create = (by = fixture.ada) => fixture.as(by, () => Manage.create({ fileName: "people.csv" }));
  const roles = async () =>
    (await Promise.all(["eve@x.example", "mallory@x.example"].map(fixture.rowOf))).map((row) => row?.role);

  test("alone gives an object the rights of the person who asked for it", async () => {
    const { import: waiting, upload } = await create();
    const key = imports.keyOf(waiting.id);
    for (const metadata of [{}, { mark: "guessed" }, { mark: String((await imports.row(waiting.id)).mark) }]) {
      fixture.world.bucket.put(key, owners, metadata);
      await imports.arrive(key);
      await imports.work();
    }
    expect([await roles(), (await imports.get(waiting.id)).state]).toEqual([
      [undefined, undefined],
      "waiting_for_file",
    ]);
    await letScripts("write");
    fixture.world.bucket.put(key, owners);
    await imports.arrive(key);
    await imports.work();
    expect(await shown()).toEqual([
      "script done 1",
      ...Array(3).fill("script failed no_setting"),
      "dashboard waiting_for_file 1",
    ]);
    expect(await roles()).toEqual([undefined, undefined]);
    imports.post(upload, `${owners}\n`);
    await imports.arrive(key);
    await imports.work();
    expect([await roles(), (await imports.get(waiting.id)).state]).toEqual([["owner", "admin"], "done"]);
  });

  test("of an earlier release had no mark: what arrives for it gets nobody's rights, and the import says so", async () => {
    await letScripts("write");
    const { import: waiting, upload } = await create();
    const key = imports.keyOf(waiting.id);
    const place = importKeys.import(fixture.organization, waiting.id);
    await fixture.world.table.write(update(place, { unset: ["mark"] }));
    for (const metadata of [{}, { mark: String(upload.fields["x-amz-meta-mark"]) }]) {
      fixture.world.bucket.put(key, csv("eve@x.example,write"), metadata);
      await imports.arrive(key);
      await imports.work();
    }
    expect(await shown()).toEqual(["dashboard failed no_file"]);
    expect(await fixture.rowOf("eve@x.example")).toBeUndefined();
  });

  test("of one import does not work for another one, of the same person either", async () => {
    const [one, other] = [await create(), await create()];
    const key = imports.keyOf(other.import.id);
    imports.post({ fields: { ...one.upload.fields, key } }, owners);
    await imports.arrive(key);
    expect((await imports.get(other.import.id)).state).toBe("waiting_for_file");
  });

  test("is for one object: other content at its key later changes nothing, in a run or after it", async () => {
    const { import: begun, upload } = await create();
    const key = imports.keyOf(begun.id);
    imports.post(upload, four);
    await imports.arrive(key);
    imports.post(upload, owners);
    await imports.arrive(key);
    await imports.work();
    const done = await imports.get(begun.id);
    expect(done).toMatchObject({ state: "done", counts: { invited: 3, no_seat: 1 }, reported: true });
    fixture.world.bucket.put(key, owners);
    await imports.arrive(key);
    fixture.world.bucket.remove(key);
    await grow(5);
    await fixture.as(fixture.ada, () => Manage.retry({ import: begun.id }));
    await imports.work();
    expect(await imports.get(begun.id)).toMatchObject({ state: "done", counts: { invited: 4 }, reported: true });
    expect(await roles()).toEqual([undefined, undefined]);
    expect(await shown()).toEqual(["script failed no_setting", "dashboard done 2"]);
  });

  test("is for what was there when it arrived: an object replaced in that moment is looked at again", async () => {
    const { import: begun, upload } = await create();
    imports.post(upload, four);
    const { bucketObjects } = fixture.world.bucket.ports;
    let heads = 0;
    const head: typeof bucketObjects.head = async (key) => {
      const found = await bucketObjects.head(key);
      if (++heads === 1) fixture.world.bucket.put(key, owners);
      return found;
    };
    fixture.world.rebind({ bucketObjects: { ...bucketObjects, head } });
    await imports.arrive(imports.keyOf(begun.id));
    await imports.work();
    expect(await shown()).toEqual(["script failed no_setting", "dashboard waiting_for_file 1"]);
  });

  test("is for what was claimed, even if a slower worker copies other content afterwards", async () => {
    const { import: begun, upload } = await create();
    const key = imports.keyOf(begun.id);
    imports.post(upload, owners);
    const { bucketObjects } = fixture.world.bucket.ports;
    let copies = 0;
    const copy: typeof bucketObjects.copy = async (...all) => {
      if (++copies === 1) {
        imports.post(upload, four);
        await imports.arrive(key);
        imports.post(upload, owners);
      }
      return bucketObjects.copy(...all);
    };
    fixture.world.rebind({ bucketObjects: { ...bucketObjects, copy } });
    await imports.arrive(key);
    await imports.work();
    expect([copies, await roles()]).toEqual([2, [undefined, undefined]]);
    expect(await imports.get(begun.id)).toMatchObject({ state: "done", counts: { invited: 3, no_seat: 1 } });
  });

  test("is found by the clock if its event was lost, and another object at its key is not", async () => {
    const ids = [await imports.upload(four), (await create()).import.id];
    for (const id of ids.slice(1)) fixture.world.bucket.put(imports.keyOf(id), owners);
    fixture.world.clock.pass(3 * 3600);
    for (const id of ids) await imports.run({ job: "check", organization: fixture.organization, import: id });
    await imports.work();
    expect((await shown()).toSorted()).toEqual(["dashboard done 1", "dashboard failed no_file"]);
  });

  test("can be signed again with the same mark after the pepper was rotated", async () => {
    const { import: begun, upload } = await create();
    const row = await imports.row(begun.id);
    const asked = { organization: fixture.organization, id: begun.id, by: fixture.ada.account };
    const previous = { value: peppers()[0] ?? "", usedUntil: "2000-01-01", validUntil: "2999-01-01" };
    fixture.world.rebind({ pepper: () => ({ current: "another pepper", previous }) });
    expect((await signAgain(asked, row)).fields).toEqual(upload.fields);
    const { fields } = (await create()).upload;
    expect(fields["x-amz-meta-mark"]).not.toBe(upload.fields["x-amz-meta-mark"]);
  });

  test("is given to one organization 120 times an hour, by all of its people together", async () => {
    const people = await Promise.all([1, 2, 3].map((n) => fixture.join(`admin${n}@example.com`, "admin")));
    const asked: string[] = [];
    for (let n = 0; n < 121; n++) asked.push(await resultOf(create(people[n % 3])));
    expect(asked.filter((one) => one !== "done")).toEqual(["rate.limited"]);
  });

  test("accepts a file without content, which ends its import", async () => {
    const id = await imports.begin("");
    await imports.work();
    expect(await imports.get(id)).toMatchObject({ state: "failed", reason: "empty" });
  });
});

describe("imports of one organization", () => {
  test("run one after the other, in the order in which their files arrived", async () => {
    const ids = [await imports.begin(csv("a@x.example")), await imports.begin(csv("b@x.example"))];
    fixture.world.clock.pass(1);
    ids.push(await imports.begin(csv("c@x.example", "d@x.example")));
    expect(await shown()).toEqual(["dashboard waiting 1", "dashboard waiting 1", "dashboard running 1"]);
    await imports.work();
    expect(await shown()).toEqual(["dashboard done 1", "dashboard done 1", "dashboard done 1"]);
    expect(await imports.outcomes(ids[2] as never)).toEqual(["invited", "no_seat"]);
  });

  test("end before anything is sent if the file cannot be read, and the next one begins", async () => {
    const files = ["", "name,role\nAda,read\n", "PK\u0003\u0004 a workbook", "email\n", "\0".repeat(9)];
    await letScripts("read");
    for (const [n, content] of files.entries()) await imports.script(`${n}.csv`, content);
    await imports.work();
    expect((await shown()).toReversed()).toEqual(
      ["empty", "no_address", "workbook", "no_rows", "not_text"].map((reason) => `script failed ${reason}`),
    );
    expect(await fixture.world.table.get(importKeys.importing(fixture.organization))).toBeUndefined();
  });

  test("end if the copy of their file is deleted, with that reason", async () => {
    const id = await imports.begin(four);
    fixture.world.bucket.remove((await imports.row(id)).file as string);
    await imports.work();
    expect(await shown()).toEqual(["dashboard failed file_changed"]);
    expect((await fixture.organizationRow()).free).toBe(3);
    expect(await resultOf(fixture.as(fixture.ada, () => Manage.retry({ import: id })))).toBe("import.nothing_to_retry");
  });
});

describe("the setting", () => {
  test("names an owner or admin of the organization, and is refused once that account no longer is one", async () => {
    const [carol, dave] = [
      await fixture.join("carol@example.com", "admin"),
      await fixture.join("dave@example.com", "write"),
    ];
    const edit = (runAs: typeof carol.account, revision: number) => resultOf(letScripts("write", runAs, revision));
    expect(await edit(dave.account, 0)).toBe("import.account_not_allowed");
    expect(await edit((await fixture.world.person("eve@example.com")).account, 0)).toBe("import.account_not_allowed");
    expect(await edit(carol.account, 0)).toBe("done");
    // only an owner lets scripts act for an owner; an admin may change the rest of what an owner chose
    const byAdmin = (runAs: ID.ID<"account">, revision: number) =>
      resultOf(fixture.as(carol, () => Setting.edit({ runAs, role: "read", lifetimeDays: 5, revision })));
    expect(await byAdmin(fixture.ada.account, 1)).toBe("import.account_above");
    expect(await edit(carol.account, 0)).toBe("import.setting_moved");
    const get = () => fixture.as(fixture.ada, () => Setting.setting({}));
    expect(await get()).toEqual({ runAs: carol.account, allowed: true, role: "write", lifetimeDays: 3, revision: 1 });
    await fixture.as(fixture.ada, () => Member.remove({ account: carol.account }));
    expect(await get()).toMatchObject({ runAs: carol.account, allowed: false });
    await fixture.as(fixture.ada, () => Setting.edit({ role: "read", lifetimeDays: 7, revision: 1 }));
    expect(await get()).toEqual({ allowed: false, role: "read", lifetimeDays: 7, revision: 2 });
  });
});
