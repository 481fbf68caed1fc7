import { plural } from "#lib/format.ts";
import { Button } from "#ui/button.tsx";

type Props = { changes: number; isBusy: boolean; onDiscard: () => void };

/** Stays in sight while something is unsaved. */
export function SaveBar({ changes, isBusy, onDiscard }: Props) {
  if (changes === 0) {
    return null;
  }
  return (
    <div className="rise sticky bottom-0 flex flex-wrap items-center justify-between gap-x-4 gap-y-2 rounded-b-xl border-t border-border bg-bg px-5 py-3">
      <output className="text-sm font-medium">{plural(changes, "unsaved change")}</output>
      <span className="flex gap-2 max-sm:w-full max-sm:*:flex-1">
        <Button onClick={onDiscard}>Discard</Button>
        <Button type="submit" variant="primary" isBusy={isBusy}>
          Save
        </Button>
      </span>
    </div>
  );
}
