import type { Author, Reaction } from "#lib/updates.ts";

export const reactionText: Record<Reaction, { emoji: string; label: string }> = {
  thumbs_up: { emoji: "👍", label: "Thumbs up" },
  heart: { emoji: "❤️", label: "Heart" },
  celebrate: { emoji: "🎉", label: "Celebrate" },
  laugh: { emoji: "😄", label: "Laugh" },
  eyes: { emoji: "👀", label: "Eyes" },
  thanks: { emoji: "🙏", label: "Thanks" },
};

export const reactions = Object.keys(reactionText) as Reaction[];

export function authorName({ name }: Pick<Author, "name">) {
  return name ?? "Former member";
}
