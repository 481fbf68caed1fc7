import { fieldKeys, isFieldKey, keysOf, type Section, sections } from "@muster/settings/fields.ts";
import * as v from "valibot";
import { failure, implied, type Field as Refused } from "../base/failure.ts";
import { fold } from "../base/fold.ts";
import type { ID } from "../base/id.ts";
import { group, Integer } from "../base/shape.ts";
import { parseSent } from "../base/valid.ts";
import type { Member } from "../kernel/actor.ts";
import { fn } from "../kernel/fn.ts";
import { failures as organizationFailures } from "../organization/failures.ts";
import * as Limits from "../rate/limits.ts";
import * as Windows from "../rate/windows.ts";
import * as RolloutPlan from "../rollout/plan.ts";
import { maxTeamsPerOrganization } from "../team/limits.ts";
import { idsOf, namesOf, seesAll } from "../team/names.ts";
import { openKey, teamsKey, textOf } from "./document-text.ts";
import { Changes, damagedIn, FieldName, readChanges } from "./entry.ts";
import * as General from "./general.ts";
import { Change, changesIn } from "./history.ts";
import { overridesOf } from "./layers.ts";
import { open } from "./long-lists.ts";
import * as OrganizationLayer from "./organization-layer.ts";
import * as OrganizationRows from "./organization-rows.ts";
import { Seen } from "./section.ts";
import { Address, Contact, SavedPhone, SingleSignOn, Updates } from "./shape.ts";
import * as TeamLayer from "./team-layer.ts";
import * as Whole from "./whole.ts";

// The settings as a YAML file: what is written can be read again, and changes nothing then.

const maxLength = 3_500_000;
const tooManyTeams = `An organization has at most ${maxTeamsPerOrganization.toLocaleString("en")} teams.`;
const noTeam = "There is no team of this name. Create it, or remove it here.";

// Shapes

/** A settings file. */
export const Document = v.pipe(
  v.string(),
  v.maxLength(maxLength, "A settings file has at most 3.5 million characters."),
);

/** The changes of a settings file. */
export const Imported = v.object({
  /** The differences, by setting. */
  changes: v.array(Change),
  /** True if it was saved: not if it was only checked, or changes nothing. */
  isSaved: v.boolean(),
  /** The revision of the organization's settings. */
  revision: Integer,
});

// Failures

export const tooLong = failure("oversized", "setting.document_too_long", "These settings are too long for one file.");

// Functions

/** Returns the organization's settings as a YAML file, with what each setting does. */
export const exportDocument = fn(
  "setting.exportDocument",
  {
    input: v.strictObject({}),
    output: v.string(),
    failures: [organizationFailures.missing, tooLong, Windows.failures.limited],
    reads: Whole.rows,
  },
  async (_, actor, rows) => {
    const { organization } = actor;
    // threat: an account exports settings files without a limit
    await countFile(actor);
    const { layers: read, general: now } = Whole.readRows(rows);
    const stored = await open(organization, OrganizationRows.storedOf(read));
    const overrides = await TeamLayer.allOverrides(organization);
    const ids = overrides.map(({ team }) => team);
    const names = await namesOf(organization, ids, seesAll);
    const all = overrides.filter(({ team }) => names.has(team));
    const general = { organizationRow: read.organizationRow, now };
    const isDamaged =
      // threat: a file is written without what cannot be read of General, and its import clears that
      General.isDamaged(general) ||
      [{ stored }, ...all].some((one) => damagedIn(one.stored).length > 0) ||
      sections.some((section) => read.layers[section].isUnreadable);
    // a file without what cannot be read would loosen it when it is imported
    if (isDamaged) throw implied.unreadable();
    const { openToTeams, revision } = OrganizationLayer.describe(read);
    const document = textOf({
      name: read.organizationRow.name,
      revision,
      general: General.describe(general),
      stored,
      openToTeams,
      teams: all.map(({ team, stored: own }) => ({ name: names.get(team) ?? "", stored: own })),
    });
    if (document.length > maxLength) throw tooLong();
    return document;
  },
);

/** Gives the organization the settings of a YAML file, as one revision. A section or team that is not in it stays. */
export const importDocument = fn(
  "setting.importDocument",
  {
    input: v.strictObject({
      /** The file, as it was exported and edited. */
      document: Document,
      revision: Seen,
      /** True to return what it would change, and save nothing. */
      isCheck: v.optional(v.boolean()),
      note: v.optional(OrganizationLayer.Note),
      rollout: v.optional(RolloutPlan.Plan),
    }),
    output: Imported,
    failures: [...Whole.failures, ...RolloutPlan.startFailures, Windows.failures.limited],
    reads: Whole.rows,
  },
  async ({ document, revision: seen, isCheck = false, note, rollout }, actor, rows) => {
    // threat: an account imports settings files without a limit
    await countFile(actor);
    const current = Whole.readRows(rows);
    const plan = await Whole.plan(current, { ...(await wantedBy(document, actor)), seen, note, rollout }, actor);
    const isSaved = !isCheck && Object.keys(plan.patch).length > 0;
    const { revision } = isCheck ? OrganizationLayer.describe(current.layers) : await Whole.save(plan, actor);
    return { changes: changesIn(plan.patch), isSaved, revision };
  },
);

/** @throws rate.limited */
const countFile = ({ account }: Member) => Windows.take(Limits.settingFiles, account);

