import { Link } from "@tanstack/react-router";
import { waitText } from "#lib/format.ts";
import type { Import } from "#lib/imports.ts";
import { pageOf } from "#lib/page-of.ts";
import { useFormat } from "#lib/use-format.ts";
import { StateBadge, Who } from "./labels.tsx";
import { aheadOf } from "./progress.ts";
import { OutcomeBar, OutcomeLegend } from "./result-card.tsx";
import { isOver } from "./text.ts";
import { useImport } from "./use-import.ts";

type Props = { organizationId: string; listed: Import; all: Import[] };

/** One import in the list; a running one is updated. */
export function ImportItem({ organizationId, listed, all }: Props) {
  const { data } = useImport(organizationId, listed.id, listed);
  const found = isOver(listed) ? listed : (data ?? listed);
  const format = useFormat();
  return (
    <li className="relative grid gap-2.5 px-4 py-4 hover:bg-surface-2 sm:px-5">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <Link
          {...pageOf(organizationId, "/imports/$import", { import: found.id })}
          className="min-w-0 truncate font-medium after:absolute after:inset-0"
        >
          {found.fileName}
        </Link>
        <StateBadge found={found} />
        {found.rows > 0 && (
          <span className="tabular ml-auto text-sm text-fg-2">{format.plural(found.rows, "row")}</span>
        )}
      </div>
      {found.progress && <Progress found={found} progress={found.progress} />}
      {found.rows > 0 && !found.progress && <OutcomeBar found={found} />}
      <div className="flex flex-wrap items-baseline justify-between gap-x-6 gap-y-1">
        <p className="text-sm text-fg-3">
          <Who found={found} />
        </p>
        {found.rows > 0 ? <OutcomeLegend found={found} /> : <Note found={found} all={all} />}
      </div>
    </li>
  );
}

type ProgressProps = { found: Import; progress: NonNullable<Import["progress"]> };

function Progress({ found, progress: { done, secondsLeft } }: ProgressProps) {
  return (
    <div className="tabular flex items-center gap-3 text-sm text-fg-2">
      <progress aria-label={`Import of ${found.fileName}`} value={done} className="bulk-progress h-2 min-w-0 flex-1" />
      <span>{Math.floor(done * 100)} %</span>
      {secondsLeft !== undefined && <span className="max-sm:hidden">{waitText(secondsLeft)} left</span>}
    </div>
  );
}

/** Says why there are no rows to show. */
function Note({ found, all }: { found: Import; all: Import[] }) {
  const ahead = aheadOf(found, all);
  const words =
    (found.reason === "canceled" ? "Nobody was invited" : found.message) ??
    (ahead && `Waiting for ${ahead.fileName}`) ??
    (found.state === "waiting_for_file" ? "Its upload is not finished" : undefined);
  return words !== undefined && <p className="text-sm text-fg-2">{words}</p>;
}
