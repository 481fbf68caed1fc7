import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Account, Preview } from "#lib/api.ts";
import { Avatar } from "#ui/avatar.tsx";
import { buttonClass } from "#ui/button.tsx";
import { Logo } from "#ui/logo.tsx";
import { SeatField } from "#ui/seat-field.tsx";

/** One card in front of a field of seats, and who is signed in. */
export function InvitationFrame({ account, children }: { account?: Account | undefined; children: ReactNode }) {
  return (
    <div className="relative isolate flex min-h-dvh flex-col overflow-hidden bg-bg">
      <SeatField
        columns={40}
        rows={30}
        className="fade-out absolute top-1/2 left-1/2 -z-10 w-[1180px] max-w-none -translate-1/2 opacity-70"
      />
      <header className="flex h-16 shrink-0 items-center justify-between gap-4 px-5 sm:px-8">
        <Logo hasName />
        {account && (
          <span className="flex min-w-0 items-center gap-2 text-sm text-fg-2">
            <Avatar name={account.name} color={account.color} size="small" />
            <span className="truncate">{account.email}</span>
          </span>
        )}
      </header>
      <main className="grid flex-1 place-items-center px-4 pt-2 pb-16">
        <div className="card w-full max-w-[440px] p-6 shadow-3 sm:p-8">{children}</div>
      </main>
    </div>
  );
}

type Props = { picture: ReactNode; title: ReactNode; lead: ReactNode; children?: ReactNode };

/** The common parts of every state of an invitation: a picture, a title, a sentence, and actions. */
export function Card({ picture, title, lead, children }: Props) {
  return (
    <div className="grid justify-items-center text-center">
      {picture}
      <h1 className="mt-4 text-xl font-semibold break-words">{title}</h1>
      <p className="mt-1.5 text-fg-2 text-pretty">{lead}</p>
      <div className="mt-6 grid w-full gap-3 text-left empty:hidden">{children}</div>
    </div>
  );
}

export function OrganizationsLink({ variant = "secondary" }: { variant?: "primary" | "secondary" }) {
  return (
    <Link to="/" className={buttonClass({ variant, size: "large" }, touch)}>
      Your organizations
    </Link>
  );
}

/** The inviter may have left since, and their name with them. */
export function inviterOf({ invitedBy = "Someone" }: Pick<Preview, "invitedBy">) {
  return invitedBy;
}

/** Buttons on these pages are large enough for a thumb. */
export const touch = "pointer-coarse:h-11";
