import { CircleAlert, CircleCheck } from "lucide-react";
import { useNow } from "#lib/clock.ts";
import { plural, waitText } from "#lib/format.ts";
import { useFormat } from "#lib/use-format.ts";
import { Button } from "#ui/button.tsx";
import { type Job, type Phase, reasonsOf, someOf } from "./use-bulk.ts";

/** The progress of a run, and the button that stops it. */
export function Running<Item>({ phase }: { phase: Extract<Phase<Item>, { name: "running" }> }) {
  const format = useFormat();
  const { job, progress, stop } = phase;
  const isStopping = stop.signal.aborted;
  return (
    <div className="flex items-center gap-4 p-2 pl-4">
      <div className="grid min-w-0 flex-1 gap-1.5">
        <p className="font-medium">
          {job.doing}: <span className="tabular">{format.number(progress.finished)}</span> of{" "}
          {format.number(job.items.length)}
        </p>
        <progress
          aria-label={job.doing}
          value={progress.finished}
          max={job.items.length}
          className="bulk-progress h-1.5 w-full"
        />
        {progress.pausedUntil !== undefined && !isStopping && <Pause until={progress.pausedUntil} />}
      </div>
      <Button onClick={() => stop.abort()}>Stop</Button>
    </div>
  );
}

function Pause({ until }: { until: number }) {
  const now = useNow("second");
  return (
    <output className="text-xs text-fg-3">
      The server is busy. This continues in {waitText((until - now) / 1000)}.
    </output>
  );
}

type EndingProps<Item> = {
  phase: Extract<Phase<Item>, { name: "over" }>;
  nameOf: (item: Item) => string;
  onRun: (job: Job<Item>) => void;
  onDismiss: () => void;
};

/** The result of a run: how many were done, which failed and why, and undo. */
export function Ending<Item>({ phase: { job, outcome }, nameOf, onRun, onDismiss }: EndingProps<Item>) {
  const { done, refused, untouched } = outcome;
  const { reverse } = job;
  const Icon = refused.length > 0 ? CircleAlert : CircleCheck;
  return (
    <div className="flex flex-wrap items-start gap-x-4 gap-y-2 p-2 pl-4">
      <div role={refused.length > 0 ? "alert" : "status"} className="flex min-w-0 flex-1 basis-60 gap-2.5 py-1.5">
        <Icon
          aria-hidden
          className={`mt-0.5 size-4 shrink-0 ${refused.length > 0 ? "text-danger-text" : "text-success-text"}`}
        />
        <div className="grid min-w-0 gap-1">
          <p className="font-medium">
            {[
              (done.length > 0 || refused.length === 0) && job.done(done.length),
              refused.length > 0 && `${refused.length} failed`,
            ]
              .filter(Boolean)
              .join(", ")}
          </p>
          {reasonsOf(refused, nameOf).map(({ reason, names }) => (
            <p key={reason} className="break-words text-fg-2">
              {reason} <span className="text-fg-3">({someOf(names)})</span>
            </p>
          ))}
          {untouched.length > 0 && (
            <p className="text-fg-2">Stopped: {plural(untouched.length, "was", "were")} not changed.</p>
          )}
        </div>
      </div>
      <span className="ml-auto flex gap-2">
        {reverse && done.length > 0 && <Button onClick={() => onRun(reverse.job(done))}>{reverse.label}</Button>}
        <Button variant="ghost" onClick={onDismiss}>
          Dismiss
        </Button>
      </span>
    </div>
  );
}
