import { type FieldKey, fields, keysOf, type Section, sections } from "@muster/settings/fields.ts";
import { describe, type Entry, type Stored } from "./entry.ts";
import type * as General from "./general.ts";

// The text of a settings file: values are JSON, which is YAML. Settings that the organization leaves to others are there
// as comments.

export const openKey = "openToTeams";
export const teamsKey = "teams";

type Whole = {
  name: string;
  revision: number;
  general: General.Info;
  stored: Stored;
  openToTeams: readonly FieldKey[];
  teams: readonly { name: string; stored: Stored }[];
};

export const textOf = ({ name, revision, general, stored, openToTeams, teams }: Whole): string =>
  [
    `# The settings of ${name.replaceAll(/\s+/g, " ")}, revision ${revision}.`,
    "# A setting that is not here, or only in a comment, is left to the operator and the presets.",
    "",
    ...generalLines(general),
    ...sections.flatMap((section) => sectionLines(section, saidIn(stored), true)),
    "# The settings that teams may override.",
    `${openKey}: ${JSON.stringify(openToTeams)}`,
    "",
    ...teamLines(teams.map((team) => ({ name: team.name, entries: saidIn(team.stored) }))),
  ].join("\n");

type Said = Record<string, Entry | undefined>;
const saidIn = (stored: Stored) => describe(stored) as Said;

function generalLines({ contact, address, singleSignOn, updates }: General.Info): string[] {
  return [
    "general:",
    "  # The name of the organization is not part of the file. A field that is not here is empty.",
    ...Object.entries({ contact, address, singleSignOn, updates }).map(
      ([name, value]) => `  ${name}: ${JSON.stringify(value)}`,
    ),
    "",
  ];
}

/** @param isWhole whether what is not set is there as a comment */
function sectionLines(section: Section, entries: Said, isWhole: boolean): string[] {
  const keys = keysOf(section);
  const isEmpty = keys.every((key) => entries[key] === undefined);
  if (isEmpty && !isWhole) return [];
  const lines = keys.flatMap((key) => {
    const { label, help, preset } = fields[key];
    const own = key.slice(section.length + 1);
    const entry = entries[key];
    const about = isWhole ? [`  # ${label}: ${help}`] : [];
    if (!entry) return isWhole ? [...about, `  # ${own}: { value: ${JSON.stringify(preset)} }`, ""] : [];
    return [
      ...about,
      `  ${own}:`,
      ...valueLines(entry.value),
      ...(entry.isLocked ? ["    locked: true"] : []),
      ...(isWhole ? [""] : []),
    ];
  });
  return [isEmpty ? `${section}: {}` : `${section}:`, ...lines];
}

function teamLines(teams: readonly { name: string; entries: Said }[]): string[] {
  const own = teams
    .toSorted((one, other) => (one.name < other.name ? -1 : 1))
    .map(({ name, entries }) => ({ name, lines: sections.flatMap((section) => sectionLines(section, entries, false)) }))
    .filter(({ lines }) => lines.length > 0);
  return [
    "# What teams override, by their names. A team that is not here keeps its settings.",
    own.length === 0 ? `${teamsKey}: {}` : `${teamsKey}:`,
    ...own.flatMap(({ name, lines }) => [`  ${JSON.stringify(name)}:`, ...lines.map((line) => `    ${line}`)]),
    "",
  ];
}

function valueLines(value: unknown): string[] {
  if (!Array.isArray(value) || value.length === 0) return [`    value: ${JSON.stringify(value)}`];
  return ["    value:", ...value.map((entry) => `      - ${JSON.stringify(entry)}`)];
}
