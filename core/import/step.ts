import { fold } from "../base/fold.ts";
import * as ID from "../base/id.ts";
import type { Role } from "../base/role.ts";
import { unknown } from "../base/row.ts";
import { isPending } from "../invitation/invitation.ts";
import { judgeOne, type Rules, seatsFor } from "../invitation/judge.ts";
import type { AddressRow } from "../invitation/row.ts";
import { events, type Made, place as placeRow, rowOf } from "../invitation/steps.ts";
import type { Actor } from "../kernel/actor.ts";
import { instant } from "../kernel/ports.ts";
import type { OrganizationRow } from "../organization/row.ts";
import { aboutOf } from "../reading/problems.ts";
import { all, equal, put, type Step, update, when } from "../table/table.ts";
import { type Chunk, type ChunkChange, type ChunkInput, isRetryable, type JudgedRow } from "./chunk-input.ts";
import { failures, type Place, ttl } from "./import.ts";
import { importKeys } from "./keys.ts";
import { codeOf, type Note, type Outcome, outcomeOf, packNotes } from "./outcome.ts";
import type { OutcomeBlock } from "./outcome-block.ts";
import { counterOf, type StartedRow } from "./row.ts";
import { type ScriptRole, type Stop, scriptRoles } from "./shape.ts";

/** Addresses per write. With the chunk, the outcomes and the event they fill a transaction. */
export const rowsPerStep = 97;
/** Outcomes per write when nobody is invited anymore. */
const rowsPerStop = 5 * rowsPerStep;

/** The part of a chunk that one write covers: rows, and their earlier outcomes. */
export type Window = { rows: JudgedRow[]; skip: number; block: OutcomeBlock };

/** The facts that a step is made from. */
export type Look = {
  row: StartedRow;
  /** The organization's row. */
  organizationRow: OrganizationRow;
  giver: Role;
  found: ReadonlyMap<ID.ID<"address">, AddressRow | undefined>;
  /** Addresses whose pending invitation nobody can accept. */
  lapsed: ReadonlySet<ID.ID<"address">>;
  teams: ReadonlyMap<string, string>;
  stop: Stop | undefined;
};

/** Returns the rows of the next step, or nothing if the chunk has no more to do. */
export function windowOf(
  { rows, outcomeBlocks: block }: ChunkInput,
  { at, pass, reader }: Chunk,
  stop: Stop | undefined,
): Window | undefined {
  const rowsBehind = (after: number, count: number) => rows.slice(after - reader.row, after - reader.row + count);
  if (pass === 1) {
    const next = rowsBehind(at, stop ? rowsPerStop : rowsPerStep);
    return next.length > 0 ? { rows: next, skip: 0, block: { after: at, codes: "", notes: [] } } : undefined;
  }
  if (stop) return undefined;
  for (const one of block) {
    const from = Math.max(0, at - one.after);
    const skip = [...one.codes].findIndex((code, i) => i >= from && isRetryable(code));
    if (skip >= 0) return { rows: rowsBehind(one.after, one.codes.length), skip, block: one };
  }
  return undefined;
}

/** Returns those rows of a window whose addresses a step reads. */
export function wantedOf({ rows, skip, block }: Window): JudgedRow[] {
  const isWanted = (row: JudgedRow, i: number) => i >= skip && !("code" in row) && isOpenTo(block, i);
  return rows.filter(isWanted).slice(0, rowsPerStep);
}

const isOpenTo = ({ codes }: OutcomeBlock, i: number) => codes[i] === undefined || isRetryable(codes[i]);

export const addressOf = (row: JudgedRow): ID.ID<"address"> | undefined =>
  "code" in row ? undefined : ID.derive("address", row.email);

type Decision = { outcome: Outcome; of?: number; about?: string; made?: Made };

/**
 * Returns the steps of one write that invites as many rows of a window as it can hold, and stores their outcomes.
 * Guarded by the chunk's state.
 */
export function stepping(
  place: Place,
  chunk: Chunk,
  window: Window,
  look: Look,
  actor: Actor,
): { steps: Step[]; change: ChunkChange; block: OutcomeBlock } {
  const { block, rows, skip } = window;
  const judge = judgeWith(place, chunk, look);
  const decided = new Map<number, Decision>();
  const made: Made[] = [];
  let [i, items, attempted] = [skip, 0, 0];
  for (; i < rows.length; i++) {
    const row = rows[i] as JudgedRow;
    if (!isOpenTo(block, i)) continue;
    if (!look.stop && !("code" in row) && attempted++ === rowsPerStep) break;
    const decision = judge.decide(row);
    // threat: an import of people whose invitations have just expired makes a write that the table refuses
    const takes = decision.made ? (isPending(decision.made.before) ? 2 : 1) : 0;
    if (items + takes > rowsPerStep) break;
    items += takes;
    judge.take(row, decision);
    decided.set(i, decision);
    if (decision.made) made.push(decision.made);
  }
  const change = changeOf(chunk, window, { decided, made, to: block.after + i });
  const nextBlock = blockAfter(window, decided, i);
  return {
    steps: [
      ...made.map(placeRow),
      moveOn(place, chunk, change),
      saveBlock(place, block, nextBlock),
      ...events(place.organization, made, actor, { import: place.id, by: look.row.by }),
    ],
    change,
    block: nextBlock,
  };
}

/** Changes an open chunk if it is as it was read. */
export function moveOn({ id }: Place, chunk: Chunk, change: ChunkChange): Step {
  // threat: a part of an import is done twice
  const here = all(equal("state", "open"), equal("pass", chunk.pass), equal("at", chunk.at));
  return update(importKeys.chunk(id, chunkNumber(chunk)), change, when(here, failures.moved));
}

