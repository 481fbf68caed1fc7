import { minuteSeconds } from "../base/duration.ts";
import { instant } from "../kernel/ports.ts";
import { quietMinutes, stalledMinutes } from "./limits.ts";
import type { ImportMailsRow } from "./row.ts";
import type { MailStatus } from "./shape.ts";

export const states = ["none", "sending", "paused", "waiting", "stalled", "done"] as const;
export type State = (typeof states)[number];

type Progress = { left: number; hasAny: boolean; isMore: boolean; isStopped: boolean };

export function stateOf(row: ImportMailsRow | undefined, { left, hasAny, isMore, isStopped }: Progress): State {
  const isToCome = left > 0 || isMore;
  if (isToCome && isPaused(row)) return "paused";
  if (!hasAny) return "none";
  // threat: emails of an import seem to leave while those of its organization are paused
  if (isToCome && isStopped) return "paused";
  if (left > 0 && isHeld(row)) return "waiting";
  // threat: emails that wait on a dead letter are shown as being sent forever
  if (isStalled(row)) return "stalled";
  return isToCome ? "sending" : "done";
}

export const isPaused = (row: ImportMailsRow | undefined): boolean => row?.pausedAt !== undefined;

const isHeld = (row: ImportMailsRow | undefined) => row?.waitsUntil !== undefined && row.waitsUntil > instant();

/** By then, a message that keeps failing is a dead letter, and nothing sends what it was about. */
function isStalled(row: ImportMailsRow | undefined): boolean {
  const { queued = 0, queuedAt } = row ?? {};
  // nothing is known of what an earlier release queued
  // threat: emails that an earlier release queued are taken for given up
  return queued > 0 && queuedAt !== undefined && latestOf(row) <= instant(-stalledMinutes * minuteSeconds);
}

/** Returns whether waiting emails would soon be taken for stalled. */
export const isQuiet = (row: ImportMailsRow): boolean => latestOf(row) <= instant(-quietMinutes * minuteSeconds);

function latestOf({ queuedAt = "", leftAt = "" }: Partial<ImportMailsRow> = {}): string {
  // threat: emails that were just queued are taken for stalled
  // threat: emails that leave slowly are taken for stalled
  return queuedAt > leftAt ? queuedAt : leftAt;
}

/** Returns since when there are emails that are unconfirmed or failed, if the first of them are counted now. */
export function beginningOf(row: ImportMailsRow | undefined, more: { [S in MailStatus]?: number }) {
  const isFirst = (status: "unconfirmed" | "failed") => (row?.[status] ?? 0) <= 0 && (more[status] ?? 0) > 0;
  return {
    ...(isFirst("unconfirmed") && { unconfirmedSince: instant() }),
    ...(isFirst("failed") && { failedSince: instant() }),
  };
}

type Numbers = { state: State; left: number; unconfirmed: number; failed: number };

/** Returns since when emails wait for the provider, are unconfirmed, or failed, of which there are some now. */
export function sinceIn(row: ImportMailsRow | undefined, { state, left, unconfirmed, failed }: Numbers) {
  const { waitsSince, unconfirmedSince, failedSince } = row ?? {};
  return {
    ...(state === "sending" && left > 0 && waitsSince !== undefined && { waitsSince }),
    ...(unconfirmed > 0 && unconfirmedSince !== undefined && { unconfirmedSince }),
    ...(failed > 0 && failedSince !== undefined && { failedSince }),
  };
}
