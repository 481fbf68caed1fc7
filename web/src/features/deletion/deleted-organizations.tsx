import { useMutation, useQueryClient } from "@tanstack/react-query";
import { RotateCcw } from "lucide-react";
import { ReauthenticationDialog } from "#features/reauthentication/dialog.tsx";
import {
  needsReauthentication,
  type Reauthentication,
  useReauthentication,
} from "#features/reauthentication/use-reauthentication.ts";
import { type OrganizationSummary } from "#lib/api.ts";
import { restoreOrganization } from "#lib/deletion.ts";
import { organizationsQuery } from "#lib/queries.ts";
import { useFormat } from "#lib/use-format.ts";
import { OrganizationMark } from "#ui/avatar.tsx";
import { Button } from "#ui/button.tsx";
import { toast, toastFailure } from "#ui/toast.ts";

/** Recently deleted organizations, for owners who can restore them. */
export function DeletedOrganizations({ deleted }: { deleted: OrganizationSummary[] }) {
  const reauthentication = useReauthentication();
  const restore = useRestore(reauthentication);
  if (deleted.length === 0) {
    return null;
  }
  return (
    <section aria-labelledby="deleted" className="mt-8">
      <h2 id="deleted" className="mb-2 text-sm font-medium text-fg-2">
        Deleted
      </h2>
      <ul className="card divide-y divide-border">
        {deleted.map((organization) => (
          <Deleted
            key={organization.id}
            organization={organization}
            isBusy={restore.isPending && restore.variables.id === organization.id}
            onRestore={() => restore.mutate(organization)}
          />
        ))}
      </ul>
      <ReauthenticationDialog
        reauthentication={reauthentication}
        what="Restoring an organization"
        onCancel={reauthentication.cancel}
        returnFocus={() => document.getElementById("main")}
      />
    </section>
  );
}

type Props = { organization: OrganizationSummary; isBusy: boolean; onRestore: () => void };

function Deleted({ organization: { id, name, restorableUntil }, isBusy, onRestore }: Props) {
  const format = useFormat();
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-3 px-4 py-3.5 sm:px-5">
      <OrganizationMark id={id} name={name} size="large" />
      <div className="min-w-0 flex-1 basis-48">
        <p className="truncate text-base font-semibold">{name}</p>
        {restorableUntil !== undefined && (
          <p className="text-sm text-fg-2">
            Can be restored until{" "}
            <time dateTime={restorableUntil} title={format.absolute(restorableUntil)}>
              {format.date(restorableUntil)}
            </time>
          </p>
        )}
      </div>
      <Button isBusy={isBusy} onClick={onRestore} aria-label={`Restore ${name}`} className="max-sm:w-full">
        <RotateCcw />
        Restore
      </Button>
    </li>
  );
}

function useRestore(reauthentication: Reauthentication) {
  const queryClient = useQueryClient();
  const restore = useMutation({
    mutationFn: ({ id }: OrganizationSummary) => restoreOrganization(id),
    onSuccess: ({ billingStatus }, { name }) => {
      const description =
        billingStatus === "free"
          ? "Its members can open it again."
          : "Its members can open it again. If its subscription has ended with the deletion, subscribe again on its billing page.";
      toast(`${name} is restored`, { description });
      return queryClient.invalidateQueries({ queryKey: organizationsQuery.queryKey });
    },
    onError: (error, organization) => {
      if (needsReauthentication(error)) {
        reauthentication.require(() => restore.mutate(organization));
      } else {
        toastFailure(`${organization.name} was not restored`, error);
      }
    },
  });
  return restore;
}
