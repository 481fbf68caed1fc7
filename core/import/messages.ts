import { counted } from "../base/counted.ts";
import type { Unknown } from "../base/row.ts";
import { type Line, line, type Part } from "../message/line.ts";
import type { EventMessages, Icon } from "../message/message.ts";
import type { Ending } from "./shape.ts";

export const importEvents: EventMessages<typeof import("./events.ts")> = {
  "import.created": {
    icon: "FileUp",
    line: ({ via, by }, actor) =>
      via === "script"
        ? line`received a file from a script, which imports for ${{ actor: by ?? actor }}`
        : line`uploaded a file to import`,
    together: {
      by: ({ via }) => (via === "script" ? undefined : via),
      line: (all) => line`uploaded ${counted(all.length, "file")} to import`,
    },
    logOnly: true,
  },
  "import.started": {
    icon: "Play",
    line: ({ import: id, by, pass }) =>
      line`started ${pass > 1 ? "to retry " : undefined}${{ import: id }} for ${{ actor: by }}`,
    logOnly: true,
  },
  "import.canceled": { icon: "Ban", line: ({ import: id }) => line`canceled ${{ import: id }}`, logOnly: true },
  "import.retried": {
    icon: "RotateCw",
    line: ({ import: id }) => line`retried the remaining rows of ${{ import: id }}`,
    logOnly: true,
  },
  "import.ended": {
    icon: ({ state }) => endingIcons[state],
    line: ({ import: id, state }) => endings[state]({ import: id }),
    together: {
      by: ({ state }) => (state === "done" ? state : undefined),
      line: (all) => line`finished ${counted(all.length, "import")}`,
    },
    logOnly: true,
  },
  "import.mails_paused": {
    icon: "Pause",
    line: ({ import: id }) => line`paused the emails of ${{ import: id }}`,
    logOnly: true,
  },
  "import.mails_resent": { icon: "RotateCw", line: ({ import: id }) => line`resent emails of ${{ import: id }}` },
  "import.mails_resumed": {
    icon: "Play",
    line: ({ import: id }) => line`resumed the emails of ${{ import: id }}`,
  },
  "import.setting_changed": { icon: "Pencil", line: () => line`changed the import settings`, logOnly: true },
};

const endingIcons: Record<Ending | Unknown, Icon> = {
  done: "CircleCheck",
  failed: "CircleAlert",
  canceled: "Ban",
  unknown: "Ban",
};

const endings: Record<Ending | Unknown, (it: Part) => Line> = {
  done: (it) => line`finished ${it}`,
  failed: (it) => line`ended ${it} that failed`,
  canceled: (it) => line`stopped ${it} that was canceled`,
  unknown: (it) => line`ended ${it}`,
};
