// What the reference of events says of rollouts.

const place = {
  revision: "The revision that it is about.",
  wave: "The wave that is released, from 1.",
  waves: "How many waves there are, with the one of everybody.",
};
const counts = {
  devices: "The devices that the rollout had reached.",
  inForce: "Those on which the change was in force.",
  refused: "Those that refused it.",
};

export const rolloutReference = {
  "rollout.advanced": {
    when: "Enough of the released devices have a change in force, so the next wave begins.",
    data: { ...place, ...counts },
    logOnly: true,
  },
  "rollout.device_chosen": {
    when: "No device in contact is in the first wave of a rollout, so that one is chosen for it.",
    data: { ...place, device: "The device." },
    logOnly: true,
  },
  "rollout.resumed": { when: "An owner or admin lets a rollout go on that was paused or has halted.", data: place },
  "rollout.finished": {
    when: "A change has reached all devices.",
    data: { ...place, isEarly: "Whether someone released it to everybody before its last wave." },
    logOnly: true,
  },
  "rollout.halted": {
    when: "Too many devices refuse a change, or too few have it in force in time.",
    data: { ...place, ...counts, reason: "Why: `refusals` or `silence`.", account: "The account that started it." },
  },
  "rollout.paused": { when: "An owner or admin pauses a rollout.", data: place, logOnly: true },
  "rollout.rolled_back": {
    when: "An owner or admin gives everything that a rollout changed its former value.",
    data: { ...place, to: "The revision with the former values; absent if nothing was left to undo." },
    logOnly: true,
  },
  "rollout.started": { when: "A change of the settings is saved that reaches devices in waves.", data: place },
} as const;
