import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, describe, expect, test } from "vitest";
import { pictures } from "./architecture.testing.ts";
import { permissions } from "./base/permission.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const maxFile = 300;

type Import = { file: string; target: string; typesOnly: boolean };
const rooms = ["clients", "core", "functions", "stacks", "web", "local"];
const files = rooms.flatMap((room) => sourcesIn(room));
const isTest = (file: string) => /\.(test|testing|types|e2e)\.tsx?$|\/(testing|e2e)\//.test(file);
/** Reads pasted text and files, here and in the web: it needs only shapes, and knows neither tables nor Node. */
const reading = /^core\/(reading\/[\w-]+|update\/read-markdown|base\/fold)\.ts$/;
const modules = files.filter((file) => !isTest(file));
const imports = modules.flatMap((file) => importsOf(file, read(file)));

/** Adapters are the only files of core that know the cloud, each one its own part. */
const adapters: Record<string, RegExp> = {
  "core/key/kms-client.ts": /^@aws-sdk\/client-kms$/,
  "core/key/kms-signer.ts": /^@aws-sdk\/client-kms$/,
  "core/key/kms.ts": /^@aws-sdk\/client-kms$/,
  "core/queue/sqs.ts": /^@aws-sdk\/client-sqs$/,
  "core/table/signed-calls.ts": /^@(smithy\/signature-v4|aws-sdk\/client-dynamodb)$/,
  "core/table/client.ts": /^(@aws-sdk\/(client|lib)-dynamodb|@smithy\/core\/(endpoints|transport))$/,
  "core/table/schema.ts": /^@aws-sdk\/client-dynamodb$/,
  "core/mail/ses.ts": /^(@aws-sdk\/client-ses|nodemailer\/.*)$/,
  "core/bucket/presign.ts": /^@smithy\/signature-v4$/,
  "core/net/ask.ts": /^node:/,
  "core/net/sign.ts": /^@smithy\/signature-v4$/,
  "core/net/public-suffix.ts": /^tldts$/,
  "core/billing/stripe.ts": /^stripe$/,
  "core/billing/stripe-events.ts": /^stripe$/,
  "core/billing/stripe-payments.ts": /^stripe$/,
  "core/billing/stripe-invoices.ts": /^stripe$/,
  "core/billing/stripe-shapes.ts": /^stripe$/,
  "core/billing/signature.ts": /^stripe$/,
  "core/domain/known.ts": /^(node:.*|email-providers\/all\.json|tldts)$/,
  "core/setting/yaml.ts": /^yaml$/,
  "core/update/read-markdown.ts": /^markdown-it$/,
  "core/passkey/webauthn.ts": /^@simplewebauthn\/server$/,
  "core/sync/jws.ts": /^node:.*$/,
  "core/sync/verify.ts": /^jose$/,
  "core/sync/seal.ts": /^hpke$/,
  "core/bucket/s3.ts": /^@aws-sdk\/(client-s3|lib-storage)$/,
};

