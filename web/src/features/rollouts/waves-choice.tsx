import { NativeSelect } from "#ui/native-select.tsx";

/** How a change reaches devices, by the name of the choice. */
export const waveChoices = {
  all: undefined,
  careful: { waves: [{ percent: 10 }, { percent: 50 }], share: 90, maxRefused: 5, silenceHours: 24 },
  half: { waves: [{ percent: 50 }], share: 90, maxRefused: 5, silenceHours: 24 },
} as const;
export type WavesChoice = keyof typeof waveChoices;

const labels: Record<WavesChoice, string> = {
  all: "All devices at once",
  careful: "In waves: 10 %, 50 %, everyone",
  half: "In waves: 50 %, everyone",
};
const isChoice = (value: string): value is WavesChoice => Object.hasOwn(waveChoices, value);
const options = Object.entries(labels).map(([value, label]) => ({ value, label }));

/** Whether a change reaches all devices at once, or in waves, and what these wait for. */
export function WavesField({ choice, onChoose }: { choice: WavesChoice; onChoose: (choice: WavesChoice) => void }) {
  const terms = waveChoices[choice];
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
          Each wave waits until the change is in force on {terms.share} % of its devices. It halts if more than{" "}
          {terms.maxRefused} % refuse it, or after {terms.silenceHours} hours.
        </span>
      )}
    </div>
  );
}
