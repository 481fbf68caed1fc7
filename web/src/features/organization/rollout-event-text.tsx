import { Bird, CircleCheck, Layers, OctagonPause, Pause, Play, Undo2 } from "lucide-react";
import type { WordsOf } from "./event-shape.ts";

/** What events of rollouts say. */
export const rolloutText: WordsOf<"rollout"> = {
  "rollout.started": {
    icon: Layers,
    sentence: ({ revision, waves }) => `started to roll out revision ${revision} in ${waves} waves`,
  },
  "rollout.advanced": {
    icon: Layers,
    sentence: ({ revision, wave, waves }) => `began wave ${wave} of ${waves} of revision ${revision}`,
  },
  "rollout.device_chosen": {
    icon: Bird,
    sentence: ({ revision }) => `chose a device for the first wave of revision ${revision}: none in contact was in it`,
  },
  "rollout.halted": {
    icon: OctagonPause,
    sentence: ({ revision, reason, devices, inForce, refused }) =>
      reason === "silence"
        ? `halted the rollout of revision ${revision}: it was not in force in time, on ${inForce} of ${devices} devices`
        : `halted the rollout of revision ${revision}: ${refused} of ${devices} devices refuse it`,
  },
  "rollout.paused": { icon: Pause, sentence: ({ revision }) => `paused the rollout of revision ${revision}` },
  "rollout.resumed": { icon: Play, sentence: ({ revision }) => `resumed the rollout of revision ${revision}` },
  "rollout.finished": {
    icon: CircleCheck,
    sentence: ({ revision, isEarly }) =>
      isEarly ? `released revision ${revision} to everyone` : `finished the rollout of revision ${revision}`,
  },
  "rollout.rolled_back": {
    icon: Undo2,
    sentence: ({ revision, to }) =>
      to === undefined
        ? `rolled back revision ${revision}, of which nothing was left`
        : `rolled back revision ${revision} as revision ${to}`,
  },
};
