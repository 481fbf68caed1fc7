import { Ban, CircleAlert, CircleCheck, FileUp, PauseCircle, Pencil, PlayCircle, RotateCw } from "lucide-react";
import { Actor } from "./actor.tsx";
import type { DataOf, Words, WordsOf } from "./event-shape.ts";

/** What events of imports say. */
export const importText: WordsOf<"import", "import.ended"> = {
  "import.created": {
    icon: FileUp,
    sentence: ({ via, by }, names, actor) =>
      via === "script" ? (
        <>
          took a file of a script, which acts for <Actor actor={by ?? actor} names={names} isObject />
        </>
      ) : (
        "uploaded a file to import"
      ),
  },
  "import.started": {
    icon: PlayCircle,
    sentence: ({ by, pass }, names) => (
      <>
        began {pass > 1 ? "to retry an import" : "an import"} for <Actor actor={by} names={names} isObject />
      </>
    ),
  },
  "import.canceled": { icon: Ban, sentence: () => "canceled an import" },
  "import.retried": { icon: RotateCw, sentence: () => "retried the rows of an import that were left" },
  "import.mails_paused": { icon: PauseCircle, sentence: () => "paused the mails of an import" },
  "import.mails_resumed": { icon: PlayCircle, sentence: () => "let the mails of an import leave again" },
  "import.setting_changed": { icon: Pencil, sentence: () => "changed how scripts import" },
};

type Ended = DataOf<"import.ended">;
/** What the end of one says. */
export const importEndings: { readonly [S in Ended["state"]]: Words<Ended> } = {
  done: { icon: CircleCheck, sentence: () => "finished an import" },
  failed: { icon: CircleAlert, sentence: () => "ended an import that failed" },
  canceled: { icon: Ban, sentence: () => "stopped an import that was canceled" },
  unknown: { icon: Ban, sentence: () => "ended an import" },
};
