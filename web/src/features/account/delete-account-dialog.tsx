import { useMutation } from "@tanstack/react-query";
import { Link, useRouter } from "@tanstack/react-router";
import { TypedName } from "#features/deletion/typed-name.tsx";
import { ReauthenticationDialog } from "#features/reauthentication/dialog.tsx";
import {
  needsReauthentication,
  type Reauthentication,
  useReauthentication,
} from "#features/reauthentication/use-reauthentication.ts";
import { type Account } from "#lib/api.ts";
import { deleteAccount } from "#lib/deletion.ts";
import { ApiError, toSentence } from "#lib/failure.ts";
import { leave } from "#lib/leave.ts";
import { leavingKey } from "#lib/query-client.ts";
import { Banner } from "#ui/banner.tsx";
import { Dialog } from "#ui/dialog.tsx";
import { deleteAccountId } from "./ids.ts";

type Props = { account: Account; onClose: () => void };

/** By the address of the account, and a fresh sign-in where the last one is too long ago. */
export function DeleteAccountDialog({ account, onClose }: Props) {
  const proof = useReauthentication();
  const remove = useDeleteAccount(account, proof);
  const trigger = () => document.getElementById(deleteAccountId);
  return (
    <>
      <Dialog
        isOpen={!proof.isAsked}
        onOpenChange={(open) => !open && !remove.isPending && onClose()}
        returnFocus={() => !proof.isAsked && trigger()}
        title="Delete your account?"
        description="You are signed out everywhere, and your seats are free for others. This cannot be undone."
      >
        <TypedName
          label={
            <>
              Type <strong className="font-semibold wrap-anywhere">{account.email}</strong> to go on
            </>
          }
          expected={account.email}
          action="Delete my account"
          isBusy={remove.isPending}
          onTyped={() => remove.mutate()}
          onCancel={onClose}
        >
          {remove.isError && !needsReauthentication(remove.error) && <Refused error={remove.error} />}
        </TypedName>
      </Dialog>
      <ReauthenticationDialog proof={proof} what="Deleting your account" onCancel={onClose} returnFocus={trigger} />
    </>
  );
}

/** Which organizations nobody else owns, and where that is changed. */
function Refused({ error }: { error: Error }) {
  const owned = error instanceof ApiError && error.code === "account.sole_owner" ? error.fields : [];
  if (owned.length === 0) {
    return <Banner tone="danger">{toSentence(error)}</Banner>;
  }
  return (
    <Banner tone="danger">
      You are the only owner of these. Hand each of them over to somebody, or delete it first.
      <ul className="mt-1.5 grid list-disc gap-1 pl-4">
        {owned.map(({ path, message }) => (
          <li key={path}>
            <Link
              to="/organizations/$organization/members"
              params={{ organization: path }}
              className="font-medium underline underline-offset-2"
            >
              {message}
            </Link>
          </li>
        ))}
      </ul>
    </Banner>
  );
}

function useDeleteAccount({ email }: Account, proof: Reauthentication) {
  const router = useRouter();
  const remove = useMutation({
    mutationKey: leavingKey,
    mutationFn: () => deleteAccount(email),
    onSuccess: () => leave(router, "account-deleted"),
    onError: (error) => {
      if (needsReauthentication(error)) {
        proof.ask(() => remove.mutate());
      } else if (error instanceof ApiError && error.status === 401) {
        leave(router, "expired");
      }
    },
  });
  return remove;
}
