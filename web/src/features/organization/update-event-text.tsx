import { Megaphone, MessageSquare, Pencil, Pin, PinOff, RotateCw, Trash2 } from "lucide-react";
import type { WordsOf } from "./event-shape.ts";

export const updateText: WordsOf<"update" | "comment"> = {
  "update.created": { icon: Megaphone, sentence: ({ team }) => `posted an update${team ? " to a team" : ""}` },
  "update.edited": { icon: Pencil, sentence: () => "edited an update" },
  "update.deleted": { icon: Trash2, sentence: () => "deleted an update" },
  "update.restored": { icon: RotateCw, sentence: () => "restored an update" },
  "update.pinned": { icon: Pin, sentence: () => "pinned an update" },
  "update.unpinned": { icon: PinOff, sentence: () => "unpinned an update" },
  "comment.created": { icon: MessageSquare, sentence: () => "commented on an update" },
  "comment.edited": { icon: Pencil, sentence: () => "edited a comment" },
  "comment.deleted": { icon: Trash2, sentence: () => "deleted a comment" },
  "comment.restored": { icon: RotateCw, sentence: () => "restored a comment" },
};
