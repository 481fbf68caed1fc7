import { addressOf } from "@muster/core/account/account.ts";
import * as Audit from "@muster/core/audit/audit.ts";
import * as ID from "@muster/core/base/id.ts";
import { billingKeys } from "@muster/core/billing/keys.ts";
import { asSystem } from "@muster/core/kernel/context.ts";
import { kernelKeys } from "@muster/core/kernel/keys.ts";
import * as Rotation from "@muster/core/key/rotation.ts";
import { mailKeys } from "@muster/core/mail/keys.ts";
import { organizationKeys } from "@muster/core/organization/keys.ts";
import * as Organization from "@muster/core/organization/organization.ts";
import * as Purge from "@muster/core/purge/run.ts";
import { settingKeys } from "@muster/core/setting/keys.ts";
import { put, update } from "@muster/core/table/table.ts";
import { raw } from "@muster/local/testing/fixtures/raw.ts";
import { openWorld, type World } from "@muster/local/testing/worlds/world.ts";
import { beforeEach, describe, expect, test } from "vitest";
import { commands } from "./arguments.ts";
import { operate } from "./operate.ts";

let world: World;
let organization: ID.ID<"organization">;
beforeEach(async () => {
  world = await openWorld();
  const ada = await world.person("ada@example.com");
  organization = (await world.as(ada, () => Organization.create({ name: "Acme" }))).id;
});

const follow = () => asSystem("follow", () => Audit.follow({ owner: organization }));

/** The output and errors of a command line, and its exit code. */
async function run(...words: string[]) {
  let [said, complained] = ["", ""];
  const exit = await operate(words, {
    say: (text) => {
      said += text;
    },
    complain: (text) => {
      complained += text;
    },
    boot: () => {},
    secrets: () => {
      throw new Error("No secrets here.");
    },
    help: "\nMore.\n",
  });
  return { exit, said, complained };
}

