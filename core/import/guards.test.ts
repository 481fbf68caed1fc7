import { importsOf } from "@muster/local/testing/imports.ts";
import { type Play, testGuards } from "@muster/local/testing/scenes.ts";
import { told } from "@muster/local/testing/told.ts";
import { describe } from "vitest";
import * as Offer from "../invitation/offer.ts";
import { asSystem } from "../kernel/context.ts";
import * as Member from "../member/member.ts";
import { Keys } from "../table/keys.ts";
import { type Step, update } from "../table/table.ts";
import { begin } from "./begin.ts";
import * as Manage from "./manage.ts";
import * as Setting from "./setting.ts";

const system = { type: "system", job: "imports" } as const;
const csv = (...emails: string[]) => `email\n${emails.map((email) => `${email}\n`).join("")}`;
const one = csv("bob@example.com");

/** The write that does this to a chunk or an import. */
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

const scene = (of: Parameters<Play>[0]) => {
  const imports = importsOf(of.stage);
  const { ada, world, organization } = of.stage;
  const first = () => world.queued.imports.shift() as object;
  return {
    ...of,
    imports,
    first,
    run: (message: object) => told(imports.run(message)),
    cancel: (id: Parameters<typeof imports.get>[0]) => told(of.stage.as(ada, () => Manage.cancel({ import: id }))),
    retry: (id: Parameters<typeof imports.get>[0]) => told(of.stage.as(ada, () => Manage.retry({ import: id }))),
    send: (email: string) => told(of.stage.as(ada, () => Offer.send({ invitations: [{ email }] }))),
    lock: () => world.table.get(Keys.importing(organization)),
    settle: async () => {
      for (let turn = 0; turn < 3; turn++) await told(imports.work());
    },
  };
};
type Scene = ReturnType<typeof scene>;
const race =
  (run: (of: Scene) => Promise<string[]>): Play =>
  (of) =>
    run(scene(of));

/** Two workers at one chunk, the slower of which is held back at its write. */
const twice =
  (content: string, isMeant: (steps: readonly Step[]) => boolean) =>
  async ({ imports, first, run, overtake, settle, books, send, world }: Scene & { world: Scene["stage"]["world"] }) => {
    await send("zoe@example.com");
    const id = await imports.begin(content);
    const message = first();
    await overtake(
      () => run(message),
      () => run(message),
      isMeant,
    );
    await settle();
    const info = await imports.get(id);
    const rows = content.split("\n").length - 2;
    return [
      ...(info.rows === rows && info.state === "done" ? [] : [`${info.state} with ${info.rows} rows`]),
      ...(world.queued.imports.length === 0 ? [] : ["something cannot be done"]),
      ...(await books.look()),
    ];
  };
const both = (content: string, isMeant: (steps: readonly Step[]) => boolean) =>
  race((of) => twice(content, isMeant)({ ...of, world: of.stage.world }));

