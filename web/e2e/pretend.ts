import type { Page, Route } from "@playwright/test";

/** Answers in the API's shape for states that take days, or a hundred thousand people, to come about. */

const first = ["Ana", "Mateo", "Søren", "Priya", "Yuki", "Amara", "Liam", "Chloé", "Noor", "Jonas", "Mei", "Tomás"];
const last = ["Silva", "Okafor", "Lindqvist", "Sharma", "Tanaka", "Moreau", "Haddad", "Becker", "Chen", "Rossi"];
const roles = ["read", "write", "read", "admin", "read", "write", "read", "owner"];
const pageSize = 100;

/** An organization of so many members, which pages, filters and searches like the real one; `viewer` is who looks. */
export async function pretendMembers(page: Page, count: number, viewer: object = {}) {
  const all = Array.from({ length: count }, (_, index) => memberAt(index));
  await page.route(/\/members(\?.*)?$/, (route) => {
    if (route.request().resourceType() === "document") {
      return route.continue();
    }
    const { searchParams } = new URL(route.request().url());
    const text = (searchParams.get("search") ?? "").toLowerCase();
    const role = searchParams.get("role");
    const matching = all.filter(
      (member) => (role === null || member.role === role) && member.name.toLowerCase().includes(text),
    );
    const start = Number(searchParams.get("cursor") ?? 0);
    const end = start + pageSize;
    return answer(route, {
      items: matching.slice(start, end),
      ...(end < matching.length && { next: String(end) }),
    });
  });
  await page.route(/\/api\/v1\/organizations\/org_\w+$/, async (route) => {
    const real = await route.fetch();
    const organization = (await real.json()) as { seats?: object };
    const seats = { capacity: count + 1_200, committed: count + 340, used: count, held: 340 };
    return answer(route, { ...organization, seats, ...viewer });
  });
  return all;
}

/** Pending invitations, one for each fate that their mail can have. */
export async function pretendInvitations(page: Page) {
  const fates = ["queued", "unsure", "sent", "delivered", "bounced", "complained", "suppressed", "failed"];
  const pending = fates.map((mail, index) => ({ ...invitationAt(index), state: "pending", mail, at: inDays(6) }));
  const endings = ["expired", "declined", "revoked"].map((state, index) => ({
    ...invitationAt(index + fates.length),
    ...{ state, mail: "delivered", at: inDays(-3) },
  }));
  await page.route("**/api/v1/organizations/*/invitations?*", (route) => {
    const { searchParams } = new URL(route.request().url());
    return answer(route, { items: searchParams.get("state") === "ended" ? endings : pending });
  });
  await page.route("**/api/v1/organizations/*/invitations/inv_*", (route) =>
    answer(route, {
      ...{ ...pending[4], message: "Welcome aboard!\nSee you on Monday.", attempt: 2, blocked: "bounced" },
      ...{ invitedAt: inDays(-4), sentAt: inDays(-1) },
    }),
  );
}

/** The preview of an invitation in whatever state. */
export async function pretendPreview(page: Page, preview: object) {
  await page.route("**/api/v1/invitations/preview", (route) =>
    answer(route, {
      invitation: idOf("inv", 1),
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

function memberAt(index: number) {
  const name = `${first[index % first.length]} ${last[Math.floor(index / first.length) % last.length]}`;
  return {
    account: idOf("acc", index),
    name,
    email: `${name
      .toLowerCase()
      .normalize("NFD")
      .replace(/[^a-z]+/g, ".")}.${index}@example.com`,
    role: roles[index % roles.length],
    joinedAt: `2026-0${1 + (index % 9)}-1${index % 10}`,
    ...(index % 7 !== 3 && { activeOn: inDays(-(index % 20)).slice(0, 10) }),
  };
}

function invitationAt(index: number) {
  const { name, email, role } = memberAt(index + 20);
  const invitedBy = { account: idOf("acc", 1), name: "Ada Lovelace" };
  return { invitation: idOf("inv", index), email, role, invitedBy, ...(index % 3 === 0 && { name }) };
}

function idOf(prefix: string, index: number) {
  return `${prefix}_${String(index).padStart(26, "0")}`;
}

function inDays(days: number) {
  return new Date(Date.now() + days * 86_400_000).toISOString();
}

function answer(route: Route, body: object) {
  return route.fulfill({ status: 200, contentType: "application/json", body: JSON.stringify(body) });
}
