import { toSentence } from "#lib/failure.ts";
import { Button } from "#ui/button.tsx";

/** At the end of a list whose next page did not come. */
export function NextPageFailure({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  return (
    <div className="flex flex-wrap items-center justify-between gap-3 border-t border-border px-5 py-3 text-sm text-fg-2">
      {toSentence(error)}
      <Button size="small" onClick={onRetry}>
        Try again
      </Button>
    </div>
  );
}
