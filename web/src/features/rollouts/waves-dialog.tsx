import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Plus, X } from "lucide-react";
import { type FormEvent, useState } from "react";
import { TeamsField } from "#features/teams/teams-field.tsx";
import { toSentence } from "#lib/failure.ts";
import { plural } from "#lib/format.ts";
import { previewWavesQuery } from "#lib/rollouts.ts";
import type { RolloutPlan } from "#lib/setting-layers.ts";
import { useDebounced } from "#lib/use-debounced.ts";
import { Button } from "#ui/button.tsx";
import { Dialog } from "#ui/dialog.tsx";
import { DialogActions, DialogBody } from "#ui/dialog-parts.tsx";
import { InputField } from "#ui/input.tsx";
import {
  type Draft,
  type DraftWave,
  firstDraft,
  maxTeams,
  maxWaves,
  planOf,
  problemsOf,
  type Term,
  teamsIn,
  wavesOf,
  wavesProblems,
} from "./plan.ts";

type Props = {
  organizationId: string;
  isOpen: boolean;
  onClose: () => void;
  onChoose: (plan: RolloutPlan) => void;
};

/** Typing does not ask for each digit. */
const typingMs = 400;

const terms: [Term, string][] = [
  ["share", "In force at least, %"],
  ["maxRefused", "Refused at most, %"],
  ["minHours", "Hours per wave at least"],
  ["silenceHours", "Hours per wave at most"],
];

/** The waves of a change, as somebody chooses them. What was typed stays when the dialog closes. */
export function WavesDialog({ organizationId, isOpen, onClose, onChoose }: Props) {
  const [draft, setDraft] = useState(firstDraft);
  const [isTried, setTried] = useState(false);
  const problems = problemsOf(draft);
  const shown = isTried ? problems : {};
  const { counts, failure } = useCounts(organizationId, draft);
  const { waves } = draft;
  const edit = (more: Partial<Draft>) => setDraft({ ...draft, ...more });
  const editWave = (key: number, more: Partial<DraftWave>) =>
    edit({ waves: waves.map((wave) => (wave.key === key ? { ...wave, ...more } : wave)) });

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    // the form behind the dialog would save
    event.stopPropagation();
    const form = event.currentTarget;
    if (Object.keys(problems).length > 0) {
      setTried(true);
      requestAnimationFrame(() => form.querySelector<HTMLElement>("[aria-invalid=true]")?.focus());
      return;
    }
    onChoose(planOf(draft));
    onClose();
  }

  return (
    <Dialog
      isOpen={isOpen}
      onClose={onClose}
      title="Choose waves"
      description="Each wave adds devices: up to a share of all, which counts those of earlier waves, and those of teams. The first wave also has every canary, and at least one device that is in contact. The next wave begins when the change is in force on enough devices and the wave has lasted long enough."
      width="wide"
    >
      <form noValidate onSubmit={submit} className="flex min-h-0 flex-col">
        <DialogBody>
          {waves.map((wave, i) => (
            <WaveField
              key={wave.key}
              organizationId={organizationId}
              wave={wave}
              place={i}
              devices={counts?.[i]}
              error={shown[`percent.${i}`]}
              teamsLeft={maxTeams - teamsIn(waves).size}
              onEdit={(more) => editWave(wave.key, more)}
              onRemove={waves.length > 1 ? () => edit({ waves: waves.filter((one) => one !== wave) }) : undefined}
            />
          ))}
          <div className="flex flex-wrap items-center justify-between gap-3">
            <p className="tabular text-sm">
              <span className="font-medium">Last wave: everyone</span>
              <Devices count={counts?.[waves.length]} />
            </p>
            <Button
              blocked={waves.length < maxWaves ? undefined : `At most ${maxWaves} waves come before everyone.`}
              onClick={() =>
                edit({
                  waves: [...waves, { key: Math.max(...waves.map(({ key }) => key)) + 1, percent: "", teams: [] }],
                })
              }
            >
              <Plus />
              Add a wave
            </Button>
          </div>
          {failure && <p className="text-sm text-fg-2">{failure}</p>}
          <div className="grid grid-cols-2 items-start gap-4">
            {terms.map(([term, label]) => (
              <InputField
                key={term}
                label={label}
                error={shown[term]}
                inputMode="numeric"
                autoComplete="off"
                value={draft[term]}
                onChange={({ target }) => edit({ [term]: target.value })}
              />
            ))}
          </div>
        </DialogBody>
        <DialogActions onCancel={onClose} action="Use these waves" />
      </form>
    </Dialog>
  );
}

type WaveFieldProps = {
  organizationId: string;
  wave: DraftWave;
  place: number;
  devices: number | undefined;
  error: string | undefined;
  teamsLeft: number;
  onEdit: (more: Partial<DraftWave>) => void;
  onRemove: (() => void) | undefined;
};

function WaveField({ organizationId, wave, place, devices, error, teamsLeft, onEdit, onRemove }: WaveFieldProps) {
  const { percent, teams } = wave;
  return (
    <fieldset className="relative grid min-w-0 gap-3 rounded-lg border border-border p-4">
      <legend className="sr-only">Wave {place + 1}</legend>
      <div className="flex min-h-7 items-center justify-between gap-3">
        <p className="tabular text-sm">
          <span className="font-medium">Wave {place + 1}</span>
          <Devices count={devices} />
        </p>
        {onRemove && (
          <Button variant="ghost" size="iconSmall" aria-label={`Remove wave ${place + 1}`} onClick={onRemove}>
            <X />
          </Button>
        )}
      </div>
      <div className="grid items-start gap-4 sm:grid-cols-[180px_1fr]">
        <InputField
          label="Share of all devices, %"
          error={error}
          inputMode="numeric"
          autoComplete="off"
          value={percent}
          onChange={({ target }) => onEdit({ percent: target.value })}
        />
        <TeamsField
          organizationId={organizationId}
          chosen={teams}
          onChange={(chosen) => onEdit({ teams: chosen })}
          error={undefined}
          hint="Optional: all devices of their members."
          limit={{ max: teams.length + teamsLeft, reason: `Waves name at most ${maxTeams} teams.` }}
        />
      </div>
    </fieldset>
  );
}

function Devices({ count }: { count: number | undefined }) {
  return count === undefined ? null : <span className="text-fg-2"> · {plural(count, "device")}</span>;
}

/**
 * Returns the number of devices that each wave adds, the one with everyone last; nothing while the waves are not right.
 */
function useCounts(organizationId: string, draft: Draft) {
  const debounced = useDebounced(draft.waves, typingMs);
  const isRight = Object.keys(wavesProblems(debounced)).length === 0;
  const { data, error } = useQuery({
    ...previewWavesQuery(organizationId, wavesOf({ ...draft, waves: debounced })),
    enabled: isRight,
    placeholderData: keepPreviousData,
  });
  const isAbout = isRight && data?.waves.length === draft.waves.length + 1;
  return { counts: isAbout ? data.waves : undefined, failure: error ? toSentence(error) : undefined };
}
