import type { listMembers, Member } from "#lib/people.ts";
import { mayManage } from "./words.ts";

type Page = Awaited<ReturnType<typeof listMembers>>;

/** Who runs an organization, from the first page of its members by role; and whether there are more of them. */
export function managersOf(page: Page | undefined): { managers: Member[]; hasMore: boolean } {
  const members = page?.items ?? [];
  const managers = members.filter(({ role }) => mayManage(role));
  return { managers, hasMore: page?.next !== undefined && managers.length === members.length };
}
