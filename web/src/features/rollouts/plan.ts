import { maxSilenceHours, maxTeams, maxWaves } from "@muster/core/rollout/limits.ts";
import type { RolloutPlan } from "#lib/setting-layers.ts";

export { maxTeams, maxWaves };

/** Waves as they are typed. */
export type Draft = { waves: DraftWave[] } & Record<Term, string>;
export type DraftWave = { key: number; percent: string; teams: { id: string; name: string }[] };
export type Term = "share" | "maxRefused" | "minHours" | "silenceHours";

/** The mistakes, by their places: `share`, or `percent.0` of the first wave. */
export type Problems = Record<string, string>;

const limits: Record<Term, [number, number]> = {
  share: [1, 100],
  maxRefused: [0, 100],
  minHours: [0, maxSilenceHours],
  silenceHours: [1, maxSilenceHours],
};
const terms = Object.keys(limits) as Term[];

export const firstDraft: Draft = {
  waves: [
    { key: 0, percent: "10", teams: [] },
    { key: 1, percent: "50", teams: [] },
  ],
  share: "90",
  maxRefused: "5",
  minHours: "1",
  silenceHours: "24",
};

/** Returns the waves as the API takes them. */
export const wavesOf = ({ waves }: Draft): RolloutPlan["waves"] =>
  waves.map(({ percent, teams }) => ({
    ...(teams.length > 0 && { teams: teams.map(({ id }) => id) }),
    ...(percent.trim() !== "" && { percent: Number(percent) }),
  }));

/** Hours that a wave may be said to last at least, without the dialog. */
export const minimums = [1, 4, 24];

/** Returns the plan with waves that last at least so long. None may take less time than that. */
export const lasting = (plan: RolloutPlan, minHours: number): RolloutPlan => ({
  ...plan,
  minHours,
  silenceHours: Math.max(plan.silenceHours, minHours),
});

export const planOf = (draft: Draft): RolloutPlan => ({
  waves: wavesOf(draft),
  share: numberOf(draft.share),
  maxRefused: numberOf(draft.maxRefused),
  minHours: numberOf(draft.minHours),
  silenceHours: numberOf(draft.silenceHours),
});

/** Finds what the API would refuse. */
export function problemsOf(draft: Draft): Problems {
  const wrong = terms.flatMap((term) => {
    const problem = wholeProblem(draft[term], ...limits[term]);
    return problem ? [[term, problem] as const] : [];
  });
  const isTooLong = numberOf(draft.minHours) > numberOf(draft.silenceHours);
  const hours = isTooLong ? { minHours: "At most as long as a wave may take." } : {};
  return { ...hours, ...Object.fromEntries(wrong), ...wavesProblems(draft.waves) };
}

/** The same of the waves alone: enough to count their devices. */
export function wavesProblems(waves: readonly DraftWave[]): Problems {
  const problems: Problems = {};
  let reached = 0;
  for (const [i, { percent, teams }] of waves.entries()) {
    const problem = shareProblem(percent.trim(), teams.length, reached);
    if (problem) problems[`percent.${i}`] = problem;
    reached = Math.max(reached, Number(percent) || 0);
  }
  return problems;
}

/** Teams that the waves name, each once. */
export const teamsIn = (waves: readonly DraftWave[]): ReadonlySet<string> =>
  new Set(waves.flatMap(({ teams }) => teams.map(({ id }) => id)));

const numberOf = (text: string) => (text.trim() === "" ? Number.NaN : Number(text));

function shareProblem(percent: string, teams: number, reached: number): string | undefined {
  if (percent === "") return teams > 0 ? undefined : "Enter a share, or choose teams.";
  return (
    wholeProblem(percent, 1, 99) ??
    (Number(percent) <= reached ? "Enter a larger share than the wave before." : undefined)
  );
}

function wholeProblem(text: string, least: number, most: number): string | undefined {
  const value = Number(text);
  const isRight = /^\d+$/.test(text.trim()) && value >= least && value <= most;
  return isRight ? undefined : `Enter a whole number from ${least} to ${most}.`;
}
