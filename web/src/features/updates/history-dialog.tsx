import { maxVersions } from "@muster/core/update/limits.ts";
import { useQuery } from "@tanstack/react-query";
import { Gate } from "#features/failure/gate.tsx";
import { Markdown } from "#features/markdown/markdown.tsx";
import { historyQuery, type Update } from "#lib/updates.ts";
import { Dialog } from "#ui/dialog.tsx";
import { DialogBody } from "#ui/dialog-parts.tsx";
import { Skeleton } from "#ui/skeleton.tsx";
import { Time } from "#ui/time.tsx";

type Props = { organizationId: string; update: Update; isOpen: boolean; onClose: () => void };

/** Shows the earlier versions of an update, newest first. */
export function HistoryDialog({ organizationId, update, isOpen, onClose }: Props) {
  return (
    <Dialog isOpen={isOpen} onClose={onClose} title="Edits" description={update.title} width="wide">
      <DialogBody>
        <Versions organizationId={organizationId} id={update.id} />
      </DialogBody>
    </Dialog>
  );
}

function Versions({ organizationId, id }: { organizationId: string; id: string }) {
  return (
    <Gate query={useQuery(historyQuery(organizationId, id))} part="" skeleton={<Skeleton className="h-32" />}>
      {({ items, names }) => (
        <>
          <ol className="grid gap-4">
            {items.map((version) => (
              <li key={version.at} className="rounded-lg border border-border p-4">
                <p className="text-sm text-fg-3">
                  <Time at={version.at} />
                </p>
                <h3 dir="auto" className="mt-1 font-semibold break-words">
                  {version.title}
                </h3>
                <Markdown text={version.content} names={names} className="mt-1" />
                {version.tags.length > 0 && (
                  <p className="mt-2 text-sm text-fg-3">{version.tags.map((tag) => `#${tag}`).join(" ")}</p>
                )}
              </li>
            ))}
          </ol>
          {items.length === maxVersions && (
            <p className="mt-4 text-sm text-fg-3">The last {maxVersions} versions are shown.</p>
          )}
        </>
      )}
    </Gate>
  );
}
