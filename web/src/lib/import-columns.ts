import { type ColumnName, columnNames } from "@muster/core/reading/shape.ts";
import { local } from "./storage.ts";

/** Of files with different headings, per organization; the oldest are forgotten. */
const maxRemembered = 20;
/** The columns that a report adds to those of its file. */
const ofReport = ["line", "outcome", "reason"];

type Remembered = [key: string, columns: ColumnName[]];

/** Returns what this browser remembers of a person's choice for files with these headings. */
export function recallColumns(organizationId: string, headings: readonly string[]): ColumnName[] | undefined {
  return read(organizationId).find(([key]) => key === keyOf(headings))?.[1];
}

/** Remembers what the columns hold, or forgets it. The headings themselves are not stored. */
export function rememberColumns(
  organizationId: string,
  headings: readonly string[],
  columns: readonly ColumnName[] | undefined,
): void {
  const key = keyOf(headings);
  const others = read(organizationId).filter(([other]) => other !== key);
  const all: Remembered[] = columns ? [[key, [...columns]], ...others] : others;
  local.write(`import-columns:${organizationId}`, JSON.stringify(all.slice(0, maxRemembered)));
}

function read(organizationId: string): Remembered[] {
  try {
    // threat: the columns of another organization's file are used
    const found: unknown = JSON.parse(local.read(`import-columns:${organizationId}`) ?? "[]");
    return Array.isArray(found) ? found.filter(isRemembered) : [];
  } catch {
    return [];
  }
}

/** Another release may have stored something else. */
function isRemembered(one: unknown): one is Remembered {
  if (!Array.isArray(one) || typeof one[0] !== "string" || !Array.isArray(one[1])) {
    return false;
  }
  const columns: unknown[] = one[1];
  // threat: columns that another release remembered leave a file without addresses
  return columns.includes("email") && columns.every((name) => columnNames.some((known) => known === name));
}

/** A number for the headings, the same in any case, and for the report of a file as for the file. */
function keyOf(headings: readonly string[]) {
  const isReport = headings.slice(-ofReport.length).join() === ofReport.join();
  const own = headings.slice(0, isReport ? -ofReport.length : undefined).map((text) => text.trim().toLowerCase());
  let [first, second] = [0xdeadbeef, 0x41c6ce57];
  for (const unit of own.join("\u001f")) {
    const code = unit.codePointAt(0) ?? 0;
    first = Math.imul(first ^ code, 2_654_435_761);
    second = Math.imul(second ^ code, 1_597_334_677);
  }
  return `${own.length}-${(first >>> 0).toString(36)}-${(second >>> 0).toString(36)}`;
}
