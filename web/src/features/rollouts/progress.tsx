import { Check } from "lucide-react";
import { cn } from "#lib/cn.ts";
import type { Rollout } from "#lib/rollouts.ts";
import { useFormat } from "#lib/use-format.ts";
import { useTeamNames } from "#lib/use-team-names.ts";
import { type Parts, partsOf, waveText } from "./text.ts";

const looks: Record<keyof Parts, { label: string; mark: string }> = {
  inForce: { label: "In force", mark: "bg-success" },
  refused: { label: "Refused", mark: "bg-danger" },
  open: { label: "Not in force yet", mark: "bg-warning" },
  waiting: { label: "Waiting for their wave", mark: "bg-control" },
};
const names = Object.keys(looks) as (keyof Parts)[];

/** All devices of a rollout as a bar, with a legend that has the numbers. */
export function DevicesBar({ rollout }: { rollout: Rollout }) {
  const format = useFormat();
  const parts = partsOf(rollout);
  const shown = parts ? names.filter((name) => parts[name] > 0) : [];
  return (
    parts &&
    shown.length > 0 && (
      <div className="grid gap-2">
        <div aria-hidden className="flex h-2 w-full gap-0.5 overflow-hidden rounded-full">
          {shown.map((name) => (
            <span
              key={name}
              className={cn(
                "h-full min-w-1.5 transition-[flex-grow] duration-500 motion-reduce:transition-none",
                looks[name].mark,
              )}
              style={{ flexGrow: parts[name] }}
            />
          ))}
        </div>
        <ul aria-label="Devices" className="tabular flex flex-wrap gap-x-4 gap-y-1 text-sm text-fg-2">
          {shown.map((name) => (
            <li key={name} className="flex items-center gap-1.5">
              <span aria-hidden className={cn("size-2 shrink-0 rounded-full", looks[name].mark)} />
              {looks[name].label} <span className="font-medium text-fg">{format.number(parts[name])}</span>
            </li>
          ))}
        </ul>
      </div>
    )
  );
}

/** The waves in their order, and which of them are released. */
export function WaveSteps({ organizationId, rollout: { waves, wave } }: { organizationId: string; rollout: Rollout }) {
  const format = useFormat();
  const { nameOf } = useTeamNames(
    organizationId,
    waves.flatMap(({ teams = [] }) => teams),
  );
  return (
    <ol aria-label="Waves" className="tabular flex flex-wrap gap-2 text-sm">
      {waves.map((one, i) => (
        <li
          // biome-ignore lint/suspicious/noArrayIndexKey: a wave is its place
          key={i}
          aria-current={i + 1 === wave ? "step" : undefined}
          className={cn(
            "flex min-h-7 items-center gap-1.5 rounded-full border px-2.5",
            i + 1 === wave ? "border-accent bg-accent-soft font-medium text-accent-text" : "border-border text-fg-2",
          )}
        >
          {i + 1 < wave ? (
            <>
              <Check aria-hidden className="size-3.5" />
              <span className="sr-only">Released:</span>
            </>
          ) : (
            <span className="font-normal">{i + 1}</span>
          )}
          <span>{waveText(one, format, nameOf)}</span>
          {one.devices !== undefined && <span className="font-normal">· {format.plural(one.devices, "device")}</span>}
        </li>
      ))}
    </ol>
  );
}
