import { counted } from "../base/counted.ts";
import { members } from "../message/audience.ts";
import { line } from "../message/line.ts";
import type { EventMessages } from "../message/message.ts";

export const reclaimEvents: EventMessages<typeof import("./events.ts")> = {
  "reclaim.started": {
    icon: "Armchair",
    line: ({ members, invitations }) => line`started to reclaim up to ${counted(members + invitations, "unused seat")}`,
  },
  "reclaim.canceled": { icon: "Armchair", line: () => line`stopped reclaiming unused seats`, logOnly: true },
  "reclaim.ended": {
    icon: "Armchair",
    who: () => ({ actor: "system" }),
    line: ({ removed, revoked, seats }) => {
      const requested =
        seats === undefined ? undefined : `, and requested ${counted(seats, "seat")} for the subscription`;
      return line`reclaimed ${counted(removed + revoked, "unused seat")}${requested}`;
    },
    tell: ({ account, removed, revoked }) => [
      { kind: "seats.reclaimed", to: members(account), thing: counted(removed + revoked, "seat") },
    ],
  },
};
