import { ArrowDown } from "lucide-react";
import { FailureBanner } from "#features/sign-in/failure-banner.tsx";
import { type Account, type Preview, signOut } from "#lib/api.ts";
import { ApiError } from "#lib/failure.ts";
import { useTask } from "#lib/use-task.ts";
import { Avatar, OrganizationMark } from "#ui/avatar.tsx";
import { Button } from "#ui/button.tsx";
import { Card, OrganizationsLink, touch } from "./frame.tsx";
import { useSignInFor } from "./use-invitation.ts";

/** Somebody other than the invited person is signed in. The invitation is unchanged. */
export function SwitchAccount({ preview, account }: { preview: Preview; account: Account }) {
  const signInFor = useSignInFor();
  const change = useTask(async () => {
    await signOut().catch(refuseAllButSignedOut);
    signInFor(preview.email);
  });
  return (
    <Card
      picture={<OrganizationMark id={preview.organization.id} name={preview.organization.name} size="huge" />}
      title="This invitation is for another address"
      lead={`The invitation to ${preview.organization.name} stays open until you sign in with the invited address.`}
    >
      <ol className="grid gap-1 rounded-lg border border-border p-3 text-sm">
        <Address note="You are signed in as" name={account.name} color={account.color} email={account.email} />
        <li aria-hidden className="flex h-5 w-8 items-center justify-center text-fg-3">
          <ArrowDown className="size-4" />
        </li>
        <Address note="The invitation is for" name={preview.email} color={undefined} email={preview.email} />
      </ol>
      {change.failure && <FailureBanner failure={change.failure} />}
      <Button
        variant="primary"
        size="large"
        isBusy={change.isBusy}
        className={touch}
        onClick={() => void change.run(undefined)}
      >
        Switch account
      </Button>
      <OrganizationsLink />
    </Card>
  );
}

type AddressProps = { note: string; name: string; color: string | undefined; email: string };

function Address({ note, name, color, email }: AddressProps) {
  return (
    <li className="flex items-center gap-3">
      <Avatar name={name} color={color} />
      <span className="min-w-0">
        <span className="block text-xs text-fg-3">{note}</span>
        <span className="block font-medium wrap-anywhere">{email}</span>
      </span>
    </li>
  );
}

/** Accepts the failure of a session that has already ended: the person is signed out anyway. */
function refuseAllButSignedOut(error: unknown) {
  if (!(error instanceof ApiError) || error.status !== 401) {
    throw error;
  }
}
