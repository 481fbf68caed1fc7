import { maxAccounts } from "@muster/core/team/limits.ts";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Gate } from "#features/failure/gate.tsx";
import { cn } from "#lib/cn.ts";
import { itemsByName } from "#lib/collate.ts";
import { emailName } from "#lib/domain-name.ts";
import { useInitialFocus } from "#lib/focus.ts";
import type { Member } from "#lib/people.ts";
import { foundMembersQuery } from "#lib/queries.ts";
import type { Team } from "#lib/teams.ts";
import { useDebounced } from "#lib/use-debounced.ts";
import { useFormat } from "#lib/use-format.ts";
import { Avatar } from "#ui/avatar.tsx";
import { ErrorBanner } from "#ui/banner.tsx";
import { blockedBy } from "#ui/blocked.ts";
import { Dialog } from "#ui/dialog.tsx";
import { DialogActions, DialogBody } from "#ui/dialog-parts.tsx";
import { SearchField } from "#ui/search-field.tsx";
import { useAddToTeam } from "./use-team.ts";

const typingMs = 200;

type Props = { organizationId: string; team: Team; isOpen: boolean; onClose: () => void };

/** Adds members of the organization to a team: searched by name, chosen, added together. */
export function AddDialog({ organizationId, team, isOpen, onClose }: Props) {
  return (
    <Dialog isOpen={isOpen} onClose={onClose} title={`Add people to ${team.name}`}>
      <Choose organizationId={organizationId} team={team} onClose={onClose} />
    </Dialog>
  );
}

function Choose({ organizationId, team, onClose }: Omit<Props, "isOpen">) {
  const [text, setText] = useState("");
  const [chosen, setChosen] = useState<Member[]>([]);
  const field = useInitialFocus();
  const debounced = useDebounced(text.trim(), typingMs);
  const found = useQuery({ ...foundMembersQuery(organizationId, debounced), placeholderData: keepPreviousData });
  const { compare } = useFormat();
  const matching = itemsByName(found.data && { pages: [found.data] }, compare);
  const add = useAddToTeam(organizationId, team);
  const isIn = ({ teams }: Member) => teams.some(({ id }) => id === team.id);
  const isChosen = ({ account }: Member) => chosen.some((one) => one.account === account);
  const listed = [...chosen, ...matching.filter((one) => !isChosen(one))];
  const isFull = chosen.length >= maxAccounts;

  function toggle(member: Member) {
    setChosen((all) => (isChosen(member) ? all.filter(({ account }) => account !== member.account) : [...all, member]));
  }

  return (
    <>
      <DialogBody>
        <SearchField ref={field} label="Search members" text={text} onText={setText} />
        <Gate query={found} part="">
          <ul aria-label="Members" aria-busy={found.isFetching} className="grid h-72 content-start overflow-y-auto">
            {listed.map((member) => (
              <Option
                key={member.account}
                member={member}
                isIn={isIn(member)}
                isChosen={isChosen(member)}
                blocked={isFull && !isChosen(member) ? `You can add ${maxAccounts} people at once.` : undefined}
                onToggle={() => toggle(member)}
              />
            ))}
            {found.isSuccess && listed.length === 0 && (
              <li className="px-2 py-6 text-center text-sm text-fg-2">No matches.</li>
            )}
          </ul>
        </Gate>
        <ErrorBanner error={add.error} />
      </DialogBody>
      <DialogActions
        onCancel={onClose}
        action={chosen.length === 0 ? "Add" : `Add ${chosen.length}`}
        onAction={() => add.mutate(chosen, { onSuccess: onClose })}
        isBusy={add.isPending}
        blocked={chosen.length === 0 ? "Choose people first." : undefined}
      />
    </>
  );
}

type OptionProps = {
  member: Member;
  isIn: boolean;
  isChosen: boolean;
  blocked: string | undefined;
  onToggle: () => void;
};

function Option({ member: { name, color, email }, isIn, isChosen, blocked, onToggle }: OptionProps) {
  const reason = isIn ? "Already in this team." : blocked;
  return (
    <li>
      <label
        className={cn(
          "flex min-h-12 items-center gap-3 rounded-md px-2 py-1.5",
          reason !== undefined ? "opacity-60" : "cursor-pointer hover:bg-surface-2",
        )}
      >
        <input
          type="checkbox"
          checked={isIn || isChosen}
          {...blockedBy(reason)}
          onChange={() => reason === undefined && onToggle()}
          className="size-4 accent-accent"
        />
        <Avatar name={name} color={color} size="small" />
        <span className="min-w-0 flex-1">
          <span className="block truncate font-medium">{name}</span>
          {email && (
            <span className="block truncate text-xs text-fg-3" title={email}>
              {emailName(email)}
            </span>
          )}
        </span>
        {isIn && <span className="text-xs text-fg-3">In this team</span>}
      </label>
    </li>
  );
}
