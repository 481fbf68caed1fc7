import { inspectCatalog, setCatalog } from "@muster/core/setting/catalog.ts";
import { Catalog } from "@muster/core/setting/catalog-shape.ts";
import { type Defaults, getDefaults, plansWithSettings, setDefault } from "@muster/core/setting/operator-layer.ts";
import type { Recounted } from "@muster/core/setting/recount.ts";
import { fieldKeys, fields, isFieldKey } from "@muster/settings/fields.ts";
import * as v from "valibot";
import { UsageError } from "./arguments.ts";
import type { Answer } from "./text.ts";

const maxProblems = 20;
const maxCohorts = 20;

/**
 * Shows, checks or sets the models and applications that settings may name.
 * @throws UsageError
 */
export async function runCatalog(action: string, input: () => Promise<string>): Promise<Answer> {
  if (action === "show") {
    const catalog = await inspectCatalog({});
    return { data: catalog, text: JSON.stringify(catalog, undefined, 2) };
  }
  if (action !== "check" && action !== "set") throw new UsageError("catalog takes: show, check, set.");
  const catalog = readCatalog(await input());
  const data = await setCatalog({ catalog, isDryRun: action === "check" });
  const [added, removed] = [data.added.join(", ") || "nothing", data.removed.join(", ") || "nothing"];
  const written = action === "set" ? `Version ${data.version} is set.` : "The catalog can be set; nothing is written.";
  return { data, text: `${written}\nAdded: ${added}\nRemoved: ${removed}` };
}

/**
 * Reads a catalog, also one that `catalog show` has printed: dates and version are not the operator's.
 * @throws UsageError
 */
function readCatalog(text: string): Catalog {
  const { version: _, ...catalog } = parseJson(text) as Record<string, unknown>;
  const undated = Object.entries(catalog).map(([name, things]) => [
    name,
    Array.isArray(things) ? things.map((thing) => ({ ...thing, addedAt: undefined })) : things,
  ]);
  const result = v.safeParse(Catalog, JSON.parse(JSON.stringify(Object.fromEntries(undated))));
  if (result.success) return result.output;
  const lines = result.issues
    .slice(0, maxProblems)
    .map((issue) => `${v.getDotPath(issue) ?? "catalog"}: ${issue.message}`);
  throw new UsageError(`This is no catalog.\n${lines.join("\n")}`);
}

function parseJson(text: string): object {
  try {
    const json: unknown = JSON.parse(text);
    if (typeof json === "object" && json !== null && !Array.isArray(json)) return json;
  } catch {
    // said below
  }
  throw new UsageError("Enter a JSON object on standard input.");
}

/**
 * Shows and sets what applies to every organization, or to those on a plan, that says nothing else, or to all of them if
 * it is locked.
 * @throws UsageError
 */
export async function runDefaults([action = "", key, text]: readonly string[], plan?: string): Promise<Answer> {
  if (action === "show" && key === undefined && plan === undefined) return described(await getDefaults({}));
  const isSet = action === "set" || action === "lock";
  if ((!isSet && action !== "clear") || key === undefined || isSet !== (text !== undefined)) {
    throw new UsageError("defaults takes: show, set KEY VALUE, lock KEY VALUE, clear KEY; the last three with --plan.");
  }
  if (!isFieldKey(key)) throw new UsageError(`There is no setting of this name. Settings: ${fieldKeys.join(", ")}.`);
  const known = plansWithSettings.find((one) => one === plan);
  if (plan !== undefined && !known) throw new UsageError(`The plans are ${plansWithSettings.join(", ")}.`);
  const value = text === undefined ? undefined : valueOf(text);
  return described(await setDefault({ key, value, isLocked: action === "lock", plan: known }));
}

function described(defaults: Defaults): Answer {
  const plans = Object.entries(defaults.plans);
  const lines = [...linesOf(defaults.fields), ...plans.flatMap(([plan, entries]) => linesOf(entries, plan))];
  return { data: defaults, text: lines.length > 0 ? lines.join("\n") : "No defaults are set: the presets apply." };
}

function linesOf(entries: Defaults["fields"], plan?: string): string[] {
  return fieldKeys.flatMap((key) => {
    const entry = entries[key];
    if (!entry) return [];
    const notes = [entry.isLocked && "locked", plan !== undefined && `on the plan ${plan}`].filter((one) => one);
    return [[key, JSON.stringify(entry.value), ...notes, `(${fields[key].label})`].join("  ")];
  });
}

/** JSON where it is JSON, so that `true` is no text; anything else is a text. */
function valueOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Says what a recount of an organization's members has found and corrected. */
export function textOfRecount({ members, moved, corrected, changing }: Recounted): string {
  const lines = corrected
    .slice(0, maxCohorts)
    .map(
      ({ teams, choices, from, to }) =>
        `  ${several(teams, "team")}, ${several(choices, "own choice")}: ${from ?? "no number"} → ${to}`,
    );
  const more = corrected.length - lines.length;
  return [
    members === 1 ? "1 member is counted." : `${members} members are counted.`,
    moved > 0 && `Counted elsewhere or not at all before: ${several(moved, "member")}.`,
    lines.length > 0 && "Members with the same teams and own choices, corrected:",
    ...lines,
    more > 0 && `  and ${more} more`,
    moved + corrected.length === 0 && "Nothing was wrong.",
    changing > 0 && `Changed while they were counted: ${several(changing, "number")}. Run the command again.`,
  ]
    .filter((line) => line !== false)
    .join("\n");
}

const several = (count: number, noun: string) => `${count} ${noun}${count === 1 ? "" : "s"}`;
