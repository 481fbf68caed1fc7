import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Failure } from "@muster/core/base/failure.ts";
import { alias } from "@muster/core/base/id.ts";
import { asSystem } from "@muster/core/kernel/context.ts";
import * as Setting from "@muster/core/setting/row.ts";
import { type Item, type RawTable, rowName, typed } from "@muster/core/table/table.ts";
import type { TestDevice } from "@muster/local/testing/fixtures/devices.ts";
import {
  attributesOf,
  enumerationsIn,
  valueOfNextRelease,
  withValueAt,
} from "@muster/local/testing/fixtures/next-release.ts";
import { isOfDevices } from "@muster/local/testing/fixtures/samples.ts";
import { keyKinds, patternOf } from "@muster/local/testing/key-kinds.ts";
import type { TestApi } from "@muster/local/testing/worlds/api.ts";
import type { Person, World } from "@muster/local/testing/worlds/world.ts";
import type * as v from "valibot";
import { commands, type Name } from "../operator/arguments.ts";
import { run } from "../operator/commands.ts";
import { type MountedOperation, operations } from "./openapi.ts";
import { statuses } from "./problem.ts";

// Rows as a newer release may leave them, and everything that reads them through the API.

type RowSchema = v.ObjectSchema<v.ObjectEntries, undefined>;
/** The names of one kind of row, as "pk sk", and what such a row holds. */
type Kind = { at: RegExp; holds: RowSchema };

const byWorkers = "read by workers alone";

/** Kinds of rows that are not read here, and why. */
const unread: Record<string, string> = {
  trial: "has no attribute that a release names, and is read where a checkout could begin with it",
  limit: "counts, and has no attribute that a release names",
  waits: "instants, and nothing that another release adds is read",
  sendTokens: byWorkers,
  slowness: byWorkers,
  mailBudget: byWorkers,
  mailOutcomes: byWorkers,
};

/** Attributes whose absence is no damage: the table filters by them, or it says that something has not happened. */
const maySay: Record<string, string[]> = {
  reclaim: ["inactiveSince", "sentUntil", "except", "reduces", "start", "endedAt", "operation", "seats", "failure"],
  seatRequest: ["by", "reason", "operation"],
  import: ["reported"],
  change: ["purpose", "by", "shown", "charged", "invoice", "dropped"],
  seatFigures: ["capacity"],
  rollout: ["counts", "dueAt"],
  update: ["deletedAt"],
  reported: ["team"],
  updateText: ["deletedAt", "team"],
  comment: ["deletedAt"],
  found: ["text"],
  backlog: ["since", "failedAt"],
};

