import { useMutation } from "@tanstack/react-query";
import { useKeep } from "#features/seats/use-keep.ts";
import type { Organization } from "#lib/api.ts";
import { cancelSubscription, resumeSubscription } from "#lib/billing.ts";
import { toSentence } from "#lib/failure.ts";
import { toast } from "#ui/toast.ts";

/** Ends the subscription with its period. */
export function useCancel({ id }: Organization, onDone: () => void) {
  const keep = useKeep(id);
  const resume = useMutation({ mutationFn: () => resumeSubscription(id), onSuccess: keep });
  const cancel = useMutation({
    mutationFn: () => cancelSubscription(id),
    onSuccess: (billing) => {
      keep(billing);
      onDone();
      toast("The subscription will end with its period", { action: { label: "Undo", run: () => resume.mutate() } });
    },
  });
  return { run: () => cancel.mutate(), isBusy: cancel.isPending, failure: said(cancel.error), forget: cancel.reset };
}

/** Resumes it. */
export function useResume({ id }: Organization) {
  const keep = useKeep(id);
  const resume = useMutation({
    mutationFn: () => resumeSubscription(id),
    onSuccess: (billing) => {
      keep(billing);
      toast("The subscription continues");
    },
  });
  return { run: () => resume.mutate(), isBusy: resume.isPending, failure: said(resume.error) };
}

function said(error: unknown) {
  return error === null ? undefined : toSentence(error);
}
