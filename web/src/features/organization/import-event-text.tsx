import { Ban, CircleAlert, CircleCheck, FileUp, PauseCircle, Pencil, PlayCircle, RotateCw } from "lucide-react";
import { Actor } from "./actor.tsx";
import { ImportLink } from "./event-parts.tsx";
import type { DataOf, Words, WordsOf } from "./event-shape.ts";
import type { Names } from "./use-names.ts";

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
    sentence: ({ import: id, by, pass }, names) => (
      <>
        started {pass > 1 && "to retry "}
        <ImportLink id={id} names={names} /> for <Actor actor={by} names={names} isObject />
      </>
    ),
  },
  "import.canceled": { icon: Ban, sentence: about("canceled") },
  "import.retried": { icon: RotateCw, sentence: about("retried the remaining rows of") },
  "import.mails_paused": { icon: PauseCircle, sentence: about("paused the emails of") },
  "import.mails_resent": { icon: RotateCw, sentence: about("resent emails of") },
  "import.mails_resumed": { icon: PlayCircle, sentence: about("resumed the emails of") },
  "import.setting_changed": { icon: Pencil, sentence: () => "changed the import settings" },
};

type Ended = DataOf<"import.ended">;
/** The sentences of an import's end. */
export const importEndings: { readonly [S in Ended["state"]]: Words<Ended> } = {
  done: { icon: CircleCheck, sentence: about("finished") },
  failed: { icon: CircleAlert, sentence: about("ended", " that failed") },
  canceled: { icon: Ban, sentence: about("stopped", " that was canceled") },
  unknown: { icon: Ban, sentence: about("ended") },
};

function about(verb: string, rest = "") {
  return ({ import: id }: { import: string }, names: Names) => (
    <>
      {verb} <ImportLink id={id} names={names} />
      {rest}
    </>
  );
}