describe("the operator", () => {
  test("grants seats", async () => {
    const said = "It has 25 seats: 3 of its plan and 22 granted. Before, 0 were granted.\n";
    expect(await run("seats", organization, "22")).toEqual({ exit: 0, said, complained: "" });
    const answer = await run("seats", organization, "23", "2999-12-31", "--json");
    const granted = { from: 22, to: 23, until: "3000-01-01T00:00:00.000Z", capacity: 26 };
    expect([answer.exit, JSON.parse(answer.said)]).toEqual([0, granted]);
    expect((await run("show", organization)).said).toContain(
      "Granted       23 of them, until 3000-01-01T00:00:00.000Z\n",
    );
  });

  test("is refused with a sentence if people would be left without a seat", async () => {
    await run("seats", organization, "9");
    await world.table.write(update(organizationKeys.organization(organization), { set: { free: 0 } }));
    const complained = "12 seats are in use or held by invitations: 5 would be too few.\n";
    expect(await run("seats", organization, "2")).toEqual({ exit: 1, said: "", complained });
    const answer = await run("seats", organization, "2", "--json");
    expect([answer.exit, JSON.parse(answer.said)]).toEqual([1, { code: "seat.committed", message: complained.trim() }]);
  });

  test("suspends and reactivates", async () => {
    expect((await run("suspend", organization)).said).toContain("Suspended. Owners can view it");
    expect((await run("suspend", organization)).said).toBe("It was already suspended.\n");
    expect((await run("show", organization)).said).toContain("State         suspended, may not invite\n");
    expect((await run("reactivate", organization)).said).toBe("Reactivated.\n");
    expect((await run("reactivate", organization)).said).toBe("It was not suspended.\n");
  });

  test("views an organization", async () => {
    await follow();
    const { exit, said } = await run("show", organization);
    expect(exit).toBe(0);
    expect(said.split("\n").slice(0, -1)).toEqual([
      `Organization  ${organization}`,
      "Name          Acme",
      "Created       2026-11-24T09:00:00.000Z",
      "State         active",
      "Plan          free",
      "Seats         3: 1 in use, 0 held by invitations",
      "Owners        1",
      "Log           1 event, 0 announced",
    ]);
    expect(JSON.parse((await run("show", organization, "--json")).said)).toMatchObject({ organization, owners: 1 });
  });

  test("verifies a log, and learns if somebody has altered it", async () => {
    await follow();
    expect(await run("verify", organization)).toEqual({
      exit: 0,
      said: "The log is intact: 1 event.\n",
      complained: "",
    });
    await world.table.write(update(kernelKeys.logged(organization, 1), { set: { data: { name: "Other" } } }));
    expect(await run("verify", organization)).toMatchObject({ exit: 1, said: "The event at 1 was altered.\n" });
    const { exit, said } = await run("verify", organization, "--json");
    expect([exit, JSON.parse(said)]).toEqual([1, { whole: false, wrong: ["The event at 1 was altered."] }]);
  });

  test("allows email again", async () => {
    const complained = "2026-11-20T09:00:00.000Z";
    await world.table.write(put(mailKeys.suppression(addressOf("bob@example.com")), { complained }));
    const said = `Email is allowed again; the address had complained ${complained}.\n`;
    expect(await run("remove-suppression", "bob@example.com")).toMatchObject({ exit: 0, said });
    expect(await run("remove-suppression", "bob@example.com")).toMatchObject({
      exit: 0,
      said: "It was not suppressed.\n",
    });
  });

  test("allows another trial", async () => {
    const key = billingKeys.trial(addressOf("bob@example.com"));
    const at = "2026-11-20T09:00:00.000Z";
    const held = { organization, customer: "cus_1", checkout: ID.create("operation"), heldUntil: at };
    await world.table.write(put(key, { ...held, usedAt: at, keptUntil: "2027-12-25T09:00:00.000Z" }));
    const said = `Another trial is allowed; the last was of ${organization}, ${at}.\n`;
    expect(await run("allow-trial", "bob@example.com")).toMatchObject({ exit: 0, said });
    expect(await world.table.get(key)).toBeUndefined();
    expect(await run("allow-trial", "bob@example.com")).toMatchObject({ exit: 0, said: "No trial was used.\n" });
  });

  test("counts the members of an organization for previews of its settings, and says what was wrong", async () => {
    const count = () => run("count-members", organization);
    const before = "1 member is counted.\nCounted elsewhere or not at all before: 1 member.\n";
    expect(await count()).toEqual({ exit: 0, said: before, complained: "" });
    const right = { exit: 0, said: "1 member is counted.\nNothing was wrong.\n", complained: "" };
    expect(await count()).toEqual(right);
    const { items } = await world.table.query(settingKeys.cohorts(organization));
    expect(items).toMatchObject([{ members: 1, teams: [] }]);
    await world.table.write(...items.map(({ pk, sk }) => update(raw({ pk, sk }), { set: { members: 7 } })));
    expect((await count()).said).toBe(
      "1 member is counted.\nMembers with the same teams and own choices, corrected:\n  0 teams, 0 own choices: 7 → 1\n",
    );
    expect(await count()).toEqual(right);
    expect((await run("count-members", ID.create("organization"))).exit).toBe(1);
  });

  test("rotates the key that wraps data keys, once at a time, and follows it to its end", async () => {
    expect((await run("key-rotation")).said).toBe("The key was never rotated by a command.\n");
    expect(await run("rotate-key")).toMatchObject({ exit: 0, said: expect.stringMatching(/^Started\./) });
    expect(await run("rotate-key")).toMatchObject({
      exit: 1,
      complained: expect.stringContaining("A rotation of the wrapping key is running."),
    });
    const tick = () => asSystem("clock", () => Rotation.advance({}));
    const rotation = async () => JSON.parse((await run("key-rotation", "--json")).said) as Rotation.Progress;
    expect((await rotation()).renewedAt).toBeUndefined();
    await tick();
    expect((await rotation()).finishedAt).toBeUndefined();
    world.clock.pass(121);
    await tick();
    expect(await rotation()).toMatchObject({ finishedAt: expect.any(String), rewrapped: 0, unreadable: 0 });
    expect(await run("key-rotation")).toMatchObject({ exit: 0, said: expect.stringContaining("Finished") });
    expect((await run("rotate-key")).exit).toBe(0);
  });

  test("sees what is deleted, and the counts of what was purged", async () => {
    expect((await run("purges")).said).toBe("No organization was purged.\n");
    const deletedAt = "2026-11-24T09:00:00.000Z";
    const tombstone = {
      state: "deleted",
      growth: false,
      deletedAt,
      list: organizationKeys.deletedOrganizations,
      rank: deletedAt,
    };
    await world.table.write(update(raw(organizationKeys.organization(organization)), { set: tombstone }));
    expect((await run("show", organization)).said).toContain(
      `Deleted       ${deletedAt}, restorable until 2026-12-24T09:00:00.000Z\n`,
    );
    world.clock.pass(30 * 86_400);
    for (let round = 0; round < 2; round++) await asSystem("imports", () => Purge.run({ job: "purge", organization }));
    const purgedAt = "2026-12-24T09:00:00.000Z";
    const { said } = await run("show", organization);
    expect(said.split("\n").slice(0, 4)).toEqual([
      `Organization  ${organization}`,
      "State         purged",
      `Deleted       ${deletedAt}`,
      `Purged        ${purgedAt}, begun ${purgedAt}`,
    ]);
    expect(said).toContain("Erased        3 rows and objects: members 1, addresses 1, events 1\n");
    expect((await run("purges")).said).toMatch(new RegExp(`^${purgedAt}  ${organization}  \\d+ rows and objects\n$`));
    expect(JSON.parse((await run("purges", "--json")).said)).toMatchObject({ items: [{ organization, purgedAt }] });
    expect(await run("verify", organization)).toMatchObject({
      exit: 1,
      complained: "Organization not found.\n",
    });
  });

  test("learns which organizations do not exist", async () => {
    const nobodys = ID.create("organization");
    for (const words of [
      ["seats", nobodys, "5"],
      ["suspend", nobodys],
      ["reactivate", nobodys],
      ["show", nobodys],
      ["verify", nobodys],
    ]) {
      const answer = { exit: 1, said: "", complained: "Organization not found.\n" };
      expect(await run(...words)).toEqual(answer);
    }
  });
});

