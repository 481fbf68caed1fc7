import type { Page } from "@playwright/test";
import { intercept, type Route } from "./intercept.ts";
import { idOf, inDays, memberAt, pageOf } from "./many-members.ts";

/** Answers in the API's shape for states that would take days, or a hundred thousand people, to reach. */

/**
 * An organization of so many members, with pages, filters and searches like the real one; `viewer` is the current
 * member.
 */
export async function pretendMembers(page: Page, count: number, viewer: object = {}) {
  const all = Array.from({ length: count }, (_, index) => memberAt(index));
  await intercept(page, /\/members(\?.*)?$/, (route) => {
    return answer(route, pageOf(all, new URL(route.request().url()).searchParams));
  });
  await intercept(page, /\/members\/acc_\w+\/departure$/, (route) => answer(route, { devices: 2, secrets: 3 }));
  await intercept(page, /\/members\/acc_\w+\/sent-invitations(\?.*)?$/, (route) =>
    answer(route, { revoked: 4, keepable: 3, isComplete: true }),
  );
  await intercept(page, /\/api\/v1\/organizations\/org_\w+$/, async (route) => {
    const real = await route.fetch();
    const organization = (await real.json()) as { seats?: object };
    const seats = { capacity: count + 1_200, committed: count + 340, used: count, held: 340 };
    return answer(route, { ...organization, seats, ...viewer });
  });
  return all;
}

/** Pending invitations, one for each status that their mail can have. */
export async function pretendInvitations(page: Page) {
  const mailStatuses = ["queued", "unconfirmed", "sent", "delivered", "bounced", "complained", "suppressed", "failed"];
  const pending = mailStatuses.map((mail, index) => ({
    ...invitationAt(index),
    state: "pending",
    mail,
    at: inDays(6),
  }));
  const endings = ["expired", "declined", "revoked"].map((state, index) => ({
    ...invitationAt(index + mailStatuses.length),
    state,
    mail: "delivered",
    at: inDays(-3),
  }));
  await intercept(page, "**/api/v1/organizations/*/invitations?*", (route) => {
    const { searchParams } = new URL(route.request().url());
    const mail = searchParams.get("mail");
    const found = pending
      .filter((one) => mail === null || one.mail === mail)
      .map((one) => ({ ...one, ...(mail !== null && { mailAt: inDays(-1 / 8) }) }));
    return answer(route, { items: searchParams.get("state") === "ended" ? endings : found });
  });
  await intercept(page, "**/api/v1/organizations/*/invitations/inv_*", (route) => {
    const asked = pending.find(({ id }) => new URL(route.request().url()).pathname.endsWith(id));
    return answer(route, {
      ...(asked ?? pending[4]),
      message: "Welcome aboard!\nSee you on Monday.",
      attempt: 2,
      suppressed: asked?.mail === "complained" ? "complained" : "bounced",
      invitedAt: inDays(-4),
      sentAt: inDays(-1),
    });
  });
}

/** Answers requests to resend many, one after the other, and then refuses; returns what they asked for. */
export async function pretendResending(page: Page, answers: readonly object[]) {
  const asked: unknown[] = [];
  const left = [...answers];
  await intercept(page, /\/(invitations|mails)\/resend$/, (route) => {
    const next = left.shift();
    if (next === undefined) {
      return route.fulfill(refusal(429, "invitation.daily_limit"));
    }
    asked.push(route.request().postDataJSON());
    return answer(route, next);
  });
  return asked;
}

/** Emails that may have stopped, until requests to queue them again have had all answers; then those are refused. */
export async function pretendStalled(page: Page, answers: readonly object[]) {
  const asked: unknown[] = [];
  const left = [...answers];
  await intercept(page, /\/invitations\/stalled$/, (route) =>
    answer(
      route,
      asked.length > 0 && left.length === 0 ? { count: 0, isComplete: true } : { count: 100, isComplete: false },
    ),
  );
  await intercept(page, /\/invitations\/resume-emails$/, (route) => {
    const next = left.shift();
    if (next === undefined) {
      return route.fulfill(refusal(409, "invitation.changed"));
    }
    asked.push(route.request().postDataJSON());
    return answer(route, next);
  });
  return asked;
}

/** The preview of an invitation in any state. */
export async function pretendPreview(page: Page, preview: object) {
  await intercept(page, "**/api/v1/invitations/preview", (route) =>
    answer(route, {
      id: idOf("inv", 1),
      organization: { id: idOf("org", 1), name: "Acme Robotics" },
      email: "grace@example.com",
      role: "write",
      invitedBy: "Ada Lovelace",
      expiresAt: inDays(6),
      outcome: "open",
      ...preview,
    }),
  );
}

export function refusal(status: number, code: string, more: { retryAfter?: string } = {}) {
  const body = JSON.stringify({ code, status, detail: "Refused.", requestId: `request-${status}` });
  const headers = more.retryAfter === undefined ? {} : { "retry-after": more.retryAfter };
  return { status, contentType: "application/problem+json", headers, body };
}

function invitationAt(index: number) {
  const { name, email, role } = memberAt(index + 20);
  const invitedBy = { account: idOf("acc", 1), name: "Ada Lovelace" };
  return { id: idOf("inv", index), email, role, invitedBy, ...(index % 3 === 0 && { name }) };
}

function answer(route: Route, body: object) {
  return route.fulfill({ status: 200, contentType: "application/json", body: JSON.stringify(body) });
}
