import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useParams, useSearch } from "@tanstack/react-router";
import { FileUp } from "lucide-react";
import { FailureView, ForbiddenView } from "#features/failure/view.tsx";
import { lockOf, whyBlocked } from "#features/organization/blocked.ts";
import { may } from "#features/organization/rights.ts";
import type { Organization } from "#lib/api.ts";
import { toSentence } from "#lib/failure.ts";
import { importsQuery } from "#lib/imports.ts";
import { organizationQuery } from "#lib/queries.ts";
import { useTitle } from "#lib/title.ts";
import { useFileDrop } from "#lib/use-file-drop.ts";
import { Button } from "#ui/button.tsx";
import { PageHeader } from "#ui/card.tsx";
import { DropVeil, DropZone } from "#ui/drop-zone.tsx";
import { Loading } from "#ui/loading.tsx";
import { Skeleton } from "#ui/skeleton.tsx";
import { Dialects, SampleButton } from "./dialects.tsx";
import { ImportItem } from "./item.tsx";
import { useOpenImport } from "./use-open-import.ts";

const from = "/_signed-in/organizations/$organization/imports/";

export function ImportsPage() {
  const { organization: organizationId } = useParams({ from });
  const organization = useQuery(organizationQuery(organizationId));

  useTitle(organization.data && `Imports · ${organization.data.name}`);
  if (organization.isError && organization.data === undefined) {
    return (
      <FailureView
        error={organization.error}
        isBusy={organization.isFetching}
        onRetry={() => void organization.refetch()}
      />
    );
  }
  if (organization.data === undefined) {
    return <ImportsSkeleton />;
  }
  return may(organization.data.role, "import.list") ? (
    <Imports key={organizationId} organization={organization.data} />
  ) : (
    <ForbiddenView permission="import.list" />
  );
}

function Imports({ organization }: { organization: Organization }) {
  const { dialog } = useSearch({ from });
  const open = useOpenImport();
  const list = useInfiniteQuery(importsQuery(organization.id));
  const blocked = whyBlocked(organization, "import.create");
  const all = list.data?.pages.flatMap((page) => page.items) ?? [];
  const drop = (files: File[]) => open(files.length === 1 ? files[0] : undefined);
  const isHeld = useFileDrop(blocked === undefined && dialog === undefined ? drop : undefined);

  if (list.isError && list.data === undefined) {
    return <FailureView error={list.error} isBusy={list.isFetching} onRetry={() => void list.refetch()} />;
  }
  return (
    <>
      <PageHeader
        title="Imports"
        description="Invite people from CSV files, and see what became of every row."
        actions={
          <Button variant="primary" size="large" {...lockOf(blocked)} onClick={() => open()}>
            <FileUp />
            Import people
          </Button>
        }
      />
      {list.isPending && <ListSkeleton />}
      {list.isSuccess && all.length === 0 && (
        <div className="card p-5">
          <h2 className="sr-only">Nothing was imported yet</h2>
          {blocked === undefined ? (
            <DropZone isHeld={isHeld} onFile={open}>
              <Dialects />
            </DropZone>
          ) : (
            <p className="text-fg-2">{blocked}</p>
          )}
          <div className="mt-3 flex flex-wrap items-center justify-between gap-2 text-sm text-fg-2">
            <p>Nothing was imported yet. A file is looked at here before anybody is invited.</p>
            <SampleButton />
          </div>
        </div>
      )}
      {all.length > 0 && (
        <ul
          aria-label="Imports"
          className="card divide-y divide-border overflow-clip max-sm:-mx-4 max-sm:rounded-none max-sm:border-x-0"
        >
          {all.map((found) => (
            <ImportItem key={found.id} organizationId={organization.id} listed={found} all={all} />
          ))}
        </ul>
      )}
      {list.hasNextPage && (
        <div className="mt-3 grid justify-items-center gap-2 text-sm text-fg-2">
          {list.isFetchNextPageError && <p>{toSentence(list.error)}</p>}
          <Button isBusy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            Show older
          </Button>
        </div>
      )}
      <DropVeil isHeld={isHeld && all.length > 0}>Drop the file to look at it</DropVeil>
    </>
  );
}

function ImportsSkeleton() {
  return (
    <>
      <div className="mb-6 grid gap-2">
        <Skeleton className="h-6 w-32" />
        <Skeleton className="h-4 w-72 max-w-full" />
      </div>
      <ListSkeleton />
    </>
  );
}

function ListSkeleton() {
  return (
    <Loading
      what="the imports"
      className="card divide-y divide-border overflow-clip max-sm:-mx-4 max-sm:rounded-none max-sm:border-x-0"
    >
      {["a", "b", "c"].map((place) => (
        <div key={place} className="grid gap-3 px-4 py-4 sm:px-5">
          <Skeleton className="h-4 w-56 max-w-full" />
          <Skeleton className="h-2 w-full rounded-full" />
          <Skeleton className="h-3 w-40" />
        </div>
      ))}
    </Loading>
  );
}
