import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Gate } from "#features/failure/gate.tsx";
import { editUpdate, type Names, type Update, updateQuery, type Whole } from "#lib/updates.ts";
import { Skeleton } from "#ui/skeleton.tsx";
import { changeUpdate } from "./change.ts";
import type { Sent } from "./editor.tsx";
import { toWritten } from "./mentions.ts";
import { UpdateForm } from "./update-form.tsx";

type Props = { organizationId: string; update: Update; names: Names; onClose: () => void };

/** Changes an update in its place, from its whole text. */
export function EditForm({ organizationId, update, names, onClose }: Props) {
  const whole = useQuery({ ...updateQuery(organizationId, update.id), enabled: update.isLong });
  const query = update.isLong ? whole : { ...whole, data: { ...update, names } };
  return (
    <Gate query={query} part="" skeleton={<Skeleton className="h-60" />}>
      {(present) => <Fields organizationId={organizationId} update={present} onClose={onClose} />}
    </Gate>
  );
}

function Fields({ organizationId, update, onClose }: { organizationId: string; update: Whole; onClose: () => void }) {
  const queryClient = useQueryClient();
  const { id, title, content, names, tags, team, revision } = update;
  const { written, mentions } = toWritten(content, names);

  async function save({ team: _stays, ...changes }: Sent) {
    const saved = await editUpdate(organizationId, id, { revision, ...changes });
    changeUpdate(queryClient, organizationId, id, () => saved);
    queryClient.setQueryData(updateQuery(organizationId, id).queryKey, saved);
  }

  return (
    <UpdateForm
      organizationId={organizationId}
      draft={`update:${id}`}
      start={{ title, text: { content: written, mentions }, tags, team: team?.id ?? "", revision }}
      action="Save"
      readSaved={() => queryClient.fetchQuery({ ...updateQuery(organizationId, id), staleTime: 0 })}
      onSend={save}
      onClose={onClose}
    />
  );
}