describe("the top-level folders", () => {
  const broken = (of: readonly Import[]) =>
    of.filter((one) => !isAllowed(one)).map(({ file, target }) => `${file} imports ${target}`);

  test("have no imports except the allowed ones", () => {
    expect(imports.length).toBeGreaterThan(200);
    expect(broken(imports)).toEqual([]);
  });

  test("would be caught importing each other in other ways", () => {
    const planted = [
      importsOf("core/x/x.ts", 'import { app } from "@muster/functions/api/app.ts";'),
      importsOf("core/x/x.ts", 'import { Hono } from "hono";'),
      importsOf("core/x/x.ts", 'import type { GetCommand } from "@aws-sdk/lib-dynamodb";'),
      importsOf("core/x/x.ts", 'const { startEngine } = await import("../../local/engine/engine.ts");'),
      importsOf("functions/api/x.ts", 'export * from "@muster/local/engine/engine.ts";'),
      importsOf("stacks/x.ts", 'import { app } from "@muster/functions/api/app.ts";'),
      importsOf("web/src/x.ts", 'import { app } from "@muster/functions/api/app.ts";'),
      importsOf("web/src/x.ts", 'import * as Account from "@muster/core/account/account.ts";'),
      importsOf("core/x/shape.ts", 'import { createHash } from "node:crypto";'),
      importsOf("core/reading/x.ts", 'import { randomUUID } from "node:crypto";'),
      importsOf("core/reading/x.ts", 'import * as Seat from "../seat/seat.ts";'),
      importsOf("core/reading/x.ts", 'import * as v from "valibot";'),
      importsOf("core/x/shape.ts", 'import { paste } from "../reading/paste.ts";'),
      importsOf("core/reading/x.ts", 'import type { ImportRow } from "../import/row.ts";'),
      importsOf("core/update/read-markdown.ts", 'import { Buffer } from "node:buffer";'),
      importsOf("core/reading/x.ts", 'import { roles } from "../base/role.ts";'),
      importsOf("web/src/x.ts", 'import { begin } from "@muster/core/import/begin.ts";'),
      importsOf("core/base/permission.ts", 'import type { Actor } from "./actor.ts";'),
      importsOf("core/base/role.ts", 'import { permissions } from "./permission.ts";'),
      importsOf("web/src/x.ts", 'import { authorize } from "@muster/core/kernel/authorize.ts";'),
      importsOf("clients/settings/x.ts", 'import * as v from "valibot";'),
      importsOf("clients/settings/x.ts", 'import type { Role } from "@muster/core/base/role.ts";'),
      importsOf("stacks/x.ts", 'import { fields } from "@muster/settings/fields.ts";'),
      importsOf("clients/sync/x.ts", 'import type { Role } from "@muster/core/base/role.ts";'),
      importsOf("clients/sync/x.ts", 'import * as v from "valibot";'),
      importsOf("clients/settings/x.ts", 'import { start } from "../sync/client.ts";'),
      importsOf("core/x/x.ts", 'import { start } from "../../clients/sync/client.ts";'),
      importsOf("core/x/messages.ts", 'import * as v from "valibot";'),
      importsOf("core/x/messages.ts", 'import { joinModes } from "../domain/shape.ts";'),
      importsOf("core/x/messages.ts", 'import { TeamCreated } from "../team/events.ts";'),
      importsOf("core/catalog/event-messages.ts", 'import { organizationEvents } from "./events.ts";'),
      importsOf("web/src/x.ts", 'import { TeamCreated } from "@muster/core/team/events.ts";'),
    ].flat();
    expect(broken(planted)).toHaveLength(32);
  });

  test("let the web use what needs only shapes", () => {
    const used = [
      importsOf("web/src/x.ts", 'import { paste } from "@muster/core/reading/paste.ts";'),
      importsOf("web/src/x.ts", 'import { Email } from "@muster/core/account/shape.ts";'),
      importsOf("web/src/x.ts", 'import { permissions } from "@muster/core/base/permission.ts";'),
      importsOf("web/src/x.ts", 'import { roles } from "@muster/core/base/role.ts";'),
      importsOf("web/src/x.ts", 'import { counted } from "@muster/core/base/counted.ts";'),
      importsOf("core/base/permission.ts", 'import type { Role } from "./role.ts";'),
      importsOf("core/reading/x.ts", 'import { nameOf } from "./name.ts";'),
      importsOf("core/reading/x.ts", 'import { PersonName } from "../account/shape.ts";'),
      importsOf("core/reading/x.ts", 'import { fold } from "../base/fold.ts";'),
      importsOf("core/reading/x.ts", 'import type { Role } from "../base/role.ts";'),
      importsOf("web/src/x.ts", 'import { eventMessages } from "@muster/core/catalog/event-messages.ts";'),
      importsOf("web/src/x.ts", 'import { teamEvents } from "@muster/core/team/messages.ts";'),
      importsOf("core/x/messages.ts", 'type Declared = typeof import("./events.ts");'),
      importsOf("core/x/messages.ts", 'import { labelOf } from "../secret/kind/shape.ts";'),
    ].flat();
    expect(used).toHaveLength(14);
    expect(broken(used)).toEqual([]);
  });

  const forTheWeb =
    /^core\/(.*\/(shape|limits)|\w+\/(messages|notifications)|message\/[\w-]+|catalog\/(event-messages|notifications|subjects)|base\/(counted|duration|permission|permission-text|role)|reading\/[\w-]+|update\/read-markdown)\.ts$/;

  /**
   * The texts of events and notifications, for every page and every email: they read nothing, so they need no shapes.
   */
  const texts = /^core\/(message\/[\w-]+|catalog\/(event-messages|notifications)|\w+\/(messages|notifications))\.ts$/;

  /** Returns whether a shape runs valibot, itself or by what it imports. */
  function needsValibot(shape: string): boolean {
    const needed = imports.filter(({ file, typesOnly }) => file === shape && !typesOnly);
    return needed.some(({ target }) => target === "valibot" || needsValibot(target));
  }

  type Matches = (one: Import) => boolean;
  const from =
    (pattern: RegExp): Matches =>
    ({ file }) =>
      pattern.test(file);
  const to =
    (pattern: RegExp): Matches =>
    ({ target }) =>
      pattern.test(target);
  const isOurs = ({ target }: Import) => rooms.includes(roomOf(target));
  const roomOf = (file: string) => file.split("/")[0] ?? "";
  const isNumbers = to(/^core\/(base\/duration|\w+\/limits)\.ts$/);
  const isShape = to(/\/shape\.ts$/);
  const isAdapted = ({ file, target }: Import) => adapters[file]?.test(target) === true;

  /** Imports, and which of them are allowed. The first that an import is among decides; one among none is not allowed. */
  const rules: readonly [of: Matches, areAllowed: Matches][] = [
    [from(/^core\/.*\/limits\.ts$/), isNumbers],
    // what clients embed needs little: the settings nobody, and everybody may use them
    [from(/^clients\/sync\//), to(/^(node:.*|jose|hpke|clients\/(sync|settings)\/.*)$/)],
    [from(/^clients\//), ({ file, target }) => target.startsWith(file.split("/").slice(0, 2).join("/"))],
    [to(/^clients\/settings\//), ({ file }) => roomOf(file) !== "stacks"],
    [to(/^clients\/sync\//), from(/^local\//)],
    [from(/^core\/.*\/shape\.ts$/), (one) => one.target === "valibot" || isShape(one) || isNumbers(one)],
    [from(texts), isForTexts],
    [from(/^core\/base\/role\.ts$/), () => false],
    [from(/^core\/base\/permission\.ts$/), to(/^core\/base\/(role|account-permission|job-permission)\.ts$/)],
    [from(reading), isForReading],
    [(one) => !isOurs(one), (one) => !from(/^core\//)(one) || to(/^(node:.*|valibot|ulid)$/)(one) || isAdapted(one)],
    // each way of building says in the same way what it was built from
    [to(/^functions\/built\.ts$/), from(/^(functions|stacks)\/|^web\/release\.ts$/)],
    [({ file, target }) => roomOf(file) === roomOf(target), () => true],
    [from(/^functions\//), to(/^core\//)],
    [from(/^local\//), to(/^(core|functions)\//)],
    [
      from(/^stacks\//),
      to(
        /^functions\/(bundle|config|release|rules|queue\/limits|schedule\/schedules|stream\/filters)\.ts$|^core\/(table\/schema|base\/duration|\w+\/limits)\.ts$/,
      ),
    ],
    [from(/^web\//), (one) => (one.typesOnly && to(/^functions\//)(one)) || to(forTheWeb)(one)],
  ];

  function isForTexts(one: Import): boolean {
    const isBase = to(/^core\/base\/(counted|role)\.ts$/);
    if (one.typesOnly && to(/^core\//)(one)) return true;
    return to(texts)(one) || (isShape(one) && !needsValibot(one.target)) || isBase(one) || isNumbers(one);
  }

  function isForReading(one: Import): boolean {
    const isType = one.typesOnly && to(/^core\/base\//)(one);
    return isShape(one) || to(reading)(one) || isNumbers(one) || isType || isAdapted(one);
  }

  function isAllowed(one: Import): boolean {
    const [, areAllowed] = rules.find(([of]) => of(one)) ?? [];
    return areAllowed?.(one) ?? false;
  }
});

describe("the files", () => {
  test("import each other without cycles, also of types and lazy imports, in tests and benchmarks", () => {
    const all = [...files, ...sourcesIn("bench")];
    expect(all.length).toBeGreaterThan(1_000);
    expect(circlesIn(all.flatMap((file) => importsOf(file, read(file))))).toEqual([]);
  });

  test("would be caught importing each other in a cycle", () => {
    const planted = [
      importsOf("web/src/a.ts", 'import type { B } from "./b.ts";'),
      importsOf("web/src/b.ts", 'const C = lazy(() => import("#c.tsx"));'),
      importsOf("web/src/c.tsx", 'export { a } from "./a.ts";'),
      importsOf("web/src/d.ts", 'import { a } from "#a.ts";'),
    ].flat();
    expect(circlesIn(planted)).toEqual([["web/src/a.ts", "web/src/b.ts", "web/src/c.tsx"]]);
    expect(circlesIn(planted.filter(({ file }) => file !== "web/src/c.tsx"))).toEqual([]);
  });
});

describe("the web", () => {
  const featureOf = (path: string) => /^web\/src\/features\/([\w-]+)\//.exec(path)?.[1];
  /** Returns which feature imports which, also only types: a reader follows them as well. */
  const betweenFeatures = (some: readonly Import[]) =>
    some.flatMap((one) => {
      const [file, target] = [featureOf(one.file), featureOf(one.target)];
      return file === undefined || target === undefined || file === target ? [] : { file, target };
    });

  test("has no features that import each other, directly or indirectly", () => {
    const arrows = betweenFeatures(imports);
    expect(arrows.length).toBeGreaterThan(200);
    expect(circlesIn(arrows), "Move what they share to a feature below both, web/src/lib, or web/src/ui.").toEqual([]);
  });

  test("has nothing below the features that imports one", () => {
    const below = imports.filter(({ file }) => /^web\/src\/(lib|ui)\//.test(file));
    const upward = ({ file, target }: Import) =>
      featureOf(target) !== undefined || (file.startsWith("web/src/lib/") && target.startsWith("web/src/ui/"));
    expect(below.length).toBeGreaterThan(200);
    expect(below.filter(upward)).toEqual([]);
  });

  test("would be caught with features in a circle", () => {
    const planted = [
      importsOf("web/src/features/a/x.ts", 'import type { Y } from "#features/b/y.ts";'),
      importsOf("web/src/features/b/z.tsx", 'const C = lazy(() => import("../c/c.tsx"));'),
      importsOf("web/src/features/c/c.tsx", 'import { x } from "#features/a/x.ts";'),
      importsOf("web/src/features/c/d.ts", 'import { e } from "./e.ts";'),
    ].flat();
    expect(circlesIn(betweenFeatures(planted))).toEqual([["a", "b", "c"]]);
    expect(circlesIn(betweenFeatures(planted.slice(1)))).toEqual([]);
  });

  const compared = /\b(role|viewer)\s*[!=]==?\s*"(owner|admin|write|read)"/;

  test("takes rights from the permission table, and decides nothing by the name of a role", () => {
    expect(compared.test('if (viewer === "owner") {')).toBe(true);
    const others = modules.filter((file) => file.startsWith("web/src/") && compared.test(read(file)));
    expect(others).toEqual(excepted);
  });

  /** Texts about a role that somebody has or is given. */
  const excepted = ["web/src/features/rights/blocked.ts", "web/src/features/settings/import-values.ts"];

  const drawn = /\bFailureView\b|\bTry again\b\s*</;

  test("draws what did not come, and the button that asks for it again, in one place", () => {
    expect(drawn.test("<Button>\n  Try again\n</Button>")).toBe(true);
    const others = modules.filter((file) => file.startsWith("web/src/") && drawn.test(read(file)));
    const places = ["web/src/features/failure/", "web/src/ui/retry-line.tsx"];
    expect(others.filter((file) => !places.some((place) => file.startsWith(place)))).toEqual(ownRetries);
  });

  /** Retries that are an action of their page: to pay this price, to upload this file, to sign in by this link. */
  const ownRetries = [
    "web/src/features/imports/upload-step.tsx",
    "web/src/features/seats/price-box.tsx",
    "web/src/features/sign-in/link-step.tsx",
  ];
});

describe("the layers of core", () => {
  /** Every other folder of core is a noun. */
  const processes = ["comment", "figure", "import", "mail", "purge", "reclaim", "sync"];
  const services = ["bucket", "key", "net", "plan", "queue", "rate", "reading", "resource", "search"];
  const below = [["base", "money"], ["table"], ["kernel", "message"], services, ["catalog"]];
  const folders = [...new Set(modules.filter((file) => /^core\/\w+\//.test(file)).map(folderOf))];
  const nouns = folders.filter((folder) => ![...below.flat(), ...processes].includes(folder));
  /** From the bottom up. A folder imports from layers below it, and from its neighbors if they do not import it. */
  const floors = [...below, nouns, processes];
  const floorOf = (folder: string) => floors.findIndex((floor) => floor.includes(folder));

  /** Declarations of a noun for every other noun: its shapes, rows, keys, events, failures, limits, and messages. */
  const leaf = /^core\/(?!catalog).*\/(shape|row|keys|events|failures|limits|messages|notifications)\.ts$/;
  const between = imports.filter(
    ({ file, target }) =>
      /^core\/\w+\//.test(file) && /^core\/\w+\//.test(target) && folderOf(file) !== folderOf(target),
  );
  const arrows = between.filter(({ target }) => !leaf.test(target));
  const uphill = (some: readonly Import[]) =>
    some.filter(({ file, target }) => {
      const from = floorOf(folderOf(file));
      return from !== -1 && from < floorOf(folderOf(target));
    });

  test("name no folder that is gone", () => {
    expect(floors.flat().filter((folder) => !folders.includes(folder))).toEqual([]);
  });

  test("are drawn in docs/architecture.md as they are", () => {
    const names = ["base", "table", "kernel", "services", "catalog", "nouns", "processes"];
    const drawn = pictures(imports, { names, folders: floors });
    const file = join(root, "docs/architecture.md");
    if (process.env.MUSTER_WRITE) writeFileSync(file, drawn);
    expect(read("docs/architecture.md") === drawn, "Run `npm run openapi`.").toBe(true);
  });

  test("have no imports that point up", () => {
    expect(arrows.length).toBeGreaterThan(400);
    expect(uphill(arrows).map(({ file, target }) => `${file} imports ${target}`)).toEqual([]);
  });

  test("have no folders that import each other, by what they declare or by what they do", () => {
    const foldersOf = (some: readonly Import[]) =>
      some.map(({ file, target }) => ({ file: folderOf(file), target: folderOf(target) }));
    expect(circlesIn(foldersOf(arrows))).toEqual([]);
    const declared = between.filter(({ file, target }) => leaf.test(file) && leaf.test(target));
    expect(declared.length).toBeGreaterThan(50);
    expect(circlesIn(foldersOf(declared))).toEqual([]);
  });

  test("have leaves that import only from below the nouns, and other leaves", () => {
    const leaves = imports.filter(({ file }) => /^core\/\w+\//.test(file) && leaf.test(file));
    const others = leaves.filter(
      ({ target, typesOnly }) =>
        target.startsWith("core/") &&
        !leaf.test(target) &&
        !(typesOnly && reading.test(target)) &&
        floorOf(folderOf(target)) > floorOf("kernel"),
    );
    expect(others.map(({ file, target }) => `${file} imports ${target}`)).toEqual([]);
  });

  test("would be caught importing upward", () => {
    const planted = [
      importsOf("core/kernel/x.ts", 'import * as Seat from "../seat/seat.ts";'),
      importsOf("core/table/x.ts", 'import { table } from "../kernel/ports.ts";'),
      importsOf("core/member/x.ts", 'import * as Mail from "../mail/mail.ts";'),
    ].flat();
    expect(uphill(planted)).toHaveLength(3);
  });

  function folderOf(file: string) {
    return file.split("/")[1] ?? "";
  }
});

describe("the stand-ins", () => {
  const standIns = ["stripe", "bucket", "queues", "mail"].map((name) => `local/${name}`);
  const standInOf = (file: string) => standIns.find((folder) => file.startsWith(`${folder}/`));
  /** The files of a stand-in that others may import: the exports of its package. */
  const entries = standIns.flatMap((folder) => {
    const { exports } = JSON.parse(read(`${folder}/package.json`)) as { exports: { [entry: string]: string } };
    return Object.values(exports).map((path) => normalize(join(folder, path)));
  });
  const base = "local/base/";
  /** Returns the imports inside the house, from a stand-in or to one, that must not be. Tests are part of it. */
  const crossing = (some: readonly Import[]) =>
    some
      .filter(({ target }) => rooms.includes(target.split("/")[0] ?? ""))
      .filter(({ file, target }) => {
        const [from, to] = [standInOf(file), standInOf(target)];
        if (file.startsWith(base)) return !target.startsWith(base);
        if (from === to) return false;
        if (to !== undefined) return !entries.includes(target) || (from !== undefined && !isTest(file));
        return !target.startsWith(base) && !(isTest(file) && target === "local/testing/random.ts");
      })
      .map(({ file, target }) => `${file} imports ${target}`);

  test("import nothing of the house except local/base, and are imported only by what their packages export", () => {
    const all = [...files, ...sourcesIn("bench")].flatMap((file) => importsOf(file, read(file)));
    expect(all.filter(({ file, target }) => standInOf(file) !== standInOf(target)).length).toBeGreaterThan(100);
    expect(crossing(all)).toEqual([]);
  });

  test("export only what is there, and what others use", () => {
    const used = [...files, ...sourcesIn("bench")]
      .flatMap((file) => importsOf(file, read(file)))
      .filter(({ file, target }) => standInOf(file) !== standInOf(target))
      .map(({ target }) => target);
    expect(entries.filter((entry) => !used.includes(entry))).toEqual([]);
  });

  test("would be caught crossing their boundary", () => {
    const planted = [
      importsOf("local/bucket/x.ts", 'import { moneyFor } from "@muster/core/money/shape.ts";'),
      importsOf("local/stripe/x.ts", 'import { setup } from "@muster/functions/operator/stripe-setup.ts";'),
      importsOf("local/queues/x.ts", 'import { invocation } from "../gateway/event.ts";'),
      importsOf("local/bucket/x.ts", 'import { startQueues } from "@muster/local-queues/server.ts";'),
      importsOf("local/mail/x.test.ts", 'import { openWorld } from "../testing/worlds/world.ts";'),
      importsOf("local/stripe/x.ts", 'import { seededRandom } from "../testing/random.ts";'),
      importsOf("local/base/x.ts", 'import { openStore } from "../mail/store.ts";'),
      importsOf("local/run/x.ts", 'import { Refusal } from "../stripe/refusal.ts";'),
      importsOf("functions/x.test.ts", 'import { Refusal } from "@muster/local-bucket/refusal.ts";'),
      importsOf("core/x.test.ts", 'import { dueOf } from "@muster/local/stripe/amount.ts";'),
    ].flat();
    expect(crossing(planted)).toHaveLength(10);
    const allowed = [
      importsOf("local/bucket/x.ts", 'import { listen } from "@muster/local-base/server.ts";'),
      importsOf("local/bucket/x.test.ts", 'import { startQueues } from "@muster/local-queues/server.ts";'),
      importsOf("local/mail/x.test.ts", 'import { seededRandom } from "../testing/random.ts";'),
      importsOf("local/run/x.ts", 'import { startStripe } from "@muster/local-stripe/server.ts";'),
    ].flat();
    expect(allowed).toHaveLength(4);
    expect(crossing(allowed)).toEqual([]);
  });
});

describe("a package that runs", () => {
  const packageOf = (target: string) => /^(@[^/]+\/)?[^/]+/.exec(target)?.[0] ?? "";
  const namedBy = (room: string) => {
    const { dependencies, optionalDependencies } = JSON.parse(read(`${room}/package.json`));
    return Object.keys({ ...dependencies, ...optionalDependencies });
  };

  const packages = [
    "core",
    "functions",
    "local",
    "web",
    ...["bucket", "mail", "queues", "stripe"].map((name) => `local/${name}`),
  ];
  /** The innermost package that a file is in. */
  const homeOf = (file: string) => packages.findLast((room) => file.startsWith(`${room}/`));

  for (const room of packages) {
    test(`${room} lists the packages that it needs, which are all that the start command installs`, () => {
      const needed = imports
        .filter(({ file, target, typesOnly }) => homeOf(file) === room && !typesOnly && !target.startsWith("node:"))
        .map(({ target }) => packageOf(target))
        .filter((name) => ![...rooms, "docs"].includes(name));
      expect([...new Set(needed)].filter((name) => !namedBy(room).includes(name))).toEqual([]);
    });

    test(`${room} lists no package that it does not use`, () => {
      const texts = readdirSync(join(root, room), { recursive: true, encoding: "utf8" })
        .filter((path) => /\.(tsx?|mjs|css)$/.test(path) && !/(^|\/)(node_modules|dist)\//.test(path))
        .map((path) => `${room}/${path}`)
        .filter((path) => homeOf(path) === room)
        .map(read);
      const isUsed = (name: string) => texts.some((text) => text.includes(`"${name}`));
      expect(namedBy(room).filter((name) => !isUsed(name))).toEqual([]);
    });
  }
});

describe("a domain function", () => {
  type Declared = { action: string; name: string; file: string };
  const declared: Declared[] = modules.filter((file) => file.startsWith("core/")).flatMap(declaredIn);

  function declaredIn(file: string): Declared[] {
    const found = read(file).matchAll(/^(?:export )?const (\w+) = fn\(\s*"([^"]+)"/gm);
    return [...found].map(([, name = "", action = ""]) => ({ action, name, file }));
  }

  test("has one action, and each action has one function", () => {
    const actions = declared.map(({ action }) => action);
    expect(actions.toSorted()).toEqual(Object.keys(permissions).toSorted());
  });

  test("has its action's name, in its noun's folder", () => {
    // a reserved word cannot name a function
    const words: Record<string, string> = {
      exportPart: "export",
      exportEntries: "export",
      deleteByName: "delete",
      deleteByAddress: "delete",
    };
    const verb = (name: string) => words[name] ?? name;
    // a rollout is rolled back by a revision of the settings
    const elsewhere: Record<string, string> = { "core/setting/history.ts rollBack": "rollout" };
    const nounOf = (file: string, name: string) => elsewhere[`${file} ${name}`] ?? file.split("/")[1];
    const misplaced = declared.filter(({ action, name, file }) => action !== `${nounOf(file, name)}.${verb(name)}`);
    expect(misplaced).toEqual([]);
  });

  test("is the only way in: nothing else is made with fn", () => {
    const calls = modules
      .filter((file) => file.startsWith("core/"))
      .flatMap((file) => [...read(file).matchAll(/\bfn\(/g)]);
    expect(declared).toHaveLength(calls.length);
  });
});

describe("the failures", () => {
  const catalog = modules.flatMap((file) =>
    [...read(file).matchAll(/\bfailure\(\s*"(\w+)",\s*"([^"]+)",\s*"([^"]+)"/g)].map(([, kind, code, message]) => ({
      file,
      kind: kind ?? "",
      code: code ?? "",
      message: message ?? "",
    })),
  );

  test("have unique codes, noun.reason, and a sentence", () => {
    expect(catalog.length).toBeGreaterThan(25);
    expect(new Set(catalog.map(({ code }) => code)).size).toBe(catalog.length);
    expect(catalog.filter(({ code }) => !/^[a-z]+\.[a-z]+(_[a-z]+)*$/.test(code))).toEqual([]);
    expect(catalog.filter(({ message }) => !/^[A-Z].*\.$/.test(message))).toEqual([]);
  });
});

describe("a module", () => {
  test("of core reads no environment variables, and of functions only the configuration does", () => {
    const readers = modules.filter((file) => /^(core|functions)\//.test(file) && /\bprocess\.env\b/.test(read(file)));
    expect(readers).toEqual(["functions/config.ts"]);
  });

  describe("takes lengths of time from where they stand once", () => {
    /** Stand-ins of AWS and Stripe have limits of their own. */
    const standIns = /^local\/(base|bucket|engine|gateway|mail|queues|stream|stripe)\//;
    const units = /\b(86_?400|3_?600|60_000|1_?440)(_000)?\b|\b24 \* 60\b|\b60 \* 60\b/;
    const lifetime = /\d \* (day|hour)(Seconds|Ms)\b/;

    test("units from core/base/duration.ts", () => {
      expect(units.test("ttl: epoch(90 * 86_400)")).toBe(true);
      const others = files.filter(
        (file) => !file.endsWith(".test.ts") && !standIns.test(file) && units.test(read(file)),
      );
      expect(others).toEqual([]);
    });

    test("retention, limits and lifetimes from the limits.ts of the noun", () => {
      expect(lifetime.test("ttl: epoch(90 * daySeconds)")).toBe(true);
      const inCore = modules.filter((file) => /^(core|functions)\//.test(file) && !file.endsWith("/limits.ts"));
      expect(inCore.filter((file) => lifetime.test(read(file)))).toEqual(["core/base/duration.ts"]);
    });
  });

  test("of core knows no HTTP", () => {
    const word = /\b(statusCode|httpStatus|Hono|Set-Cookie|setCookie|req\.header)\b/;
    const others = modules.filter((file) => file.startsWith("core/") && !(file in adapters));
    expect(others.length).toBeGreaterThan(100);
    expect(others.filter((file) => word.test(read(file)))).toEqual([]);
  });

  test(`of core and functions has at most ${maxFile} lines, without the names of threats`, () => {
    const ours = modules.filter((file) => /^(core|functions)\//.test(file));
    const lines = (file: string) =>
      read(file)
        .split("\n")
        .filter((line) => !/^\s*\/\/ threat: /.test(line));
    expect(ours.filter((file) => lines(file).length > maxFile + 1)).toEqual([]);
  });

  test("exports by name, and there are no barrels", () => {
    const ours = modules.filter((file) => /^(core|functions)\//.test(file));
    expect(ours.filter((file) => /^export (default|\*)/m.test(read(file)))).toEqual([]);
    expect(ours.filter((file) => file.endsWith("/index.ts"))).toEqual([]);
  });
});

describe("a test", () => {
  /** The table, what stands in for it, and what counts or breaks its calls: there, rows of no noun are the subject. */
  const ofTables = /^(core\/(table|kernel)|local\/(engine|run|stream)|local\/testing\/(costs|faults|worlds))\//;
  /** The key, list or rank of a row as a text. What a test expects may be one. */
  const key = /\b(?:pk|sk|list|rank|prefix): (?:"[^"\n]*#[^"\n]*"(?! \|)|`[^`\n]*#)/g;
  /** A row whose attributes no compiler checks. */
  const row = /\bput\(\s*raw\(|\bput: (?!\(|call\b)|=> \(\{ put \}\)/g;

  function madeByHand(text: string): string[] {
    const isExpected = (at: number) => /\bexpect\b/.test(text.slice(text.lastIndexOf(";\n", at) + 1, at));
    return [...text.matchAll(key), ...text.matchAll(row)].flatMap(([made], i, all) =>
      isExpected(all[i]?.index ?? 0) ? [] : made,
    );
  }

  test("writes and reads rows by the keys and builders of the product, which is what it tests", () => {
    const tests = files.filter((file) => isTest(file) && !ofTables.test(file));
    expect(tests.length).toBeGreaterThan(500);
    const others = tests.filter((file) => madeByHand(read(file)).length > 0);
    expect(others, "Use Keys, put(), or local/testing/fixtures/rows.ts.").toEqual(Object.keys(allowed).toSorted());
  });

  const allowed: Record<string, string> = {
    "core/architecture.test.ts": "these rows are planted",
    "core/audit/sweep.test.ts": "a log is damaged",
    "core/audit/tolerance.test.ts": "a newer release wrote the event",
    "core/invitation/recipient.test.ts": "a row cannot be read",
    "core/mail/digest-history.test.ts": "a variant that writes another key",
    "core/secret/secret.test.ts": "a row is copied to another organization",
    "functions/api/secret-planted.test.ts": "a row of no noun shows that a search finds everything",
    "functions/boot.test.ts": "a fault names a key",
    "functions/log.test.ts": "a fault names a key",
    "functions/operator/boot.test.ts": "a fault names a key",
    "functions/queue/tolerance.test.ts": "a newer release wrote the event",
    "local/demo/batch.test.ts": "rows of no noun show what is written together",
    "local/testing/fixtures/rows.ts": "where rows from the builders of the product are written",
  };

  test("would be caught making a row by hand", () => {
    const planted = [
      'await table.get({ pk: account, sk: "#profile" });',
      "const row = { pk, sk: `${team}#${name}#${account}` };",
      "await table.query({ list: `${organization}#mem` });",
      'await table.write(put(raw(Keys.member(acme, account)), { role: "read" }));',
      "await table.project([{ put: { ...Keys.member(acme, account), role } }]);",
      "await table.project(rows.map((put) => ({ put })));",
    ];
    expect(planted.map((text) => madeByHand(text).length)).toEqual(planted.map(() => 1));
    const fine = [
      "await table.write(put(Keys.member(acme, account), row));",
      'await table.query({ ...Keys.log(acme), to: "9" });',
      'expect(faults).toEqual([{ pk: acme, sk: "#stats", attribute: "hash" }]);',
    ];
    expect(fine.flatMap(madeByHand)).toEqual([]);
  });
});

describe("the lint", () => {
  const folder = mkdtempSync(join(cache(), "planted-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** Returns the names of the rules that a test file breaks. */
  async function rulesBrokenBy(name: string, text: string): Promise<string[]> {
    const tsconfig = {
      extends: join(root, "tsconfig.json"),
      include: ["*.ts"],
      exclude: [],
      compilerOptions: { types: [] },
    };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(tsconfig));
    writeFileSync(join(folder, name), text);
    const command = ["--type-aware", "--no-ignore", "-c", ".oxlintrc.json", "--format", "json", join(folder, name)];
    const run = promisify(execFile)(join(root, "node_modules/.bin/oxlint"), command, { cwd: root });
    const { stdout } = await run.catch((error: { stdout: string }) => error);
    const { diagnostics } = JSON.parse(stdout) as { diagnostics: { code: string }[] };
    return diagnostics.map(({ code }) => code);
  }
  const organization = 'import * as Organization from "@muster/core/organization/organization.ts";';

  test("refuses a domain function that is not awaited", async () => {
    const floating = `${organization}\nexport function planted() {\n  Organization.create({ name: "Acme" });\n}\n`;
    expect(await rulesBrokenBy("floating.ts", floating)).toEqual(["typescript(no-floating-promises)"]);
    const awaited = floating.replace("function", "async function").replace("  Organ", "  await Organ");
    expect(await rulesBrokenBy("awaited.ts", awaited)).toEqual([]);
  });

  for (const [kind, rule] of [
    ["only", "vitest(no-focused-tests)"],
    ["skip", "vitest(no-disabled-tests)"],
  ] as const) {
    test(`refuses test.${kind}`, async () => {
      const text = `import { expect, test } from "vitest";\n\ntest.${kind}("x", () => {\n  expect(1 + 1).toBe(2);\n});\n`;
      expect(await rulesBrokenBy(`${kind}.test.ts`, text)).toEqual([rule]);
      expect(await rulesBrokenBy(`plain-${kind}.test.ts`, text.replace(`.${kind}`, ""))).toEqual([]);
    });
  }
});

function cache(): string {
  const folder = join(root, "node_modules/.cache/muster");
  mkdirSync(folder, { recursive: true });
  return folder;
}

function sourcesIn(folder: string): string[] {
  const entries = readdirSync(join(root, folder), { withFileTypes: true });
  return entries.flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) {
      return ["node_modules", "dist", "runtime", "cdk.out"].includes(entry.name) ? [] : sourcesIn(path);
    }
    return /\.tsx?$/.test(entry.name) && !entry.name.endsWith(".d.ts") ? [path] : [];
  });
}

function read(file: string): string {
  return readFileSync(join(root, file), "utf8");
}

/** Returns what a file imports; our own files by their path from the root. */
function importsOf(file: string, text: string): Import[] {
  const stated = text.matchAll(/^(?:import|export)\s+(?:(type\s)?[\w\s{},*$]*?\sfrom\s+)?"([^"]+)"/gm);
  const called = text.matchAll(/(\btypeof\s)?\bimport\(\s*"([^"]+)"/g);
  return [...stated, ...called].map(([, types, name = ""]) => {
    const ours = name.startsWith(".")
      ? normalize(join(dirname(file), name))
      : name
          .replace(/^@muster\/(?=settings\/)/, "clients/")
          .replace(/^@muster\/local-/, "local/")
          .replace(/^@muster\//, "")
          .replace(/^#/, "web/src/");
    return { file, target: ours, typesOnly: types !== undefined };
  });
}

/** Returns groups of files that all reach each other by imports. */
function circlesIn(arrows: readonly Pick<Import, "file" | "target">[]): string[][] {
  const targets = new Map<string, string[]>();
  for (const { file, target } of arrows) targets.set(file, [...(targets.get(file) ?? []), target]);
  const reached = new Map([...targets.keys()].map((file) => [file, reachedFrom(file)]));
  const circles = [...reached].map(([file, names]) =>
    [...names].filter((name) => name !== file && reached.get(name)?.has(file)).concat(names.has(file) ? [file] : []),
  );
  const named = circles.filter((circle) => circle.length > 0).map((circle) => circle.sort().join(" "));
  return [...new Set(named)].map((circle) => circle.split(" "));

  function reachedFrom(file: string): Set<string> {
    const found = new Set<string>();
    const waiting = [...(targets.get(file) ?? [])];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      if (found.has(next)) continue;
      found.add(next);
      waiting.push(...(targets.get(next) ?? []));
    }
    return found;
  }
}
