import { useQuery } from "@tanstack/react-query";
import { Search, X } from "lucide-react";
import { useRef } from "react";
import { may } from "#features/rights/permissions.ts";
import type { Organization } from "#lib/api.ts";
import { cn } from "#lib/cn.ts";
import { accountQuery, memberQuery } from "#lib/queries.ts";
import type { Filter } from "#lib/updates.ts";
import { useShortcut } from "#lib/use-shortcut.ts";
import { useTypedText } from "#lib/use-typed-text.ts";
import { controlClass } from "#ui/input.tsx";
import { Kbd } from "#ui/kbd.tsx";
import { NativeSelect } from "#ui/native-select.tsx";
import { ExportMenu } from "./export-menu.tsx";

const typingMs = 250;

type Props = {
  organization: Organization;
  filter: Filter;
  onFilter: (filter: Filter) => void;
  authorName: string | undefined;
  hasPlaces: boolean;
};

/** Which updates are shown: the place, a text, and as chips the tag and the author that were chosen in the feed. */
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
      <SearchField
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

function SearchField({ text, onText }: { text: string; onText: (text: string) => void }) {
  const input = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useTypedText(text, onText, typingMs);
  useShortcut("/", () => input.current?.focus());
  return (
    <div className="relative min-w-0 flex-1 basis-48">
      <Search aria-hidden className="pointer-events-none absolute top-1/2 left-2.5 size-4 -translate-y-1/2 text-fg-3" />
      <input
        ref={input}
        type="search"
        aria-label="Search updates"
        placeholder="Search titles and tags"
        autoComplete="off"
        spellCheck={false}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        onKeyDown={(event) => event.key === "Escape" && setTyped("")}
        className={cn(controlClass, "pr-9 pl-8.5")}
      />
      <span className="absolute top-1/2 right-2.5 -translate-y-1/2">{typed === "" && <Kbd>/</Kbd>}</span>
    </div>
  );
}
