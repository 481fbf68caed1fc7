import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Bell, LogOut } from "lucide-react";
import { Devices } from "#features/devices/devices.tsx";
import { Gate } from "#features/failure/gate.tsx";
import { useSignOut } from "#features/shell/use-sign-out.ts";
import { accountQuery } from "#lib/queries.ts";
import { useTitle } from "#lib/title.ts";
import { Button, buttonClass } from "#ui/button.tsx";
import { PageHeader } from "#ui/card.tsx";
import { Appearance } from "./appearance.tsx";
import { DeleteAccount } from "./delete-account.tsx";
import { ProfileForm } from "./profile-form.tsx";
import { ProfileSkeleton } from "./profile-skeleton.tsx";
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
