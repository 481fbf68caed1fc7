import { type FieldKey, fields, isFieldKey, keysOf, type Section, sections } from "@muster/settings/fields.ts";
import * as v from "valibot";
import { implied, type Field as Refused } from "../base/failure.ts";
import { Integer } from "../base/shape.ts";
import { parse as parseInput } from "../base/valid.ts";
import { fn } from "../kernel/fn.ts";
import { failures as organizationFailures } from "../organization/failures.ts";
import { Changes, damagedIn, describe, type Entry, FieldName, readChanges } from "./entry.ts";
import { Change, changesIn } from "./history.ts";
import { open } from "./long-lists.ts";
import * as OrganizationLayer from "./organization-layer.ts";
import * as OrganizationRows from "./organization-rows.ts";
import { Seen } from "./section.ts";

// The settings as a YAML file: what is written can be read again, and changes nothing then.

const maxLength = 3_500_000;
const teamsKey = "openToTeams";

// Shapes

/** A settings file. */
const Document = v.pipe(v.string(), v.maxLength(maxLength, "A settings file has at most 3.5 million characters."));

/** What a settings file changes. */
export const Imported = v.object({
  /** What differs, by setting. */
  changes: v.array(Change),
  /** Whether it was saved: not if it was only checked, or changes nothing. */
  isSaved: v.boolean(),
  /** The revision of the organization's settings. */
  revision: Integer,
});

// Functions

/** Returns the organization's settings as a YAML file, with what each setting does. */
export const exportDocument = fn(
  "setting.exportDocument",
  {
    input: v.strictObject({}),
    output: v.string(),
    failures: [organizationFailures.missing],
    reads: OrganizationRows.rows,
  },
  async (_, { organization }, rows) => {
    const read = OrganizationRows.readRows(rows);
    const stored = await open(organization, OrganizationRows.storedOf(read));
    const isDamaged = damagedIn(stored).length > 0 || sections.some((section) => read.layers[section].isUnreadable);
    // a file without what cannot be read would loosen it when it is imported
    if (isDamaged) throw implied.unreadable();
    const entries = describe(stored);
    const { openToTeams, revision } = OrganizationLayer.describe(read);
    return write(entries as Record<string, Entry | undefined>, openToTeams, {
      name: read.organizationRow.name,
      revision,
    });
  },
);

/** Gives the organization the settings of a YAML file, as one revision. A section that is not in the file stays. */
export const importDocument = fn(
  "setting.importDocument",
  {
    input: v.strictObject({
      /** The file, as it was exported and edited. */
      document: Document,
      revision: Seen,
      /** Whether to tell what it would change, and save nothing. */
      isCheck: v.optional(v.boolean()),
      note: v.optional(OrganizationLayer.Note),
    }),
    output: Imported,
    failures: OrganizationLayer.failures,
    reads: OrganizationRows.rows,
  },
  async ({ document, revision: seen, isCheck = false, note }, actor, rows) => {
    const current = OrganizationRows.readRows(rows);
    const { changes, openToTeams } = await readDocument(document);
    const wanted = { changes: readChanges(changes), openToTeams, seen, note };
    const plan = await OrganizationLayer.planLayer(current, wanted, actor);
    const isSaved = !isCheck && plan.changed.length > 0;
    const { revision } = isSaved ? await OrganizationLayer.savePlan(plan, actor) : OrganizationLayer.describe(current);
    return { changes: changesIn(plan.patch), isSaved, revision };
  },
);

// Private helpers

type Named = { name: string; revision: number };

/** Values are JSON, which is YAML. Settings that the organization leaves to others are there as comments. */
function write(entries: Record<string, Entry | undefined>, open: readonly FieldKey[], { name, revision }: Named) {
  const lines = [
    `# The settings of ${name.replaceAll(/\s+/g, " ")}, revision ${revision}.`,
    "# A setting that is not here, or only in a comment, is left to the operator and the presets.",
    "",
  ];
  for (const section of sections) {
    lines.push(`${section}:`);
    const set = keysOf(section).filter((key) => entries[key] !== undefined);
    for (const key of keysOf(section)) {
      const { label, help } = fields[key];
      const own = key.slice(section.length + 1);
      lines.push(`  # ${label}: ${help}`);
      const entry = set.includes(key) ? entries[key] : undefined;
      if (!entry) lines.push(`  # ${own}: { value: ${JSON.stringify(fields[key].preset)} }`);
      else lines.push(`  ${own}:`, ...valueLines(entry.value), ...(entry.isLocked ? ["    locked: true"] : []));
      lines.push("");
    }
    if (set.length === 0) lines[lines.lastIndexOf(`${section}:`)] = `${section}: {}`;
  }
  lines.push("# The settings that teams may override.", `${teamsKey}: ${JSON.stringify(open)}`, "");
  return lines.join("\n");
}

function valueLines(value: unknown): string[] {
  if (!Array.isArray(value) || value.length === 0) return [`    value: ${JSON.stringify(value)}`];
  return ["    value:", ...value.map((entry) => `      - ${JSON.stringify(entry)}`)];
}

/** @throws input.invalid with the line, or the name of the setting */
async function readDocument(text: string): Promise<{ changes: Changes; openToTeams: FieldKey[] | undefined }> {
  const { parseYaml } = await import("./yaml.ts");
  const { document, badLine } = parseYaml(text);
  if (badLine !== undefined) refuse([{ path: "document", message: `Line ${badLine} is not YAML.` }]);
  const root = asObject(toPlain(document), "document");
  const refused: Refused[] = [];
  const named = Object.keys(root).filter((name) => name !== teamsKey && !isSection(name));
  refused.push(...named.map((name) => ({ path: `document.${name}`, message: "There is no such section." })));
  const entries = sections
    .filter((section) => section in root)
    .flatMap((section) => {
      const own = asObject(root[section] ?? {}, `document.${section}`);
      const unknown = Object.keys(own).filter((name) => !isFieldKey(`${section}.${name}`));
      refused.push(
        ...unknown.map((name) => ({ path: `document.${section}.${name}`, message: "There is no such setting." })),
      );
      return keysOf(section).map((key) => [key, changeOf(own[key.slice(section.length + 1)], key)] as const);
    });
  if (refused.length > 0) refuse(refused);
  const { fields: changes, openToTeams } = parseInput(
    v.object({ fields: Changes, openToTeams: v.optional(v.array(FieldName)) }),
    { fields: Object.fromEntries(entries), openToTeams: root[teamsKey] },
  );
  return { changes, openToTeams };
}

/** Aliases are refused: a short file could stand for an endless one. */
function toPlain(document: { toJS: (options: { maxAliasCount: number }) => unknown }): unknown {
  try {
    return document.toJS({ maxAliasCount: 0 });
  } catch {
    return refuse([{ path: "document", message: "Anchors and aliases are not supported." }]);
  }
}

/** A setting that is missing is left to the layers above; one without a lock is a default. */
function changeOf(written: unknown, key: FieldKey) {
  if (written === undefined || written === null) return null;
  const { value, locked = false, ...others } = asObject(written, `document.${key}`);
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) refuse([{ path: `document.${key}.${unknown}`, message: "Expected value and locked." }]);
  if (value === undefined) refuse([{ path: `document.${key}.value`, message: "This field is required." }]);
  return { value, isLocked: locked };
}

function asObject(value: unknown, path: string): Record<string, unknown> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  return refuse([{ path, message: "Expected names and values." }]);
}

function refuse(refused: Refused[]): never {
  throw implied.invalid({ fields: refused.slice(0, 100) });
}

const isSection = (name: string): name is Section => (sections as readonly string[]).includes(name);
