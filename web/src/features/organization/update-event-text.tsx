import { Flag, Megaphone, MessageSquare, Pencil, Pin, PinOff, RotateCw, Trash2 } from "lucide-react";
import { Members, UpdateLink } from "./event-parts.tsx";
import type { WordsOf } from "./event-shape.ts";
import type { Names } from "./use-names.ts";

export const updateText: WordsOf<"update" | "comment"> = {
  "update.created": {
    icon: Megaphone,
    sentence: ({ team, update }, names) => (
      <>
        posted <UpdateLink id={update} names={names} />
        {team ? " to a team" : ""}
      </>
    ),
  },
  "update.edited": { icon: Pencil, sentence: about("edited") },
  "update.deleted": { icon: Trash2, sentence: () => "deleted an update" },
  "update.restored": { icon: RotateCw, sentence: about("restored") },
  "update.reported": {
    icon: Flag,
    sentence: ({ comment, update }, names) => about(comment ? "reported a comment on" : "reported")({ update }, names),
  },
  "update.reports_closed": {
    icon: Flag,
    sentence: ({ comment, outcome, update }, names) => {
      if (outcome === "deleted") {
        return `closed the reports of a deleted ${comment ? "comment" : "update"}`;
      }
      return about(comment ? "dismissed the reports of a comment on" : "dismissed the reports of")({ update }, names);
    },
  },
  "update.pinned": { icon: Pin, sentence: about("pinned") },
  "update.unpinned": { icon: PinOff, sentence: about("unpinned") },
  "update.author_removed": {
    icon: Trash2,
    sentence: ({ account }, names) => (
      <>
        deleted all updates and comments of <Members ids={[account]} names={names} />
      </>
    ),
  },
  "comment.created": { icon: MessageSquare, sentence: about("commented on") },
  "comment.edited": { icon: Pencil, sentence: about("edited a comment on") },
  "comment.deleted": { icon: Trash2, sentence: about("deleted a comment on") },
  "comment.restored": { icon: RotateCw, sentence: about("restored a comment on") },
};

function about(verb: string) {
  return ({ update }: { update: string }, names: Names) => (
    <>
      {verb} <UpdateLink id={update} names={names} />
    </>
  );
}
