import { Ban, CircleAlert, CircleCheck, FileUp, PauseCircle, Pencil, PlayCircle, RotateCw } from "lucide-react";
import { Actor } from "./actor.tsx";
import type { DataOf, Words, WordsOf } from "./event-shape.ts";

/** The sentences of import events. */
export const importText: WordsOf<"import", "import.ended"> = {
  "import.created": {
    icon: FileUp,
    sentence: ({ via, by }, names, actor) =>
      via === "script" ? (
        <>
          received a file from a script, which imports for <Actor actor={by ?? actor} names={names} isObject />
        </>
      ) : (
        "uploaded a file to import"
      ),
  },
  "import.started": {
    icon: PlayCircle,
    sentence: ({ by, pass }, names) => (
      <>
        started {pass > 1 ? "to retry an import" : "an import"} for <Actor actor={by} names={names} isObject />
      </>
    ),
  },
  "import.canceled": { icon: Ban, sentence: () => "canceled an import" },
  "import.retried": { icon: RotateCw, sentence: () => "retried the remaining rows of an import" },
  "import.mails_paused": { icon: PauseCircle, sentence: () => "paused the emails of an import" },
  "import.mails_resumed": { icon: PlayCircle, sentence: () => "resumed the emails of an import" },
  "import.setting_changed": { icon: Pencil, sentence: () => "changed the import settings" },
};

type Ended = DataOf<"import.ended">;
/** The sentences of an import's end. */
export const importEndings: { readonly [S in Ended["state"]]: Words<Ended> } = {
  done: { icon: CircleCheck, sentence: () => "finished an import" },
  failed: { icon: CircleAlert, sentence: () => "ended an import that failed" },
  canceled: { icon: Ban, sentence: () => "stopped an import that was canceled" },
  unknown: { icon: Ban, sentence: () => "ended an import" },
};
