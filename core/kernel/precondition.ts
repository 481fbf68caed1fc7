import { isDeepStrictEqual } from "node:util";
import { failure } from "../base/failure.ts";
import {
  absent,
  all,
  type Condition,
  check,
  equal,
  type Item,
  type Key,
  lacks,
  present,
  rowName,
  type Scalar,
  type Step,
} from "../table/table.ts";
import type { Precondition } from "./context.ts";

// A request may depend on what its caller has read. A handler compares before the change begins; the first write then
// requires that what was compared has not changed, in addition to what the domain guards.

type Rows = ReadonlyMap<string, Item | undefined>;
/** A row as it was read, and which of its attributes were used. */
type Seen = { key: Key; row: Item | undefined; attributes: ReadonlySet<string> };

export const failures = {
  failed: failure(
    "precondition",
    "request.precondition_failed",
    "This was changed since you read it. Reload it first.",
  ),
};

/** Returns the rows so that each attribute that is used is recorded in `seen`. */
export function observe(keys: readonly Key[], rows: Rows): { rows: Rows; seen: Seen[] } {
  const seen = keys.map((key) => ({ key, row: rows.get(rowName(key)), attributes: new Set<string>() }));
  const observed = seen.map(({ key, row, attributes }) => [rowName(key), row && observedRow(row, attributes)] as const);
  return { rows: new Map([...rows, ...observed]), seen };
}

function observedRow(row: Item, attributes: Set<string>): Item {
  const note = (name: string | symbol) => void (typeof name === "string" && attributes.add(name));
  return new Proxy(row, {
    get: (_, name) => (note(name), Reflect.get(row, name)),
    has: (_, name) => (note(name), Reflect.has(row, name)),
  });
}

/**
 * Makes the precondition of a request: nothing is written if it is not met, or if one of these rows has changed. The
 * first write decides; later ones belong to the same change.
 */
export function preconditionOf(isMet: boolean, seen: readonly Seen[]): Precondition {
  let isDecided = false;
  const requireMet = () => {
    if (!isMet) throw failures.failed();
  };
  return {
    isMet,
    requireMet,
    hold: (steps) => {
      requireMet();
      // threat: a change at the same moment is overwritten in spite of If-Match
      return isDecided || steps.length === 0 ? steps : withUnchanged(steps, seen);
    },
    written: (steps) => {
      isDecided ||= steps.length > 0;
    },
  };
}

/** A row that the write changes is checked in its own step, the others in steps of their own. */
function withUnchanged(steps: readonly Step[], seen: readonly Seen[]): Step[] {
  const ofKey = new Map(seen.map((one) => [rowName(one.key), one]));
  const written = new Set(steps.map(({ key }) => rowName(key)));
  const others = seen.filter(({ key }) => !written.has(rowName(key)));
  return [
    ...steps.map((step) => {
      const one = ofKey.get(rowName(step.key));
      return one ? holding(step, one) : step;
    }),
    // threat: a row that is shown and not written changes in spite of If-Match
    ...others.map((one) => check(one.key, { when: unchanged(one), otherwise: failures.failed })),
  ];
}

/** The step also requires the row as it was read. If the row has not changed, its own guard has refused. */
function holding(step: Step, seen: Seen): Step {
  const { guard } = step;
  const isAsSeen = unchanged(seen);
  if (!guard) return { ...step, guard: { when: isAsSeen, otherwise: failures.failed } };
  const otherwise = (found: Item | undefined) => {
    // threat: a refusal of the domain is reported as a failed If-Match
    if (!isSame(seen, found)) return failures.failed();
    return "code" in guard.otherwise ? guard.otherwise() : guard.otherwise(found as never);
  };
  return { ...step, guard: { when: all(isAsSeen, guard.when), otherwise } };
}

function unchanged({ row, attributes }: Seen): Condition {
  if (!row) return absent;
  // threat: an attribute that was missing appears in spite of If-Match
  const tests = [...attributes].map((name) => (name in row ? equal(name, row[name] as Scalar) : lacks(name)));
  return all(present, ...tests);
}

const isSame = ({ row, attributes }: Seen, found: Item | undefined): boolean =>
  row && found ? [...attributes].every((name) => isDeepStrictEqual(row[name], found[name])) : row === found;
