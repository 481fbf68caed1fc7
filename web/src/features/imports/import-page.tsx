import { usePrefetchQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { Gate, PageGate } from "#features/failure/gate.tsx";
import type { Organization } from "#lib/api.ts";
import { useNow } from "#lib/clock.ts";
import { toSentence } from "#lib/failure.ts";
import { type Import, importQuery } from "#lib/imports.ts";
import { useTitle } from "#lib/title.ts";
import { useFormat } from "#lib/use-format.ts";
import { useSpoken } from "#lib/use-spoken.ts";
import { Banner } from "#ui/banner.tsx";
import { CopyableId } from "#ui/copy-button.tsx";
import { Lines, Loading } from "#ui/loading.tsx";
import { ImportActions } from "./actions.tsx";
import { Notifications } from "./banners.tsx";
import { StateBadge, Who } from "./labels.tsx";
import { MailsCard } from "./mails-card.tsx";
import { ProgressCard } from "./progress-card.tsx";
import { ReportCard } from "./report-card.tsx";
import { ResultCard } from "./result-card.tsx";
import { ImportRows } from "./rows.tsx";
import { isOver, isStopping, sizeText, stateOf } from "./text.ts";
import { useImport } from "./use-import.ts";

const from = "/_signed-in/organizations/$organization/imports/$import";

export function ImportPage() {
  const { organization: organizationId, import: id } = useParams({ from });

  // The import is loaded together with the organization, not after it.
  usePrefetchQuery(importQuery(organizationId, id));
  return (
    <PageGate page="imports" skeleton={skeleton} hasOwnTitle>
      {(organization) => <LiveImport key={id} organizationId={organizationId} id={id} organization={organization} />}
    </PageGate>
  );
}

type LiveProps = { organizationId: string; id: string; organization: Organization };

function LiveImport({ organizationId, id, organization }: LiveProps) {
  const query = useImport(organizationId, id);

  useTitle(query.data && titleOf(query.data));
  return (
    <Gate query={query} skeleton={skeleton}>
      {(found) => <Present organization={organization} found={found} error={query.error} />}
    </Gate>
  );
}

type PresentProps = { organization: Organization; found: Import; error: Error | null };

/** An import as it was when the server last answered. */
function Present({ organization, found, error }: PresentProps) {
  const organizationId = organization.id;
  const now = useNow();
  return (
    <>
      <Head organization={organization} found={found} />
      <Spoken found={found} />
      <div className="mb-4 grid gap-3 empty:hidden">
        {error !== null && (
          <Banner tone="warning">The import continues, but this page is out of date. {toSentence(error)}</Banner>
        )}
        <Notifications organization={organization} found={found} />
      </div>
      <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,1fr)_300px]">
        <div className="grid min-w-0 gap-4">
          {!isOver(found) && <ProgressCard organizationId={organizationId} found={found} />}
          {found.rows > 0 && <ResultCard organizationId={organizationId} found={found} />}
          {found.rows > 0 && <ImportRows organizationId={organizationId} found={found} />}
        </div>
        <div className="grid gap-4">
          <ReportCard organizationId={organizationId} found={found} />
          <MailsCard organization={organization} found={found} now={now} />
        </div>
      </div>
    </>
  );
}

function titleOf({ fileName, progress }: Import) {
  return progress ? `${Math.floor(progress.done * 100)} % · ${fileName}` : fileName;
}

function Head({ organization, found }: { organization: Organization; found: Import }) {
  const format = useFormat();
  return (
    <header className="mb-5 flex flex-wrap items-start justify-between gap-x-6 gap-y-4">
      <div className="min-w-0">
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <h1 className="min-w-0 text-xl font-semibold break-words">{found.fileName}</h1>
          <StateBadge found={found} />
        </div>
        <p className="tabular mt-0.5 text-fg-2">
          <Who found={found} />
          {found.bytes !== undefined && ` · ${sizeText(found.bytes, format.number)}`}
        </p>
        <CopyableId id={found.id} label="import ID" />
      </div>
      <ImportActions organization={organization} found={found} />
    </header>
  );
}

const skeleton = (
  <Loading what="the import">
    <Lines of={["h-6 w-48", "h-4 w-64"]} className="mb-5 grid gap-2" />
    <Lines of={["h-48", "h-32"]} className="grid gap-4 lg:grid-cols-[minmax(0,1fr)_300px]" />
  </Loading>
);

/** The progress for screen readers: in steps of ten percent, and then the end. */
function Spoken({ found }: { found: Import }) {
  const format = useFormat();
  const { state, progress, rows, counts } = found;
  const invited = format.number(counts.invited ?? 0);
  const sentence = isStopping(found)
    ? "The import is being stopped."
    : progress
      ? `The import is ${Math.floor(progress.done * 10) * 10} percent done.`
      : state === "done"
        ? `The import is done: ${invited} of ${format.number(rows)} rows are invited.`
        : `The state of the import: ${stateOf(found).label}.`;
  return <output className="sr-only">{useSpoken(sentence)}</output>;
}
