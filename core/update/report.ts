import * as v from "valibot";
import { implied } from "../base/failure.ts";
import * as ID from "../base/id.ts";
import { shown } from "../base/row.ts";
import { whole } from "../base/shape.ts";
import { commentKeys } from "../comment/keys.ts";
import type { Member as Actor } from "../kernel/actor.ts";
import { Cursor, failures as cursorFailures, listOf, page } from "../kernel/cursor.ts";
import * as Event from "../kernel/event.ts";
import { fn } from "../kernel/fn.ts";
import { remember } from "../kernel/idempotency.ts";
import { instant, table } from "../kernel/ports.ts";
import { rowsOfEach } from "../kernel/rows.ts";
import { readAll, usable } from "../kernel/stored.ts";
import { writeUnless } from "../kernel/write-unless.ts";
import * as Limits from "../rate/limits.ts";
import * as Windows from "../rate/windows.ts";
import {
  absent,
  all,
  type Change,
  check,
  equal,
  fewer,
  type Item,
  type Key,
  lacks,
  not,
  present,
  remove,
  type Step,
  update,
  when,
} from "../table/table.ts";
import { Named } from "../team/names.ts";
import { Author, authorOf, peopleIn } from "./describe.ts";
import { UpdateReported, UpdateReportsClosed } from "./events.ts";
import { failures } from "./failures.ts";
import { updateKeys } from "./keys.ts";
import { maxReports } from "./limits.ts";
import { keyOfText, placeOf, requireVisible } from "./place.ts";
import { ReportedRow, UpdateRow } from "./row.ts";
import { Note, reasons } from "./shape.ts";

// Members report an update or a comment to owners and admins, who delete it or dismiss the reports. One row holds all
// reports of a text, and nothing of the text. That a member has reported it is kept with what else they did with it.

const pageSize = 20;
/** Times that a report of a text is decided again when others report it at the same moment. */
const maxAttempts = 5;

// Shapes

export const Reporting = {
  /** The kind of problem with it. */
  reason: v.picklist(reasons),
  /** More about it, in one sentence. */
  note: v.optional(Note),
};

/** A stored report. */
const Report = v.object({
  account: ID.schema("account"),
  reason: v.string(),
  note: v.optional(v.string()),
  at: v.string(),
});
type Report = v.InferOutput<typeof Report>;

/** An update or a comment that members have reported. */
export const Reported = v.object({
  /** The update, or the one that the comment is on. */
  update: ID.schema("update"),
  /** The comment. Missing if the update itself is reported. */
  comment: v.optional(ID.schema("comment")),
  /** The team that the update was posted to. */
  team: v.optional(Named),
  /** The title of the update. */
  title: v.string(),
  /** The author of what is reported. */
  author: Author,
  /** The members who reported it, the first one first: at most 50. */
  reports: v.pipe(
    v.array(
      v.object({
        ...Author.entries,
        /** The kind of problem with it. */
        reason: shown(reasons),
        /** More about it. */
        note: v.optional(v.string()),
        /** The time it was reported. */
        at: v.string(),
      }),
    ),
    v.maxLength(maxReports),
  ),
});
type Reported = v.InferOutput<typeof Reported>;

/** The text that a report is about. */
export type About = Pick<ReportedRow, "update" | "comment" | "team" | "author">;

// Functions

/** Reports an update to owners and admins, once. */
export const report = fn(
  "update.report",
  {
    input: v.strictObject({ update: ID.schema("update"), ...Reporting }),
    output: v.void(),
    failures: [failures.missing, failures.reported, Windows.failures.limited, Event.failures.repeated],
    reads: ({ update: id }, { organization }) => [...keyOfText({ update: id }), updateKeys.reported(organization, id)],
  },
  async ({ update: id, ...said }, actor, [found, reported]) => {
    const { author, team } = await requireVisible(actor, found);
    await writeReport(actor, { update: id, team, author }, said, reported, []);
  },
);

/** Lists what is reported, the newest update first. What was deleted is left out, and what the caller wrote. */
export const listReports = fn(
  "update.listReports",
  {
    input: v.strictObject({ cursor: v.optional(Cursor) }),
    output: listOf(Reported, pageSize),
    failures: [cursorFailures.invalid],
  },
  async ({ cursor }, actor) => {
    const { organization } = actor;
    const query = { ...updateKeys.reportedIn(organization), limit: pageSize, newestFirst: true, consistent: true };
    const { items: found, next } = await page(`update.listReports ${organization}`, query, cursor);
    const rows = readAll(ReportedRow, found);
    const texts = await rowsOfEach(rows, (row) => keysOfText(organization, row));
    const told = rows.flatMap((row, i) => {
      const title = titleOf(texts[i] ?? []);
      return title === undefined ? [] : [{ row, title, reports: reportsIn(row) }];
    });
    const people = await peopleIn(actor, {
      accounts: told.flatMap(({ row, reports }) => [row.author, ...reports.map(({ account }) => account)]),
      teams: told.flatMap(({ row }) => row.team ?? []),
      mentioned: [],
    });
    const items = told
      // nobody learns who has reported their own text
      .filter(({ row }) => row.author !== actor.account && (row.team === undefined || people.teams.has(row.team)))
      .map(
        ({ row: { update: id, comment, team, author }, title, reports }): Reported => ({
          update: id,
          ...(comment && { comment }),
          ...(team && { team: { id: team, name: people.teams.get(team) ?? "" } }),
          title,
          author: authorOf(author, people),
          reports: reports.map(({ account, reason, note, at }) => ({
            ...authorOf(account, people),
            reason: reasons.find((one) => one === reason) ?? "unknown",
            ...(note !== undefined && { note }),
            at,
          })),
        }),
      );
    return { items, ...(next && { next }) };
  },
);

