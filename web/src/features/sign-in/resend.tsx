import { useNow } from "#lib/clock.ts";
import { plural } from "#lib/format.ts";
import type { Flow } from "#lib/sign-in-flow.ts";
import { useTask } from "#lib/use-task.ts";
import { Button } from "#ui/button.tsx";
import { FailureBanner } from "./failure-banner.tsx";
import { useRequestCode } from "./use-request-code.ts";

const pauseSeconds = 30;

type Props = { email: string; requestedAt: string; isNeeded: boolean; onRequested: (flow: Flow) => void };

/** Another email, after a pause in which the first one can arrive; at once if the first code no longer works. */
export function Resend({ email, requestedAt, isNeeded, onRequested }: Props) {
  const request = useTask(useRequestCode(onRequested));
  const passedSeconds = (useNow("second") - Date.parse(requestedAt)) / 1_000;
  const left = isNeeded ? 0 : Math.max(0, Math.ceil(pauseSeconds - passedSeconds));
  return (
    <div className="grid gap-3">
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <span>No email? Check the spam folder too.</span>
        <Button
          variant={isNeeded ? "primary" : "secondary"}
          blocked={left > 0 ? "The first code may still arrive." : undefined}
          isBusy={request.isBusy}
          onClick={() => void request.run(email)}
          className="tabular"
        >
          {left > 0 ? `New code in ${plural(left, "second")}` : "Email me a new code"}
        </Button>
      </div>
      {request.failure && <FailureBanner failure={request.failure} />}
    </div>
  );
}
