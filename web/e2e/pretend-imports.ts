import { minuteMs } from "@muster/core/base/duration.ts";
import type { Page } from "@playwright/test";
import { intercept } from "./intercept.ts";
import { idOf } from "./many-members.ts";

/** Imports of an organization with a long history: one in each state, newest first. */

export const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * minuteMs).toISOString();

const mixed = {
  invited: 8412,
  already_member: 96,
  already_invited: 41,
  duplicate: 18,
  no_seat: 1204,
  invalid_email: 37,
  missing_email: 12,
  unknown_role: 9,
  unknown_team: 4,
  lookalike_characters: 1,
};
const sum = (counts: Record<string, number>) => Object.values(counts).reduce((all, one) => all + one, 0);

function mailsOf(sent: number, left = 0) {
  const none = { delivered: 0, bounced: 0, complained: 0, unconfirmed: 0, suppressed: 0, failed: 0, ended: 0 };
  const state = left > 0 ? "sending" : sent > 0 ? "done" : "none";
  return { ...none, state, sent, left, ...(left > 0 && { rate: 13.7, secondsLeft: Math.round(left / 13.7) }) };
}

function importAt(index: number, more: { counts?: Record<string, number>; [name: string]: unknown }) {
  const { counts = {} } = more;
  return {
    id: idOf("imp", index),
    state: "done",
    via: "dashboard",
    fileName: "people.csv",
    bytes: 412300,
    invitedBy: {
      account: idOf("acc", 1),
      name: "Ada Lovelace",
    },
    lifetimeDays: 7,
    pass: 1,
    retryable: 0,
    rows: sum(counts),
    counts,
    mails: mailsOf(0),
    reported: false,
    createdAt: minutesAgo(index * 700 + 4),
    ...more,
  };
}

const over = { startedAt: minutesAgo(2_040), endedAt: minutesAgo(2_031), reported: true };
const running = {
  state: "running",
  fileName: "all-staff-2026.csv",
  bytes: 384e5,
  startedAt: minutesAgo(3),
  counts: {
    invited: 412730,
    already_member: 1290,
    invalid_email: 315,
  },
  mails: mailsOf(18204, 394526),
  progress: {
    done: 0.427,
    rate: 2310,
    secondsLeft: 241,
  },
};

export const pretended = {
  running: importAt(1, running),
  waiting: importAt(2, { state: "waiting", fileName: "new-hires.csv" }),
  done: importAt(3, {
    ...over,
    fileName: "sales-emea.csv",
    counts: mixed,
    retryable: 1_204,
    mails: {
      ...mailsOf(8_397),
      bounced: 31,
      suppressed: 4,
      failed: 12,
      unconfirmed: 3,
      unconfirmedSince: minutesAgo(40),
      failedSince: minutesAgo(130),
    },
  }),
  scripted: importAt(4, {
    ...over,
    via: "script",
    fileName: "2026-11.csv",
    counts: { invited: 220 },
    mails: mailsOf(220),
  }),
  failed: importAt(5, {
    state: "failed",
    reason: "workbook",
    fileName: "people.xlsx.csv",
    endedAt: minutesAgo(3499),
    message: "This is a workbook or a zip archive. Save the sheet as CSV and choose that file.",
  }),
  repeated: importAt(6, {
    state: "failed",
    reason: "repeated",
    fileName: "sales-emea (1).csv",
    endedAt: minutesAgo(4199),
    message: "Another import of this file had not ended yet. See that import.",
    earlier: idOf("imp", 3),
  }),
  canceled: importAt(7, {
    ...over,
    state: "canceled",
    reason: "canceled",
    fileName: "contractors.csv",
    retryable: 640,
    message: "The import was canceled before this row.",
    counts: {
      invited: 310,
      canceled: 640,
    },
  }),
};

const results = [
  [3, "grace@example", "invalid_email", "This is not an email address."],
  [14, "", "missing_email", "This row has no email address."],
  [18, "edsger@example.com", "unknown_role", "Unknown role “boss”. Use owner, admin, write, or read."],
  [27, "barbara@example.com", "already_member", "Already a member."],
  [
    40,
    "аda@example.com",
    "lookalike_characters",
    "This address contains lookalike letters from another alphabet. Type it again.",
  ],
  [61, "ada@example.com", "duplicate", "Already in this file. See line 2."],
  [9_001, "kurt@example.com", "no_seat", "No seat available."],
];

export async function pretendImports(page: Page) {
  const all = Object.values(pretended);
  const answer = (body: object) => ({ status: 200, contentType: "application/json", body: JSON.stringify(body) });
  await intercept(page, /\/api\/v1\/organizations\/org_\w+\/imports(\?.*)?$/, (route) =>
    route.fulfill(answer({ items: all })),
  );
  await intercept(page, /\/imports\/imp_\w+$/, (route) => {
    return route.fulfill(answer(all.find(({ id }) => route.request().url().endsWith(id)) ?? {}));
  });
  await intercept(page, /\/imports\/imp_\w+\/rows/, (route) => {
    const wanted = new URL(route.request().url()).searchParams.get("outcome");
    const items = results.map(([line, email, outcome, message], index) => ({
      row: index + 1,
      line,
      email,
      outcome,
      message,
    }));
    return route.fulfill(answer({ items: items.filter(({ outcome }) => wanted === null || outcome === wanted) }));
  });
}

/** The emails of the running import are in this state, until somebody pauses or resumes them. */
export async function pretendMails(page: Page, begin: string, more: object = {}) {
  let state = begin;
  const asked: string[] = [];
  const answer = () => {
    const mails = { ...mailsOf(18_204, 394_526), ...more, state };
    return { status: 200, contentType: "application/json", body: JSON.stringify({ ...pretended.running, mails }) };
  };
  await intercept(page, new RegExp(`/api/.*/imports/${pretended.running.id}$`), (route) => route.fulfill(answer()));
  await intercept(page, new RegExp(`/imports/${pretended.running.id}/mails/(pause|resume)$`), (route) => {
    const action = route.request().url().split("/").at(-1) ?? "";
    asked.push(action);
    state = action === "resume" ? "sending" : "paused";
    return route.fulfill(answer());
  });
  return { asked, become: (next: string) => void (state = next) };
}
