import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { ExportButton } from "#features/members/export.tsx";
import { ReauthenticationDialog } from "#features/reauthentication/dialog.tsx";
import {
  needsReauthentication,
  type Reauthentication,
  useReauthentication,
} from "#features/reauthentication/use-reauthentication.ts";
import type { Organization } from "#lib/api.ts";
import { deleteOrganization } from "#lib/deletion.ts";
import { toSentence } from "#lib/failure.ts";
import { forgetOrganization } from "#lib/forget-organization.ts";
import { organizationsQuery } from "#lib/queries.ts";
import { unusedTimeQuery } from "#lib/upcoming.ts";
import { useFormat } from "#lib/use-format.ts";
import { useMoney } from "#lib/use-money.ts";
import { Banner } from "#ui/banner.tsx";
import { Dialog } from "#ui/dialog.tsx";
import { Skeleton } from "#ui/skeleton.tsx";
import { toast } from "#ui/toast.ts";
import { consequencesOf } from "./consequences.ts";
import { deleteButtonId } from "./ids.ts";
import { TypedName } from "./typed-name.tsx";

type Props = { organization: Organization; onClose: () => void };

/** Explains the deletion, offers the exports, and asks for the name, and for a code if the last sign-in is too old. */
export function DeleteDialogs({ organization, onClose }: Props) {
  const reauthentication = useReauthentication();
  const remove = useDelete(organization, reauthentication);
  const trigger = () => document.getElementById(deleteButtonId);
  return (
    <>
      <Dialog
        isOpen={!reauthentication.isWaiting}
        onClose={() => !remove.isPending && onClose()}
        returnFocus={() => !reauthentication.isWaiting && trigger()}
        title={`Delete ${organization.name}?`}
      >
        <TypedName
          label={
            <>
              Type <strong className="font-semibold wrap-anywhere">{organization.name}</strong> to confirm
            </>
          }
          expected={organization.name}
          action="Delete organization"
          isBusy={remove.isPending}
          onTyped={() => remove.mutate()}
          onCancel={onClose}
        >
          <Consequences organization={organization} />
          <Exports organization={organization} />
          {remove.isError && !needsReauthentication(remove.error) && (
            <Banner tone="danger">{toSentence(remove.error)}</Banner>
          )}
        </TypedName>
      </Dialog>
      <ReauthenticationDialog
        reauthentication={reauthentication}
        what="Deleting an organization"
        onCancel={onClose}
        returnFocus={trigger}
      />
    </>
  );
}

function Consequences({ organization }: { organization: Organization }) {
  const { date } = useFormat();
  const [now] = useState(Date.now);
  const money = useMoney();
  const isPaid = organization.plan !== "free";
  const { data, isPending } = useQuery({ ...unusedTimeQuery(organization.id), enabled: isPaid });
  const { amount, currency, isCredited = false, isRefunded = false } = data ?? {};
  const sum = amount !== undefined && currency !== undefined && money({ amount, currency });
  if (isPaid && isPending) return <Skeleton className="h-24" />;
  return (
    <ul aria-label="What happens" className="grid list-disc gap-1.5 pl-4 text-sm text-fg-2">
      {consequencesOf(organization, { now, date }, data && { isCredited, isRefunded, ...(sum && { sum }) }).map(
        (consequence) => (
          <li key={consequence}>{consequence}</li>
        ),
      )}
    </ul>
  );
}

function Exports({ organization }: { organization: Organization }) {
  return (
    <div className="grid gap-2">
      <p className="text-sm text-fg-2">To keep members, invitations, and updates, export them first.</p>
      <div className="flex flex-wrap gap-2">
        <ExportButton organization={organization} what="members" />
        <ExportButton organization={organization} what="invitations" />
        <ExportButton organization={organization} what="updates" />
      </div>
    </div>
  );
}

function useDelete({ id, name }: Organization, reauthentication: Reauthentication) {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const remove = useMutation({
    mutationFn: () => deleteOrganization(id, name),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: organizationsQuery.queryKey });
      await navigate({ to: "/" });
      forgetOrganization(queryClient, id);
      toast(`${name} is deleted`);
    },
    onError: (error) => {
      if (needsReauthentication(error)) {
        reauthentication.require(() => remove.mutate());
      }
    },
  });
  return remove;
}
