import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { waitText } from "#lib/format.ts";
import { type Import, importsQuery } from "#lib/imports.ts";
import { pageOf } from "#lib/page-of.ts";
import { useFormat } from "#lib/use-format.ts";
import { Section } from "#ui/card.tsx";
import { Time } from "#ui/time.tsx";
import { aheadOf } from "./progress.ts";
import { isStopping, stateOf } from "./text.ts";

type Props = { organizationId: string; found: Import };

/** The progress of an import that has not ended. */
export function ProgressCard({ organizationId, found }: Props) {
  const { progress } = found;
  return progress ? (
    <Running found={found} progress={progress} />
  ) : (
    <Section title={titles[found.state] ?? "Waiting for the file"}>
      <div className="px-5 pb-5 text-fg-2">
        {found.state === "waiting" ? (
          <Ahead organizationId={organizationId} found={found} />
        ) : found.state === "unknown" ? (
          <p>A newer release of Muster set this state. Check again later.</p>
        ) : (
          <p>
            It starts within seconds of the end of the upload. If the upload was interrupted, cancel this import and
            start again.
          </p>
        )}
      </div>
    </Section>
  );
}

const titles: { [S in Import["state"]]?: string } = { waiting: "Waiting", unknown: "Unknown state" };

/** Shows which import it waits for. */
function Ahead({ organizationId, found }: Props) {
  const { data } = useQuery({
    queryKey: [...importsQuery(organizationId).queryKey, "ahead"],
    queryFn: async ({ signal }) => {
      const { listImports } = await import("#lib/imports.ts");
      return listImports(organizationId, undefined, signal);
    },
    refetchInterval: 5_000,
  });
  const ahead = data && aheadOf(found, data.items);
  return ahead ? (
    <p>
      It starts when{" "}
      <Link
        {...pageOf(organizationId, "/imports/$import", { import: ahead.id })}
        className="font-medium text-accent-text underline underline-offset-2"
      >
        {ahead.fileName}
      </Link>{" "}
      has ended: one import runs at a time.
    </p>
  ) : (
    <p>It starts in a moment.</p>
  );
}

type RunningProps = { found: Import; progress: NonNullable<Import["progress"]> };

function Running({ found, progress: { done, rate, secondsLeft } }: RunningProps) {
  const format = useFormat();
  return (
    <Section title={stateOf(found).label}>
      <div className="grid gap-3 px-5 pb-5">
        <div className="flex items-baseline justify-between gap-3">
          <p className="tabular text-2xl font-semibold">{Math.floor(done * 100)} %</p>
          <p className="tabular text-sm text-fg-2">{isStopping(found) ? "Finishing" : timeLeft(secondsLeft)}</p>
        </div>
        <progress aria-label="Progress of the import" value={done} className="bulk-progress h-2 w-full" />
        <dl className="tabular flex flex-wrap gap-x-6 gap-y-1 text-sm text-fg-2 [&_dd]:inline [&_dd]:font-medium [&_dd]:text-fg [&_dt]:inline">
          <div>
            <dt>Rows </dt>
            <dd>{format.number(found.rows)}</dd>
          </div>
          {rate > 0 && (
            <div>
              <dt>Per second </dt>
              <dd>{format.number(rate)}</dd>
            </div>
          )}
          {found.startedAt !== undefined && (
            <div>
              <dt>Started </dt>
              <dd>
                <Time at={found.startedAt} />
              </dd>
            </div>
          )}
        </dl>
      </div>
    </Section>
  );
}

const timeLeft = (seconds: number | undefined) =>
  seconds === undefined ? "Just started" : `${waitText(seconds)} left`;
