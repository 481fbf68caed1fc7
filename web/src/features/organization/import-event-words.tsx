import { Ban, CircleAlert, CircleCheck, FileUp, PauseCircle, Pencil, PlayCircle, RotateCw } from "lucide-react";
import { Actor } from "./actor.tsx";
import type { Data, Words } from "./event-shape.ts";

const importWords: Record<string, Words> = {
  "import.created": {
    icon: FileUp,
    sentence: ({ via, by }, names) =>
      via === "script" ? (
        <>
          took a file of a script, which acts for <Actor actor={String(by)} names={names} isObject />
        </>
      ) : (
        "uploaded a file to import"
      ),
  },
  "import.started": {
    icon: PlayCircle,
    sentence: ({ by, pass }, names) => (
      <>
        began {Number(pass) > 1 ? "to retry an import" : "an import"} for{" "}
        <Actor actor={String(by)} names={names} isObject />
      </>
    ),
  },
  "import.cancelled": { icon: Ban, sentence: () => "cancelled an import" },
  "import.retried": { icon: RotateCw, sentence: () => "retried the rows of an import that were left" },
  "import.mails_paused": { icon: PauseCircle, sentence: () => "paused the mails of an import" },
  "import.mails_resumed": { icon: PlayCircle, sentence: () => "let the mails of an import leave again" },
  "import.setting_changed": { icon: Pencil, sentence: () => "changed how scripts import" },
};

const importEndings: Record<string, Words> = {
  done: { icon: CircleCheck, sentence: () => "finished an import" },
  failed: { icon: CircleAlert, sentence: () => "ended an import that failed" },
  cancelled: { icon: Ban, sentence: () => "stopped an import that was cancelled" },
};

/** What an event of an import says; nothing, where it is of something else. */
export function wordsOfImport(type: string, data: Data): Words | undefined {
  return type === "import.ended" ? importEndings[String(data["state"])] : importWords[type];
}
