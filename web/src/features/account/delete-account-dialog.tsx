import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useRouter } from "@tanstack/react-router";
import { TypedName } from "#features/deletion/typed-name.tsx";
import { Gate } from "#features/failure/gate.tsx";
import { ReauthenticationDialog } from "#features/reauthentication/dialog.tsx";
import {
  needsReauthentication,
  type Reauthentication,
  useReauthentication,
} from "#features/reauthentication/use-reauthentication.ts";
import { type Account } from "#lib/api.ts";
import { type AccountDeletion, accountDeletionQuery, deleteAccount } from "#lib/deletion.ts";
import { ApiError, toSentence } from "#lib/failure.ts";
import { leave } from "#lib/leave.ts";
import { pageOf } from "#lib/page-of.ts";
import { leavingKey } from "#lib/query-client.ts";
import { Banner } from "#ui/banner.tsx";
import { Button } from "#ui/button.tsx";
import { Dialog } from "#ui/dialog.tsx";
import { DialogBody, DialogFooter } from "#ui/dialog-parts.tsx";
import { Loading } from "#ui/loading.tsx";
import { Skeleton } from "#ui/skeleton.tsx";
import { stepOf } from "./deletion-step.ts";
import { deleteAccountId } from "./ids.ts";

type Props = { account: Account; onClose: () => void };

/**
 * First shows which organizations need another owner; then asks for the address, and for a code if the last sign-in is
 * too old.
 */
export function DeleteAccountDialog({ account, onClose }: Props) {
  const reauthentication = useReauthentication();
  const check = useQuery(accountDeletionQuery);
  const remove = useDeleteAccount(account, reauthentication);
  const trigger = () => document.getElementById(deleteAccountId);
  const { step, owned } = stepOf(check.data);
  return (
    <>
      <Dialog
        isOpen={!reauthentication.isWaiting}
        onClose={() => !remove.isPending && onClose()}
        returnFocus={() => !reauthentication.isWaiting && trigger()}
        title={step === "transfer" ? "You can’t delete your account yet" : "Delete your account?"}
        description={
          step === "transfer"
            ? `You are the only owner of ${owned.length === 1 ? "this organization" : "these organizations"}. Transfer ownership to another member, or delete the organization.`
            : "You are signed out everywhere, and you leave all your organizations. This cannot be undone."
        }
      >
        {step === "check" && (
          <DialogBody>
            <Gate query={check} part="">
              <Loading what="your organizations" className="grid gap-2">
                <Skeleton className="h-4 w-56" />
                <Skeleton className="h-9" />
              </Loading>
            </Gate>
          </DialogBody>
        )}
        {step === "transfer" && <SoleOwner owned={owned} onClose={onClose} />}
        {step === "confirm" && (
          <TypedName
            label={
              <>
                Type <strong className="font-semibold wrap-anywhere">{account.email}</strong> to confirm
              </>
            }
            expected={account.email}
            action="Delete my account"
            isBusy={remove.isPending}
            onTyped={() => remove.mutate()}
            onCancel={onClose}
          >
            {remove.isError && !needsReauthentication(remove.error) && (
              <Banner tone="danger">{toSentence(remove.error)}</Banner>
            )}
          </TypedName>
        )}
      </Dialog>
      <ReauthenticationDialog
        reauthentication={reauthentication}
        what="Deleting your account"
        onCancel={onClose}
        returnFocus={trigger}
      />
    </>
  );
}

type Owned = AccountDeletion["soleOwnerOf"];

/** The organizations without another owner, each with two ways to resolve it. */
function SoleOwner({ owned, onClose }: { owned: Owned; onClose: () => void }) {
  return (
    <>
      <DialogBody>
        <ul
          aria-label="Organizations without another owner"
          className="divide-y divide-border rounded-lg border border-border"
        >
          {owned.map(({ id, name }) => (
            <li key={id} className="grid gap-1.5 px-4 py-3">
              <p className="font-medium wrap-anywhere">{name}</p>
              <p className="flex flex-wrap gap-x-4 gap-y-1.5 text-sm">
                <Link {...pageOf(id, "/members")} aria-label={`Transfer ownership of ${name}`} className={wayOut}>
                  Transfer ownership
                </Link>
                <Link
                  {...pageOf(id, "/settings/general")}
                  aria-label={`Delete the organization ${name}`}
                  className={wayOut}
                >
                  Delete the organization
                </Link>
              </p>
            </li>
          ))}
        </ul>
      </DialogBody>
      <DialogFooter>
        <Button size="large" onClick={onClose}>
          Close
        </Button>
      </DialogFooter>
    </>
  );
}

const wayOut = "font-medium underline underline-offset-2 max-sm:py-1";

function useDeleteAccount({ email }: Account, reauthentication: Reauthentication) {
  const router = useRouter();
  const queryClient = useQueryClient();
  const remove = useMutation({
    mutationKey: leavingKey,
    mutationFn: () => deleteAccount(email),
    onSuccess: () => leave(router, "account-deleted"),
    onError: (error) => {
      if (needsReauthentication(error)) {
        reauthentication.require(() => remove.mutate());
      } else if (error instanceof ApiError && error.code === "account.sole_owner") {
        void queryClient.invalidateQueries({ queryKey: accountDeletionQuery.queryKey });
      } else if (error instanceof ApiError && error.status === 401) {
        leave(router, "expired");
      }
    },
  });
  return remove;
}
