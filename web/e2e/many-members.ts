import { colors } from "@muster/core/account/shape.ts";
import { dayMs } from "@muster/core/base/duration.ts";

const first = ["Ana", "Mateo", "Søren", "Priya", "Yuki", "Amara", "Liam", "Chloé", "Noor", "Jonas", "Mei", "Tomás"];
const last = ["Silva", "Okafor", "Lindqvist", "Sharma", "Tanaka", "Moreau", "Haddad", "Becker", "Chen", "Rossi"];
const roles = ["read", "write", "read", "admin", "read", "write", "read", "owner"] as const;

export type ManyMember = ReturnType<typeof memberAt>;

/** Members of an organization of any size, in the API's shape. */
export function memberAt(index: number) {
  const name = `${first[index % first.length]} ${last[Math.floor(index / first.length) % last.length]}`;
  return {
    account: idOf("acc", index),
    name,
    color: colors[index % colors.length] ?? "slate",
    email: `${name
      .toLowerCase()
      .replaceAll("ø", "o")
      .normalize("NFD")
      .replace(/\p{M}/gu, "")
      .replace(/[^a-z]+/g, ".")}.${index}@example.com`,
    role: roles[index % roles.length] ?? "read",
    teams: [],
    joinedAt: `2026-0${1 + (index % 9)}-1${index % 10}`,
    ...(index % 7 !== 3 && { activeOn: inDays(-(index % 20)).slice(0, 10) }),
  };
}

/** Pages, filters and searches like the real list. */
export function pageOf(all: ManyMember[], query: URLSearchParams, pageSize = 100) {
  const text = (query.get("search") ?? "").toLowerCase();
  const role = query.get("role");
  const matching = all.filter(
    (member) => (role === null || member.role === role) && member.name.toLowerCase().includes(text),
  );
  const start = Number(query.get("cursor") ?? 0);
  const end = start + pageSize;
  return { items: matching.slice(start, end), ...(end < matching.length && { next: String(end) }) };
}

export function idOf(prefix: string, index: number) {
  return `${prefix}_${String(index).padStart(26, "0")}`;
}

export function inDays(days: number) {
  return new Date(Date.now() + days * dayMs).toISOString();
}
