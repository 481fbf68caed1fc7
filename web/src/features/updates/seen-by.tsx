import { useInfiniteQuery } from "@tanstack/react-query";
import { Eye } from "lucide-react";
import { useState } from "react";
import { ListGate } from "#features/failure/gate.tsx";
import { may } from "#features/rights/permissions.ts";
import type { Organization } from "#lib/api.ts";
import { plural } from "#lib/format.ts";
import { seenQuery } from "#lib/updates.ts";
import { Avatar } from "#ui/avatar.tsx";
import { Dialog } from "#ui/dialog.tsx";
import { DialogBody } from "#ui/dialog-parts.tsx";
import { Skeleton } from "#ui/skeleton.tsx";
import { Time } from "#ui/time.tsx";
import { authorName } from "./text.ts";

type Props = { organization: Organization; update: string; count: number };

/** Shows how many members have seen an update; owners and admins also learn who. */
export function SeenBy({ organization, update, count }: Props) {
  const [isOpen, setOpen] = useState(false);
  const text = `Seen by ${count}`;
  const content = (
    <>
      <Eye aria-hidden className="size-4" />
      {text}
    </>
  );
  const look = "tabular flex h-7 items-center gap-1.5 text-sm text-fg-3";
  if (!may(organization.role, "update.listSeen")) {
    return (
      <span title={plural(count, "member has", "members have")} className={look}>
        {content}
      </span>
    );
  }
  return (
    <>
      <button
        type="button"
        onClick={() => setOpen(true)}
        className={`${look} rounded-md px-1.5 hover:bg-surface-3 hover:text-fg`}
      >
        {content}
      </button>
      <Dialog isOpen={isOpen} onClose={() => setOpen(false)} title={text}>
        <DialogBody>
          <Members organizationId={organization.id} update={update} />
        </DialogBody>
      </Dialog>
    </>
  );
}

function Members({ organizationId, update }: { organizationId: string; update: string }) {
  const seen = useInfiniteQuery(seenQuery(organizationId, update));
  return (
    <ListGate list={seen} part="" skeleton={<Skeleton className="h-40" />} empty="Nobody yet." more="Show more">
      {(items) => (
        <ul className="grid gap-1">
          {items.map((one) => (
            <li key={one.account} className="flex min-h-11 items-center gap-3">
              <Avatar name={authorName(one)} color={one.color} />
              <span className="min-w-0 flex-1 truncate font-medium">{authorName(one)}</span>
              <Time at={one.at} className="text-sm text-fg-3" />
            </li>
          ))}
        </ul>
      )}
    </ListGate>
  );
}
