import { Banner } from "#ui/banner.tsx";
import { Time } from "#ui/time.tsx";
import { MemberName } from "./member-name.tsx";

type Props = {
  organizationId: string;
  editing: { disputes: readonly unknown[]; taken: readonly unknown[] };
  /** Who made the last change, and when, if that is known. */
  by: string | undefined;
  at: string | undefined;
};

/** Says who saved these settings while they were being edited, and what that means for the changes. */
export function ConflictBanner({ organizationId, editing: { disputes, taken }, by, at }: Props) {
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
