import { roles } from "@muster/core/base/role.ts";
import { useInfiniteQuery } from "@tanstack/react-query";
import { roleText } from "#features/rights/text.ts";
import { TeamSelect } from "#features/teams/team-select.tsx";
import { itemsByName } from "#lib/collate.ts";
import type { MemberFilter, MemberSort } from "#lib/people.ts";
import { teamsQuery } from "#lib/teams.ts";
import { useFormat } from "#lib/use-format.ts";
import { NativeSelect } from "#ui/native-select.tsx";
import { SlowSearchField } from "#ui/search-field.tsx";

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
      <SlowSearchField
        label="Search members"
        hasShortcut
        text={filter.search ?? ""}
        onText={(search) => onChange({ search: search || undefined })}
        className="flex-1 basis-full sm:max-w-80 sm:basis-60"
      />
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

/** Shows nothing if there are no teams. */
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
