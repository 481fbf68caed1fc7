import { Link } from "@tanstack/react-router";
import {
  ChevronRight,
  CreditCard,
  FileUp,
  type LucideIcon,
  MailPlus,
  Network,
  Settings,
  UsersRound,
} from "lucide-react";
import type { Organization } from "#lib/api.ts";
import { plural } from "#lib/format.ts";
import { mayManage } from "./words.ts";

type Place = { icon: LucideIcon; label: string; text: (organization: Organization) => string; isForManagers?: true };

/** One line for each part of an organization; a new part is one line more. */
const places = {
  "/organizations/$organization/members": { icon: UsersRound, label: "Members", text: members },
  "/organizations/$organization/teams": { icon: Network, label: "Teams", text: () => "Who works together" },
  "/organizations/$organization/invitations": {
    icon: MailPlus,
    label: "Invitations",
    text: invitations,
    isForManagers: true,
  },
  "/organizations/$organization/imports": {
    icon: FileUp,
    label: "Imports",
    text: () => "Many at once, from a CSV file",
    isForManagers: true,
  },
  "/organizations/$organization/billing": {
    icon: CreditCard,
    label: "Billing",
    text: () => "Seats, plan, and invoices",
    isForManagers: true,
  },
  "/organizations/$organization/settings/general": {
    icon: Settings,
    label: "Settings",
    text: () => "Name, contact, and address",
    isForManagers: true,
  },
} as const satisfies Record<string, Place>;

/** The ways to the parts of an organization, with what is in them. */
export function ManageCard({ organization }: { organization: Organization }) {
  const { id, role } = organization;
  const open = (Object.keys(places) as (keyof typeof places)[]).filter((to) => mayManage(role) || isForAll(places[to]));
  return (
    <nav aria-labelledby="manage" className="card overflow-hidden">
      <h2 id="manage" className="px-5 pt-4 pb-1 text-base font-semibold">
        {mayManage(role) ? "Manage" : "Look around"}
      </h2>
      <ul className="pb-2">
        {open.map((to) => (
          <li key={to}>
            <PlaceLink to={to} id={id} place={places[to]} text={places[to].text(organization)} />
          </li>
        ))}
      </ul>
    </nav>
  );
}

type LinkProps = { to: keyof typeof places; id: string; place: Place; text: string };

function PlaceLink({ to, id, place: { icon: Icon, label }, text }: LinkProps) {
  return (
    <Link
      to={to}
      params={{ organization: id }}
      className="group flex min-h-14 items-center gap-3 px-5 py-2 hover:bg-surface-2 focus-visible:outline-offset-[-2px]"
    >
      <span className="grid size-9 shrink-0 place-items-center rounded-lg border border-border bg-surface-2 text-fg-2 group-hover:bg-surface">
        <Icon aria-hidden className="size-4" />
      </span>
      <span className="min-w-0 flex-1">
        <span className="block font-medium">{label}</span>
        <span className="tabular block truncate text-sm text-fg-3">{text}</span>
      </span>
      <ChevronRight aria-hidden className="size-4 text-fg-3 transition-transform group-hover:translate-x-0.5" />
    </Link>
  );
}

function isForAll(place: Place) {
  return place.isForManagers === undefined;
}

function members({ seats }: Organization) {
  return seats === undefined ? "Who is here, and in which role" : plural(seats.used, "member");
}

function invitations({ seats }: Organization) {
  return seats === undefined || seats.held === 0 ? "None is open" : `${seats.held} open`;
}
