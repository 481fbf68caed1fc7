import { useQuery } from "@tanstack/react-query";
import { X } from "lucide-react";
import { may } from "#features/rights/permissions.ts";
import type { Organization } from "#lib/api.ts";
import { accountQuery, memberQuery } from "#lib/queries.ts";
import type { Filter } from "#lib/updates.ts";
import { NativeSelect } from "#ui/native-select.tsx";
import { SlowSearchField } from "#ui/search-field.tsx";
import { ExportMenu } from "./export-menu.tsx";

type Props = {
  organization: Organization;
  filter: Filter;
  onFilter: (filter: Filter) => void;
  authorName: string | undefined;
  hasPlaces: boolean;
};

/** Filters updates: by the place, by a text, and, as chips, by the tag and the author that were chosen in the feed. */
export function FilterBar({ organization, filter, onFilter, authorName, hasPlaces }: Props) {
  const { tag, author, search, team, in: within } = filter;
  const places = usePlaces(organization, team, hasPlaces);

  function choosePlace(value: string) {
    const { team: _team, in: _in, ...others } = filter;
    onFilter({
      ...others,
      ...(value === "organization" ? { in: value } : value !== "" && { team: value }),
    });
  }

  const without = (name: keyof Filter) => {
    const { [name]: _gone, ...others } = filter;
    onFilter(others);
  };

  return (
    <div className="flex flex-wrap items-center gap-2">
      <SlowSearchField
        label="Search updates"
        placeholder="Search titles and tags"
        hasShortcut
        className="flex-1 basis-48"
        text={search ?? ""}
        onText={(text) => (text === "" ? without("search") : onFilter({ ...filter, search: text }))}
      />
      {hasPlaces && places.length > 2 && (
        <NativeSelect
          aria-label="Show updates of"
          value={team ?? within ?? ""}
          options={places}
          onChoose={choosePlace}
          className="max-sm:w-full sm:max-w-52"
        />
      )}
      {hasPlaces && may(organization.role, "update.export") && <ExportMenu organization={organization} />}
      {tag !== undefined && <Chip label={`#${tag}`} name={`tag ${tag}`} onRemove={() => without("tag")} />}
      {author !== undefined && (
        <Chip label={authorName ?? "One author"} name="author" onRemove={() => without("author")} />
      )}
    </div>
  );
}

/** The places that a member sees; the chosen one is among them. */
function usePlaces({ id: organizationId, name }: Organization, team: string | undefined, isShown: boolean) {
  const { data: me } = useQuery(accountQuery);
  const { data: member } = useQuery({
    ...memberQuery(organizationId, me?.id ?? ""),
    enabled: isShown && me !== undefined,
  });
  const teams = member?.teams ?? [];
  const isKnown = team === undefined || teams.some(({ id }) => id === team);
  return [
    { value: "", label: "All updates" },
    { value: "organization", label: `Everyone in ${name}` },
    ...teams.map(({ id, name }) => ({ value: id as string, label: name })),
    ...(isKnown ? [] : [{ value: team, label: "A team" }]),
  ];
}

function Chip({ label, name, onRemove }: { label: string; name: string; onRemove: () => void }) {
  return (
    <span className="flex h-7 max-w-full items-center rounded-full bg-accent-soft pl-2.5 text-sm font-medium text-accent-text">
      <span className="truncate">{label}</span>
      <button
        type="button"
        aria-label={`Remove the filter for ${name}`}
        onClick={onRemove}
        className="grid size-7 shrink-0 place-items-center rounded-full"
      >
        <X className="size-3.5" />
      </button>
    </span>
  );
}
