import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { whyBlocked } from "#features/organization/blocked.ts";
import { useLayerReport } from "#features/settings/use-layer.ts";
import type { Organization } from "#lib/api.ts";
import { toSentence } from "#lib/failure.ts";
import { changeRollout, type Rollout, type RolloutAction, rolloutQuery } from "#lib/rollouts.ts";
import { settingsQuery } from "#lib/setting-layers.ts";
import { Banner } from "#ui/banner.tsx";
import { Button } from "#ui/button.tsx";
import { Confirm } from "#ui/dialog.tsx";
import { toast } from "#ui/toast.ts";
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
    text: "All devices get the change now. It stops by itself no longer.",
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

/** What reaches devices in waves now, how far it has come, and what can be done about it. */
export function RolloutBanner({ organization, rollout }: { organization: Organization; rollout: Rollout }) {
  const [asked, setAsked] = useState<Question>();
  const [last, setLast] = useState<Question>("finish");
  const queryClient = useQueryClient();
  const { id } = organization;
  const report = useLayerReport(id);
  const blocked = whyBlocked(organization, "rollout.pause");
  const change = useMutation({
    mutationFn: (action: RolloutAction) => changeRollout(id, action),
    onSuccess: (found, action) => {
      queryClient.setQueryData(rolloutQuery(id).queryKey, found);
      if (action === "rollBack") void queryClient.invalidateQueries({ queryKey: settingsQuery(id).queryKey });
      report();
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

  return (
    <section aria-label="Rollout" className="pt-4">
      <Banner tone={isRunning ? "info" : "warning"}>
        <p className="font-medium">{stateOf(rollout)}</p>
        <p className="tabular mt-0.5">{progressOf(rollout)}</p>
        <div className="mt-2.5 flex flex-wrap gap-2">
          {isRunning ? (
            <Button size="small" blocked={blocked} isBusy={change.isPending} onClick={() => change.mutate("pause")}>
              Pause
            </Button>
          ) : (
            <Button size="small" blocked={blocked} onClick={() => ask("resume")}>
              {rollout.state === "halted" ? "Resume anyway" : "Resume"}
            </Button>
          )}
          <Button size="small" blocked={blocked} onClick={() => ask("rollBack")}>
            Roll back
          </Button>
          <Button size="small" blocked={blocked} onClick={() => ask("finish")}>
            Release to everyone
          </Button>
        </div>
        {change.error && (
          <p role="alert" className="mt-2">
            {toSentence(change.error)}
          </p>
        )}
      </Banner>
      <Confirm
        isOpen={asked !== undefined}
        onOpenChange={(isOpen) => !isOpen && setAsked(undefined)}
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
