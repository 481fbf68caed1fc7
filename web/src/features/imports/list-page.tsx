import { useInfiniteQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { FileUp } from "lucide-react";
import { ListGate, PageGate } from "#features/failure/gate.tsx";
import { whyBlocked } from "#features/rights/blocked.ts";
import type { Organization } from "#lib/api.ts";
import { importsQuery } from "#lib/imports.ts";
import { useFileDrop } from "#lib/use-file-drop.ts";
import { Button } from "#ui/button.tsx";
import { listCard, PageHeader } from "#ui/card.tsx";
import { DropVeil, DropZone } from "#ui/drop-zone.tsx";
import { Lines, LoadingRows } from "#ui/loading.tsx";
import { Dialects, SampleButton } from "./dialects.tsx";
import { ImportItem } from "./item.tsx";
import { useOpenImport } from "./use-open-import.ts";

const from = "/_signed-in/organizations/$organization/imports/";

export function ImportsPage() {
  return (
    <PageGate
      page="imports"
      skeleton={
        <>
          <Lines of={["h-6 w-32", "h-4 w-72 max-w-full"]} className="mb-6 grid gap-2" />
          {skeleton}
        </>
      }
    >
      {(organization) => <Imports organization={organization} />}
    </PageGate>
  );
}

function Imports({ organization }: { organization: Organization }) {
  const { dialog } = useSearch({ from });
  const open = useOpenImport();
  const list = useInfiniteQuery(importsQuery(organization.id));
  const blocked = whyBlocked(organization, "import.create");
  const isEmpty = list.data?.pages.every(({ items }) => items.length === 0) ?? true;
  const drop = (files: File[]) => open(files.length === 1 ? files[0] : undefined);
  const isHeld = useFileDrop(blocked === undefined && dialog === undefined ? drop : undefined);

  return (
    <>
      <ListGate
        list={list}
        more="Show older"
        skeleton={skeleton}
        head={
          <PageHeader
            title="Imports"
            description="Invite people from CSV files and see the result of every row."
            actions={
              <Button variant="primary" size="large" blocked={blocked} onClick={() => open()}>
                <FileUp />
                Import people
              </Button>
            }
          />
        }
        empty={
          <div className="card p-5">
            <h2 className="sr-only">No imports yet</h2>
            {blocked === undefined ? (
              <DropZone isHeld={isHeld} onFile={open}>
                <Dialects />
              </DropZone>
            ) : (
              <p className="text-fg-2">{blocked}</p>
            )}
            <div className="mt-3 flex flex-wrap items-center justify-between gap-2 text-sm text-fg-2">
              <p>No imports yet. You preview a file here before anybody is invited.</p>
              <SampleButton />
            </div>
          </div>
        }
      >
        {(items) => (
          <ul aria-label="Imports" className={listCard}>
            {items.map((found) => (
              <ImportItem key={found.id} organizationId={organization.id} listed={found} all={items} />
            ))}
          </ul>
        )}
      </ListGate>
      <DropVeil isHeld={isHeld && !isEmpty}>Drop the file to preview it</DropVeil>
    </>
  );
}

const skeleton = (
  <LoadingRows
    what="the imports"
    className={listCard}
    lines={["h-4 w-56 max-w-full", "h-2 rounded-full", "h-3 w-40"]}
  />
);
