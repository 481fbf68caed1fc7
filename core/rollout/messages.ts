import { members, owners } from "../message/audience.ts";
import { line } from "../message/line.ts";
import type { EventMessages, Named, NotificationMessages } from "../message/message.ts";

export const rolloutEvents: EventMessages<typeof import("./events.ts")> = {
  "rollout.started": {
    icon: "Layers",
    line: ({ revision, waves }) => line`started to roll out revision ${revision} in ${waves} waves`,
  },
  "rollout.device_chosen": {
    icon: "Bird",
    line: ({ revision }) => line`chose a device for the first wave of revision ${revision}: none in contact was in it`,
    logOnly: true,
  },
  "rollout.advanced": {
    icon: "Layers",
    line: ({ revision, wave, waves }) => line`began wave ${wave} of ${waves} of revision ${revision}`,
    logOnly: true,
  },
  "rollout.halted": {
    icon: "TriangleAlert",
    line: ({ revision, reason, devices, inForce, refused }) => {
      const why =
        reason === "silence"
          ? line`it was not in force in time, on ${inForce} of ${devices} devices`
          : line`${refused} of ${devices} devices refuse it`;
      return line`halted the rollout of revision ${revision}: ${why}`;
    },
    // it waits for somebody: for owners, and for who started it
    tell: ({ reason, devices, inForce, refused, account }) => {
      const to = { all: [owners, members(account)] };
      return reason === "silence"
        ? [{ kind: "rollout.silent", to, thing: `${inForce} of ${devices}` }]
        : [{ kind: "rollout.refused", to, thing: `${refused} of ${devices}` }];
    },
  },
  "rollout.paused": {
    icon: "Pause",
    line: ({ revision }) => line`paused the rollout of revision ${revision}`,
    logOnly: true,
  },
  "rollout.resumed": { icon: "Play", line: ({ revision }) => line`resumed the rollout of revision ${revision}` },
  "rollout.finished": {
    icon: "CircleCheck",
    line: ({ revision, isEarly }) =>
      isEarly ? line`released revision ${revision} to everyone` : line`finished the rollout of revision ${revision}`,
    logOnly: true,
  },
  "rollout.rolled_back": {
    icon: "Undo2",
    line: ({ revision, to }) =>
      to === undefined
        ? line`rolled back revision ${revision}, of which nothing was left`
        : line`rolled back revision ${revision} as revision ${to}`,
    logOnly: true,
  },
};

const because = ({ organization }: Named) => `you own ${organization}, or started the rollout`;

export const rolloutNotifications: NotificationMessages<"rollout"> = {
  "rollout.refused": {
    icon: "Layers",
    page: "settings/features",
    group: "rollouts",
    tellsActor: true,
    title: ({ organization }) => `Devices refuse a change of ${organization}`,
    sentences: ({ thing = "Too many" }) => [
      `${thing} devices that its rollout has reached refuse it, so it has halted. Resume it anyway, or roll it back.`,
      "No further wave begins until then. Look at what the devices report.",
    ],
    because,
  },
  "rollout.silent": {
    icon: "Layers",
    page: "settings/features",
    group: "rollouts",
    tellsActor: true,
    title: ({ organization }) => `A change of ${organization} is not in force in time`,
    sentences: ({ thing }) => [
      `It is in force on ${thing === undefined ? "too few" : `only ${thing}`} devices that its rollout has reached, so the rollout has halted. Resume it, or roll it back.`,
      "Look at the devices that are behind. You can resume the rollout for as long again, release it to everyone, or roll it back.",
    ],
    because,
  },
};
