import { counted } from "../base/counted.ts";
import { managers } from "../message/audience.ts";
import { manages } from "../message/because.ts";
import { distinct } from "../message/distinct.ts";
import { line } from "../message/line.ts";
import type { EventMessages, NotificationMessages } from "../message/message.ts";

export const departureEvents: EventMessages<typeof import("./events.ts")> = {
  "departure.recorded": {
    icon: "LogOut",
    line: ({ account, devices, secrets }) => {
      const keys = secrets === 0 ? "no API key" : `${counted(secrets, "API key")} to replace`;
      return line`recorded what left with ${counted(devices, "device")} of ${{ actor: account }}: ${keys}`;
    },
    together: {
      line: (all) =>
        line`recorded what left with devices of ${{ members: distinct(all.map(({ account }) => account)) }}`,
    },
    tell: ({ account: person, secrets }) =>
      secrets === 0 ? [] : [{ kind: "departure.recorded", to: managers, person, thing: counted(secrets, "API key") }],
  },
};

export const departureNotifications: NotificationMessages<"departure"> = {
  "departure.recorded": {
    icon: "KeyRound",
    page: "departures",
    title: ({ person, organization, thing = "API keys" }) =>
      `${thing} of ${organization} left with the devices of ${person}`,
    sentences: () => [
      "Replace them at their providers and in the settings: someone may have copied them. The devices remove what they got when they are next in contact.",
    ],
    because: manages,
  },
};
