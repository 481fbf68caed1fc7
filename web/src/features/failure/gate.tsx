import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { Fragment, type ReactNode } from "react";
import { maySee, type PageId, pages } from "#features/rights/pages.ts";
import type { Organization } from "#lib/api.ts";
import { ApiError } from "#lib/failure.ts";
import { organizationQuery } from "#lib/queries.ts";
import { useTitle } from "#lib/title.ts";
import { Button } from "#ui/button.tsx";
import { NextPageFailure, RetryLine } from "#ui/retry-line.tsx";
import { TablePicture } from "#ui/table-picture.tsx";
import { BrokenView } from "./broken.tsx";
import { ForbiddenView } from "./forbidden.tsx";
import { FailureFrame, HomeLink } from "./frame.tsx";
import { MissingView } from "./missing.tsx";

type Query<T> = { data: T | undefined; error: Error | null; isFetching: boolean; refetch: () => unknown };
type Props<T> = {
  query: Query<T>;
  /** Shown until the content has loaded. Content that is not a function draws this itself. */
  skeleton?: ReactNode;
  /** Shown above skeleton and content, not above a failure. */
  head?: ReactNode;
  /** For a part of a page: the failure is shown in a line of this class, and the rest of the page stays. */
  part?: string;
  children: ReactNode | ((data: T) => ReactNode);
};

/**
 * Shows the requested content: its skeleton until it is loaded, and a failure with a retry if it did not load. Loaded
 * content stays when a later request fails.
 */
export function Gate<T>({ query, skeleton, head, part, children }: Props<T>) {
  const { data, error, isFetching, refetch } = query;
  if (data === undefined && error !== null) {
    const failure = { error, isBusy: isFetching, onRetry: () => void refetch() };
    return part === undefined ? <FailureView {...failure} /> : <RetryLine {...failure} className={part} />;
  }
  return (
    <>
      {head}
      {typeof children !== "function" ? children : data === undefined ? skeleton : children(data)}
    </>
  );
}

type List<T> = Query<{ pages: { items: T[] }[] }> & {
  hasNextPage: boolean;
  isFetchNextPageError: boolean;
  isFetchingNextPage: boolean;
  fetchNextPage: () => unknown;
};
type ListProps<T> = Omit<Props<T[]>, "query" | "children"> & {
  list: List<T>;
  /** The text of an empty list. */
  empty: ReactNode;
  more: string;
  children: (items: T[]) => ReactNode;
};

/** Shows the loaded part of a list, and a button for the rest. */
export function ListGate<T>({ list, empty, more, children, ...look }: ListProps<T>) {
  const isPart = look.part !== undefined;
  return (
    <Gate query={list} {...look}>
      {(loaded) => {
        const items = loaded.pages.flatMap((page) => page.items);
        return (
          <>
            {items.length > 0 ? children(items) : !list.hasNextPage && empty}
            <NextPageFailure list={list} className={isPart ? "border-t border-border" : "mt-3"} />
            {list.hasNextPage && !list.isFetchNextPageError && (
              <div className={isPart ? "border-t border-border p-3 text-center" : "mt-4 text-center"}>
                <Button
                  variant={isPart ? "ghost" : "secondary"}
                  isBusy={list.isFetchingNextPage}
                  onClick={() => void list.fetchNextPage()}
                >
                  {more}
                </Button>
              </div>
            )}
          </>
        );
      }}
    </Gate>
  );
}

type PageProps = {
  page: PageId;
  skeleton: ReactNode;
  /** The content sets the title of the browser's tab. */
  hasOwnTitle?: boolean;
  children: (organization: Organization) => ReactNode;
};

/** Shows a page of the current organization to the roles that may see it, and tells others what it requires. */
export function PageGate({ page, skeleton, hasOwnTitle = false, children }: PageProps) {
  const { organization: organizationId = "" } = useParams({ strict: false });
  const { label, permission } = pages[page];
  return (
    <Gate query={useQuery(organizationQuery(organizationId))} skeleton={skeleton}>
      {(organization) =>
        maySee(organization.role, pages[page]) ? (
          <Fragment key={organizationId}>
            {!hasOwnTitle && <Title text={`${label} · ${organization.name}`} />}
            {children(organization)}
          </Fragment>
        ) : (
          <ForbiddenView permission={permission} />
        )
      }
    </Gate>
  );
}

function Title({ text }: { text: string }) {
  useTitle(text);
  return null;
}

type FailureProps = { error: unknown; onRetry: () => void; isBusy?: boolean };

/** Replaces a page's content that could not be shown: missing, forbidden, or broken. */
function FailureView({ error, onRetry, isBusy = false }: FailureProps) {
  const status = error instanceof ApiError ? error.status : undefined;
  if (status === 404) {
    return <MissingView />;
  }
  if (error instanceof ApiError && error.code === "organization.suspended") {
    return <SuspendedView />;
  }
  if (error instanceof ApiError && error.code === "organization.updates_off") {
    return <UpdatesOffView />;
  }
  if (error instanceof ApiError && status === 403) {
    return <ForbiddenView permission={error.permission} />;
  }
  return <BrokenView error={error} onRetry={onRetry} isBusy={isBusy} />;
}

/** In case they were turned off while the page was open. */
function UpdatesOffView() {
  return (
    <FailureFrame picture={<TablePicture taken={0} />} title="Updates are off" mark="Off" actions={<HomeLink />}>
      This organization has turned them off. Its owners and admins can turn them on in the general settings.
    </FailureFrame>
  );
}

function SuspendedView() {
  return (
    <FailureFrame
      picture={<TablePicture taken={0} />}
      title="This organization is suspended"
      mark="Suspended"
      actions={<HomeLink />}
    >
      The operator of this service has suspended it. Its owners can still view it. Ask one of them.
    </FailureFrame>
  );
}
