import * as v from "valibot";
import { daySeconds } from "../base/duration.ts";
import { failure } from "../base/failure.ts";
import * as ID from "../base/id.ts";
import { roles } from "../base/role.ts";
import { shown, type Unknown } from "../base/row.ts";
import { Integer } from "../base/shape.ts";
import type * as Actor from "../kernel/actor.ts";
import { epoch, instant } from "../kernel/ports.ts";
import * as Mailing from "../mail/mailing.ts";
import { fileProblems } from "../reading/problems.ts";
import { columnNames } from "../reading/shape.ts";
import { Ranks } from "../table/ranks.ts";
import { all, type Change, type ConditionOf, equal, lacks, type Step, update, when } from "../table/table.ts";
import { ImportEnded, ImportRetried } from "./events.ts";
import { importKeys } from "./keys.ts";
import { keptDays, maxMebibytes } from "./limits.ts";
import { type Outcome, outcomeNames, outcomes, retryable } from "./outcome.ts";
import { type Counter, counterOf, type ImportRow, type StartedRow, type WaitingRow } from "./row.ts";
import { type Ending, type Reason, reasonNames, type ScriptRole, type Stop, sources, states, stops } from "./shape.ts";

/**
 * An import of a file: waiting_for_file → waiting → running → done, failed or canceled. An organization runs one at a
 * time, its chunks one after the other. Seats move from the organization to a chunk to rows, counts from rows to the
 * chunk to the import, each in one write. A retry is another pass over the same file, for retryable rows.
 */

/** A running import without progress for this long is checked. */
export const staleSeconds = 600;

// Shapes

/** The sentences for the reasons that an import ended early or never began. */
export const reasons: Record<Reason | Unknown, string> = {
  ...fileProblems,
  too_large: `This file is larger than ${maxMebibytes} MiB. Split it.`,
  no_file: "No file was uploaded.",
  file_changed: "The file was deleted before the import ended.",
  repeated: "Another import of this file had not ended yet. See that import.",
  no_setting: "Imports from scripts are off. Choose an account to run them as.",
  role_refused: "The file requests more than the import settings allow.",
  stalled: "This import stopped. Upload the file again or contact your operator.",
  canceled: outcomes.canceled,
  inviter_unauthorized: outcomes.inviter_unauthorized,
  frozen: outcomes.frozen,
  unknown: "A newer release of Muster recorded the reason.",
};

export const Id = ID.schema("import");
const Account = ID.schema("account");

/** The number of rows with this outcome. */
const Rows = v.optional(Integer);
/** The number of rows with each outcome. */
const Counts = v.object(Object.fromEntries(outcomeNames.map((name) => [name, Rows])) as Record<Outcome, typeof Rows>);

const Ended = v.object({
  /** Invitations that were declined. */
  declined: Integer,
  /** Invitations that were revoked, for example because the person who sent them was removed. */
  revoked: Integer,
  /** Invitations that expired. */
  expired: Integer,
});

/** An import of a CSV file. */
export const Info = v.object({
  id: Id,
  /** The state of the import. */
  state: shown(states),
  /** The reason that it failed or ended early. */
  reason: v.optional(shown(reasonNames)),
  /** The reason as a sentence, for a person. */
  message: v.optional(v.string()),
  /**
   * The import before it that has the same content and the same columns: it had ended, or it still went on if the reason
   * is `repeated`.
   */
  earlier: v.optional(Id),
  /** The source that started it: the dashboard, or a file that a script uploaded. */
  via: shown(sources),
  /** The inviter: the person who started it, or the one that scripts import as. */
  invitedBy: v.optional(
    v.object({
      account: Account,
      /** Their name. Missing if they left the organization. */
      name: v.optional(v.string()),
    }),
  ),
  /** The name of the file. */
  fileName: v.string(),
  /** The size of the file in bytes. */
  bytes: v.optional(Integer),
  /** Days that its invitations stay open. */
  lifetimeDays: Integer,
  /** The contents of its columns, in their order, if the person chose them. */
  columns: v.optional(v.array(shown(columnNames))),
  /** The roles that words of its role column stand for, if the person chose them. */
  roles: v.optional(
    v.array(
      v.object({
        /** The word, as it is written in the file. */
        word: v.string(),
        /** The role that rows with this word are invited with. */
        role: shown(roles),
      }),
    ),
  ),
  /** The number of times that its file was read, this time included. A retry reads it again. */
  pass: Integer,
  /** Rows that have an outcome. */
  rows: Integer,
  counts: Counts,
  /** Rows that a retry would import. */
  retryable: Integer,
  mails: Mailing.Info,
  /** The number of its invitations that have ended since, if any. The newest are counted after a moment. */
  ended: v.optional(Ended),
  /** The progress of this pass, while it runs. */
  progress: v.optional(
    v.object({
      /** The part of the file that is done, from 0 to 1. */
      done: v.number(),
      /** Rows per second. */
      rate: v.number(),
      /** Seconds left at that rate. */
      secondsLeft: v.optional(Integer),
    }),
  ),
  /** True if its reports can be downloaded. */
  reported: v.boolean(),
  /** True if it will have no reports, because it read no rows or its file was deleted before they were made. */
  isReportMissing: v.optional(v.boolean()),
  /** The time it was created. */
  createdAt: v.string(),
  /** The time it started to read the file. */
  startedAt: v.optional(v.string()),
  /** The time it ended. */
  endedAt: v.optional(v.string()),
});
export type Info = v.InferOutput<typeof Info>;

