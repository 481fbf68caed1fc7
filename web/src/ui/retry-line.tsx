import { cn } from "#lib/cn.ts";
import { toSentence } from "#lib/failure.ts";
import { Button } from "#ui/button.tsx";

type Props = { error: unknown; onRetry: () => unknown; isBusy: boolean; className?: string };

/** In a part of a page: what failed, and a button that tries again. */
export function RetryLine({ error, onRetry, isBusy, className }: Props) {
  return (
    <div role="alert" className={cn("flex flex-wrap items-center justify-between gap-3 text-sm text-fg-2", className)}>
      {toSentence(error)}
      <Button size="small" isBusy={isBusy} onClick={() => void onRetry()}>
        Try again
      </Button>
    </div>
  );
}

type Next = {
  error: Error | null;
  isFetchNextPageError: boolean;
  isFetchingNextPage: boolean;
  fetchNextPage: () => unknown;
};

/** At the end of a list: says that its next page did not load. */
export function NextPageFailure({ list, className }: { list: Next; className?: string }) {
  const { error, isFetchNextPageError, isFetchingNextPage, fetchNextPage } = list;
  return (
    isFetchNextPageError && (
      <RetryLine
        error={error}
        isBusy={isFetchingNextPage}
        onRetry={fetchNextPage}
        className={cn("px-5 py-3", className)}
      />
    )
  );
}