/** Dismisses all reports of an update, or of a comment. Those who reported it are notified, and cannot report it again. */
export const dismissReports = fn(
  "update.dismissReports",
  {
    input: v.strictObject({
      /** The update, or the one that the comment is on. */
      update: ID.schema("update"),
      /** The comment whose reports are dismissed. */
      comment: v.optional(ID.schema("comment")),
      /** The number of reports of it that the caller has seen. If there are others by now, none is dismissed. */
      seen: v.optional(whole(1)),
    }),
    output: v.void(),
    failures: [failures.notReported, failures.reportedAgain, Event.failures.repeated],
    reads: ({ update: id, comment }, { organization }) => [updateKeys.reported(organization, id, comment)],
  },
  async ({ seen }, actor, [row]) => {
    if (!row || row.author === actor.account) throw failures.notReported();
    if (seen !== undefined && seen !== reportsIn(row).length) throw failures.reportedAgain();
    await table.write(...closing(actor.organization, row, "dismissed", actor), ...remember());
  },
);

// For comments, and for what closes reports

/** Writes the report of a text that the actor sees. The guards hold while the text is there. */
export async function writeReport(
  actor: Actor,
  { update: id, comment, team, author }: About,
  said: { reason: Report["reason"]; note?: string | undefined },
  reported: ReportedRow | undefined,
  guards: readonly Step[],
): Promise<void> {
  const { organization, account } = actor;
  await Windows.take(Limits.reports, account);
  const at = instant();
  const thing = { update: id, ...(comment && { comment }), ...(team && { team }) };
  const one: Report = { account, at, ...said };
  const key = updateKeys.reported(organization, id, comment);
  const change = { set: { ...thing, author }, add: { reports: new Set([JSON.stringify(one)]) } };
  let found = reported;
  for (let attempt = 1; ; attempt++) {
    const isReported = await writeUnless(
      failures.reportedAgain,
      update(
        updateKeys.activity(id, account, comment),
        { set: { organization, reportedAt: at } },
        // threat: somebody reports the same text again and again
        when(lacks("reportedAt"), failures.reported),
      ),
      // threat: a deleted update is reported
      check(updateKeys.updateText(id), when(all(present, lacks("deletedAt")), failures.missing)),
      ...guards,
      keeping(key, found, change),
      UpdateReported.record(organization, { ...thing, ...(!found && { isFirst: true }) }, actor),
      ...remember(),
    );
    if (isReported) return;
    if (attempt === maxAttempts) throw implied.contended();
    found = await table.get(key);
  }
}

/** Owners and admins know enough of what so many have reported: a report beyond that changes nothing. */
function keeping(key: Key<ReportedRow>, found: ReportedRow | undefined, change: Change<ReportedRow>): Step {
  // threat: two reports at once are both the first
  if (!found) return update(key, change, when(absent, failures.reportedAgain));
  const hasRoom = fewer("reports", maxReports);
  // threat: many reports of one text fill its row
  // threat: a report is lost where the others were just dismissed
  // threat: reports at once exceed what a text keeps
  return found.reports.size >= maxReports
    ? check(key, when(all(present, not(hasRoom)), failures.reportedAgain))
    : update(key, change, when(hasRoom, failures.reportedAgain));
}

/** Returns the steps that close the reports of a text as they were read. */
export function closing(
  organization: ID.ID<"organization">,
  row: ReportedRow,
  outcome: "deleted" | "dismissed",
  by: Parameters<typeof UpdateReportsClosed.record>[2],
): Step[] {
  const { update: id, comment, team } = row;
  const accounts = [...new Set(reportsIn(row).map(({ account }) => account))];
  const asRead = when(equal("reports", row.reports), (found: ReportedRow | undefined) =>
    found ? failures.reportedAgain() : failures.notReported(),
  );
  return [
    // threat: reports are dismissed that nobody saw
    remove(updateKeys.reported(organization, id, comment), asRead),
    UpdateReportsClosed.record(
      organization,
      { update: id, ...(comment && { comment }), ...(team && { team }), outcome, accounts },
      by,
    ),
  ];
}

/** Returns the reports of a text, the first one first, as many as are kept. One that cannot be read is left out. */
export const reportsIn = ({ reports }: Pick<ReportedRow, "reports">): Report[] =>
  [...reports]
    .flatMap((text) => reportIn(text) ?? [])
    .toSorted((one, other) => (one.at < other.at ? -1 : 1))
    .slice(0, maxReports);

export function reportIn(text: string): Report | undefined {
  try {
    const found = v.safeParse(Report, JSON.parse(text));
    return found.success ? found.output : undefined;
  } catch {
    return undefined;
  }
}

const keysOfText = (organization: ID.ID<"organization">, row: About): Key[] => [
  updateKeys.update(placeOf({ organization, team: row.team }), row.update),
  ...(row.comment ? [commentKeys.comment(row.update, row.comment)] : []),
];

/** The title of the update, unless it was deleted, or the comment. */
function titleOf(texts: readonly (Item | undefined)[]): string | undefined {
  // threat: a deleted text stays in the list of reports
  const isThere = texts.every((text) => text && text.deletedAt === undefined);
  return isThere ? usable(UpdateRow, texts[0] as UpdateRow | undefined)?.title : undefined;
}
