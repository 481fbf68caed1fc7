import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { Download, FileUp, History as HistoryIcon } from "lucide-react";
import { useState } from "react";
import { ListGate } from "#features/failure/gate.tsx";
import { whyBlocked } from "#features/rights/blocked.ts";
import { plural } from "#lib/format.ts";
import { organizationQuery } from "#lib/queries.ts";
import { type Revision, type RevisionChange, revisionsQuery, settingsFileOf } from "#lib/setting-layers.ts";
import { useTitle } from "#lib/title.ts";
import { useOpened } from "#lib/use-opened.ts";
import { Badge } from "#ui/badge.tsx";
import { Button, buttonClass } from "#ui/button.tsx";
import { EmptyState } from "#ui/empty-state.tsx";
import { LoadingRows } from "#ui/loading.tsx";
import { opened } from "#ui/opened.tsx";
import { RetryLine } from "#ui/retry-line.tsx";
import { Time } from "#ui/time.tsx";
import { ChangeRow } from "./change-row.tsx";
import { isOfSetting } from "./history-diff.ts";
import { rolloutText, rolloutTone } from "./history-text.ts";
import { MemberName } from "./member-name.tsx";
import type { Teams } from "./revisions.ts";
import { useTeamsOf } from "./use-teams-of.ts";

const RestoreDialog = opened(async () => (await import("./restore-dialog.tsx")).RestoreDialog);
const SettingsFileDialog = opened(async () => (await import("./file-dialog.tsx")).SettingsFileDialog);
const CompareDialog = opened(async () => (await import("./compare-dialog.tsx")).CompareDialog);
const from = "/_signed-in/organizations/$organization/settings/history";
/** Changes of a revision that are shown before it is opened. */
const maxShown = 4;

/** Every revision of the settings, newest first. */
export function HistoryPage() {
  const { organization: organizationId } = useParams({ from });
  const { compare, with: other } = useSearch({ from });
  const navigate = useNavigate({ from: "/organizations/$organization/settings/history" });
  const { data: organization } = useQuery(organizationQuery(organizationId));
  const revisions = useInfiniteQuery(revisionsQuery(organizationId));
  const teams = useTeams(organizationId, revisions.data?.pages.flatMap(({ items }) => items) ?? []);
  const { teamName } = teams;
  const restoring = useOpened<number>();
  const [isImporting, setImporting] = useState(false);
  const newest = revisions.data?.pages[0]?.items[0]?.revision ?? 0;
  const show = (search: { compare?: number; with?: number }) =>
    void navigate({ search, replace: true, resetScroll: false });

  useTitle("Settings history");
  return (
    <div className="pt-6">
      <div className="mb-4 flex justify-end gap-2">
        <a href={settingsFileOf(organizationId)} download className={buttonClass()}>
          <Download />
          Export as YAML
        </a>
        <Button
          blocked={organization && whyBlocked(organization, "setting.importDocument")}
          onClick={() => setImporting(true)}
        >
          <FileUp />
          Import…
        </Button>
      </div>
      {teams.failure && (
        <RetryLine
          error={teams.failure.error}
          isBusy={teams.failure.isFetching}
          onRetry={teams.failure.refetch}
          className="card mb-4 px-5 py-3"
        />
      )}
      <ListGate
        list={revisions}
        more="Show more"
        skeleton={
          <LoadingRows what="the history" count={4} className="card" lines={["h-4 w-56", "h-4 w-32", "h-5 max-w-lg"]} />
        }
        empty={
          <div className="card">
            <EmptyState icon={HistoryIcon} title="No changes yet">
              Each save of the settings becomes a revision here, with who saved it and why.
            </EmptyState>
          </div>
        }
      >
        {(items) => (
          <ol aria-label="Revisions" className="card divide-y divide-border">
            {items.map((revision) => (
              <Item
                key={revision.revision}
                organizationId={organizationId}
                revision={revision}
                isNewest={revision.revision === newest}
                blocked={organization && whyBlocked(organization, "setting.restore")}
                teamName={teamName}
                onCompare={() => show({ compare: revision.revision, with: newest })}
                onRestore={() => restoring.open(revision.revision)}
              />
            ))}
          </ol>
        )}
      </ListGate>
      <CompareDialog
        isOpen={compare !== undefined}
        organizationId={organizationId}
        list={revisions}
        newest={newest}
        from={compare}
        to={other ?? newest}
        teamName={teamName}
        onChange={(one, two) => show({ compare: one, with: two })}
        onClose={() => show({})}
      />
      <SettingsFileDialog
        organizationId={organizationId}
        newest={newest}
        isOpen={isImporting}
        onClose={() => setImporting(false)}
      />
      <RestoreDialog
        organizationId={organizationId}
        list={revisions}
        newest={newest}
        to={restoring.shown}
        teams={teams}
        {...restoring.dialog}
      />
    </div>
  );
}

/** The teams of these revisions, as they are called today. */
const useTeams = (organizationId: string, revisions: readonly Revision[]): Teams =>
  useTeamsOf(
    organizationId,
    revisions.flatMap(({ changes }) => changes),
  );

type ItemProps = {
  organizationId: string;
  revision: Revision;
  isNewest: boolean;
  blocked: string | undefined;
  teamName: (change: RevisionChange) => string | undefined;
  onCompare: () => void;
  onRestore: () => void;
};

function Item({ organizationId, revision, isNewest, blocked, teamName, onCompare, onRestore }: ItemProps) {
  const [isOpen, setOpen] = useState(false);
  const { revision: number, by, at, note, changes, rollout, rollsBack } = revision;
  const shown = isOpen ? changes : changes.slice(0, maxShown);
  const isSetting = changes.some(isOfSetting);
  return (
    <li className="px-4 py-4 sm:px-5">
      <div className="flex flex-wrap items-start gap-x-4 gap-y-2">
        <div className="min-w-0 flex-1 basis-64">
          <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
            <span>
              <MemberName organizationId={organizationId} account={by} /> changed{" "}
              {plural(changes.length, isSetting ? "setting" : "field")}
            </span>
            {isNewest && <Badge tone="accent">Current</Badge>}
            {rollout && <Badge tone={rolloutTone(rollout)}>{rolloutText(rollout)}</Badge>}
            {rollsBack !== undefined && <Badge>Rolls back revision {rollsBack}</Badge>}
          </p>
          <p className="text-sm text-fg-3">
            Revision <span className="tabular">{number}</span> · <Time at={at} />
          </p>
        </div>
        {!isNewest && (
          <div className="-mx-2 flex gap-1">
            <Button size="small" variant="ghost" aria-label={`Compare revision ${number}`} onClick={onCompare}>
              Compare
            </Button>
            <Button
              id={`restore-${number}`}
              size="small"
              variant="ghost"
              aria-label={`Restore revision ${number}`}
              blocked={blocked}
              onClick={onRestore}
            >
              Restore…
            </Button>
          </div>
        )}
      </div>
      {note !== undefined && (
        <p className="mt-2 border-l-2 border-border-strong pl-3 text-sm break-words text-fg-2">{note}</p>
      )}
      <ul className="mt-2">
        {shown.map((change) => (
          <ChangeRow key={`${change.team ?? ""} ${change.field}`} change={change} team={teamName(change)} />
        ))}
      </ul>
      {changes.length > shown.length && (
        <Button size="small" variant="ghost" className="-ml-2" onClick={() => setOpen(true)}>
          Show all {changes.length}
        </Button>
      )}
    </li>
  );
}
