import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { Fragment, type ReactNode } from "react";
import { type PageId, pages } from "#features/organization/pages.ts";
import { may } from "#features/organization/rights.ts";
import type { Organization } from "#lib/api.ts";
import { toSentence } from "#lib/failure.ts";
import { organizationQuery } from "#lib/queries.ts";
import { useTitle } from "#lib/title.ts";
import { Button } from "#ui/button.tsx";
import { FailureView, ForbiddenView } from "./view.tsx";

type Query<T> = { data: T | undefined; error: Error | null; isFetching: boolean; refetch: () => unknown };
type Props<T> = { query: Query<T>; skeleton: ReactNode; head?: ReactNode; children: (data: T) => ReactNode };

/**
 * Shows what was asked for: its skeleton until it is there, and a failure with a retry where it did not come. What is
 * there stays when a later request fails. A `head` stands above skeleton and content, not above a failure.
 */
export function Gate<T>({ query, skeleton, head, children }: Props<T>) {
  const { data, error, isFetching, refetch } = query;
  if (data === undefined && error !== null) {
    return <FailureView error={error} isBusy={isFetching} onRetry={() => void refetch()} />;
  }
  return (
    <>
      {head}
      {data === undefined ? skeleton : children(data)}
    </>
  );
}

type List<T> = Query<{ pages: { items: T[] }[] }> & {
  hasNextPage: boolean;
  isFetchNextPageError: boolean;
  isFetchingNextPage: boolean;
  fetchNextPage: () => unknown;
};
type ListProps<T> = Omit<Props<T[]>, "query"> & {
  list: List<T>;
  /** What is said where there is nothing. */
  empty: ReactNode;
  more: string;
};

/** Shows a list as far as it was asked for, and a button for the rest. */
export function ListGate<T>({ list, empty, more, children, ...look }: ListProps<T>) {
  return (
    <Gate query={list} {...look}>
      {(loaded) => {
        const items = loaded.pages.flatMap((page) => page.items);
        return (
          <>
            {items.length > 0 ? children(items) : !list.hasNextPage && empty}
            {list.hasNextPage && (
              <div className="mt-3 grid justify-items-center gap-2 text-sm text-fg-2">
                {list.isFetchNextPageError && <p>{toSentence(list.error)}</p>}
                <Button isBusy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
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
  /** The content names itself in the browser's tab. */
  hasOwnTitle?: boolean;
  children: (organization: Organization) => ReactNode;
};

/** Shows a page of the organization in the address to the roles that may see it, and says to others what it takes. */
export function PageGate({ page, skeleton, hasOwnTitle = false, children }: PageProps) {
  const { organization: organizationId = "" } = useParams({ strict: false });
  const { label, permission } = pages[page];
  return (
    <Gate query={useQuery(organizationQuery(organizationId))} skeleton={skeleton}>
      {(organization) =>
        may(organization.role, permission) ? (
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
