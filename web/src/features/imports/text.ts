import {
  Ban,
  CircleAlert,
  CircleCheck,
  Clock,
  Files,
  FileUp,
  LoaderCircle,
  type LucideIcon,
  MailCheck,
  UserRoundCheck,
} from "lucide-react";
import { roleText } from "#features/rights/text.ts";
import type { Import, ImportRow, ImportState, Outcome } from "#lib/imports.ts";
import type { Tone } from "#ui/badge.tsx";

type Words = { label: string; tone: Tone; icon: LucideIcon };

const stateText: Record<ImportState, Words> = {
  waiting_for_file: { label: "Waiting for the file", tone: "neutral", icon: FileUp },
  waiting: { label: "Waiting", tone: "neutral", icon: Clock },
  running: { label: "Running", tone: "accent", icon: LoaderCircle },
  done: { label: "Done", tone: "success", icon: CircleCheck },
  failed: { label: "Failed", tone: "danger", icon: CircleAlert },
  canceled: { label: "Canceled", tone: "neutral", icon: Ban },
  unknown: { label: "Unknown", tone: "neutral", icon: CircleAlert },
};

/** Groups of similar outcomes, from the best to the worst. */
export const groupNames = ["invited", "skipped", "later", "wrong"] as const;
export type Group = (typeof groupNames)[number];

export const groupText: Record<Group, { label: string; icon: LucideIcon; mark: string; text: string }> = {
  invited: { label: "Invited", icon: MailCheck, mark: "bg-success", text: "text-success-text" },
  skipped: { label: "Skipped", icon: UserRoundCheck, mark: "bg-control", text: "text-fg-3" },
  later: { label: "Can be retried", icon: Clock, mark: "bg-warning", text: "text-warning-text" },
  wrong: { label: "To fix", icon: CircleAlert, mark: "bg-danger", text: "text-danger-text" },
};

/** The outcomes of rows in a word or two. Those of the first group are retryable. */
export const outcomeText: Record<Outcome, { label: string; group: Group }> = {
  invited: { label: "Invited", group: "invited" },
  already_member: { label: "Already a member", group: "skipped" },
  already_invited: { label: "Already invited", group: "skipped" },
  duplicate: { label: "Duplicate in this file", group: "skipped" },
  deactivated: { label: "Deactivated in the file", group: "skipped" },
  no_seat: { label: "No seat", group: "later" },
  daily_limit: { label: "Daily limit reached", group: "later" },
  canceled: { label: "Canceled first", group: "later" },
  inviter_unauthorized: { label: "Inviter lacks permission", group: "later" },
  frozen: { label: "Not possible right now", group: "later" },
  missing_email: { label: "No address", group: "wrong" },
  invalid_email: { label: "Invalid address", group: "wrong" },
  hidden_characters: { label: "Hidden characters", group: "wrong" },
  lookalike_characters: { label: "Lookalike letters", group: "wrong" },
  unknown_role: { label: "Unknown role", group: "wrong" },
  unknown_team: { label: "Unknown team", group: "wrong" },
  not_allowed: { label: "Role not allowed", group: "wrong" },
  row_too_long: { label: "Row too long", group: "wrong" },
  unclosed_quote: { label: "Missing quote", group: "wrong" },
};

/** The icon of a row, and its color. */
export function lookOf({ outcome }: Pick<ImportRow, "outcome">): { icon: LucideIcon; text: string } {
  return outcome === "unknown" ? { icon: CircleAlert, text: "text-fg-3" } : groupText[outcomeText[outcome].group];
}

export const outcomeNames = Object.keys(outcomeText) as Outcome[];

/** The outcomes of an import with their numbers, in the order of the words. */
export function countsOf({ counts }: Pick<Import, "counts">) {
  return outcomeNames.flatMap((outcome) => {
    const count = counts[outcome] ?? 0;
    return count > 0 ? [{ outcome, count, ...outcomeText[outcome] }] : [];
  });
}

export function groupsOf(found: Pick<Import, "counts">): { group: Group; count: number }[] {
  const counts = countsOf(found);
  return groupNames.flatMap((group) => {
    const count = counts.filter((one) => one.group === group).reduce((sum, one) => sum + one.count, 0);
    return count > 0 ? [{ group, count }] : [];
  });
}

export const isOver = ({ state }: Pick<Import, "state">) =>
  state === "done" || state === "failed" || state === "canceled";

/** Somebody has canceled it, and it has not stopped yet. */
export const isStopping = ({ state, reason }: Pick<Import, "state" | "reason">) =>
  state === "running" && reason !== undefined;

/** Returns how many of an import's invitations have ended since, in words. */
export function endedText({ ended }: Pick<Import, "ended">, number: (n: number) => string): string | undefined {
  const parts = Object.entries(ended ?? {}).filter(([, count]) => count > 0);
  if (parts.length === 0) return undefined;
  const sum = parts.reduce((all, [, count]) => all + count, 0);
  const how = parts.map(([state, count]) => `${number(count)} ${state}`).join(", ");
  return `${number(sum)} of its invitations ${sum === 1 ? "has" : "have"} ended since: ${how}. To invite those people again, import the file again.`;
}

/** Returns what words of the file's role column count as, in words: "User" → Read. */
export function rolesText({ roles = [] }: Pick<Import, "roles">): string | undefined {
  const parts = roles.map(({ word, role }) => `“${word}” → ${roleText[role].label}`);
  return parts.length === 0 ? undefined : `Roles as chosen: ${parts.join(", ")}.`;
}

/** Returns the state of an import as it is shown: one refused while another of the same file went on is no failure. */
export function stateOf(found: Pick<Import, "state" | "reason" | "pass">): Words {
  if (isStopping(found)) return { ...stateText.running, label: "Stopping", tone: "neutral" };
  if (found.reason === "repeated") return { label: "Already importing", tone: "neutral", icon: Files };
  return found.state === "running" && found.pass > 1
    ? { ...stateText.running, label: "Retrying" }
    : stateText[found.state];
}

/** Rows to review: all that were not simply invited. */
export const leftIn = ({ rows, counts }: Pick<Import, "rows" | "counts">) => rows - (counts.invited ?? 0);

/** "the 12 rows without a seat", if that is what they all lack. */
export function retryText({ counts, retryable }: Pick<Import, "counts" | "retryable">, count: string) {
  const rows = retryable === 1 ? "row" : "rows";
  return counts.no_seat === retryable ? `Retry the ${count} ${rows} without a seat` : `Retry ${count} ${rows}`;
}

const sizes = [
  [1024 * 1024, "MB"],
  [1024, "KB"],
] as const;

/** "12.4 MB" */
export function sizeText(bytes: number, number: (value: number) => string) {
  const [unit, name] = sizes.find(([unit]) => bytes >= unit) ?? [1, "bytes"];
  const value = bytes / unit;
  return `${number(value < 10 && unit > 1 ? Math.round(value * 10) / 10 : Math.round(value))} ${name}`;
}
