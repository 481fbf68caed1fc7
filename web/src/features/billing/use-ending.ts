import { useMutation } from "@tanstack/react-query";
import type { Organization } from "#lib/api.ts";
import { cancelSubscription, resumeSubscription } from "#lib/billing.ts";
import { toSentence } from "#lib/failure.ts";
import { toast } from "#ui/toast.ts";
import { useKeep } from "./use-keep.ts";

/** Lets the subscription end with its period. */
export function useCancel({ id }: Organization, onDone: () => void) {
  const keep = useKeep(id);
  const resume = useMutation({ mutationFn: () => resumeSubscription(id), onSuccess: keep });
  const cancel = useMutation({
    mutationFn: () => cancelSubscription(id),
    onSuccess: (billing) => {
      keep(billing);
      onDone();
      toast("The subscription ends with its period", { action: { label: "Undo", run: () => resume.mutate() } });
    },
  });
  return { run: () => cancel.mutate(), isBusy: cancel.isPending, failure: said(cancel.error), forget: cancel.reset };
}

/** Lets it go on after all. */
export function useResume({ id }: Organization) {
  const keep = useKeep(id);
  const resume = useMutation({
    mutationFn: () => resumeSubscription(id),
    onSuccess: (billing) => {
      keep(billing);
      toast("The subscription goes on");
    },
  });
  return { run: () => resume.mutate(), isBusy: resume.isPending, failure: said(resume.error) };
}

function said(error: unknown) {
  return error === null ? undefined : toSentence(error);
}
