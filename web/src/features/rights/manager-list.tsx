import { Link } from "@tanstack/react-router";
import { pageOf } from "#lib/page-of.ts";
import type { Member } from "#lib/people.ts";
import { Avatar } from "#ui/avatar.tsx";
import { Badge } from "#ui/badge.tsx";
import { roleText } from "./text.ts";

const shown = 6;

type Props = { managers: Member[]; hasMore: boolean; organizationId: string };

/** Owners and admins by name, to contact. */
export function ManagerList({ managers, hasMore, organizationId }: Props) {
  return (
    <>
      <ul className="px-5 pb-2">
        {managers.slice(0, shown).map(({ account, name, color, role }) => (
          <li key={account} className="flex min-h-12 items-center gap-3">
            <Avatar name={name} color={color} />
            <span className="min-w-0 flex-1 truncate font-medium">{name}</span>
            <Badge>{roleText[role].label}</Badge>
          </li>
        ))}
      </ul>
      {(hasMore || managers.length > shown) && (
        <p className="border-t border-border px-5 py-2.5 text-sm">
          <Link
            {...pageOf(organizationId, "/members")}
            search={{ sort: "role" }}
            className="font-medium text-accent-text hover:underline"
          >
            All owners and admins
          </Link>
        </p>
      )}
    </>
  );
}
