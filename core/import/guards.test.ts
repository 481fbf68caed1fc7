import { importsOf } from "@muster/local/testing/fixtures/imports.ts";
import { type Scenario, testGuards } from "@muster/local/testing/invariants/scenario.ts";
import { resultOf } from "@muster/local/testing/result.ts";
import { describe } from "vitest";
import * as Sending from "../invitation/send.ts";
import { asSystem } from "../kernel/context.ts";
import * as Member from "../member/member.ts";
import { organizationKeys } from "../organization/keys.ts";
import { type Step, update } from "../table/table.ts";
import { begin } from "./begin.ts";
import { importKeys } from "./keys.ts";
import * as Manage from "./manage.ts";
import * as Setting from "./setting.ts";

const system = { type: "system", job: "imports" } as const;
const csv = (...emails: string[]) => `email\n${emails.map((email) => `${email}\n`).join("")}`;
const one = csv("bob@example.com");

/** The first write that makes this change to a chunk or an import. */
const setting =
  (begin: string, set: object) =>
  (steps: readonly Step[]): boolean =>
    steps.some(
      (step) =>
        step.key.sk.startsWith(begin) &&
        Object.entries(set).every(([name, value]) => step.do === "update" && step.change.set?.[name] === value),
    );
const opening = setting("chk#", { state: "open" });
const closing = setting("chk#", { state: "closed" });
const stepping = (steps: readonly Step[]) => steps.some(({ key }) => key.sk.startsWith("out#"));

const context = (of: Parameters<Scenario>[0]) => {
  const imports = importsOf(of.fixture);
  const { ada, world, organization } = of.fixture;
  const first = () => world.queued.imports.shift() as object;
  return {
    ...of,
    imports,
    first,
    run: (message: object) => resultOf(imports.run(message)),
    cancel: (id: Parameters<typeof imports.get>[0]) =>
      resultOf(of.fixture.as(ada, () => Manage.cancel({ import: id }))),
    retry: (id: Parameters<typeof imports.get>[0]) => resultOf(of.fixture.as(ada, () => Manage.retry({ import: id }))),
    send: (email: string) => resultOf(of.fixture.as(ada, () => Sending.send({ invitations: [{ email }] }))),
    lock: () => world.table.get(importKeys.importing(organization)),
    drain: async () => {
      for (let round = 0; round < 3; round++) await resultOf(imports.work());
    },
  };
};
type ScenarioContext = ReturnType<typeof context>;
const race =
  (run: (of: ScenarioContext) => Promise<string[]>): Scenario =>
  (of) =>
    run(context(of));

/** Two workers on one chunk, the slower of which is delayed at its write. */
const twice =
  (content: string, isMeant: (steps: readonly Step[]) => boolean) =>
  async ({
    imports,
    first,
    run,
    overtake,
    drain,
    invariants,
    send,
    world,
  }: ScenarioContext & { world: ScenarioContext["fixture"]["world"] }) => {
    await send("zoe@example.com");
    const id = await imports.begin(content);
    const message = first();
    await overtake(
      () => run(message),
      () => run(message),
      isMeant,
    );
    await drain();
    const info = await imports.get(id);
    const rows = content.split("\n").length - 2;
    return [
      ...(info.rows === rows && info.state === "done" ? [] : [`${info.state} with ${info.rows} rows`]),
      ...(world.queued.imports.length === 0 ? [] : ["something cannot be done"]),
      ...(await invariants.check()),
    ];
  };
const both = (content: string, isMeant: (steps: readonly Step[]) => boolean) =>
  race((of) => twice(content, isMeant)({ ...of, world: of.fixture.world }));

