import { X } from "lucide-react";
import { type ReactNode, useEffect, useRef } from "react";
import { useFormat } from "#lib/use-format.ts";
import { useOpened } from "#lib/use-opened.ts";
import { Button } from "#ui/button.tsx";
import { Confirm } from "#ui/dialog.tsx";
import { type SelectionOf, selectAllId } from "#ui/table-selection.tsx";
import { Ending, Running } from "./run.tsx";
import { type Confirmation, someOf, useBulk } from "./use-bulk.ts";

type Props<Item> = Omit<Parameters<typeof useBulk<Item>>[0], "onLeft" | "idOf"> & {
  selection: SelectionOf<Item>;
  hasMore: boolean;
  /** The actions on the selected rows; each asks for confirmation. */
  children: (ask: (question: Confirmation<Item>) => void) => ReactNode;
};

/** Stays at the bottom of the window while rows are selected, work is running, or there is a result to show. */
export function BulkBar<Item>({ selection, hasMore, children, ...of }: Props<Item>) {
  const { nameOf, idOf } = selection.selectable;
  const bulk = useBulk<Item>({ ...of, idOf, onLeft: selection.restore });
  const confirmation = useOpened<Confirmation<Item>>();
  const bar = useRef<HTMLElement>(null);
  const { phase } = bulk;
  const count = selection.selected.length;
  const isIdle = phase.name !== "running";
  useKeepFocus(bar, phase.name);

  function leave(act: () => void) {
    act();
    document.getElementById(selectAllId)?.focus();
  }

  return (
    <>
      {(count > 0 || phase.name !== "idle") && (
        <section
          ref={bar}
          tabIndex={-1}
          aria-label="Selection"
          className="selection-bar rise sticky bottom-3 z-20 mx-auto mt-3 grid w-full max-w-[640px] divide-y divide-border rounded-xl border border-border-strong bg-surface text-sm shadow-2"
        >
          {phase.name === "running" && <Running phase={phase} />}
          {phase.name === "over" && (
            <Ending phase={phase} nameOf={nameOf} onRun={bulk.run} onDismiss={() => leave(bulk.dismiss)} />
          )}
          {isIdle && count > 0 && (
            <div className="flex flex-wrap items-center gap-x-2 gap-y-2 p-2 pl-4 whitespace-nowrap">
              <Count count={count} loaded={selection.loaded} hasMore={hasMore} />
              <span className="ml-auto flex gap-2 max-sm:gap-1">
                {children(confirmation.open)}
                <Button variant="ghost" onClick={() => leave(selection.clear)} aria-label="Clear selection">
                  <X className="sm:hidden" />
                  <span className="max-sm:hidden">Clear</span>
                </Button>
              </span>
            </div>
          )}
        </section>
      )}
      <ConfirmationDialog
        confirmation={confirmation.shown}
        {...confirmation.dialog}
        nameOf={nameOf}
        onConfirm={({ job }) => {
          confirmation.close();
          selection.clear();
          bulk.run(job);
        }}
        returnFocus={() => bar.current}
      />
    </>
  );
}

function Count({ count, loaded, hasMore }: { count: number; loaded: number; hasMore: boolean }) {
  const format = useFormat();
  return (
    <span className="min-w-0">
      <output className="block font-medium">{format.number(count)} selected</output>
      {hasMore && <span className="block text-xs text-fg-3">of {format.number(loaded)} loaded</span>}
    </span>
  );
}

/** The pressed button disappears with its phase: the bar itself keeps the focus. */
function useKeepFocus(bar: { current: HTMLElement | null }, phase: string) {
  useEffect(() => {
    if (phase !== "idle" && document.activeElement === document.body) {
      bar.current?.focus({ preventScroll: true });
    }
  }, [bar, phase]);
}

type ConfirmationProps<Item> = {
  confirmation: Confirmation<Item> | undefined;
  isOpen: boolean;
  nameOf: (item: Item) => string;
  onConfirm: (confirmation: Confirmation<Item>) => void;
  onClose: () => void;
  returnFocus: () => HTMLElement | null;
};

/** One confirmation for all rows: who it is about, and what happens to them. */
function ConfirmationDialog<Item>({
  confirmation,
  isOpen,
  nameOf,
  onConfirm,
  onClose,
  returnFocus,
}: ConfirmationProps<Item>) {
  return (
    <Confirm
      isOpen={isOpen}
      onClose={onClose}
      title={confirmation?.title ?? ""}
      action={confirmation?.action ?? ""}
      isDangerous={confirmation?.isDangerous === true}
      onConfirm={() => confirmation && onConfirm(confirmation)}
      returnFocus={returnFocus}
    >
      <p className="font-medium break-words text-fg">{confirmation && someOf(confirmation.job.items.map(nameOf))}</p>
      <ul className="mt-3 grid list-disc gap-1.5 pl-4">{confirmation?.consequences}</ul>
    </Confirm>
  );
}
