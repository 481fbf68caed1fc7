import { cn } from "#lib/cn.ts";
import type { Import } from "#lib/imports.ts";
import { useFormat } from "#lib/use-format.ts";
import { groupsOf, groupText } from "./text.ts";

/** The results of an import's rows as a bar, and the same in words. */
export function OutcomeBar({ found, className }: { found: Pick<Import, "rows" | "counts">; className?: string }) {
  return (
    <div aria-hidden className={cn("flex h-2 w-full gap-0.5 overflow-hidden rounded-full bg-surface-3", className)}>
      {groupsOf(found).map(({ group, count }) => (
        <span
          key={group}
          className={cn("h-full min-w-1 transition-[width] duration-200", groupText[group].mark)}
          style={{ width: `${(count / found.rows) * 100}%` }}
        />
      ))}
    </div>
  );
}

export function OutcomeLegend({ found }: { found: Pick<Import, "counts"> }) {
  const format = useFormat();
  return (
    <ul className="tabular flex flex-wrap gap-x-4 gap-y-0.5 text-xs text-fg-2">
      {groupsOf(found).map(({ group, count }) => (
        <li key={group} className="flex items-center gap-1.5">
          <span aria-hidden className={cn("size-2 shrink-0 rounded-full", groupText[group].mark)} />
          {groupText[group].label} <span className="font-medium text-fg">{format.number(count)}</span>
        </li>
      ))}
    </ul>
  );
}
