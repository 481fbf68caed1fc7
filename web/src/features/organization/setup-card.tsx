import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Check, Copy, MonitorDown } from "lucide-react";
import { accountQuery } from "#lib/queries.ts";
import { useCopy } from "#lib/use-copy.ts";
import { Button } from "#ui/button.tsx";
import { Skeleton } from "#ui/skeleton.tsx";

/** How a member links their desktop client, and the address to sign in with: the one that holds their seat. */
export function SetupCard() {
  const { data: account } = useQuery(accountQuery);
  const { copied, copy } = useCopy();
  return (
    <section aria-labelledby="setup" className="card p-5">
      <h2 id="setup" className="flex items-center gap-2 text-base font-semibold">
        <MonitorDown aria-hidden className="size-4 text-fg-3" />
        Desktop client
      </h2>
      <p className="mt-1 text-sm text-fg-2">
        It gets this organization’s settings once it is linked. Start it, and{" "}
        <Link to="/link" className="text-accent-text underline underline-offset-2">
          enter the code
        </Link>{" "}
        that it shows. Sign in with this address: your seat belongs to it.
      </p>
      <div className="mt-3 flex items-center gap-1 rounded-lg border border-border bg-surface-2 py-1 pr-1 pl-3">
        {account === undefined ? (
          <Skeleton className="my-2 h-4 flex-1" />
        ) : (
          <>
            <span className="min-w-0 flex-1 truncate text-sm font-medium" title={account.email}>
              {account.email}
            </span>
            <Button
              variant="ghost"
              size="small"
              aria-label={copied ? "Address copied" : "Copy address"}
              onClick={() => void copy(account.email)}
            >
              {copied ? <Check className="text-success-text" /> : <Copy />}
              {copied ? "Copied" : "Copy"}
            </Button>
          </>
        )}
      </div>
    </section>
  );
}
