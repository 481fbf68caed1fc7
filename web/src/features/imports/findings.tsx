import { useState } from "react";
import { plural } from "#lib/format.ts";
import { useFormat } from "#lib/use-format.ts";
import { Button } from "#ui/button.tsx";
import { RoleWords } from "./dialects.tsx";
import type { Stats } from "./inspect.ts";
import { maxFindings } from "./inspect-limits.ts";
import { findingSentence } from "./inspection-text.ts";

const maxAtFirst = 4;

/** Each row that would be left out, by its line, with a sentence. */
export function Findings({ stats: { wrong, findings, counts } }: { stats: Stats }) {
  const format = useFormat();
  const [areAll, setAll] = useState(false);
  if (wrong === 0) {
    return null;
  }
  const shown = areAll ? findings : findings.slice(0, maxAtFirst);
  return (
    <section aria-label="Rows left out" className="rounded-lg border border-border">
      <h3 className="border-b border-border bg-surface-2 px-4 py-2 text-sm font-medium">
        {plural(wrong, "row is", "rows are")} left out
      </h3>
      <ul aria-label="Line numbers" className="divide-y divide-border">
        {shown.map((finding) => (
          <li
            key={`${finding.line} ${finding.code}`}
            className="grid grid-cols-[64px_minmax(0,1fr)] gap-x-3 gap-y-0.5 px-4 py-2 text-sm sm:grid-cols-[72px_minmax(0,1fr)_minmax(0,1.4fr)]"
          >
            <span className="tabular text-fg-3">Line {format.number(finding.line)}</span>
            <span className="truncate font-medium" title={finding.text}>
              {finding.text || <span className="font-normal text-fg-3">Empty</span>}
            </span>
            <span className="text-fg-2 max-sm:col-span-full">{findingSentence(finding)}</span>
          </li>
        ))}
      </ul>
      {counts.unknown_role !== undefined && (
        <div className="border-t border-border px-4 py-2">
          <RoleWords />
        </div>
      )}
      <div className="flex flex-wrap items-center justify-between gap-2 border-t border-border px-4 py-2 text-sm text-fg-3">
        <span>The report lists all of them, so you can fix and import them again.</span>
        {findings.length > maxAtFirst && !areAll && (
          <Button size="small" variant="ghost" onClick={() => setAll(true)}>
            {wrong > maxFindings ? `Show the first ${maxFindings}` : `Show all ${wrong}`}
          </Button>
        )}
      </div>
    </section>
  );
}