describe("a command line that cannot be understood", () => {
  test.each([
    [[], "Name a command."],
    [["dance"], "Unknown command."],
    [["constructor", "x"], "Unknown command."],
    [["seats"], "seats takes <organization> <seats> [until]."],
    [["show", "one", "two"], "show takes <organization>."],
    [["sweep", "1", "2"], "sweep takes [max]."],
    [["sweep", "many"], "<max> is a whole number."],
    [["reports", "all"], "reports takes nothing."],
    [["seats", "org_01ARZ3NDEKTSV4RRFFQ69G5FAV", "many"], "<seats> is a whole number."],
    [["show", "org_x", "--loud"], "--loud"],
  ])("is explained (%s)", async (words, sentence) => {
    const { exit, said, complained } = await run(...words);
    expect([exit, said]).toEqual([2, ""]);
    expect(complained).toContain(sentence);
    expect(complained).toContain("npm run operator -- <command>");
  });

  test("may contain invalid ids, invalid addresses, and too many seats", async () => {
    const mistake = (complained: string) => ({ exit: 2, said: "", complained });
    expect(await run("show", "acme")).toEqual(mistake("Expected the id of an organization.\n"));
    expect((await run("remove-suppression", "nobody")).exit).toBe(2);
    expect((await run("seats", organization, "-1")).exit).toBe(2);
    const past = mistake("The last day of a grant cannot be in the past.\n");
    expect(await run("seats", organization, "5", "2020-01-01")).toEqual(past);
    expect(await run("report", "rep_x")).toEqual(mistake("Expected the id of a report.\n"));
    expect(await run("sweep", "100000")).toEqual(mistake("At most 2000 differences at once.\n"));
  });
});

test("help lists every command, and needs nothing", async () => {
  const { exit, said } = await run("--help");
  expect(exit).toBe(0);
  for (const [name, { does }] of Object.entries(commands)) expect(said).toMatch(new RegExp(`  ${name} .*${does}`));
  expect(said.endsWith("\nMore.\n")).toBe(true);
});

test("a missing variable is reported", async () => {
  let complained = "";
  const exit = await operate(["show", organization], {
    say: () => {},
    complain: (text) => {
      complained += text;
    },
    boot: () => {
      throw new Error("MUSTER_TABLE is not set.");
    },
    secrets: () => {
      throw new Error("No secrets here.");
    },
  });
  expect([exit, complained]).toEqual([1, "MUSTER_TABLE is not set.\n"]);
});
