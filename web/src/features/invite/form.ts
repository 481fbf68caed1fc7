import { roles } from "@muster/core/base/role.ts";
import { maxRows, presetDays } from "@muster/core/invitation/limits.ts";
import { LifetimeDays, Message } from "@muster/core/invitation/shape.ts";
import { maxTeams } from "@muster/core/team/limits.ts";
import * as v from "valibot";
import type { Reviewed } from "#lib/people.ts";

/** The input of the dialog. The API checks addresses, because it says more about them than a pattern could. */
export const InviteForm = v.object({
  rows: v.pipe(
    v.array(
      v.object({
        email: v.string(),
        role: v.picklist(roles),
        name: v.optional(v.string()),
        /** The pasted word that was meant as a role and is not one. */
        remark: v.optional(v.string()),
      }),
    ),
    v.check((rows) => rows.some(({ email }) => email.trim() !== ""), "Enter an address."),
    v.check(
      // threat: a web form sends more invitations than a request holds
      (rows) => filled(rows).length <= maxRows,
      `At most ${maxRows} people at once. Send these first, then the others.`,
    ),
  ),
  message: v.union([v.pipe(v.string(), v.trim(), v.literal("")), Message]),
  lifetimeDays: v.pipe(v.string(), v.transform(Number), LifetimeDays),
  /** The name is for people: the team may be deleted before the draft is sent. */
  teams: v.pipe(v.array(v.object({ id: v.string(), name: v.string() })), v.maxLength(maxTeams)),
});
export type Draft = v.InferInput<typeof InviteForm>;
export type Values = v.InferOutput<typeof InviteForm>;
export type Row = Draft["rows"][number];

export const emptyRow: Row = { email: "", role: "read" };
export const emptyDraft: Draft = { rows: [emptyRow], message: "", lifetimeDays: String(presetDays), teams: [] };

/** Rows with any input. */
export function filled<R extends { email: string }>(rows: R[]) {
  return rows.filter(({ email }) => email.trim() !== "");
}

/** The rows as the API expects them, each with the teams that were chosen for all. */
export function invitees({ rows, teams }: Pick<Values, "rows" | "teams">) {
  const chosen = teams.map(({ id }) => id as `team_${string}`);
  return filled(rows).map(({ email, role, name }) => ({
    email: email.trim(),
    role,
    ...(name && { name }),
    ...(chosen.length > 0 && { teams: chosen }),
  }));
}

/** Returns a new review, in which nothing becomes ready but what only had no seat before. */
export function keepRefused(before: Reviewed[], found: Reviewed[]) {
  return found.map((item, index) => {
    const known = before[index];
    const wasReady = known?.label === "ready" || known?.label === "no_seat";
    // threat: after seats are added, rows are sent that were refused in the review
    return known === undefined || wasReady || item.label !== "ready" ? item : known;
  });
}
