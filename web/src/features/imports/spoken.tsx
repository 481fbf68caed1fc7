import type { Import } from "#lib/imports.ts";
import { useFormat } from "#lib/use-format.ts";
import { useSpoken } from "#lib/use-spoken.ts";
import { isStopping, stateOf } from "./text.ts";

/** The progress for screen readers: in steps of ten percent, and then the end. */
export function Spoken({ found }: { found: Import }) {
  const format = useFormat();
  const { state, progress, rows, counts } = found;
  const invited = format.number(counts.invited ?? 0);
  const sentence = isStopping(found)
    ? "The import is being stopped."
    : progress
      ? `The import is ${Math.floor(progress.done * 10) * 10} percent done.`
      : state === "done"
        ? `The import is done: ${invited} of ${format.number(rows)} rows are invited.`
        : `The state of the import: ${stateOf(found).label}.`;
  return <output className="sr-only">{useSpoken(sentence)}</output>;
}
