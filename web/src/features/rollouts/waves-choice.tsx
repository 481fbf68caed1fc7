import { useState } from "react";
import { type Format, plural } from "#lib/format.ts";
import type { RolloutPlan } from "#lib/setting-layers.ts";
import { useFormat } from "#lib/use-format.ts";
import { useTeamNames } from "#lib/use-team-names.ts";
import { NativeSelect } from "#ui/native-select.tsx";
import { opened } from "#ui/opened.tsx";
import { lasting, minimums } from "./plan.ts";
import { minimumText, waveText } from "./text.ts";

const WavesDialog = opened(async () => (await import("./waves-dialog.tsx")).WavesDialog);

const terms = { share: 90, maxRefused: 5, minHours: 1, silenceHours: 24 };

/** The plans by the name of the choice. */
const plans: Record<string, RolloutPlan | undefined> = {
  all: undefined,
  careful: { waves: [{ percent: 10 }, { percent: 50 }], ...terms },
  half: { waves: [{ percent: 50 }], ...terms },
};
/** The plan that was made in the dialog, and the dialog. */
const [own, dialog] = ["own", "dialog"];

/** Names a plan by its waves. */
const labelOf = (plan: RolloutPlan | undefined, format: Format, nameOf: (team: string) => string | undefined) =>
  plan
    ? `In waves: ${[...plan.waves.map((wave) => waveText(wave, format, nameOf)), "everyone"].join(", ")}`
    : "All devices at once";

type Props = {
  organizationId: string;
  /** Nothing: all devices at once. */
  plan: RolloutPlan | undefined;
  onPlan: (plan: RolloutPlan | undefined) => void;
};

/** Asks whether a change reaches all devices at once, or in waves, and what these wait for. */
export function WavesField({ organizationId, plan, onPlan }: Props) {
  const [isOpen, setOpen] = useState(false);
  const format = useFormat();
  const { percent } = format;
  const choice = Object.keys(plans).find((name) => plans[name]?.waves === plan?.waves) ?? own;
  const { nameOf } = useTeamNames(organizationId, plan?.waves.flatMap(({ teams = [] }) => teams) ?? []);
  const options = [
    ...Object.entries(plans).map(([value, one]) => ({ value, label: labelOf(one, format, nameOf) })),
    ...(choice === own ? [{ value: own, label: labelOf(plan, format, nameOf) }] : []),
    { value: dialog, label: "Choose waves…" },
  ];
  function choose(value: string) {
    const chosen = plans[value];
    if (value === dialog) setOpen(true);
    else if (value !== own) onPlan(chosen && plan ? lasting(chosen, plan.minHours) : chosen);
  }
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm">
      <NativeSelect
        aria-label="How the change reaches devices"
        value={choice}
        options={options}
        onChoose={choose}
        className="max-w-full"
      />
      {plan && (
        <NativeSelect
          aria-label="How long a wave lasts at least"
          value={`${plan.minHours}`}
          options={[...new Set([...minimums, plan.minHours])].map((hours) => ({
            value: `${hours}`,
            label: minimumText(hours),
          }))}
          onChoose={(hours) => onPlan(lasting(plan, Number(hours)))}
          className="max-w-full"
        />
      )}
      {plan && (
        <span className="text-fg-2">
          The next wave follows when the change is in force on {percent(plan.share)} of the released devices
          {plan.minHours > 0 && `, ${plural(plan.minHours, "hour")} after this one at the earliest`}. The rollout halts
          if more than {percent(plan.maxRefused)} refuse it, or if that share is not reached within{" "}
          {plural(plan.silenceHours, "hour")}.
        </span>
      )}
      <WavesDialog organizationId={organizationId} isOpen={isOpen} onClose={() => setOpen(false)} onChoose={onPlan} />
    </div>
  );
}