/** A race for each guard, which shows what happens without it. */
const races: Record<string, Scenario> = {
  "import opens: place": both(one, opening),
  "import steps: place": race(async ({ imports, first, run, overtake, drain, send, retry }) => {
    for (const name of ["p", "q", "r", "s", "t", "u"]) await send(`${name}@example.com`);
    const id = await imports.begin(csv("bob@example.com", "nobody"));
    const message = first();
    await overtake(
      () => run(message),
      () => run(message),
      stepping,
    );
    await drain();
    await retry(id);
    await drain();
    const { rows, pass } = await imports.get(id);
    return rows === 2 && pass === 2 ? [] : [`${rows} rows in pass ${pass}`];
  }),
  "import closes: place": both(one, closing),

  "import opens: organization": race(async ({ imports, first, run, overtake, drain, send, invariants }) => {
    await imports.begin(csv(...Array.from({ length: 6 }, (_, n) => `p${n}@example.com`)));
    const message = first();
    await overtake(
      () => run(message),
      () => send("carol@example.com"),
      opening,
    );
    await drain();
    return invariants.check();
  }),

  "import closes: organization": race(async ({ imports, first, run, overtake, drain, send, fixture, invariants }) => {
    const organizationRow = organizationKeys.organization(fixture.organization);
    await fixture.world.table.write(update(organizationRow, { set: { grantedSeats: 0 } }));
    await send("carol@example.com");
    await imports.begin(csv("bob@example.com", "carol@example.com"));
    const message = first();
    await overtake(
      () => run(message),
      async () => {
        fixture.world.clock.pass(86_400);
        await send("dave@example.com");
      },
      closing,
    );
    await drain();
    const { sentToday } = await fixture.organizationRow();
    return [...(await invariants.check()), ...(sentToday === 1 ? [] : [`${String(sentToday)} were counted`])];
  }),

  "import begins: another runs": race(async ({ imports, overtake, fixture }) => {
    await imports.upload(one);
    const other = await imports.upload(csv("carol@example.com"));
    const mine = await imports.upload(csv("dave@example.com"));
    await overtake(
      () => resultOf(imports.arrive(imports.keyOf(mine))),
      () => resultOf(imports.arrive(imports.keyOf(other))),
      setting("imp_", { state: "running" }),
    );
    const { items } = await fixture.as(fixture.ada, () => Manage.list({}));
    const running = items.filter(({ state }) => state === "running").length;
    return running === 1 ? [] : [`${running} run at once`];
  }),

  "import begins: place": race(async ({ imports, overtake, cancel, fixture }) => {
    const id = await imports.upload(one);
    await overtake(
      () => resultOf(imports.arrive(imports.keyOf(id))),
      () => cancel(id),
      setting("imp_", { state: "running" }),
    );
    const { state } = await imports.get(id);
    await asSystem("imports", () => begin(fixture.organization, system));
    return state === "canceled" ? [] : [`what was canceled is ${state}`];
  }),

  "import arrives: place": race(async ({ imports, overtake, cancel }) => {
    const id = await imports.upload(one);
    await overtake(
      () => resultOf(imports.arrive(imports.keyOf(id))),
      () => cancel(id),
    );
    const { state } = await imports.get(id);
    return state === "canceled" ? [] : [`what was canceled is ${state}`];
  }),

  "import arrives: bytes": race(async ({ imports, overtake, fixture, drain }) => {
    const { account: runAs } = fixture.ada;
    await fixture.as(fixture.ada, () => Setting.edit({ runAs, role: "read", lifetimeDays: 7, revision: 0 }));
    await overtake(
      () => resultOf(imports.script("one.csv", one)),
      () => resultOf(imports.script("other.csv", one)),
    );
    await drain();
    const { items } = await fixture.as(fixture.ada, () => Manage.list({}));
    const shown = items.map(({ state, reason }) => reason ?? state).toSorted();
    return shown.join() === "done,repeated" ? [] : [`the same bytes are ${shown.join(" and ")}`];
  }),

  "import arrives: news": race(async ({ imports, overtake, fixture }) => {
    const key = `imports/${fixture.organization}/one.csv`;
    fixture.world.bucket.put(key, one);
    await overtake(
      () => resultOf(imports.arrive(key, "1")),
      () => resultOf(imports.arrive(key, "1")),
    );
    const { items } = await fixture.as(fixture.ada, () => Manage.list({}));
    return items.length === 1 ? [] : [`one upload is refused ${items.length} times`];
  }),

  "import is canceled: place": race(async ({ imports, first, run, overtake, cancel, drain }) => {
    const id = await imports.begin(one);
    const message = first();
    const answers = await overtake(
      () => cancel(id),
      () => run(message),
    );
    await drain();
    const { state, reason } = await imports.get(id);
    return state === "done" && !reason && answers[0] !== "done" ? [] : [`${state}, ${reason ?? "no reason"}`];
  }),

  "import is canceled before it runs: place": race(async ({ imports, overtake, cancel, drain, lock }) => {
    const id = await imports.upload(one);
    await overtake(
      () => cancel(id),
      () => resultOf(imports.arrive(imports.keyOf(id))),
    );
    await drain();
    const { state } = await imports.get(id);
    return state === "done" && !(await lock()) ? [] : [`what ran is ${state}`];
  }),

  "import stops: place": race(async ({ imports, first, run, overtake, cancel, drain, fixture }) => {
    const bob = await fixture.join("bob@example.com", "admin");
    const id = await imports.begin(csv("carol@example.com"), bob);
    const message = first();
    await fixture.as(fixture.ada, () => Member.remove({ account: bob.account }));
    await overtake(
      () => run(message),
      () => cancel(id),
      setting("imp_", { stop: "inviter_unauthorized" }),
    );
    await drain();
    const { state, counts } = await imports.get(id);
    return state === "canceled" && counts.canceled === 1 ? [] : [`what was canceled is ${state}`];
  }),

  "import is retried: place": race(async ({ imports, overtake, retry, drain, fixture }) => {
    const id = await imports.begin(csv(...Array.from({ length: 8 }, (_, n) => `p${n}@example.com`)));
    await drain();
    await overtake(
      () => retry(id),
      () => retry(id),
    );
    await drain();
    const { state, pass } = await imports.get(id);
    const events = await fixture.world.rows.scan();
    const retried = events.filter(({ type }) => type === "import.retried").length;
    return state === "done" && pass === 2 && retried === 1
      ? []
      : [`${state} in pass ${pass}, retried ${retried} times`];
  }),

  "import is reported: place": race(async ({ imports, overtake, retry, drain, first, run, fixture }) => {
    const id = await imports.begin(csv(...Array.from({ length: 8 }, (_, n) => `p${n}@example.com`)));
    await run(first());
    const message = first();
    await overtake(
      () => run(message),
      () => retry(id),
    );
    fixture.world.queued.imports.length = 1;
    await drain();
    const { pass, reported } = await imports.get(id);
    return pass === 2 && reported ? [] : [`there is no report of pass ${pass}`];
  }),

  "import is looked after: place": race(async ({ imports, first, run, overtake, drain, fixture }) => {
    const id = await imports.begin(one);
    const message = first();
    fixture.world.clock.pass(700);
    await overtake(
      () => run({ job: "check", organization: fixture.organization, import: id }),
      () => run(message),
    );
    await drain();
    return (await imports.row(id)).list === undefined ? [] : ["a finished import is watched forever"];
  }),

  "import is given up: place": race(async ({ imports, overtake, drain, fixture }) => {
    const { import: begun, upload } = await fixture.as(fixture.ada, () => Manage.create({}));
    fixture.world.clock.pass(8000);
    await overtake(
      () => resultOf(imports.run({ job: "check", organization: fixture.organization, import: begun.id })),
      async () => {
        imports.post(upload, one);
        await resultOf(imports.arrive(imports.keyOf(begun.id)));
      },
    );
    await drain();
    const { state } = await imports.get(begun.id);
    return state === "done" ? [] : [`what was uploaded late is ${state}`];
  }),

  "import setting: place": race(async ({ overtake, fixture }) => {
    const edit = (role: "read" | "write") =>
      resultOf(fixture.as(fixture.ada, () => Setting.edit({ role, lifetimeDays: 7, revision: 0 })));
    const answers = await overtake(
      () => edit("read"),
      () => edit("write"),
    );
    return answers.join() === "import.setting_moved,done" ? [] : [answers.join()];
  }),
};

describe("each guard of imports has its race", () => {
  testGuards(races, (guard) => guard.startsWith("import "));
});
