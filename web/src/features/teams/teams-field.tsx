import { maxTeams } from "@muster/core/team/limits.ts";
import { useInfiniteQuery } from "@tanstack/react-query";
import { ChevronDown, X } from "lucide-react";
import { useId, useState } from "react";
import { ListGate } from "#features/failure/gate.tsx";
import { cn } from "#lib/cn.ts";
import { teamsQuery } from "#lib/teams.ts";
import { useTeamSearch } from "#lib/use-team-search.ts";
import { blockedBy } from "#ui/blocked.ts";
import { Button } from "#ui/button.tsx";
import { FieldError } from "#ui/field.tsx";
import { RetryLine } from "#ui/retry-line.tsx";
import { SearchField } from "#ui/search-field.tsx";

export type ChosenTeam = { id: string; name: string };

type Props = {
  organizationId: string;
  chosen: ChosenTeam[];
  onChange: (teams: ChosenTeam[]) => void;
  error: string | undefined;
  /** The meaning of the choice of teams. */
  hint?: string;
  limit?: Limit;
};
type Limit = { max: number; reason: string };

const limitOfPerson: Limit = { max: maxTeams, reason: `A person is in at most ${maxTeams} teams.` };
const joining = "Optional: people who accept join them.";

/** Teams of the organization to choose from; nothing, if there are none. Those that are chosen stay, whatever fails. */
export function TeamsField({ organizationId, chosen, onChange, error, hint = joining, limit = limitOfPerson }: Props) {
  const [isOpen, setOpen] = useState(false);
  const { data, hasNextPage, error: failure, isFetching, refetch } = useInfiniteQuery(teamsQuery(organizationId));
  const listId = useId();

  if (data === undefined && failure !== null && chosen.length === 0) {
    return (
      <fieldset className="min-w-0">
        <legend className="mb-1.5 text-sm font-medium">Teams</legend>
        <RetryLine error={failure} isBusy={isFetching} onRetry={refetch} />
      </fieldset>
    );
  }

  if (!data?.pages[0]?.items.length && !hasNextPage && chosen.length === 0) {
    return null;
  }
  const without = ({ id }: ChosenTeam) => chosen.filter((team) => team.id !== id);
  return (
    <fieldset className="grid min-w-0 gap-1.5">
      <legend className="mb-1.5 text-sm font-medium">Teams</legend>
      <div className="flex flex-wrap items-center gap-2">
        {chosen.map((team) => (
          <Chip key={team.id} team={team} onRemove={() => onChange(without(team))} />
        ))}
        <Button aria-expanded={isOpen} aria-controls={listId} onClick={() => setOpen(!isOpen)}>
          {chosen.length === 0 ? "Choose teams" : "Change"}
          <ChevronDown className={cn("transition-transform", isOpen && "rotate-180")} />
        </Button>
      </div>
      <div id={listId} hidden={!isOpen}>
        {isOpen && (
          <Choices
            organizationId={organizationId}
            chosen={chosen}
            limit={limit}
            onChoose={(team, isChosen) => onChange(isChosen ? [...chosen, team] : without(team))}
          />
        )}
      </div>
      <p className="text-sm text-fg-3">{error === undefined ? hint : <FieldError>{error}</FieldError>}</p>
    </fieldset>
  );
}

function Chip({ team, onRemove }: { team: ChosenTeam; onRemove: () => void }) {
  return (
    <span className="flex h-8 max-w-full items-center gap-1 rounded-md border border-border bg-surface-2 pl-2.5 text-sm">
      <span className="truncate">{team.name}</span>
      <button
        type="button"
        aria-label={`Not ${team.name}`}
        onClick={onRemove}
        className="grid size-7 shrink-0 place-items-center rounded-md text-fg-3 hover:text-fg"
      >
        <X className="size-3.5" />
      </button>
    </span>
  );
}

type ChoicesProps = {
  organizationId: string;
  chosen: ChosenTeam[];
  limit: Limit;
  onChoose: (team: ChosenTeam, isChosen: boolean) => void;
};

function Choices({ organizationId, chosen, limit, onChoose }: ChoicesProps) {
  const [text, setText] = useState("");
  const { list, teams: found, isLong, isSearching } = useTeamSearch(organizationId, text);
  const isChosen = ({ id }: ChosenTeam) => chosen.some((team) => team.id === id);
  const whyFull = (team: ChosenTeam) => (chosen.length >= limit.max && !isChosen(team) ? limit.reason : undefined);
  return (
    <div className="grid gap-2 rounded-lg border border-border p-2">
      {isLong && <SearchField label="Search teams" text={text} onText={setText} />}
      <div className="max-h-48 overflow-y-auto">
        <ListGate
          list={list}
          part="px-2 py-3"
          more="Show more"
          empty={!isSearching && <p className="px-2 py-3 text-sm text-fg-2">No team matches.</p>}
        >
          {() => (
            <ul aria-label="Teams to choose from" className="grid">
              {found.map((team) => (
                <li key={team.id}>
                  <label className="flex min-h-9 max-sm:min-h-11 cursor-pointer items-center gap-3 rounded-md px-2 hover:bg-surface-2">
                    <input
                      type="checkbox"
                      checked={isChosen(team)}
                      {...blockedBy(whyFull(team))}
                      onChange={({ target }) =>
                        whyFull(team) === undefined && onChoose({ id: team.id, name: team.name }, target.checked)
                      }
                      className="size-4 accent-accent blocked:opacity-40"
                    />
                    <span className="min-w-0 truncate text-sm">{team.name}</span>
                  </label>
                </li>
              ))}
            </ul>
          )}
        </ListGate>
      </div>
    </div>
  );
}
