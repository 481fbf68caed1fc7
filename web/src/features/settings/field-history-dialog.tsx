import type { FieldKey } from "@muster/settings/fields.ts";
import { useInfiniteQuery } from "@tanstack/react-query";
import { ListGate } from "#features/failure/gate.tsx";
import { type Revision, type RevisionChange, revisionsQuery } from "#lib/setting-layers.ts";
import { Dialog } from "#ui/dialog.tsx";
import { DialogBody } from "#ui/dialog-parts.tsx";
import { Loading } from "#ui/loading.tsx";
import { Time } from "#ui/time.tsx";
import { ChangeRow } from "./change-row.tsx";
import { MemberName } from "./member-name.tsx";
import { labelOf } from "./setting-text.ts";

type Props = {
  organizationId: string;
  field: FieldKey | undefined;
  team: string | undefined;
  isOpen: boolean;
  onClose: () => void;
  returnFocus: () => HTMLElement | null;
};

/** Every change of one setting, newest first. */
export function FieldHistoryDialog({ organizationId, field, team, isOpen, onClose, returnFocus }: Props) {
  return (
    <Dialog
      isOpen={isOpen}
      onClose={onClose}
      title="History"
      description={field && labelOf(field)}
      width="wide"
      returnFocus={returnFocus}
    >
      <DialogBody>{field && <Changes organizationId={organizationId} field={field} team={team} />}</DialogBody>
    </Dialog>
  );
}

type ChangesProps = { organizationId: string; field: FieldKey; team: string | undefined };

function Changes({ organizationId, field, team }: ChangesProps) {
  return (
    <ListGate
      list={useInfiniteQuery(revisionsQuery(organizationId))}
      part=""
      more="Show older changes"
      skeleton={<Loading what="the history" className="grid gap-3" lines={["h-12", "h-12"]} />}
      empty={<p className="py-2 text-fg-2">The settings were never changed.</p>}
    >
      {(items) => {
        const found = changesOf(items, field, team);
        return found.length === 0 ? (
          <p className="py-2 text-fg-2">This setting was not changed in the revisions that are loaded.</p>
        ) : (
          <ol className="grid divide-y divide-border">
            {found.map(({ revision: { revision, by, at, note }, change }) => (
              <li key={revision} className="py-3 first:pt-0">
                <p className="text-sm text-fg-2">
                  <MemberName organizationId={organizationId} account={by} /> · <Time at={at} /> · revision {revision}
                </p>
                {note !== undefined && <p className="mt-0.5 text-sm text-fg-2 italic">“{note}”</p>}
                <ul>
                  <ChangeRow change={change} />
                </ul>
              </li>
            ))}
          </ol>
        );
      }}
    </ListGate>
  );
}

function changesOf(
  revisions: readonly Revision[],
  field: FieldKey,
  team: string | undefined,
): { revision: Revision; change: RevisionChange }[] {
  return revisions.flatMap((revision) =>
    revision.changes
      .filter((change) => change.field === field && change.team === team)
      .map((change) => ({ revision, change })),
  );
}