/** A section of the settings is of one of two kinds, by its name. */
const sections: Record<string, Kind> = {
  section: { at: /^org_\w+#set now#general$/, holds: Setting.GeneralRow },
  otherSection: { at: /^org_\w+#set now#(?!general$)\S+$/, holds: Setting.SectionRow },
};

const kinds: Record<string, Kind> = {
  ...Object.fromEntries(
    keyKinds
      .filter(({ of, name }) => of === "row" && !(name in unread))
      .map((kind) => [kind.name, { at: patternOf(kind), holds: kind.holds as RowSchema }]),
  ),
  ...sections,
};
const shaped = Object.entries(kinds).map(([kind, of]) => ({ kind, ...of }));
/** The kinds of rows that have a shape. */
export const kindNames = shaped.map(({ kind }) => kind);

const core = fileURLToPath(new URL("../../core/", import.meta.url));

/** Returns a sentence for each shape of a row that nothing here covers. */
export async function uncovered(): Promise<string[]> {
  const held = new Set([...keyKinds, ...Object.values(sections)].map(({ holds }) => holds));
  const files = readdirSync(core, { recursive: true, encoding: "utf8" }).filter((path) => /^\w+\/row\.ts$/.test(path));
  const found = await Promise.all(
    files.map(async (path) => {
      const shapes = Object.entries((await import(core + path)) as Record<string, RowSchema>);
      return shapes
        .filter(([name, shape]) => name.endsWith("Row") && !held.has(shape))
        .map(([name]) => `core/${path} exports ${name}, and no key has it.`);
    }),
  );
  return found.flat();
}

/** Returns the names of the kinds that a row is of: exactly one, unless it has no shape. */
export function kindsOf(row: Item): string[] {
  const name = `${String(row.pk)} ${String(row.sk)}`;
  return shaped.flatMap(({ kind, at }) => (at.test(name) ? [kind] : []));
}

// Variants

/** A row as a newer release may leave it, and what of it this release cannot read. */
export type Variant = { what: string; row: Item; fault?: string; isWhole: boolean };

const ofTable = ["pk", "sk", "list", "rank", "stream", "ttl"];

export function variantsOf(row: Item, kind: string): Variant[] {
  const { holds: schema } = kinds[kind] as Kind;
  const isThere = (path: string) => path.split(".").slice(0, -1).join(".") in row || !path.includes(".");
  const own = (which: "optional" | "required") =>
    attributesOf(schema, which).filter((name) => name in row && ![...ofTable, ...(maySay[kind] ?? [])].includes(name));
  const without = (name: string) => Object.fromEntries(Object.entries(row).filter(([attribute]) => attribute !== name));
  return [
    { what: "an extra attribute", row: { ...row, [valueOfNextRelease]: valueOfNextRelease }, isWhole: true },
    ...enumerationsIn(schema)
      .filter((path) => (path.split(".")[0] ?? "") in row && isThere(path))
      .map((path) => ({
        what: `an unknown ${path}`,
        row: withValueAt(row, path, valueOfNextRelease),
        fault: path,
        isWhole: true,
      })),
    ...own("optional").map((name) => ({ what: `no ${name}`, row: without(name), isWhole: true })),
    ...own("required").map((name) => ({ what: `no ${name}`, row: without(name), fault: name, isWhole: false })),
  ];
}

// Readers

/** An answer: its items, and the rest as text. */
export type Seen = { status: number; code?: string | undefined; isList: boolean; ids: string[]; text: string };
/** One request that only reads. What is in `own` it is about: where that cannot be read, there is nothing to answer. */
export type Reader = { name: string; own: string[]; read: () => Promise<Seen> };

/** The only row of its kind that a request or a command is about. */
const onlyRows: Record<string, string[]> = { "setting.getCatalog": ["#catalog"], catalog: ["#catalog"] };

/** More than the plain request, by operation. */
const queries: Record<string, (ids: Ids) => string[]> = {
  "invitation.list": () => ["", "?state=ended", "?state=former"],
  "invitation.export": () => ["", "?state=ended", "?state=former"],
  "team.list": () => ["", "?search=docs"],
  "reclaim.listUnused": () => ["?of=members", "?of=invitations"],
  "member.list": ({ team = [] }) => [
    "",
    "?sort=joined",
    "?sort=role",
    "?search=b",
    "?role=admin",
    `?team=${team[0]}`,
    `?leadOf=${team[0]}`,
  ],
};
type Ids = Record<string, string[]>;

/** Returns a request for every list and every item of the API. */
export function readersOf({ api, person, device, organization, ids, bodies }: Reading): Reader[] {
  return (
    operations()
      .filter(({ method, fn }) => method === "get" || fn.idempotency === "readOnly")
      // it reads what the document is made of, and that alone
      .filter(({ operationId }) => operationId !== "getSettingsList")
      .flatMap((operation) => {
        const paths = pathsOf(operation, { organization: [organization], ...ids });
        const searches = queries[operation.id]?.(ids) ?? [""];
        const method = operation.method.toUpperCase();
        const sent = operation.method === "get" ? [{ about: [], json: undefined }] : bodies[operation.id];
        if (!sent) throw new Error(`${operation.id}: say in functions/api/next-release.test.ts what is sent.`);
        const all = paths.flatMap((path) =>
          searches.flatMap((query) => sent.map((body) => ({ ...path, ...body, query }))),
        );
        return all.map(({ path, own, query, about, json }) => ({
          name: `${operation.id} ${path}${query} ${about.join()}`,
          own:
            onlyRows[operation.id] ??
            ([...own, ...about].length > 0
              ? [...own, ...about]
              : isOfDevices(operation)
                ? [device.id, person.account, organization]
                : [path.includes(organization) ? organization : person.account]),
          read: async () => {
            const { status, body, text } = await api.call(method, `${path}${query}`, {
              token: isOfDevices(operation) ? device.token : person.token,
              ...(json && { json }),
            });
            const isList = Array.isArray(body.items) || operation.media.startsWith("text/csv");
            return { status, code: body.code as string | undefined, isList, ids: idsIn(body, text), text };
          },
        }));
      })
  );
}

type Reading = {
  api: TestApi;
  person: Person;
  /** A device of that person. */
  device: Pick<TestDevice, "id" | "token">;
  organization: string;
  ids: Ids;
  /** Bodies for a POST that only looks, by operation, and the ids that each is about. */
  bodies: Record<string, { about: string[]; json: object }[]>;
};

/** Arguments of commands of the operator that only look. */
const looks: Partial<Record<Name, (ids: Ids) => string[]>> = {
  show: ({ organization: [id = ""] = [] }) => [id],
  verify: ({ organization: [id = ""] = [] }) => [id],
  purges: () => [],
  reports: () => [],
  report: ({ report: [id = ""] = [] }) => [id],
  attention: () => [],
  emails: () => [],
  "key-rotation": () => [],
  catalog: () => ["show"],
  defaults: () => ["show"],
};
const changes: Name[] = [
  ...([
    "seats",
    "refund",
    "close-dispute",
    "suspend",
    "reactivate",
    "remove-suppression",
    "resume-emails",
    "allow-trial",
    "reset-breaker",
    "secrets",
    "rotate-key",
  ] as const),
  ...(["reconcile", "sweep", "compare", "catch-up", "count-members"] as const),
];

/** Returns the commands of the operator that only look, as the operator runs them. */
export function looksOf(ids: Ids): Reader[] {
  const names = Object.keys(commands) as Name[];
  const unsaid = names.filter((name) => !looks[name] && !changes.includes(name));
  if (unsaid.length > 0) {
    throw new Error(`Say in functions/api/next-release.testing.ts whether ${unsaid.join()} looks.`);
  }
  return names.flatMap((name) => {
    const values = looks[name]?.(ids);
    if (!values) return [];
    return [{ name: `npm run operator -- ${name}`, own: onlyRows[name] ?? values, read: () => look(name, values) }];
  });
}

async function look(name: Name, values: string[]): Promise<Seen> {
  const request = { name, values, json: true, dryRun: false };
  try {
    const { data } = await asSystem("operator", () => run(request, unused));
    const text = JSON.stringify(data);
    return { status: 200, isList: values.length === 0, ids: idsIn(data as Item, text), text };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { status: statuses[error.kind], code: error.code, isList: false, ids: [], text: error.message };
  }
}

const unused = () => {
  throw new Error("What only looks needs no secrets.");
};

/** Operations that show something of the organization beside what their path names. */
const showsOrganization = ["setting.getTeam"];

/** The address of an operation for each thing that it may be about, and what its path names beside the organization. */
function pathsOf({ path, id }: MountedOperation, ids: Ids): { path: string; own: string[] }[] {
  let paths = [{ path: path.replace("/api/v1", ""), own: [] as string[] }];
  for (const [, name = ""] of path.matchAll(/{(\w+)}/g)) {
    const values = ids[name] ?? [];
    if (values.length === 0) {
      throw new Error(`${id}: say in functions/api/next-release.test.ts which ${name} there is.`);
    }
    paths = paths.flatMap((one) =>
      values.map((value) => ({
        path: one.path.replace(`{${name}}`, value),
        own:
          name === "organization" && !showsOrganization.includes(id)
            ? one.own
            : [...one.own, value, alias("address", value)],
      })),
    );
  }
  return paths;
}

/** The names of items: ids, or the addresses in a file. */
function idsIn(body: Item, text: string): string[] {
  if (!Array.isArray(body.items)) return text.startsWith("{") ? [] : [...new Set(text.match(/[\w.-]+@[\w.-]+/g))];
  return (body.items as Item[]).map((item) =>
    JSON.stringify(item.id ?? item.account ?? item.invitation ?? item.organization ?? item),
  );
}

// The table

/** Passes on what a table answers, and hands each row on. */
export function watched(world: World, onRow: (row: Item) => void): World["table"] {
  const inner = world.table as unknown as RawTable;
  const seen = <R extends Item | undefined>(row: R): R => {
    if (row) onRow(row);
    return row;
  };
  return typed({
    ...inner,
    get: async (key) => seen(await inner.get(key)),
    getMany: async (keys, options) => (await inner.getMany(keys, options)).map(seen),
    query: async (query) => {
      const page = await inner.query(query);
      return { ...page, items: page.items.map(seen) };
    },
  });
}

/** Puts a row as it is, whatever it holds. */
export const putRow = ({ rows }: World, Item: Item): Promise<unknown> =>
  rows.client.call("PutItem", { TableName: rows.name, Item });

export const nameOf = (row: Item): string => rowName({ pk: String(row.pk), sk: String(row.sk) });