/** Returns what a settings file wants to change. @throws input.invalid with the line, or the name of the setting */
export async function wantedBy(document: string, { organization }: Member) {
  const { changes, openToTeams, general, teams } = await readDocument(document);
  return {
    changes: await readChanges(changes, "document"),
    openToTeams,
    general: general && General.changesToAll(general),
    teams: await teamsNamed(organization, teams),
  };
}

// Reading

const GeneralValues = v.optional(
  group({
    contact: v.optional(group(optionals({ ...Contact, phone: SavedPhone })), {}),
    address: v.optional(group(optionals(Address)), {}),
    singleSignOn: v.optional(group(optionals(SingleSignOn)), {}),
    // a file of before there was such a setting changes nothing of it
    updates: v.optional(group(optionals(Updates))),
  }),
);

/** The contents of a file beside the settings of the organization itself. */
const Others = v.object({
  openToTeams: v.optional(v.array(FieldName)),
  general: GeneralValues,
  teams: v.map(v.string(), Changes),
});

/** @throws input.invalid with the line, or the name of the setting */
async function readDocument(text: string) {
  const { parseYaml } = await import("./yaml.ts");
  const parsed = parseYaml(text);
  if ("problem" in parsed) return refuse([{ path: "document", message: parsed.problem }]);
  const root = asObject(toPlain(parsed.document), "document");
  const refused: Refused[] = [];
  const own = entriesIn(root, "document", refused, ["general", openKey, teamsKey]);
  const said = Object.entries(asObject(root[teamsKey] ?? {}, `document.${teamsKey}`));
  if (said.length > maxTeamsPerOrganization) refuse([{ path: `document.${teamsKey}`, message: tooManyTeams }]);
  const teams = said.map(([name, own]) => {
    const path = `document.${teamsKey}.${name}`;
    const written = entriesIn(asObject(own ?? {}, path), path, refused);
    const left = fieldKeys.filter((key) => !Object.hasOwn(written, key)).map((key) => [key, null] as const);
    return [name, { ...Object.fromEntries(left), ...written }] as const;
  });
  if (refused.length > 0) refuse(refused);
  const changes = placed(Changes, own);
  const read = placed(Others, {
    openToTeams: root[openKey],
    general: root["general"] === null ? {} : root["general"],
    teams: new Map(teams),
  });
  return { changes, ...read };
}

/** Names the place in the file where something is wrong. @throws input.invalid */
function placed<S extends v.GenericSchema>(schema: S, document: unknown): v.InferOutput<S> {
  return parseSent(v.object({ document: schema }), { document }).document;
}

/** The settings of the sections that are written, by key. What is unknown is refused. */
function entriesIn(root: Record<string, unknown>, path: string, refused: Refused[], others: readonly string[] = []) {
  const unknown = Object.keys(root).filter((name) => !others.includes(name) && !isSection(name));
  for (const name of unknown) refused.push({ path: `${path}.${name}`, message: "There is no such section." });
  const entries = sections
    .filter((section) => section in root)
    .flatMap((section) => {
      const place = `${path}.${section}`;
      const own = asObject(root[section] ?? {}, place);
      const names = Object.keys(own).filter((name) => !isFieldKey(`${section}.${name}`));
      for (const name of names) refused.push({ path: `${place}.${name}`, message: "There is no such setting." });
      return keysOf(section).map(
        (key) => [key, changeOf(own[key.slice(section.length + 1)], `${path}.${key}`)] as const,
      );
    });
  return Object.fromEntries(entries);
}

/** The teams that a file names, with what they override now. @throws input.invalid for a name that no team has */
async function teamsNamed(organization: ID<"organization">, written: ReadonlyMap<string, Changes>) {
  const byName = await idsOf(organization, written.keys());
  const refused: Refused[] = [];
  const changes = new Map<ID<"team">, { changes: Changes; path: string }>();
  for (const [name, own] of written) {
    const path = `document.${teamsKey}.${name}`;
    const team = byName.get(fold(name));
    if (team !== undefined && !changes.has(team)) changes.set(team, { changes: await readChanges(own, path), path });
    else refused.push({ path, message: team === undefined ? noTeam : "This team is named twice." });
  }
  if (refused.length > 0) refuse(refused);
  const found = await overridesOf(organization, [...changes.keys()]);
  return found.map((one) => ({ changes: {}, ...one, ...changes.get(one.team) }));
}

function optionals<const E extends v.ObjectEntries>(entries: E) {
  return v.partial(v.object(entries)).entries;
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
function changeOf(written: unknown, path: string) {
  if (written === undefined || written === null) return null;
  const { value, locked = false, ...others } = asObject(written, path);
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) refuse([{ path: `${path}.${unknown}`, message: "Expected value and locked." }]);
  if (value === undefined) refuse([{ path: `${path}.value`, message: "This field is required." }]);
  return { value, isLocked: locked };
}

function asObject(value: unknown, path: string): Record<string, unknown> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  return refuse([{ path, message: "Expected names and values." }]);
}

function refuse(refused: Refused[]): never {
  // a file can write half a character in a name
  const fields = refused.slice(0, 100).map(({ path, message }) => ({ path: wellFormed(path), message }));
  throw implied.invalid({ fields });
}

const wellFormed = (text: string) => text.replace(/\p{Cs}/gu, "\ufffd");

const isSection = (name: string): name is Section => (sections as readonly string[]).includes(name);
