import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Bell, LogOut } from "lucide-react";
import { useState } from "react";
import { Devices } from "#features/devices/devices.tsx";
import { Gate } from "#features/failure/gate.tsx";
import { useSignOut } from "#features/sign-in/use-sign-out.ts";
import type { Account } from "#lib/api.ts";
import { accountQuery } from "#lib/queries.ts";
import { useTitle } from "#lib/title.ts";
import { Button, buttonClass } from "#ui/button.tsx";
import { PageHeader, Section } from "#ui/card.tsx";
import { Loading } from "#ui/loading.tsx";
import { opened } from "#ui/opened.tsx";
import { Skeleton } from "#ui/skeleton.tsx";
import { Appearance } from "./appearance.tsx";
import { deleteAccountId } from "./ids.ts";
import { ProfileForm } from "./profile-form.tsx";
import { Sessions } from "./sessions.tsx";

export function AccountPage() {
  const account = useQuery(accountQuery);
  const leaving = useSignOut();

  useTitle("Account");
  return (
    <Gate query={account}>
      <div className="mx-auto max-w-[760px]">
        <PageHeader
          title="Account"
          description="Your profile, where you are signed in, and your linked devices."
          actions={
            <>
              <Link to="/account/notifications" className={buttonClass({})}>
                <Bell />
                Notifications
              </Link>
              <Button isBusy={leaving.isPending} onClick={() => leaving.mutate()}>
                <LogOut />
                Sign out
              </Button>
            </>
          }
        />
        <div className="grid gap-4">
          {account.data ? <ProfileForm key={account.data.id} account={account.data} /> : <ProfileSkeleton />}
          <Appearance />
          <Sessions />
          <div id="devices" className="scroll-mt-20">
            <Devices />
          </div>
          {account.data && <DeleteAccount account={account.data} />}
        </div>
      </div>
    </Gate>
  );
}

function ProfileSkeleton() {
  return (
    <Section title="Profile" description="What other members see about you.">
      <Loading what="your profile" className="grid gap-5 px-5 pt-1 pb-5">
        <div className="flex items-center gap-4">
          <Skeleton className="size-14 rounded-full" />
          <div className="grid gap-2">
            <Skeleton className="h-5 w-36" />
            <Skeleton className="h-4 w-48" />
          </div>
        </div>
        <div className="grid gap-2">
          <Skeleton className="h-4 w-12" />
          <Skeleton className="h-9" />
        </div>
        <div className="grid gap-2">
          <Skeleton className="h-4 w-12" />
          <Skeleton className="h-8 w-80 max-w-full" />
        </div>
        <div className="grid gap-5 sm:grid-cols-2">
          <Skeleton className="h-20" />
          <Skeleton className="h-20" />
        </div>
      </Loading>
    </Section>
  );
}

const DeleteAccountDialog = opened(async () => (await import("./delete-account-dialog.tsx")).DeleteAccountDialog);

function DeleteAccount({ account }: { account: Account }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <Section
      title="Delete my account"
      description="You leave all your organizations, and your profile is erased. What you wrote stays without your name, and invitations to your address stay with the organizations that sent them."
      action={
        <Button id={deleteAccountId} variant="dangerGhost" className="-mr-2" onClick={() => setOpen(true)}>
          Delete my account
        </Button>
      }
    >
      {isOpen && <DeleteAccountDialog account={account} onClose={() => setOpen(false)} />}
    </Section>
  );
}
