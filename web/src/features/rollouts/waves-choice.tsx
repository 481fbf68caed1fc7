import type { Format } from "#lib/format.ts";
import { plural } from "#lib/format.ts";
import { useFormat } from "#lib/use-format.ts";
import { NativeSelect } from "#ui/native-select.tsx";

/** How a change reaches devices, by the name of the choice. */
export const waveChoices = {
  all: undefined,
  careful: { waves: [{ percent: 10 }, { percent: 50 }], share: 90, maxRefused: 5, silenceHours: 24 },
  half: { waves: [{ percent: 50 }], share: 90, maxRefused: 5, silenceHours: 24 },
} as const;
export type WavesChoice = keyof typeof waveChoices;

const isChoice = (value: string): value is WavesChoice => Object.hasOwn(waveChoices, value);

/** Names a choice by its waves. */
function labelOf(choice: WavesChoice, percent: Format["percent"]): string {
  const terms = waveChoices[choice];
  return terms
    ? `In waves: ${[...terms.waves.map((wave) => percent(wave.percent)), "everyone"].join(", ")}`
    : "All devices at once";
}

/** Whether a change reaches all devices at once, or in waves, and what these wait for. */
export function WavesField({ choice, onChoose }: { choice: WavesChoice; onChoose: (choice: WavesChoice) => void }) {
  const { percent } = useFormat();
  const terms = waveChoices[choice];
  const options = Object.keys(waveChoices)
    .filter(isChoice)
    .map((value) => ({ value, label: labelOf(value, percent) }));
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm">
      <NativeSelect
        aria-label="How the change reaches devices"
        value={choice}
        options={options}
        onChoose={(value) => isChoice(value) && onChoose(value)}
      />
      {terms && (
        <span className="text-fg-2">
          Each wave waits until the change is in force on {percent(terms.share)} of its devices. It halts if more than{" "}
          {percent(terms.maxRefused)} refuse it, or after {plural(terms.silenceHours, "hour")}.
        </span>
      )}
    </div>
  );
}