// Failures

export const failures = {
  missing: failure("missing", "import.missing", "Import not found."),
  changed: failure("conflict", "import.changed", "This import was just updated. Reload and try again."),
  over: failure("conflict", "import.ended_already", "This import has already ended."),
  nothing: failure("conflict", "import.nothing_to_retry", "This import has no rows to retry."),
  unreported: failure("conflict", "import.report_not_ready", "The report is not ready yet."),
  reportless: failure(
    "gone",
    "import.report_missing",
    "This import has no report: it read no rows, or its file was deleted.",
  ),
  taken: failure("conflict", "import.already_running", "Another import is running. Wait until it finishes."),
  moved: failure("conflict", "import.moved", "This chunk of the import is already done."),
  repeated: failure("conflict", "import.repeated", "This upload was already received."),
};

// Shared by all modules of imports

type Organization = ID.ID<"organization">;
export type Place = { organization: Organization; id: ID.ID<"import"> };

type State = Pick<ImportRow, "state"> | { state: Unknown };
export const isOver = ({ state }: State) => state === "done" || state === "failed" || state === "canceled";
export const isWaiting = (row: ImportRow): row is WaitingRow => row.state === "waiting";
export const isRunning = (row: ImportRow | undefined): row is StartedRow => row?.state === "running";
export const hasStarted = (row: ImportRow): row is StartedRow => row.startedAt !== undefined;
export const stopOf = (row: ImportRow): Stop | undefined => stops.find((stop) => stop === row.stop);

export const keyOfUpload = ({ organization, id }: Place) => `imports/${organization}/${id}.csv`;

/** Returns the key of the copy of an upload that is imported. Other content of the same upload has another key. */
export const keyOfFile = ({ organization, id }: Place, etag: string) =>
  // threat: workers that see different content share a copy
  `files/${organization}/${id}-${etag.replaceAll('"', "")}.csv`;

type Counted = { [C in Counter]?: number | undefined };

/** Returns how many rows of each outcome a row of the table counts. */
export function countsOf(row: Counted): Partial<Record<Outcome, number>> {
  const counted = outcomeNames.map((name) => [name, row[counterOf(name)] ?? 0] as const);
  return Object.fromEntries(counted.filter(([, count]) => count !== 0));
}

type Ended = { reason?: Reason | Unknown | undefined };

/** Returns whether an import stopped within its file, so that rows have no outcome. */
export const isBroken = ({ reason }: Ended) => reason === "file_changed" || reason === "stalled";

/** Returns how many rows another pass would process. */
export const retryableIn = (row: Counted & Ended) =>
  isBroken(row) ? 0 : retryable.reduce((sum, outcome) => sum + (row[counterOf(outcome)] ?? 0), 0);

/** The watch list of imports that have not ended, for the clock. */
export const listed = ({ id }: Pick<Place, "id">, seconds = staleSeconds) => ({
  list: importKeys.openImports,
  rank: Ranks.openImport(instant(seconds), id),
});

export const ttl = () => epoch(keptDays * daySeconds);

/** Updates an import if it is in this state and pass. */
export function moving(
  { organization, id }: Place,
  row: ImportRow,
  change: Change<ImportRow>,
  ...more: ConditionOf<ImportRow>[]
): Step {
  const same = all(equal("state", row.state), equal("pass", row.pass), ...more);
  return update(importKeys.import(organization, id), change, when(same, failures.changed));
}

/** Returns the steps that end an import, whatever would have come next. */
export function ending(
  place: Place,
  row: ImportRow,
  { state, reason, ...change }: { state: Ending; reason?: Reason | undefined } & Omit<Change<ImportRow>, "unset">,
  actor: Actor.Actor,
  ...more: ConditionOf<ImportRow>[]
): Step[] {
  const set = { ...change.set, state, endedAt: instant(), ...(reason && { reason }), ttl: ttl() };
  return [
    moving(place, row, { ...change, set, unset: ["list", "rank", "stop"] }, ...more),
    ImportEnded.record(place.organization, { import: place.id, state, ...(reason && { reason }) }, actor),
  ];
}

/** The inviter, and the highest role that a script's rows may have. */
export type Terms = { by: ID.ID<"account">; maxRole?: ScriptRole | undefined };

/** Queues the retryable rows for another pass, for this account; nothing of it runs yet. */
export function retrying(place: Place, row: ImportRow, { by, maxRole }: Terms, actor: Actor.Actor): Step[] {
  const pass = row.pass + 1;
  const set = {
    state: "waiting" as const,
    pass,
    by,
    waitsSince: instant(),
    ...(maxRole && { maxRole }),
    ttl: ttl(),
    ...listed(place),
  };
  const unset = ["reason", "endedAt", "reported"] as const;
  return [
    moving(place, row, { set, unset: maxRole ? unset : [...unset, "maxRole"] }, lacks("list")),
    ImportRetried.record(place.organization, { import: place.id, pass, by }, actor),
  ];
}
