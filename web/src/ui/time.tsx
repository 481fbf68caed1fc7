import { useNow } from "#lib/clock.ts";
import { cn } from "#lib/cn.ts";
import { useFormat } from "#lib/use-format.ts";

/** How long ago; the full date on hover. */
export function Time({ at, className }: { at: string; className?: string }) {
  const format = useFormat();
  const now = useNow();
  return (
    <time dateTime={at} title={format.absolute(at)} className={cn("tabular whitespace-nowrap", className)}>
      {format.relative(at, now)}
    </time>
  );
}

/** A day without an hour, in few words; the date itself on hover. */
export function Day({ on }: { on: string }) {
  const format = useFormat();
  const today = new Date(useNow()).toISOString().slice(0, 10);
  const daysAgo = Math.round((Date.parse(today) - Date.parse(on)) / 86_400_000);
  return (
    <time dateTime={on} title={format.day(on)} className="tabular whitespace-nowrap">
      {daysAgo < 14 ? dayWords.format(-Math.max(0, daysAgo), "day") : format.day(on)}
    </time>
  );
}

const dayWords = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
