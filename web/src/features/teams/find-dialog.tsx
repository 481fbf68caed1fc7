import { useState } from "react";
import { ListGate } from "#features/failure/gate.tsx";
import type { TeamEntry } from "#lib/teams.ts";
import { useFormat } from "#lib/use-format.ts";
import { useTeamSearch } from "#lib/use-team-search.ts";
import { Dialog } from "#ui/dialog.tsx";
import { DialogBody } from "#ui/dialog-parts.tsx";
import { SearchField } from "#ui/search-field.tsx";
import { memberText } from "./text.ts";

type Props = {
  organizationId: string;
  isOpen: boolean;
  onClose: () => void;
  onChoose: (team: TeamEntry) => void;
};

/** Finds one of many teams, by its name. */
export function FindDialog({ isOpen, onClose, ...rest }: Props) {
  return (
    <Dialog isOpen={isOpen} onClose={onClose} title="Find a team">
      <Found {...rest} />
    </Dialog>
  );
}

function Found({ organizationId, onChoose }: Pick<Props, "organizationId" | "onChoose">) {
  const [text, setText] = useState("");
  const format = useFormat();
  const { teams, list, isSearching } = useTeamSearch(organizationId, text);
  return (
    <DialogBody>
      <SearchField label="Search teams" text={text} onText={setText} />
      <div className="h-72 overflow-y-auto">
        <ListGate
          list={list}
          part=""
          more="Show more"
          empty={!isSearching && <p className="px-2 py-6 text-center text-sm text-fg-2">No team matches.</p>}
        >
          {() => (
            <ul aria-label="Teams" aria-busy={isSearching} className="grid">
              {teams.map((team) => (
                <li key={team.id}>
                  <button
                    type="button"
                    onClick={() => onChoose(team)}
                    className="flex min-h-10 w-full items-center gap-3 rounded-md px-2 text-left hover:bg-surface-2 max-sm:min-h-11"
                  >
                    <span className="min-w-0 flex-1 truncate">{team.name}</span>
                    <span className="tabular text-sm text-fg-2">{memberText(team.members, format.number)}</span>
                  </button>
                </li>
              ))}
            </ul>
          )}
        </ListGate>
      </div>
    </DialogBody>
  );
}