/** Checks row after row. Each decided row counts for those after it. */
function judgeWith(
  { organization, id }: Place,
  chunk: Chunk,
  { row: own, organizationRow, giver, found, lapsed, teams, stop }: Look,
) {
  const lines = new Map<string, number>();
  const ids = new Set(teams.values());
  const room = { seats: chunk.held, mails: chunk.mails ?? Number.POSITIVE_INFINITY };
  const terms = {
    by: own.by,
    src: id,
    lifetimeDays: own.lifetimeDays,
    sentAt: instant(),
    expiresAt: chunk.expiresAt,
    organizationRow,
  };

  const isUnknown = (name: string) => !teams.has(fold(name));

  function decide(row: JudgedRow): Decision {
    if ("code" in row) return { outcome: row.code, ...(row.about !== undefined && { about: row.about }) };
    if (stop) return { outcome: stop };
    const address = ID.derive("address", row.email);
    const before = found.get(address);
    const of = lines.get(address) ?? (before?.src === id ? before.line : undefined);
    if (of !== undefined) return { outcome: "duplicate", of };
    // threat: a script gives a role above what it may
    if (isBeyond(row.role, own.maxRole)) return { outcome: "not_allowed", about: "script" };
    const { email, role, name, line, teams: names = [] } = row;
    const named = names.map((team) => (teams.get(fold(team)) ?? team) as ID.ID<"team">);
    const rules: Rules = { giver, src: id, teams: ids, lapsed, room: { ...room } };
    const label = judgeOne({ email, role, teams: named }, before, rules);
    if (label !== "ready") return refusedFor(label, names);
    const person = { email, address, role, ...(name && { name }), teams: [...new Set(named)] };
    return { outcome: "invited", made: rowOf(organization, person, before, { ...terms, line }) };
  }

  /** Names in the report what the refusal is about. */
  function refusedFor(label: Exclude<ReturnType<typeof judgeOne>, "ready">, names: readonly string[]): Decision {
    if (label === "not_allowed") return { outcome: label, about: "owner" };
    if (label === "unknown_team") return { outcome: label, about: names.filter(isUnknown).join("\n") };
    return { outcome: label === "sent" ? "duplicate" : label };
  }

  function take(row: JudgedRow, { made }: Decision): void {
    const address = addressOf(row);
    if (!made || !address) return;
    lines.set(address, row.line);
    room.seats -= seatsFor(made.before);
    room.mails -= 1;
  }

  return { decide, take };
}

/** Returns whether a role is higher than a script's rows may have: the least, if the limit is unknown. */
const isBeyond = (role: Role, maxRole: ScriptRole | undefined) =>
  // threat: a script whose limit is not known gives any role
  maxRole !== undefined && !scriptRoles.slice(scriptRoles.indexOf(maxRole)).some((one) => one === role);

type Done = { decided: ReadonlyMap<number, Decision>; made: readonly Made[]; to: number };

/** Advances the chunk from where it was read, subtracts the seats that were used, and counts the outcomes. */
function changeOf(chunk: Chunk, { block }: Window, { decided, made, to }: Done): ChunkChange {
  const add: ChunkChange["add"] = {};
  const count = (outcome: Outcome, by: number) => {
    add[counterOf(outcome)] = (add[counterOf(outcome)] ?? 0) + by;
  };
  for (const [i, { outcome }] of decided) {
    const before = outcomeOf(block.codes[i] ?? "");
    if (before !== unknown) count(before, -1);
    count(outcome, 1);
  }
  const seats = made.reduce((sum, { before }) => sum + seatsFor(before), 0);
  if (seats > 0) add.held = -seats;
  if (made.length > 0 && chunk.mails !== undefined) add.mails = -made.length;
  return { set: { at: to }, add };
}

export const chunkNumber = ({ sk }: Chunk) => Number(sk.slice("chk#".length));

/** Returns the outcomes of a window's rows up to `end`. */
function blockAfter({ block, rows }: Window, decided: ReadonlyMap<number, Decision>, end: number): OutcomeBlock {
  const length = Math.max(end, block.codes.length);
  const codes = Array.from({ length }, (_, i) => {
    const decision = decided.get(i);
    return decision ? codeOf(decision.outcome) : (block.codes[i] ?? "");
  });
  // threat: a row that a retry has invited is still listed as not invited
  const kept = block.notes.filter(({ row }) => !decided.has(row - block.after - 1));
  const fresh = [...decided].flatMap(([i, decision]) => noteOf(rows[i] as JudgedRow, decision));
  const notes = [...kept, ...fresh].toSorted((one, other) => one.row - other.row);
  return { after: block.after, codes: codes.join(""), notes };
}

function saveBlock({ id }: Place, before: OutcomeBlock, { after, codes, notes }: OutcomeBlock): Step {
  const key = importKeys.outcome(id, after);
  const packed = packNotes(notes);
  const item = { codes, ...(packed && { notes: packed }), ttl: ttl() };
  // the chunk is guarded in the same write, so nobody else stores outcomes of these rows
  return before.codes === ""
    ? put(key, item)
    : update(key, { set: item, ...(!packed && { unset: ["notes"] as const }) });
}

function noteOf(row: JudgedRow, { outcome, of, about }: Decision): Note[] {
  const remarks = "code" in row ? undefined : row.remarks;
  if (outcome === "invited" && !remarks) return [];
  const { line, written: email } = row;
  const more = of !== undefined ? { of } : remarks && { remarks };
  return [{ row: row.row, line, email, ...more, ...(about !== undefined && { about: aboutOf(about) }) }];
}
