import { useNow } from "#lib/clock.ts";
import { cn } from "#lib/cn.ts";
import { useFormat } from "#lib/use-format.ts";

/** Shows the time since an instant; the full date on hover. */
export function Time({ at, className }: { at: string; className?: string }) {
  const format = useFormat();
  const now = useNow();
  return (
    <time dateTime={at} title={format.absolute(at)} className={cn("tabular whitespace-nowrap", className)}>
      {format.relative(at, now)}
    </time>
  );
}
