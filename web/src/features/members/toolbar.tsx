import { roles } from "@muster/core/base/role.ts";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Search, X } from "lucide-react";
import { useRef } from "react";
import { roleText } from "#features/rights/text.ts";
import { TeamSelect } from "#features/teams/team-select.tsx";
import { cn } from "#lib/cn.ts";
import { itemsByName } from "#lib/collate.ts";
import type { MemberFilter, MemberSort } from "#lib/people.ts";
import { teamsQuery } from "#lib/teams.ts";
import { useFormat } from "#lib/use-format.ts";
import { useShortcut } from "#lib/use-shortcut.ts";
import { useTypedText } from "#lib/use-typed-text.ts";
import { controlClass } from "#ui/input.tsx";
import { Kbd } from "#ui/kbd.tsx";
import { NativeSelect } from "#ui/native-select.tsx";

const typingMs = 200;
const sortText: Record<MemberSort, string> = { name: "Name", joined: "Newest", role: "Role" };
const roleOptions = [
  { value: "", label: "Any role" },
  ...roles.map((role) => ({ value: role, label: roleText[role].label })),
];
const sortOptions = Object.entries(sortText).map(([value, label]) => ({ value, label: `Sort: ${label}` }));

type Props = {
  organizationId: string;
  filter: MemberFilter;
  onChange: (change: Partial<Record<keyof MemberFilter, string | undefined>>) => void;
  shown: number | undefined;
  hasMore: boolean;
  total: number | undefined;
};

export function MembersToolbar({ organizationId, filter, onChange, shown, hasMore, total }: Props) {
  return (
    <div className="mt-4 flex flex-wrap items-center gap-2">
      <SearchField text={filter.search ?? ""} onText={(search) => onChange({ search: search || undefined })} />
      <NativeSelect
        aria-label="Role"
        value={filter.role ?? ""}
        options={roleOptions}
        onChoose={(role) => onChange({ role: role || undefined })}
        className="max-sm:min-w-32 max-sm:flex-1"
      />
      <TeamFilter organizationId={organizationId} team={filter.team} onTeam={(team) => onChange({ team })} />
      {/* a row of its own on a phone, because the teams come late */}
      <span className="-mt-2 basis-full sm:hidden" />
      {filter.search === undefined && (
        <NativeSelect
          aria-label="Sort"
          value={filter.sort ?? "name"}
          options={sortOptions}
          onChoose={(sort) => onChange({ sort: sort === "name" ? undefined : sort })}
          className="min-w-32 flex-1 md:hidden"
        />
      )}
      <Count filter={filter} shown={shown} hasMore={hasMore} total={total} />
    </div>
  );
}

type TeamProps = { organizationId: string; team: string | undefined; onTeam: (team: string | undefined) => void };

/** If there are teams. */
function TeamFilter({ organizationId, team = "", onTeam }: TeamProps) {
  const { data, hasNextPage } = useInfiniteQuery(teamsQuery(organizationId));
  const { compare } = useFormat();
  const teams = itemsByName(data, compare);
  const options = [
    { value: "", label: "Any team" },
    ...teams.map(({ id, name }) => ({ value: id as string, label: name })),
  ];
  return (
    (options.length > 1 || team !== "") && (
      <TeamSelect
        organizationId={organizationId}
        aria-label="Team"
        value={team}
        options={options}
        hasMore={hasNextPage}
        onChoose={(chosen) => onTeam(chosen || undefined)}
        className="max-sm:min-w-32 max-sm:flex-1 sm:max-w-48"
      />
    )
  );
}

function SearchField({ text, onText }: { text: string; onText: (text: string) => void }) {
  const input = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useTypedText(text, onText, typingMs);
  useShortcut("/", () => input.current?.focus());
  return (
    <div className="relative min-w-0 flex-1 basis-full sm:max-w-80 sm:basis-60">
      <Search aria-hidden className="pointer-events-none absolute top-1/2 left-2.5 size-4 -translate-y-1/2 text-fg-3" />
      <input
        ref={input}
        type="search"
        aria-label="Search members"
        placeholder="Search members"
        autoComplete="off"
        spellCheck={false}
        maxLength={100}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Escape") {
            setTyped("");
          }
        }}
        className={cn(controlClass, "pr-9 pl-8.5 [&::-webkit-search-cancel-button]:hidden")}
      />
      <span className="absolute top-1/2 right-1.5 -translate-y-1/2">
        {typed === "" ? (
          <Kbd>/</Kbd>
        ) : (
          <button
            type="button"
            aria-label="Clear search"
            onClick={() => {
              setTyped("");
              input.current?.focus();
            }}
            className="grid size-7 place-items-center rounded text-fg-3 hover:text-fg"
          >
            <X className="size-4" />
          </button>
        )}
      </span>
    </div>
  );
}

/** The number of members, or a minimum while more can be loaded. */
function Count({ filter, shown, hasMore, total }: Omit<Props, "onChange" | "organizationId">) {
  const format = useFormat();
  const isFiltered = filter.search !== undefined || filter.role !== undefined || filter.team !== undefined;
  const count = isFiltered || total === undefined ? shown : total;
  const isAtLeast = hasMore && (isFiltered || total === undefined);
  return (
    <output className="tabular ml-auto text-sm text-fg-3 max-sm:sr-only">
      {count === undefined
        ? ""
        : `${format.number(count)}${isAtLeast ? "+" : ""} ${count === 1 && !isAtLeast ? "member" : "members"}`}
    </output>
  );
}