/** A race for each guard, which shows what happens without it. */
const races: Record<string, Play> = {
  "import opens: place": both(one, opening),
  "import steps: place": race(async ({ imports, first, run, overtake, settle, send, retry }) => {
    for (const name of ["p", "q", "r", "s", "t", "u"]) await send(`${name}@example.com`);
    const id = await imports.begin(csv("bob@example.com", "nobody"));
    const message = first();
    await overtake(
      () => run(message),
      () => run(message),
      stepping,
    );
    await settle();
    await retry(id);
    await settle();
    const { rows, pass } = await imports.get(id);
    return rows === 2 && pass === 2 ? [] : [`${rows} rows in pass ${pass}`];
  }),
  "import closes: place": both(one, closing),

  "import opens: organization": race(async ({ imports, first, run, overtake, settle, send, books }) => {
    await imports.begin(csv(...Array.from({ length: 6 }, (_, n) => `p${n}@example.com`)));
    const message = first();
    await overtake(
      () => run(message),
      () => send("carol@example.com"),
      opening,
    );
    await settle();
    return books.look();
  }),

  "import closes: organization": race(async ({ imports, first, run, overtake, settle, send, stage, books }) => {
    const home = Keys.organization(stage.organization);
    await stage.world.table.write(update(home, { set: { granted: false } }));
    await send("carol@example.com");
    await imports.begin(csv("bob@example.com", "carol@example.com"));
    const message = first();
    await overtake(
      () => run(message),
      async () => {
        stage.world.clock.pass(86_400);
        await send("dave@example.com");
      },
      closing,
    );
    await settle();
    const { sentToday } = await stage.home();
    return [...(await books.look()), ...(sentToday === 1 ? [] : [`${String(sentToday)} were counted`])];
  }),

  "import begins: another runs": race(async ({ imports, overtake, stage }) => {
    await imports.upload(one);
    const other = await imports.upload(csv("carol@example.com"));
    const mine = await imports.upload(csv("dave@example.com"));
    await overtake(
      () => told(imports.tell(imports.keyOf(mine))),
      () => told(imports.tell(imports.keyOf(other))),
      setting("imp_", { state: "running" }),
    );
    const { items } = await stage.as(stage.ada, () => Manage.list({}));
    const running = items.filter(({ state }) => state === "running").length;
    return running === 1 ? [] : [`${running} run at once`];
  }),

  "import begins: place": race(async ({ imports, overtake, cancel, stage }) => {
    const id = await imports.upload(one);
    await overtake(
      () => told(imports.tell(imports.keyOf(id))),
      () => cancel(id),
      setting("imp_", { state: "running" }),
    );
    const { state } = await imports.get(id);
    await asSystem("imports", () => begin(stage.organization, system));
    return state === "cancelled" ? [] : [`what was cancelled is ${state}`];
  }),

  "import arrives: place": race(async ({ imports, overtake, cancel }) => {
    const id = await imports.upload(one);
    await overtake(
      () => told(imports.tell(imports.keyOf(id))),
      () => cancel(id),
    );
    const { state } = await imports.get(id);
    return state === "cancelled" ? [] : [`what was cancelled is ${state}`];
  }),

  "import arrives: bytes": race(async ({ imports, overtake, stage, settle }) => {
    const { account: actsFor } = stage.ada;
    await stage.as(stage.ada, () => Setting.edit({ actsFor, role: "read", lifetimeDays: 7, revision: 0 }));
    await overtake(
      () => told(imports.script("one.csv", one)),
      () => told(imports.script("other.csv", one)),
    );
    await settle();
    const { items } = await stage.as(stage.ada, () => Manage.list({}));
    return items.length === 1 ? [] : [`the same bytes are imported ${items.length} times`];
  }),

  "import arrives: news": race(async ({ imports, overtake, stage }) => {
    const key = `imports/${stage.organization}/one.csv`;
    stage.world.bucket.put(key, one);
    await overtake(
      () => told(imports.tell(key, "1")),
      () => told(imports.tell(key, "1")),
    );
    const { items } = await stage.as(stage.ada, () => Manage.list({}));
    return items.length === 1 ? [] : [`one upload is refused ${items.length} times`];
  }),

  "import is cancelled: place": race(async ({ imports, first, run, overtake, cancel, settle }) => {
    const id = await imports.begin(one);
    const message = first();
    const answers = await overtake(
      () => cancel(id),
      () => run(message),
    );
    await settle();
    const { state, reason } = await imports.get(id);
    return state === "done" && !reason && answers[0] !== "done" ? [] : [`${state}, ${reason ?? "no reason"}`];
  }),

  "import is cancelled before it runs: place": race(async ({ imports, overtake, cancel, settle, lock }) => {
    const id = await imports.upload(one);
    await overtake(
      () => cancel(id),
      () => told(imports.tell(imports.keyOf(id))),
    );
    await settle();
    const { state } = await imports.get(id);
    return state === "done" && !(await lock()) ? [] : [`what ran is ${state}`];
  }),

  "import stops: place": race(async ({ imports, first, run, overtake, cancel, settle, stage }) => {
    const bob = await stage.join("bob@example.com", "admin");
    const id = await imports.begin(csv("carol@example.com"), bob);
    const message = first();
    await stage.as(stage.ada, () => Member.remove({ account: bob.account }));
    await overtake(
      () => run(message),
      () => cancel(id),
      setting("imp_", { stop: "inviter_gone" }),
    );
    await settle();
    const { state, counts } = await imports.get(id);
    return state === "cancelled" && counts.cancelled === 1 ? [] : [`what was cancelled is ${state}`];
  }),

  "import is retried: place": race(async ({ imports, overtake, retry, settle, stage }) => {
    const id = await imports.begin(csv(...Array.from({ length: 8 }, (_, n) => `p${n}@example.com`)));
    await settle();
    await overtake(
      () => retry(id),
      () => retry(id),
    );
    await settle();
    const { state, pass } = await imports.get(id);
    const events = await stage.world.rows.scan();
    const retried = events.filter(({ type }) => type === "import.retried").length;
    return state === "done" && pass === 2 && retried === 1
      ? []
      : [`${state} in pass ${pass}, retried ${retried} times`];
  }),

  "import is reported: place": race(async ({ imports, overtake, retry, settle, first, run, stage }) => {
    const id = await imports.begin(csv(...Array.from({ length: 8 }, (_, n) => `p${n}@example.com`)));
    await run(first());
    const message = first();
    await overtake(
      () => run(message),
      () => retry(id),
    );
    stage.world.queued.imports.length = 1;
    await settle();
    const { pass, reported } = await imports.get(id);
    return pass === 2 && reported ? [] : [`there is no report of pass ${pass}`];
  }),

  "import is looked after: place": race(async ({ imports, first, run, overtake, settle, stage }) => {
    const id = await imports.begin(one);
    const message = first();
    stage.world.clock.pass(700);
    await overtake(
      () => run({ job: "check", organization: stage.organization, import: id }),
      () => run(message),
    );
    await settle();
    return (await imports.row(id)).list === undefined ? [] : ["what has ended is looked after for ever"];
  }),

  "import is given up: place": race(async ({ imports, overtake, settle, stage }) => {
    const { import: begun } = await stage.as(stage.ada, () => Manage.create({}));
    stage.world.clock.pass(8000);
    await overtake(
      () => told(imports.run({ job: "check", organization: stage.organization, import: begun.id })),
      async () => {
        stage.world.bucket.put(imports.keyOf(begun.id), one);
        await told(imports.tell(imports.keyOf(begun.id)));
      },
    );
    await settle();
    const { state } = await imports.get(begun.id);
    return state === "done" ? [] : [`what was uploaded late is ${state}`];
  }),

  "import setting: place": race(async ({ overtake, stage }) => {
    const edit = (role: "read" | "write") =>
      told(stage.as(stage.ada, () => Setting.edit({ role, lifetimeDays: 7, revision: 0 })));
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
