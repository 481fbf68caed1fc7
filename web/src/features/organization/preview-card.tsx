import { useQuery } from "@tanstack/react-query";
import { accountQuery } from "#lib/queries.ts";
import { Avatar, OrganizationMark } from "#ui/avatar.tsx";
import { Badge } from "#ui/badge.tsx";
import { roleText } from "./text.ts";

const maxPictured = 12;

type Props = { id?: string; name: string; seats: number | undefined; plan?: string };

/** A preview of the new organization, with its seats. */
export function PreviewCard({ id = "preview", name, seats, plan = "Free plan" }: Props) {
  const { data: account } = useQuery(accountQuery);
  return (
    <aside aria-label="Preview" className="card overflow-hidden">
      <div className="flex items-center gap-3 border-b border-border bg-surface-2 px-5 py-4">
        <OrganizationMark id={id} name={name || "?"} size="large" />
        <div className="min-w-0">
          <p className="truncate text-base font-semibold">{name || "Your organization"}</p>
          <p className="text-sm text-fg-3">{plan}</p>
        </div>
      </div>
      <div className="grid gap-4 p-5">
        <div className="flex flex-wrap gap-1.5">
          <Avatar name={account?.name ?? ""} color={account?.color} size="large" />
          {seats !== undefined && <OpenSeats count={seats - 1} />}
        </div>
        <div className="flex items-center justify-between gap-3 text-sm">
          <span className="min-w-0 truncate font-medium">{account?.name}</span>
          <Badge>{roleText.owner.label}</Badge>
        </div>
      </div>
    </aside>
  );
}

function OpenSeats({ count }: { count: number }) {
  const pictured = Array.from({ length: Math.min(count, maxPictured) }, (_, index) => `open ${index}`);
  return (
    <>
      {pictured.map((seat) => (
        <span key={seat} className="size-10 rounded-full border-[1.5px] border-dashed border-control" />
      ))}
      {count > maxPictured && (
        <span className="tabular self-center pl-1 text-sm text-fg-2">+{count - maxPictured}</span>
      )}
    </>
  );
}
