import { useInfiniteQuery } from "@tanstack/react-query";
import { useLocation } from "@tanstack/react-router";
import { useState } from "react";
import { reviewDevice, type WaitingDevice } from "#lib/devices.ts";
import { organizationsQuery } from "#lib/queries.ts";
import { useTitle } from "#lib/title.ts";
import { useTask } from "#lib/use-task.ts";
import { PageHeader } from "#ui/card.tsx";
import { CodeStep } from "./code-step.tsx";
import { Done, NoOrganization, type Outcome } from "./done.tsx";
import { ReviewStep } from "./review-step.tsx";

/**
 * Lets a member link a device: the code is typed, or is in the fragment of the link. Only a button changes anything.
 */
export function LinkPage() {
  const typed = useLocation({ select: (location) => location.hash });
  return <Linking key={typed} typed={typed} />;
}

function Linking({ typed }: { typed: string }) {
  const [code, setCode] = useState(typed);
  const [device, setDevice] = useState<WaitingDevice>();
  const [outcome, setOutcome] = useState<Outcome>();
  const { run, failure, isBusy, forget } = useTask(async (wanted: string) => setDevice(await reviewDevice(wanted)));

  const { data: organizations } = useInfiniteQuery(organizationsQuery);
  const isAlone = organizations?.pages.every(({ items }) => items.length === 0) === true;

  useTitle("Link a device");

  function startAgain() {
    setCode("");
    setDevice(undefined);
    setOutcome(undefined);
  }

  return (
    <div className="mx-auto max-w-[560px]">
      <PageHeader title="Link a device" description="A linked device gets the settings of an organization." />
      {outcome ? (
        <Done outcome={outcome} onAgain={startAgain} />
      ) : device ? (
        <ReviewStep device={device} onOutcome={setOutcome} onBack={() => setDevice(undefined)} />
      ) : (
        <div className="grid gap-4">
          {isAlone && <NoOrganization />}
          <CodeStep
            code={code}
            onCode={(next) => {
              setCode(next);
              forget();
            }}
            onContinue={() => void run(code)}
            failure={failure}
            isBusy={isBusy}
          />
        </div>
      )}
    </div>
  );
}
