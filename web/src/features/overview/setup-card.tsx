import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { AppWindow, Check, Copy, Download, ExternalLink, MonitorDown } from "lucide-react";
import { linkedHere, linkedText } from "#features/devices/text.ts";
import { devicesQuery } from "#lib/devices.ts";
import { accountQuery, resourcesQuery } from "#lib/queries.ts";
import { useCopy } from "#lib/use-copy.ts";
import { Button, buttonClass } from "#ui/button.tsx";
import { RetryLine } from "#ui/retry-line.tsx";
import { Skeleton } from "#ui/skeleton.tsx";

const linkClass = "text-accent-text underline underline-offset-2";

/** Shows a member the way to their desktop client, and the address to sign in with: the one that holds their seat. */
export function SetupCard({ organizationId }: { organizationId: string }) {
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
        <Link to="/link" className={linkClass}>
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
      <LinkedDevices organizationId={organizationId} />
      <ClientLinks />
    </section>
  );
}

/** Says nothing until it is known. */
function LinkedDevices({ organizationId }: { organizationId: string }) {
  const { data, hasNextPage, error, isFetching, refetch } = useInfiniteQuery(devicesQuery);
  if (data === undefined) {
    return error ? (
      <RetryLine error={error} isBusy={isFetching} onRetry={refetch} className="mt-3" />
    ) : (
      <Skeleton className="mt-3 h-10 w-56" />
    );
  }
  const count = linkedHere(
    data.pages.flatMap(({ items }) => items),
    organizationId,
  );
  return (
    <p className="mt-3 text-sm text-fg-2">
      {linkedText(count, hasNextPage)}{" "}
      <Link to="/account" hash="devices" className={linkClass}>
        Your devices
      </Link>
    </p>
  );
}

/** Shows the links that the operator has set up. */
function ClientLinks() {
  const { data } = useQuery(resourcesQuery);
  const { downloadUrl, launchUrl } = data ?? {};
  if (downloadUrl === undefined && launchUrl === undefined) {
    return null;
  }
  return (
    <div className="mt-3 flex flex-wrap gap-2">
      {launchUrl !== undefined && (
        <a href={launchUrl} rel="noreferrer" className={buttonClass({ variant: "primary" })}>
          <AppWindow aria-hidden />
          Open the desktop client
        </a>
      )}
      {downloadUrl !== undefined && (
        <a href={downloadUrl} target="_blank" rel="noopener noreferrer" className={buttonClass()}>
          <Download aria-hidden />
          Download
        </a>
      )}
    </div>
  );
}

/** Pages elsewhere that the operator recommends, if there are any. */
export function ResourcesCard() {
  const { data } = useQuery(resourcesQuery);
  if (data === undefined || data.items.length === 0) {
    return null;
  }
  return (
    <section aria-labelledby="resources" className="card overflow-hidden">
      <h2 id="resources" className="px-5 pt-4 pb-1 text-base font-semibold">
        Resources
      </h2>
      <ul className="pb-2">
        {data.items.map(({ title, url, description }) => (
          <li key={url}>
            <a
              href={url}
              target="_blank"
              rel="noopener noreferrer"
              className="group flex min-h-14 items-center gap-3 px-5 py-2 hover:bg-surface-2 focus-visible:outline-offset-[-2px]"
            >
              <span className="min-w-0 flex-1">
                <span className="block font-medium wrap-anywhere">{title}</span>
                <span className="block text-sm text-fg-3 wrap-anywhere">{description}</span>
              </span>
              <ExternalLink aria-hidden className="size-4 shrink-0 text-fg-3" />
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}
