import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Preview } from "#lib/api.ts";
import { buttonClass } from "#ui/button.tsx";

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
