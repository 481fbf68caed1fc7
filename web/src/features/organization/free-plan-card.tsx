import { useQuery } from "@tanstack/react-query";
import { Check } from "lucide-react";
import { freeSeats } from "#lib/product.ts";
import { accountQuery } from "#lib/queries.ts";
import { Avatar, OrganizationMark } from "#ui/avatar.tsx";
import { Badge } from "#ui/badge.tsx";

const contains = ["You are its owner", `${freeSeats} seats, one of them yours`, "No card, no end date"];

/** What will be made: the organization as it will look, and what the free plan holds. */
export function FreePlanCard({ name }: { name: string }) {
  return (
    <aside aria-label="Preview" className="card overflow-hidden">
      <div className="flex items-center gap-3 border-b border-border bg-surface-2 px-5 py-4">
        <OrganizationMark id="preview" name={name || "?"} size="large" />
        <div className="min-w-0">
          <p className="truncate text-base font-semibold">{name || "Your organization"}</p>
          <p className="text-sm text-fg-3">Free plan</p>
        </div>
      </div>
      <div className="grid gap-4 p-5">
        <Seats />
        <ul className="grid gap-2 text-sm text-fg-2">
          {contains.map((what) => (
            <li key={what} className="flex items-start gap-2">
              <Check className="mt-0.5 size-4 shrink-0 text-success-text" />
              {what}
            </li>
          ))}
        </ul>
      </div>
    </aside>
  );
}

function Seats() {
  const { data: account } = useQuery(accountQuery);
  const open = Array.from({ length: freeSeats - 1 }, (_, index) => `open ${index}`);
  return (
    <div className="flex items-center justify-between gap-3">
      <div className="flex gap-1.5">
        <Avatar name={account?.name ?? ""} colour={account?.colour} size="large" />
        {open.map((seat) => (
          <span key={seat} className="size-10 rounded-full border-[1.5px] border-dashed border-control" />
        ))}
      </div>
      <Badge tone="accent">Free</Badge>
    </div>
  );
}
