import type { Import } from "#lib/imports.ts";
import { isOver } from "./text.ts";

/** For how long in each state, in seconds, an import is polled at which interval, in ms; older ones change slowly. */
const paces = [
  [20, 1_000],
  [120, 2_000],
  [900, 5_000],
  [Number.POSITIVE_INFINITY, 15_000],
] as const;
const reportPatienceSeconds = 900;
/** A file that was sent at once has arrived by then; a long upload or one that broke off is not awaited so closely. */
const arrivalSeconds = 20;
/** Emails begin a moment after their rows. */
const firstMailSeconds = 30;

/** Returns after how many ms an import should be polled again; never, once it cannot change anymore. */
export function paceOf(found: Import | undefined, now: number): number | false {
  if (!found) {
    return false;
  }
  const seconds = (now - Date.parse(found.endedAt ?? found.startedAt ?? found.createdAt)) / 1000;
  const pace = paces.find(([until]) => seconds < until)?.[1] ?? false;
  if (!isOver(found)) {
    return found.state === "waiting_for_file" && seconds >= arrivalSeconds ? Math.max(pace || 0, 5_000) : pace;
  }
  if (found.startedAt !== undefined && !found.reported && seconds < reportPatienceSeconds) {
    return pace;
  }
  return awaitsMails(found, seconds) && Math.max(pace || 0, 5_000);
}

function awaitsMails({ mails, counts }: Import, seconds: number) {
  return mails.left > 0 || (mails.state === "none" && (counts.invited ?? 0) > 0 && seconds < firstMailSeconds);
}

/** The same for a list: as often as its most active import needs, and not much more often than people look. */
export function paceOfAll(all: readonly Import[], now: number): number | false {
  const paces = all.filter((one) => !isOver(one)).map((one) => paceOf(one, now));
  const pace = Math.min(...paces.map((ms) => ms || Number.POSITIVE_INFINITY));
  return Number.isFinite(pace) ? Math.max(2_000, pace) : false;
}

type Mails = Import["mails"];

const words = {
  bounced: "Bounced",
  complained: "Marked as spam",
  suppressed: "Suppressed",
  failed: "Rejected by the email provider",
  unconfirmed: "Not confirmed",
  ended: "Invitation ended first",
} as const;

/** Emails that did not arrive or were not sent, by reason, and since when there are any; only existing ones. */
export function mailProblems(mails: Mails): { words: string; count: number; since?: string | undefined }[] {
  const names = Object.keys(words) as (keyof typeof words)[];
  const since: Partial<Record<keyof typeof words, string | undefined>> = {
    failed: mails.failedSince,
    unconfirmed: mails.unconfirmedSince,
  };
  return names.flatMap((name) =>
    mails[name] > 0 ? [{ words: words[name], count: mails[name], since: since[name] }] : [],
  );
}

/**
 * Returns which import this one waits for: an organization runs one at a time, in the order in which the files arrived.
 */
export function aheadOf({ id, state, createdAt }: Import, all: readonly Import[]): Import | undefined {
  if (state !== "waiting") {
    return undefined;
  }
  const earlier = all.filter((one) => one.id !== id && one.state === "waiting" && one.createdAt < createdAt);
  const [last] = earlier.toSorted((one, other) => other.createdAt.localeCompare(one.createdAt));
  return last ?? all.find((one) => one.state === "running");
}
