import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { CirclePause, TriangleAlert, Waves } from "lucide-react";
import { useState } from "react";
import { whyBlocked } from "#features/rights/blocked.ts";
import type { Organization } from "#lib/api.ts";
import { cn } from "#lib/cn.ts";
import { changeRollout, type Rollout, type RolloutAction, rolloutQuery } from "#lib/rollouts.ts";
import { settingsQuery } from "#lib/setting-layers.ts";
import { useFormat } from "#lib/use-format.ts";
import { ErrorBanner } from "#ui/banner.tsx";
import { Button } from "#ui/button.tsx";
import { Confirm } from "#ui/dialog.tsx";
import { toast } from "#ui/toast.ts";
import { DevicesBar, WaveSteps } from "./progress.tsx";
import { progressOf, stateOf } from "./text.ts";

const questions = {
  resume: {
    title: "Resume the rollout?",
    action: "Resume rollout",
    text: "The wave has all its time again, and as many devices may refuse the change as do already.",
    done: "Rollout resumed",
  },
  finish: {
    title: "Release to everyone?",
    action: "Release to everyone",
    text: "All devices get the change now. It no longer stops by itself.",
    done: "Released to everyone",
  },
  rollBack: {
    title: "Roll back the change?",
    action: "Roll back",
    text: "Everything that it changed gets its former value, as a new revision for everyone.",
    done: "Change rolled back",
  },
} as const;
type Question = keyof typeof questions;

const looks = {
  running: { icon: Waves, color: "text-accent-text" },
  paused: { icon: CirclePause, color: "text-fg-2" },
  halted: { icon: TriangleAlert, color: "text-warning-text" },
  unknown: { icon: Waves, color: "text-fg-2" },
} satisfies Record<Rollout["state"], object>;

type Props = {
  organization: Organization;
  rollout: Rollout;
  /** After each change: settings and their history may be others. */
  onChange: () => void;
};

/** Shows the rollout that is under way, its progress, and what can be done about it. */
function RolloutBanner({ organization, rollout, onChange }: Props) {
  const format = useFormat();
  const [asked, setAsked] = useState<Question>();
  const [last, setLast] = useState<Question>("finish");
  const queryClient = useQueryClient();
  const { id } = organization;
  const blocked = whyBlocked(organization, "rollout.resume");
  const change = useMutation({
    mutationFn: (action: RolloutAction) => changeRollout(id, action),
    onSuccess: (found, action) => {
      queryClient.setQueryData(rolloutQuery(id).queryKey, found);
      if (action === "rollBack") void queryClient.invalidateQueries({ queryKey: settingsQuery(id).queryKey });
      onChange();
      toast(action === "pause" ? "Rollout paused" : questions[action].done);
    },
    onError: () => queryClient.invalidateQueries({ queryKey: rolloutQuery(id).queryKey }),
    onSettled: () => setAsked(undefined),
  });
  const ask = (question: Question) => {
    setLast(question);
    setAsked(question);
  };
  const { title, action, text } = questions[asked ?? last];
  const isRunning = rollout.state === "running";
  const { icon: Icon, color } = looks[rollout.state];

  return (
    <section aria-label="Rollout" className="pt-4">
      <div className="card grid gap-4 p-4 sm:p-5">
        <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
          <div className="flex min-w-0 items-start gap-2.5">
            <Icon aria-hidden className={cn("mt-0.5 size-4 shrink-0", color)} />
            <div className="min-w-0">
              <output className="block font-medium">{stateOf(rollout)}</output>
              <p className="tabular mt-0.5 text-sm text-fg-2">{progressOf(rollout, format)}</p>
            </div>
          </div>
          <div className="flex flex-wrap gap-2">
            {isRunning ? (
              <Button
                blocked={whyBlocked(organization, "rollout.pause")}
                isBusy={change.isPending}
                onClick={() => change.mutate("pause")}
              >
                Pause
              </Button>
            ) : (
              <Button blocked={blocked} onClick={() => ask("resume")}>
                {rollout.state === "halted" ? "Resume anyway" : "Resume"}
              </Button>
            )}
            <Button blocked={blocked} onClick={() => ask("rollBack")}>
              Roll back
            </Button>
            <Button blocked={blocked} onClick={() => ask("finish")}>
              Release to everyone
            </Button>
          </div>
        </div>
        <DevicesBar rollout={rollout} />
        <WaveSteps organizationId={id} rollout={rollout} />
        <ErrorBanner error={change.error} />
      </div>
      <Confirm
        isOpen={asked !== undefined}
        onClose={() => setAsked(undefined)}
        title={title}
        action={action}
        onConfirm={() => asked && change.mutate(asked)}
        isBusy={change.isPending}
        isDangerous={last === "rollBack"}
      >
        {text}
      </Confirm>
    </section>
  );
}

/** The banner of a rollout, while there is one. */
export function RolloutPlace({ organization, onChange }: { organization: Organization; onChange: () => void }) {
  const { data } = useQuery(rolloutQuery(organization.id));
  return data?.rollout && <RolloutBanner organization={organization} rollout={data.rollout} onChange={onChange} />;
}
