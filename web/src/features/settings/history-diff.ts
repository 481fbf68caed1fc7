import { isAlike } from "#lib/merge.ts";
import type { Revision, RevisionChange } from "#lib/setting-layers.ts";
import { labels } from "./labels.ts";
import { isField } from "./setting-text.ts";

// What lies between two revisions, from the changes of each revision between them.

const keyOf = ({ field, team = "" }: RevisionChange) => `${team} ${field}`;

/**
 * Returns what differs after revision `to` from what was after revision `from`: of each field the first value and the
 * last one, without what changed and changed back. Either revision may be the earlier one.
 * @param revisions every revision between them, in any order
 */
export function changesBetween(revisions: readonly Revision[], from: number, to: number): RevisionChange[] {
  if (from > to) {
    return changesBetween(revisions, to, from).map(reversed);
  }
  const between = revisions
    .filter(({ revision }) => revision > from && revision <= to)
    .toSorted((one, other) => one.revision - other.revision);
  const found = new Map<string, RevisionChange>();
  for (const change of between.flatMap(({ changes }) => changes)) {
    const before = found.get(keyOf(change));
    found.set(keyOf(change), before ? joined(before, change) : change);
  }
  return [...found.values()].filter((change) => !isNothing(change));
}

/** Returns whether every revision that is needed is there. */
export function reaches(revisions: readonly Revision[], from: number, to: number) {
  const [first, last] = from < to ? [from, to] : [to, from];
  return revisions.filter(({ revision }) => revision > first && revision <= last).length === last - first;
}

/** Returns whether a change is one of a setting, and not of the general settings. */
export const isOfSetting = ({ field }: RevisionChange) => isField(field) || field.endsWith(".openToTeams");

/** Restoring concerns all but the name of the organization, and what deleted teams override. */
export function isRestored({ field, team }: RevisionChange, hasTeam: (team: string) => boolean) {
  // threat: a restore of settings shows changes that it does not make
  return team === undefined
    ? isOfSetting({ field }) || (Object.hasOwn(labels, field) && field !== "name")
    : isField(field) && hasTeam(team);
}

function joined(one: RevisionChange, other: RevisionChange): RevisionChange {
  const { from: _, ...base } = other;
  const ends = { ...base, ...("from" in one && { from: one.from }) };
  if (other.added === undefined && other.removed === undefined) {
    return ends;
  }
  const added = net([...(one.added ?? []), ...(other.added ?? [])], [...(one.removed ?? []), ...(other.removed ?? [])]);
  const more = (side: "added" | "removed") => moreOf(one, side) + moreOf(other, side);
  return {
    ...ends,
    ...added,
    addedCount: added.added.length + more("added"),
    removedCount: added.removed.length + more("removed"),
  };
}

/** Leaves out entries that came and went again, or went and came again. */
function net(added: string[], removed: string[]) {
  const balance = new Map<string, number>();
  for (const entry of added) {
    balance.set(entry, (balance.get(entry) ?? 0) + 1);
  }
  for (const entry of removed) {
    balance.set(entry, (balance.get(entry) ?? 0) - 1);
  }
  const entries = [...balance];
  return {
    added: entries.flatMap(([entry, count]) => (count > 0 ? [entry] : [])),
    removed: entries.flatMap(([entry, count]) => (count < 0 ? [entry] : [])),
  };
}

/** Entries of a list that a revision counts and does not show. */
export function moreOf(change: RevisionChange, side: "added" | "removed") {
  return Math.max(0, (change[`${side}Count`] ?? 0) - (change[side]?.length ?? 0));
}

function reversed(change: RevisionChange): RevisionChange {
  const { from, to, added, removed, addedCount, removedCount, ...what } = change;
  return {
    ...what,
    ...(to !== undefined && { from: to }),
    ...(from !== undefined && { to: from }),
    ...(removed !== undefined && { added: removed }),
    ...(added !== undefined && { removed: added }),
    ...(removedCount !== undefined && { addedCount: removedCount }),
    ...(addedCount !== undefined && { removedCount: addedCount }),
  };
}

function isNothing({ from, to, addedCount = 0, removedCount = 0 }: RevisionChange) {
  return addedCount + removedCount === 0 && isAlike(from, to);
}
