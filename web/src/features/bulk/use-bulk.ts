import { type QueryKey, useMutation, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { toSentence } from "#lib/failure.ts";
import { editLists, showAtOnce } from "#lib/optimistic.ts";
import { type Outcome, type Progress, type Refusal, runAll } from "#lib/run-all.ts";
import { toast } from "#ui/toast.ts";

/** The same for many rows: how each looks at once, or that it disappears, and the request that does it. */
export type Job<Item> = {
  items: Item[];
  /** "Removing members" */
  doing: string;
  /** "12 members removed" */
  done: (count: number) => string;
  edit: (present: Item, target: Item) => Item | undefined;
  act: (target: Item) => Promise<unknown>;
  /** True if it adds rows that are not in the list yet. */
  brings?: true;
  /** Undoes it for those that were done, if possible. */
  reverse?: { label: string; job: (done: Item[]) => Job<Item> };
};

/** The confirmation before a job runs. */
export type Confirmation<Item> = {
  title: string;
  action: string;
  isDangerous?: boolean;
  consequences: ReactNode;
  job: Job<Item>;
};

export type Phase<Item> =
  | { name: "idle" }
  | { name: "running"; job: Job<Item>; progress: Progress; stop: AbortController }
  | { name: "over"; job: Job<Item>; outcome: Outcome<Item> };

type Of<Item> = {
  queryKey: QueryKey;
  idOf: (item: Item) => string;
  /** These rows are unchanged. */
  onLeft: (ids: string[]) => void;
  refresh: (job: Job<Item>) => void;
};

/** Runs a job over many rows: shown at once, with its progress, and reverted where the API refused. */
export function useBulk<Item>({ queryKey, idOf, onLeft, refresh }: Of<Item>) {
  const queryClient = useQueryClient();
  const [phase, setPhase] = useState<Phase<Item>>({ name: "idle" });
  const isShown = useIsShown();
  useAskBeforeUnload(phase.name === "running");

  const run = useMutation({
    mutationFn: async (job: Job<Item>) => {
      const stop = new AbortController();
      const show = (progress: Progress) => setPhase({ name: "running", job, progress, stop });
      show({ finished: 0, pausedUntil: undefined });
      const edit = editOf(job.items, job.edit, idOf);
      const putBack = await showAtOnce<Item>(queryClient, queryKey, edit);
      const outcome = await runAll(job.items, job.act, { signal: stop.signal, onProgress: show }).catch((error) => {
        putBack();
        throw error;
      });
      if (outcome.done.length < job.items.length) {
        putBack();
        editLists<Item>(queryClient, queryKey, editOf(outcome.done, job.edit, idOf));
      }
      return outcome;
    },
    onSuccess: (outcome, job) => {
      setPhase({ name: "over", job, outcome });
      onLeft([...outcome.refused.map(({ item }) => item), ...outcome.untouched].map(idOf));
      refresh(job);
      if (!isShown.current) {
        toast(summaryOf(job.done(outcome.done.length), outcome.refused.length, outcome.untouched.length));
      }
    },
    onError: () => setPhase({ name: "idle" }),
  });

  return { phase, run: run.mutate, dismiss: () => setPhase({ name: "idle" }) };
}

function editOf<Item>(targets: readonly Item[], edit: Job<Item>["edit"], idOf: (item: Item) => string) {
  const byId = new Map(targets.map((target) => [idOf(target), target]));
  return (present: Item) => {
    const target = byId.get(idOf(present));
    return target === undefined ? present : edit(present, target);
  };
}

/** A run continues when its list is left; then its end is reported elsewhere. */
function useIsShown() {
  const isShown = useRef(true);
  useEffect(() => {
    isShown.current = true;
    return () => {
      isShown.current = false;
    };
  }, []);
  return isShown;
}

function useAskBeforeUnload(isRunning: boolean) {
  useEffect(() => {
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    if (isRunning) {
      window.addEventListener("beforeunload", ask);
    }
    return () => window.removeEventListener("beforeunload", ask);
  }, [isRunning]);
}

const maxNamed = 3;

/** "Ada, Grace, Edsger and 9 more". */
export function someOf(names: readonly string[]) {
  const named = names.slice(0, maxNamed);
  const more = names.length - named.length;
  const parts = more > 0 ? [...named, `${more} more`] : named;
  return parts.length > 1 ? `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}` : (parts[0] ?? "");
}

/** Each reason once, with everybody it affected; the most frequent first. */
export function reasonsOf<Item>(refused: readonly Refusal<Item>[], nameOf: (item: Item) => string) {
  const names = new Map<string, string[]>();
  for (const { item, error } of refused) {
    const reason = toSentence(error);
    names.set(reason, [...(names.get(reason) ?? []), nameOf(item)]);
  }
  return [...names]
    .map(([reason, names]) => ({ reason, names }))
    .toSorted((one, other) => other.names.length - one.names.length);
}

/** The summary of a run whose list is no longer visible. */
export function summaryOf(done: string, refused: number, untouched: number) {
  const rest = [refused > 0 && `${refused} failed`, untouched > 0 && `${untouched} not changed`].filter(
    (part) => part !== false,
  );
  return [done, ...rest].join(" · ");
}
