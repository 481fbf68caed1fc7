import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { emailName } from "#lib/domain-name.ts";
import type { Member } from "#lib/people.ts";
import { foundMembersQuery } from "#lib/queries.ts";
import { useDebounced } from "#lib/use-debounced.ts";
import { Avatar } from "#ui/avatar.tsx";
import { Button } from "#ui/button.tsx";
import { SearchField } from "#ui/search-field.tsx";

const typingMs = 200;

type Props = {
  organizationId: string;
  member: Member | undefined;
  onMember: (member: Member | undefined) => void;
};

/** Asks whose settings to show: one's own, or those of a member who is found by name. */
export function Whose({ organizationId, member, onMember }: Props) {
  const [text, setText] = useState("");
  const debounced = useDebounced(text.trim(), typingMs);
  const found = useQuery({
    ...foundMembersQuery(organizationId, debounced),
    enabled: debounced !== "",
    placeholderData: keepPreviousData,
  });
  const matches = debounced === "" ? [] : (found.data?.items ?? []).slice(0, 5);
  if (member) {
    return (
      <div className="flex items-center gap-2.5 rounded-lg border border-border bg-surface-2 py-1.5 pr-1.5 pl-3">
        <Avatar name={member.name} color={member.color} size="small" />
        <span className="min-w-0 flex-1 truncate font-medium">{member.name}</span>
        <Button size="small" variant="ghost" onClick={() => onMember(undefined)}>
          Show mine
        </Button>
      </div>
    );
  }
  return (
    <div className="grid gap-1.5">
      <SearchField
        label="Show for another member"
        placeholder="Show for another member…"
        text={text}
        onText={setText}
      />
      {debounced !== "" && (
        <ul aria-label="Members" aria-busy={found.isFetching} className="grid">
          {matches.map((one) => (
            <li key={one.account}>
              <button
                type="button"
                onClick={() => {
                  setText("");
                  onMember(one);
                }}
                className="flex min-h-10 w-full items-center gap-2.5 rounded-md px-3 text-left hover:bg-surface-2"
              >
                <Avatar name={one.name} color={one.color} size="small" />
                <span className="min-w-0 flex-1 truncate">{one.name}</span>
                {one.email && (
                  <span className="truncate text-xs text-fg-3 max-sm:hidden" title={one.email}>
                    {emailName(one.email)}
                  </span>
                )}
              </button>
            </li>
          ))}
          {found.isSuccess && matches.length === 0 && <li className="px-3 py-2 text-sm text-fg-2">No matches.</li>}
        </ul>
      )}
    </div>
  );
}
