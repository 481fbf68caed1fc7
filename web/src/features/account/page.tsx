import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Bell, LogOut } from "lucide-react";
import { useState } from "react";
import { Devices } from "#features/devices/devices.tsx";
import { Gate } from "#features/failure/gate.tsx";
import { useSignOut } from "#features/sign-in/use-sign-out.ts";
import { type Account } from "#lib/api.ts";
import { accountQuery } from "#lib/queries.ts";
import { type Theme, themes, useTheme } from "#lib/theme.ts";
import { useTitle } from "#lib/title.ts";
import { Button, buttonClass } from "#ui/button.tsx";
import { PageHeader, Section } from "#ui/card.tsx";
import { Lines, Loading } from "#ui/loading.tsx";
import { opened } from "#ui/opened.tsx";
import { Skeleton } from "#ui/skeleton.tsx";
import { deleteAccountId } from "./ids.ts";
import { Passkeys } from "./passkeys.tsx";
import { ProfileForm } from "./profile-form.tsx";
import { SecureAccount } from "./secure-account.tsx";
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
          description="Your profile, how and where you sign in, and your linked devices."
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
          <Passkeys />
          <Sessions />
          <div id="devices" className="scroll-mt-20">
            <Devices />
          </div>
          <SecureAccount />
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
          <Lines of={["h-5 w-36", "h-4 w-48"]} />
        </div>
        <Lines of={["h-4 w-12", "h-9"]} />
        <Lines of={["h-4 w-12", "h-8 w-80 max-w-full"]} />
        <Lines of={["h-20", "h-20"]} className="grid gap-5 sm:grid-cols-2" />
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

const words: Record<Theme, string> = { system: "System", light: "Light", dark: "Dark" };

/** The theme belongs to the browser: it is stored here, not in the account. */
function Appearance() {
  const [theme, choose] = useTheme();
  return (
    <Section title="Appearance" description="For this browser only.">
      <div role="radiogroup" aria-label="Theme" className="grid grid-cols-3 gap-3 px-5 pt-1 pb-5">
        {themes.map((each) => (
          <label
            key={each}
            className="relative grid cursor-pointer gap-2 rounded-lg border border-border p-2 text-left hover:border-border-strong has-checked:border-accent has-checked:bg-accent-soft has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent"
          >
            <input
              type="radio"
              name="theme"
              value={each}
              checked={each === theme}
              onChange={() => choose(each)}
              aria-label={words[each]}
              className="absolute inset-0 cursor-pointer appearance-none rounded-[inherit] outline-none"
            />
            <Miniature theme={each} />
            <span aria-hidden className="px-0.5 text-sm font-medium">
              {words[each]}
            </span>
          </label>
        ))}
      </div>
    </Section>
  );
}

function Miniature({ theme }: { theme: Theme }) {
  return (
    <span aria-hidden className="grid h-16 grid-flow-col overflow-hidden rounded-md border border-border">
      {theme !== "dark" && <Page theme="light" />}
      {theme !== "light" && <Page theme="dark" />}
    </span>
  );
}

function Page({ theme }: { theme: "light" | "dark" }) {
  return (
    <span data-theme={theme} className="grid content-start gap-1.5 bg-bg p-2">
      <span className="h-1.5 w-3/5 rounded-full bg-fg" />
      <span className="grid h-9 content-start gap-1 rounded border border-border bg-surface p-1.5">
        <span className="h-1 w-4/5 rounded-full bg-border-strong" />
        <span className="h-1 w-1/2 rounded-full bg-accent" />
      </span>
    </span>
  );
}
