import * as v from "valibot";
import { roles } from "../base/role.ts";
import { id, known, row } from "../base/row.ts";
import type { State } from "../reading/csv.ts";
import { columnNames } from "../reading/shape.ts";
import { chunkStates, reasonNames, scriptRoles, sources, states, stops } from "./shape.ts";

/** One code for each outcome of a row. A code never changes its meaning. */
export const outcomeCodes = {
  invited: "i",
  missing_email: "e",
  invalid_email: "v",
  hidden_characters: "h",
  lookalike_characters: "k",
  unknown_role: "r",
  deactivated: "x",
  row_too_long: "l",
  unclosed_quote: "q",
  already_member: "m",
  already_invited: "p",
  duplicate: "d",
  not_allowed: "a",
  unknown_team: "t",
  no_seat: "s",
  daily_limit: "y",
  inviter_unauthorized: "g",
  frozen: "f",
  canceled: "c",
} as const;

/** The attribute that counts rows of this outcome, on a chunk and on its import. */
export const counterOf = (outcome: keyof typeof outcomeCodes): Counter => `n_${outcomeCodes[outcome]}`;
export type Counter = `n_${(typeof outcomeCodes)[keyof typeof outcomeCodes]}`;

const text = v.optional(v.string());
const number = v.optional(v.number());
const counters = Object.fromEntries(Object.values(outcomeCodes).map((code) => [`n_${code}`, number])) as Record<
  Counter,
  typeof number
>;

/** An import: its file, its state, and how many of its rows had each outcome. */
export const ImportRow = row({
  pk: id("organization"),
  sk: id("import"),
  state: known(states),
  reason: v.optional(known(reasonNames)),
  /** The reason that it ends before its last row. */
  stop: v.optional(known(stops)),
  via: known(sources),
  /** The account that invites. */
  by: v.optional(id("account")),
  /** The highest role of its rows, if a script uploaded it. */
  maxRole: v.optional(known(scriptRoles)),
  fileName: v.string(),
  lifetimeDays: v.number(),
  /** The contents of its columns, if a person chose them. */
  columns: v.optional(v.array(known(columnNames))),
  /** The roles that words of its role column stand for, if a person chose them. */
  roles: v.optional(v.array(v.object({ word: v.string(), role: known(roles) }))),
  /** The number of times that its file was read, this time included. */
  pass: v.number(),
  createdAt: v.string(),
  /** The hash of the mark that objects of its form carry. */
  mark: text,
  /** The copy of the upload that is imported, and its ETag. */
  file: text,
  etag: text,
  bytes: number,
  waitsSince: text,
  /** The import before it that has the same content and columns. */
  earlier: v.optional(id("import")),
  startedAt: text,
  /** The current chunk, and the number of bytes and rows before it. */
  chunk: number,
  offset: number,
  walked: number,
  /** Number of checks since it last advanced. */
  stalls: number,
  endedAt: text,
  /** The pass that its reports cover; 0 if there is nothing to report. */
  reported: number,
  ...counters,
});
export type ImportRow = v.InferInput<typeof ImportRow>;

type With<R, A extends keyof R> = R & { [B in A]-?: NonNullable<R[B]> };
/** An import whose file has arrived. */
export type WaitingRow = With<ImportRow, "by" | "file" | "etag" | "bytes" | "waitsSince">;
/** An import that has started. */
export type StartedRow = With<WaitingRow, "startedAt" | "chunk" | "offset" | "walked" | "stalls">;

const Position = v.object({ offset: v.number(), line: v.number(), row: v.number() });
/** The reader keeps more in it, which is its own. */
const reader = v.custom<State>((value) => v.is(Position, value));

/**
 * A chunk of the file. `at` and `to` count rows: those up to `at` have an outcome. `held` seats are taken for the chunk
 * and not used yet, and so are `mails` if a daily limit applies to that `day`.
 */
export const ChunkRow = row({
  pk: id("import"),
  sk: v.string(),
  // threat: a chunk in a state of a newer release is worked on
  state: v.picklist(chunkStates),
  pass: v.number(),
  reader,
  next: v.optional(reader),
  at: v.optional(v.number(), 0),
  to: v.optional(v.number(), 0),
  held: v.optional(v.number(), 0),
  mails: number,
  day: v.optional(v.string(), ""),
  expiresAt: v.optional(v.string(), ""),
  openedAt: v.optional(v.string(), ""),
  ...counters,
});
export type ChunkRow = v.InferInput<typeof ChunkRow>;

/** The outcomes of some rows, one code each, and packed notes on some of them. */
export const OutcomeRow = row({ pk: id("import"), sk: v.string(), codes: v.string(), notes: text });
export type OutcomeRow = v.InferInput<typeof OutcomeRow>;

/** The setting for files that scripts upload. */
export const ImportSettingRow = row({
  pk: id("organization"),
  sk: v.literal("#imports"),
  runAs: v.optional(id("account")),
  role: known(scriptRoles),
  lifetimeDays: v.number(),
  revision: v.number(),
});
export type ImportSettingRow = v.InferInput<typeof ImportSettingRow>;

/** Names an import: the one that runs, or the one that a file or an upload led to. */
export const ImportNameRow = row({ pk: id("organization"), sk: v.string(), import: id("import") });
export type ImportNameRow = v.InferInput<typeof ImportNameRow>;
