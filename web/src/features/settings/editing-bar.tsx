import type { ReactNode } from "react";
import { plural } from "#lib/format.ts";
import { Banner } from "#ui/banner.tsx";
import { LeaveGuard } from "#ui/leave-guard.tsx";
import { SaveBar } from "#ui/save-bar.tsx";
import { Time } from "#ui/time.tsx";
import { MemberName } from "./member-name.tsx";

type Props = {
  editing: {
    changed: readonly unknown[];
    disputes: readonly unknown[];
    undecided: number;
    error: string | undefined;
    isBusy: boolean;
    discard: () => void;
  };
  /** The changes that others have saved in between: beside the button that was pressed they are in view. */
  conflict?: ReactNode;
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

type ConflictProps = {
  organizationId: string;
  editing: { disputes: readonly unknown[]; taken: readonly unknown[] };
  /** The author of the last change, if known. */
  by: string | undefined;
  at: string | undefined;
};

/** Says who saved these settings while they were being edited, and what that means for the changes. */
export function ConflictBanner({ organizationId, editing: { disputes, taken }, by, at }: ConflictProps) {
  if (disputes.length === 0 && taken.length === 0) {
    return null;
  }
  return (
    <Banner tone={disputes.length > 0 ? "warning" : "info"}>
      <MemberName organizationId={organizationId} account={by} me="You, in another window," unknown="Someone" /> saved
      these settings {at !== undefined && <Time at={at} />} while you were changing them.{" "}
      {disputes.length > 0
        ? "Choose which values to keep, then save."
        : "Your changes are still here; theirs are marked. Save to keep both."}
    </Banner>
  );
}
