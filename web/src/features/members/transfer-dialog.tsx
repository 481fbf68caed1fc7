import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { ReauthenticationDialog } from "#features/reauthentication/dialog.tsx";
import {
  needsReauthentication,
  type Reauthentication,
  useReauthentication,
} from "#features/reauthentication/use-reauthentication.ts";
import type { Organization } from "#lib/api.ts";
import { toSentence } from "#lib/failure.ts";
import { type Member, transferOwnership } from "#lib/people.ts";
import { accountQuery, membersKey, organizationQuery, organizationsQuery } from "#lib/queries.ts";
import { Confirm } from "#ui/dialog.tsx";
import { toast } from "#ui/toast.ts";
import { actionsId } from "./confirmation.ts";
import { revocationText } from "./revocation-text.ts";
import { useRevocation } from "./use-revocation.ts";

type Props = { organization: Organization; member: Member | undefined; isOpen: boolean; onClose: () => void };

/** Transfers ownership: requires reauthentication, and only the new owner can return it. */
export function TransferDialog({ organization, member, isOpen, onClose }: Props) {
  const reauthentication = useReauthentication();
  const transfer = useTransfer(organization, reauthentication, close);
  const { data: me } = useQuery(accountQuery);
  const revocation = useRevocation(organization, me?.id, { role: "admin", isOpen });
  const ends = revocation && revocationText(revocation, "you");

  function close() {
    transfer.reset();
    reauthentication.cancel();
    onClose();
  }

  return (
    <>
      <Confirm
        isOpen={isOpen && !reauthentication.isWaiting}
        onClose={close}
        title={`Transfer ownership to ${member?.name ?? "this member"}?`}
        action="Transfer ownership"
        isBusy={transfer.isPending}
        failure={transfer.isError && !needsReauthentication(transfer.error) && toSentence(transfer.error)}
        onConfirm={() => member && transfer.mutate(member)}
        returnFocus={() =>
          !reauthentication.isWaiting && member !== undefined && document.getElementById(actionsId(member))
        }
      >
        <ul className="grid list-disc gap-1.5 pl-4">
          <li>
            Then {member?.name} can do everything in {organization.name}.
          </li>
          <li>You become an admin. Only an owner can make you an owner again.</li>
          {ends !== undefined && <li>{ends}</li>}
        </ul>
      </Confirm>
      <ReauthenticationDialog
        reauthentication={reauthentication}
        what="Transferring ownership"
        onCancel={close}
        returnFocus={() => member !== undefined && document.getElementById(actionsId(member))}
      />
    </>
  );
}

function useTransfer(organization: Organization, reauthentication: Reauthentication, onDone: () => void) {
  const queryClient = useQueryClient();
  const transfer = useMutation({
    mutationFn: (member: Member) => transferOwnership(organization.id, member.account),
    onSuccess: (_, member) => {
      onDone();
      toast(`${member.name} now owns ${organization.name}`);
      void queryClient.invalidateQueries({ ...organizationQuery(organization.id), exact: true });
      void queryClient.invalidateQueries({ queryKey: membersKey(organization.id) });
      void queryClient.invalidateQueries({ queryKey: organizationsQuery.queryKey });
    },
    onError: (error, member) => {
      if (needsReauthentication(error)) {
        reauthentication.require(() => transfer.mutate(member));
      }
    },
  });
  return transfer;
}
