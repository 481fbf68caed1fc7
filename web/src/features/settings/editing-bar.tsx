import type { ReactNode } from "react";
import { plural } from "#lib/format.ts";
import { LeaveGuard } from "#ui/leave-guard.tsx";
import { SaveBar } from "#ui/save-bar.tsx";

type Props = {
  editing: {
    changed: readonly unknown[];
    disputes: readonly unknown[];
    undecided: number;
    error: string | undefined;
    isBusy: boolean;
    discard: () => void;
  };
  /** What others have saved in between: beside the button that was pressed it is in view. */
  conflict?: ReactNode;
  /** What else stands in the bar. */
  children?: ReactNode;
};

/** Saves or discards what a form has changed, and asks before it is left. */
export function EditingBar({ editing, conflict, children }: Props) {
  const { changed, undecided, error, isBusy, discard } = editing;
  return (
    <>
      <SaveBar
        label={labelOf(editing)}
        error={error}
        isBusy={isBusy}
        blocked={undecided > 0 ? "Choose which values to keep first." : undefined}
        onDiscard={discard}
      >
        <div aria-live="polite" className="contents">
          {conflict}
        </div>
        {changed.length > 0 && children}
      </SaveBar>
      <LeaveGuard isHolding={() => changed.length > 0} onLeave={discard}>
        Your changes to the settings are not saved yet.
      </LeaveGuard>
    </>
  );
}

function labelOf({ undecided, changed, disputes }: Props["editing"]) {
  if (undecided > 0) {
    return `${plural(undecided, "choice")} to make`;
  }
  if (changed.length > 0) {
    return plural(changed.length, "unsaved change");
  }
  return disputes.length > 0 ? "You have no changes left to save" : undefined;
}
