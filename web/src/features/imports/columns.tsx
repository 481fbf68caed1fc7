import type { Heading } from "@muster/core/import/read-preview.ts";
import { ArrowRight } from "lucide-react";
import { partText } from "./inspection-text.ts";

const maxShown = 24;

/** The field that each column holds, and which columns are not read. */
export function Columns({ headings }: { headings: Heading[] | undefined }) {
  if (headings === undefined) {
    return (
      <p className="text-sm text-fg-2">
        The file has no header, so columns are recognized by their content. A header such as “email, name, role” is more
        reliable.
      </p>
    );
  }
  const named = headings.filter(({ text, part }) => text !== "" || part !== undefined);
  const shown = [...named.filter(({ part }) => part), ...named.filter(({ part }) => !part)].slice(0, maxShown);
  return (
    <div className="grid gap-2">
      <h3 className="text-sm font-medium">Columns</h3>
      <ul className="flex flex-wrap gap-1.5 text-sm">
        {shown.map(({ text, part }, index) => (
          <li
            key={`${index} ${text}`}
            className={
              part
                ? "flex max-w-full items-center gap-1.5 rounded-md bg-accent-soft px-2 py-0.5 text-accent-text"
                : "flex max-w-full items-center gap-1.5 rounded-md border border-border px-2 py-0.5 text-fg-3"
            }
          >
            <span className="truncate">{text || "(no heading)"}</span>
            {part ? (
              <>
                <ArrowRight aria-label="is the" className="size-3.5 shrink-0" />
                <span className="font-medium">{partText[part]}</span>
              </>
            ) : (
              <span className="text-xs">not read</span>
            )}
          </li>
        ))}
        {named.length > maxShown && <li className="py-0.5 text-fg-3">and {named.length - maxShown} more, not read</li>}
      </ul>
    </div>
  );
}
