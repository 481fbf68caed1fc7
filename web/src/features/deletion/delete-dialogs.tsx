import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { ReauthenticationDialog } from "#features/reauthentication/dialog.tsx";
import {
  needsReauthentication,
  type Reauthentication,
  useReauthentication,
} from "#features/reauthentication/use-reauthentication.ts";
import { type Organization } from "#lib/api.ts";
import { deleteOrganization } from "#lib/deletion.ts";
import { toSentence } from "#lib/failure.ts";
import { plural } from "#lib/format.ts";
import { organizationsQuery } from "#lib/queries.ts";
import { useFormat } from "#lib/use-format.ts";
import { Banner } from "#ui/banner.tsx";
import { Confirm, Dialog } from "#ui/dialog.tsx";
import { toast } from "#ui/toast.ts";
import { deleteButtonId } from "./ids.ts";
import { TypedName } from "./typed-name.tsx";

type Props = { organization: Organization; onClose: () => void };

/** Its name, then what it means, and a fresh sign-in where the last one is too long ago. */
export function DeleteDialogs({ organization, onClose }: Props) {
  const [isNamed, setNamed] = useState(false);
  const proof = useReauthentication();
  const remove = useDelete(organization, proof);
  const trigger = () => document.getElementById(deleteButtonId);
  return (
    <>
      <Dialog
        isOpen={!isNamed}
        onOpenChange={(open) => !open && onClose()}
        returnFocus={() => !isNamed && trigger()}
        title={`Delete ${organization.name}?`}
        description="If you want to keep the list of its members, export it first: Members, Export CSV."
      >
        <TypedName
          label={
            <>
              Type <strong className="font-semibold wrap-anywhere">{organization.name}</strong> to go on
            </>
          }
          expected={organization.name}
          action="Go on"
          onTyped={() => setNamed(true)}
          onCancel={onClose}
        />
      </Dialog>
      <Confirm
        isOpen={isNamed && !proof.isAsked}
        onOpenChange={(open) => !open && !remove.isPending && onClose()}
        returnFocus={() => !proof.isAsked && trigger()}
        title={`${organization.name} goes, for everybody`}
        action="Delete organization"
        isBusy={remove.isPending}
        onConfirm={() => remove.mutate()}
      >
        <Consequences organization={organization} />
        {remove.isError && !needsReauthentication(remove.error) && (
          <div className="mt-4">
            <Banner tone="danger">{toSentence(remove.error)}</Banner>
          </div>
        )}
      </Confirm>
      <ReauthenticationDialog proof={proof} what="Deleting an organization" onCancel={onClose} returnFocus={trigger} />
    </>
  );
}

function Consequences({ organization: { seats, plan } }: { organization: Organization }) {
  const format = useFormat();
  const [until] = useState(() => new Date(Date.now() + keptMs).toISOString());
  const { used = 1, held = 0 } = seats ?? {};
  return (
    <ul className="grid list-disc gap-1.5 pl-4">
      <li>{used === 1 ? "You lose access at once." : `All ${plural(used, "member")} lose access at once.`}</li>
      {held > 0 && <li>{plural(held, "pending invitation")} will not work.</li>}
      {plan !== "free" && (
        <li>
          Its subscription is canceled at once, and nothing is paid back. A later restoration does not bring it back.
        </li>
      )}
      <li>Until {format.date(until)} an owner can restore it, with its members. Then everything in it is erased.</li>
    </ul>
  );
}

const keptMs = 30 * 86_400_000;

function useDelete({ id, name }: Organization, proof: Reauthentication) {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const remove = useMutation({
    mutationFn: () => deleteOrganization(id, name),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: organizationsQuery.queryKey });
      await navigate({ to: "/" });
      queryClient.removeQueries({ queryKey: ["organization", id] });
      toast(`${name} is deleted`);
    },
    onError: (error) => {
      if (needsReauthentication(error)) {
        proof.ask(() => remove.mutate());
      }
    },
  });
  return remove;
}
